#!/usr/bin/perl

# One end record for each request, whatever else takes part in it or ends it:
# subrequests, redirects, error pages, streams that are reset, pipelines,
# timeouts, TLS.  t/audit.t has the record itself and the common ends.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Riverty;
use RivertyConfig;
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;
use Time::HiRes qw(sleep);

my $item = "$CUSTOMERS/$NUMBER";
my ($plain, $h2, $late, $tls, $mtls) = map { port() } 1 .. 5;

my $openssl = system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gateway"
                     . " -keyout $DIR/tls.key -out $DIR/tls.crt > $DIR/openssl.log 2>&1") == 0;
my $tls_servers = !$openssl ? '' : join '', map { <<"END" }
    }
    server {
        listen 127.0.0.1:$_->[0] ssl;
        ssl_certificate ../tls.crt;
        ssl_certificate_key ../tls.key;
        client_header_timeout 300ms;
        $_->[1]
        riverty_customer on;
        location / { proxy_pass $API; }
END
    [ $tls, '' ], [ $mtls, 'ssl_verify_client on; ssl_client_certificate ../tls.crt;' ];

my $api = start_api();
my $text = gateway_config(http => <<"END", server => <<"END2");
    lingering_timeout 300ms;
    limit_conn_zone \$server_port zone=one:64k;
END
        listen 127.0.0.1:$h2 http2;
        riverty_customer on;
        location / { proxy_pass $API; }

        # others take part
        location /added/ {
            riverty_prefix /added;
            addition_types *;
            add_before_body /off/page;
            add_after_body /protected/page;
            proxy_pass $API/;
        }
        location /protected/ { riverty_prefix /protected; return 200 "a page\\n"; }
        location /protected/proxied { proxy_pass $API/; }
        location /both/ {
            riverty_prefix /both;
            auth_request /protected/page;
            mirror /protected/proxied;
            mirror /off/page;
            proxy_pass $API/;
        }
        location /off/ { riverty_customer off; return 204; }
        location /off/page { riverty_customer off; return 200 "a page\\n"; }
        location /off/proxied { riverty_customer off; proxy_pass $API/; }

        # it goes on elsewhere
        location /error/ {
            riverty_prefix /error;
            proxy_intercept_errors on;
            error_page 404 /off/proxied;
            error_page 500 \@off;
            error_page 429 /protected/proxied;
            error_page 503 \@on;
            proxy_pass $API/;
        }
        location \@off { riverty_customer off; return 200 "named\\n"; }
        location \@on { proxy_pass $API; }
        location /last/ { riverty_prefix /last; rewrite ^/last(/.*) \$1 last; }
        location /to-off/ { riverty_prefix /to-off; rewrite ^ /off/page last; }
        location /cycle/ { riverty_prefix /cycle; rewrite ^(.*) \$1 last; }
        location /try/ { riverty_prefix /try; try_files /nothing \@tried; }
        location \@tried { rewrite ^/try(/.*) \$1 break; proxy_pass $API; }
        location /try-off/ { riverty_prefix /try-off; try_files /nothing \@off; }
        location /try-status/ { riverty_prefix /try-status; try_files /nothing =410; }

        # it ends
        location /gone/ { riverty_prefix /gone; return 444; }
        location /app/ { riverty_prefix /app; riverty_app billing; proxy_pass $API/; }
        location /one/ { riverty_prefix /one; limit_conn one 1; proxy_pass $API/; }
    }
    server {
        listen 127.0.0.1:$late;
        client_header_timeout 300ms;
        client_body_timeout 300ms;
        keepalive_timeout 300ms;
        riverty_customer on;
        location / { proxy_pass $API; }
    }
    server {
        listen 127.0.0.1:$plain;
        location / { riverty_customer on; proxy_pass $API; }
$tls_servers
END2
$text =~ s/audit\.log\K;/ required;/;
my $gateway = start_server('gateway', $text);
my $log = $gateway->path('audit.log');

# So many of them are on their way to the API.
my $before = 0;
sub starts { return scalar(() = slurp($log) =~ /"event\.type":"start"/g) }
sub started {
    my ($wanted) = @_;
    return wait_for(sub { starts() >= $before + $wanted });
}

# What is sent leaves just these ends, in any order, as "status outcome", with a
# + where a start stands before it; each is of an event of its own.
sub ends {
    my ($name, $send, @wanted) = @_;
    $before = starts();
    my $answer = $send->();
    my @records = records($log, @wanted + grep { /[+]$/ } @wanted);
    my (%start, %end, @got);
    for (@records) {
        my $id = $_->{'event.id'};
        if ($_->{'event.type'} eq 'start') {
            $start{$id}++;
            next;
        }
        $end{$id}++;
        push @got, ($_->{'http.response.status_code'} // '-') . " $_->{riverty}{outcome}"
            . ($start{$id} ? ' +' : '');
    }
    is(join(', ', sort @got), join(', ', sort @wanted), $name) or diag(explain(\@records));
    is(scalar keys %end, scalar @wanted, "$name: each of its own");
    is_deeply([ grep { !$end{$_} || $start{$_} > 1 } keys %start ], [],
              "$name: a start has one end");
    return $answer;
}

sub quiet {
    sleep 0.3;
    is_deeply([ records($log, 0) ], [], 'and no record more');
    return;
}

sub asked { my ($line, %of) = @_; return sub { ask($line, %of) } }

# The bytes, and a connection that stays until nginx closes it.
sub sent { my ($bytes, $port) = @_; return sub { exchange($port // $GATEWAY, $bytes) } }

subtest 'others take part' => sub {
    ends('bodies before and after it', asked("GET /added$item"), '404 forwarded +');
    ends('auth_request and mirrors', asked("GET /both$item"), '404 forwarded +');
    ends('the same of a refusal', asked("GET /both$item", token => undef), '401 denied');
    ends('of an update', asked("PUT /both$item", body => $SAMPLE{'update-request'}),
         '404 forwarded +');
    quiet();
};

subtest 'it goes on elsewhere' => sub {
    ends('an error page that is off and proxied', asked("GET /error$item"), '404 forwarded +');
    ends('a named one that is off', asked("GET /error$item?status=500"), '500 forwarded +');
    ends('one that is protected', asked("GET /error$item?status=429"), '429 failed +');
    ends('a named one that is protected', asked("GET /error$item?status=503"), '503 failed +');
    is(scalar(() = slurp($api->path('api.log')) =~ /[?]status=503"/g), 1,
       'which is no second request to the API');
    like($gateway->log(), qr/"error_page".* leads to an upstream in a protected location/, 'error.log tells');
    ends('rewrite ... last', asked("GET /last$item"), '404 forwarded +');
    ends('to a location that is off', asked("GET /to-off$item"), '200 served');
    ends('in a cycle', asked("GET /cycle$item"), '500 failed');
    ends('try_files', asked("GET /try$item"), '404 forwarded +');
    ends('to one that is off', asked("GET /try-off$item"), '200 served +');
    ends('to a status', asked("GET /try-status$item"), '410 refused +');
    quiet();
};

# Requests as a client sends them that keeps the connection, but for the last.
sub pipeline {
    my @requests = map { request_bytes(@$_) } @_;
    s/^Connection: close\r\n//m for @requests[0 .. $#requests - 1];
    return join '', @requests;
}

sub connected {
    my ($port) = @_;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port // $GATEWAY) || die $!;
}

# The client resets the connection, when so many requests are on their way.
sub reset_after {
    my ($bytes, $starts) = @_;
    my $socket = connected();
    $socket->syswrite($bytes);
    $starts ? started($starts) : sleep 0.1;
    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0 or die $!;
    close $socket;
    return;
}

my @update = ("PUT $item", body => $SAMPLE{'update-request'});
my @json = ('Content-Type: application/json');
my @chunks = (@json, 'Transfer-Encoding: chunked');

subtest 'one connection' => sub {
    my $answers = ends('ten in a pipeline', sent(pipeline(
        [ "GET $item" ], [ "GET $item", token => undef ], [@update], [ "GET $CUSTOMERS/" ],
        [ "PUT $item", body => '{"customer":' ], [ "GET $item?status=500" ], [ "DELETE $item" ],
        [ "GET /one$item" ], [ "GET $item", token => $TOKEN{expired} ], [ "GET $item?delay=50ms" ])),
        ('404 forwarded +') x 4, '401 denied', '404 refused', '400 refused', '500 forwarded +',
        '405 refused', '503 unavailable');
    is(scalar(() = $answers =~ m{HTTP/1\.1 \d}g), 10, 'each with an answer');
    ends('a pipeline that breaks', sent(pipeline([ "GET $item" ], [ "GET $item" ]) =~ s/close/keep-alive/r
                                        . "\x16\x03\x01\x00 no HTTP\r\n\r\n"),
         ('404 forwarded +') x 2, '400 refused');
    ends('a pipeline whose client is gone',
         sub { reset_after(pipeline([ "GET $item?delay=1s" ], [ "GET $item" ]), 1) }, '499 aborted +');
    my $socket = connected();
    ends('a connection that is kept', sub {
        for (1, 2) {
            $socket->syswrite(request_bytes("GET $item") =~ s/^Connection: close\r\n//mr);
            sysread $socket, my $answer, 65536;
        }
    }, ('404 forwarded +') x 2);
    close $socket;
    quiet();
};

subtest 'a body' => sub {
    my $bytes = request_bytes("PUT $item", headers =>
        [ @json, 'Expect: 100-continue', 'Content-Length: ' . length $SAMPLE{'update-request'} ]);
    my $answer = ends('Expect: 100-continue', sub {
        my $socket = connected();
        $socket->syswrite($bytes);
        sysread $socket, my $told, 65536;
        $socket->syswrite($SAMPLE{'update-request'});
        1 while sysread $socket, $told, 65536, length $told;
        $told;
    }, '404 forwarded +');
    like($answer, qr{^HTTP/1\.1 100 Continue\r\n\r\nHTTP/1\.1 404}, 'it is told to go on');
    $answer = ends('the same of an unknown app', sent($bytes =~ s/^X-App-Token: \K\S+/x/mr),
                   '401 denied');
    like($answer, qr{^HTTP/1\.1 401}, 'which is not');
    ends('that is not sent then', sub { reset_after($bytes) }, '400 aborted');
    ends('a chunk that is cut off', sub { reset_after(
        request_bytes("PUT $item", headers => \@chunks) . "40\r\n{\"customer\"") }, '400 aborted');
    ends('a chunk that is none', sent(request_bytes("PUT $item", headers => \@chunks)
                                      . "5\r\n{\"a\":\r\nzz\r\n"), '400 refused');
    ends('more than was announced', sent(request_bytes("PUT $item", headers =>
        [ @json, 'Content-Length: 2' ]) . '{}{}{}{}'), '422 rejected');
    quiet();
};

subtest 'what comes late' => sub {
    ends('nothing at all', sub { exchange($late, '') });
    ends('half a request line', sent("GET /subscr", $late), '408 refused');
    ends('half a header', sent("GET $item HTTP/1.1\r\nHost: ga", $late), '408 refused');
    ends('half a body', sent(request_bytes("PUT $item", headers =>
        [ @json, 'Content-Length: 600' ]) . '{"customer"', $late), '408 refused');
    ends('half a chunk', sent(request_bytes("PUT $item", headers => \@chunks) . "40\r\n{", $late),
         '408 refused');
    ends('a second request', sent(pipeline([ "GET $item" ], [ "GET $item" ])
                                  =~ s/close/keep-alive/r . 'GET /', $late),
         ('404 forwarded +') x 2, '408 refused');
    ends('no second request', sent(request_bytes("GET $item") =~ s/close/keep-alive/r, $late),
         '404 forwarded +');
    ends('half a request line and a reset', sub { reset_after('GET /subscr') }, '400 aborted');
    ends('where no location is protected by its server', sub { exchange($plain, "bad\r\n\r\n") });
    quiet();
};

subtest 'it ends at once' => sub {
    ends('return 444', asked("GET /gone$item"), '444 refused');
    ends('limit_conn, and the one before it', sub {
        my $socket = connected();
        $socket->syswrite(request_bytes("GET /one$item?delay=3s"));
        started(1);
        ask("GET /one$item");
    }, '503 refused', '499 aborted +');
    ends('a reset before the answer', sub { reset_after(request_bytes("GET $item?delay=1s"), 1) },
         '499 aborted +');
    quiet();
};

# A worker died of it once, for nginx has no list of headers then.
subtest 'HTTP/0.9' => sub {
    my ($worker) = $gateway->workers();
    like(ends('of nobody', sent("GET $item\r\n"), '401 denied'), qr/^\{.*unknown-app.*\}$/s,
         'a problem document and nothing else');
    ends('of an app that is known without a header', sent("GET /app$item\r\n"), '404 forwarded +');
    ends('that is no customers path', sent("GET $CUSTOMERS/\r\n"), '401 denied');
    ends('without a path', sent("GET\r\n"), '400 refused');
    is(join(' ', $gateway->workers()), $worker, 'the worker lives');
    quiet();
};

# --- HTTP/2 ---

sub frame {
    my ($type, $flags, $stream, $payload) = @_;
    return substr(pack('N', length $payload), 1) . pack('CCN', $type, $flags, $stream) . $payload;
}

# HEADERS; without a body it ends the stream.
sub h2_request {
    my ($stream, $method, $path, $has_body) = @_;
    my $headers = join '', map { join '', "\0", map { chr(length) . $_ } @$_ }
        [ ':method', $method ], [ ':scheme', 'http' ], [ ':path', $path ],
        [ ':authority', 'gateway' ], [ 'content-type', 'application/json' ],
        [ 'x-app-token', $TOKEN{billing} ];
    return frame(1, $has_body ? 4 : 5, $stream, $headers);
}

my $preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . frame(4, 0, 0, '');
my $reset = pack 'N', 8;

# What is sent at once, and what when so many requests are on their way to the
# API; the socket stays.
sub h2 {
    my ($first, $starts, $then, $leave) = @_;
    return sub {
        my $socket = connected($h2);
        $socket->syswrite($preface . $first);
        return $socket if !defined $then;
        started($starts);
        $socket->syswrite($then);
        close $socket if $leave;
        return $socket;
    };
}

subtest 'HTTP/2' => sub {
    my ($slow, $fast) = ("$item?delay=2s", $item);
    ends('a stream that is reset before its answer',
         h2(h2_request(1, 'GET', $slow), 1, frame(3, 0, 1, $reset)), '499 aborted +');
    ends('one of three', h2(h2_request(1, 'GET', $fast) . h2_request(3, 'GET', "$item?delay=300ms")
                            . h2_request(5, 'GET', $slow), 3, frame(3, 0, 5, $reset)),
         '404 forwarded +', '404 forwarded +', '499 aborted +');
    ends('within its body', h2(h2_request(1, 'PUT', $item, 1) . frame(0, 0, 1, '{"customer"')
                               . frame(3, 0, 1, $reset)), '499 aborted');
    ends('a body without an end', sub {
        close h2(h2_request(1, 'PUT', $item, 1) . frame(0, 0, 1, '{"customer"'))->() }, '499 aborted');
    ends('a client that leaves three', h2(join('', map { h2_request($_, 'GET', $slow) } 1, 3, 5), 3, '', 1),
         ('499 aborted +') x 3);
    ends('a frame that is none', h2(h2_request(1, 'GET', $slow), 1, frame(0, 0, 0, 'x')), '499 aborted +');
    ends('GOAWAY', h2(h2_request(1, 'GET', "$item?delay=200ms"), 1, frame(7, 0, 0, pack 'NN', 1, 0)),
         '404 forwarded +');
    ends('a refused stream', h2(h2_request(1, 'GET', "$CUSTOMERS/")), '404 refused');
    quiet();
};

# --- TLS ---

# A client with TLS, to the end of the connection.
sub tls {
    my ($port, $bytes) = @_;
    return sub {
        put('request', $bytes);
        return scalar qx{openssl s_client -quiet -ign_eof -connect 127.0.0.1:$port < $DIR/request 2>/dev/null};
    };
}

subtest 'TLS' => sub {
    plan skip_all => 'needs openssl' if !$openssl;
    ends('a request', tls($tls, request_bytes("GET $item")), '404 forwarded +');
    ends('plain HTTP to its port', sent(request_bytes("GET $item"), $tls), '400 refused');
    ends('a handshake that is none', sent("\x16\x03\x01\x00\x05hello", $tls));
    ends('one that does not end', sent("\x16\x03\x01\x02\x00\x01", $tls));
    ends('nothing behind it', tls($tls, ''));
    ends('half a request line behind it', tls($tls, 'GET /'), '408 refused');
    ends('no certificate where one is asked for', tls($mtls, request_bytes("GET $item")),
         '400 refused');
    quiet();
};

done_testing();
