#!/usr/bin/perl

# How requests arrive: every framing of a body, in pieces, one behind the other,
# over HTTP/2, broken off and late.  Whatever came, the connection is right for
# the next request or closed, no body was in a file, and there is one record.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Riverty;
use RivertyConfig;
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Test::More;
use Time::HiRes qw(sleep stat);

my $item = "$CUSTOMERS/$NUMBER";
my $sample = $SAMPLE{'create-request'};
my $http2 = port();
my $api = start_api();
my $gateway = start_server('gateway', gateway_config(level => 'notice', server => <<"END"));
        listen 127.0.0.1:$http2 http2;
        riverty_customer on;
        client_body_buffer_size 1k;
        client_header_timeout 2s;
        client_body_timeout 1s;
        lingering_timeout 200ms;
        keepalive_timeout 10s;
        location / { proxy_pass $API; }
        location /moved/ { rewrite ^/moved(/.*)\$ /off\$1 last; }
        location /off/ {
            riverty_customer off;
            client_body_buffer_size 256k;
            proxy_set_header X-Subscription-Key $KEY{'other.primary'};
            proxy_pass $API/;
        }
        location /unbuffered/ {
            riverty_prefix /unbuffered;
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass $API/;
        }
END
my $log = $gateway->path('audit.log');
lines($gateway->path('error.log'));     # of its start
my $made = (stat "$gateway->{prefix}/nginx.pid")[9];

# The bytes of a request that leaves its connection open.
sub request { return request_bytes(@_) =~ s/^Connection: close\r\n//mr }

sub chunks {
    my ($body, $step, $trailer) = @_;
    return join('', map { sprintf "%x\r\n%s\r\n", length, $_ }
                    length $body ? unpack "(a$step)*", $body : ()) . "0\r\n" . ($trailer // '') . "\r\n";
}

my @json = ('Content-Type: application/json');
my @chunked = (@json, 'Transfer-Encoding: chunked');

sub in_chunks {
    my ($line, $body, %of) = @_;
    return request($line, %of, headers => [ @chunked, @{ $of{headers} // [] } ])
           . chunks($body, $of{step} // 100, $of{trailer});
}

# The last of a connection: what was before it has left it in order.
my $next = request_bytes("GET $CUSTOMERS/c7");

sub statuses { return join ' ', $_[0] =~ m{HTTP/1\.[01] (\d+) }g }

# What came for these bytes, what is recorded of each request and what reached
# the API of the bodies.
sub arrives {
    my ($what, $bytes, $statuses, $outcomes, @bodies) = @_;
    my $answer = ref $bytes eq 'CODE' ? $bytes->() : exchange($GATEWAY, $bytes);
    is(statuses($answer), $statuses, "$what: the answers") if defined $statuses;
    my @outcomes = split / /, $outcomes;
    is(join(' ', map { $_->{riverty}{outcome} } records($log, scalar @outcomes)), $outcomes,
       "$what: a record each");
    my $sent = grep { $_ eq 'forwarded' } @outcomes;
    my @got = reached($api->path('api.log'), $sent);
    is(scalar @got, $sent, "$what: so many at the API");
    is_deeply([ map { $_->{body} } grep { $_->{method} =~ /^P/ } @got ], \@bodies,
              "$what: as they were sent");
    return $answer;
}

# In pieces, each in a packet of its own.
sub pieces {
    my ($socket, @parts) = @_;
    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1 or die "TCP_NODELAY: $!\n";
    for my $part (@parts) {
        $socket->syswrite($part) // last;
        sleep 0.0005;
    }
    return;
}

sub connected {
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY)
        // die "127.0.0.1:$GATEWAY: $!\n";
}

# All that comes until the connection is closed.
sub rest {
    my ($socket) = @_;
    my $answer = '';
    local $SIG{ALRM} = sub { die "the connection stays open\n" };
    alarm 10;
    1 while sysread $socket, $answer, 65_536, length $answer;
    alarm 0;
    return $answer;
}

sub in_order {
    my @used = grep { ((stat "$gateway->{prefix}/$_")[9] // 0) > $made } qw(body proxy);
    is("@used", '', 'no body was in a file');
    my @lines = grep { /\[(?:warn|error|crit|alert|emerg)\]/ } lines($gateway->path('error.log'));
    is(join('', @lines), '', 'error.log has nothing to say');
    is(scalar(my @more = records($log)), 0, 'and no record more');
    return;
}


subtest 'framings' => sub {
    for my $at ('', '/unbuffered') {
        my $post = "POST $at$CUSTOMERS";
        my %way = (
            'a length' => request($post, body => $sample),
            chunks => in_chunks($post, $sample),
            'chunks of a byte' => in_chunks($post, $sample, step => 1),
            'one chunk' => in_chunks($post, $sample, step => 10_000),
            'an extension' => in_chunks($post, $sample) =~ s/^64\r/64;name="value"\r/mr,
            'a trailer' => in_chunks($post, $sample, trailer => "X-Sum: 1\r\nX-Subscription-Key: k\r\n"),
            'white space before the line' => "\r\n" . request($post, body => $sample),
        );
        for my $name (sort keys %way) {
            arrives("$at $name", $way{$name} . $next, '200 404', 'forwarded forwarded', $sample);
        }
        arrives("$at HTTP/1.0", request_bytes("$post HTTP/1.0", body => $sample), '200', 'forwarded',
                $sample);
        arrives("$at HTTP/1.0, kept", request("$post HTTP/1.0", body => $sample,
                                              headers => ['Connection: keep-alive']) . $next,
                '200 404', 'forwarded forwarded', $sample);
        arrives("$at HTTP/1.0, no body", request_bytes("GET $at$item HTTP/1.0"), '200', 'forwarded');
    }
    in_order();
};

# Where nothing is protected any more, nothing is limited either.
subtest 'a rewrite to a location that is off' => sub {
    my $large = 'z' x 100_000;
    for my $bytes (request("POST /moved$item/orders", body => $large),
                   in_chunks("POST /moved$item/orders", $large, step => 10_000)) {
        is(statuses(exchange($GATEWAY, $bytes . $next)), '200 404', 'the answers');
        my @got = reached($api->path('api.log'), 2);
        ok($got[0]{body} eq $large, 'as it was sent');
        records($log, 2);
    }
    in_order();
};

subtest 'Expect: 100-continue' => sub {
    my @expect = (headers => ['Expect: 100-continue']);
    for my $of ([ 'a length', request("POST $CUSTOMERS", body => $sample, @expect) ],
                [ 'chunks', in_chunks("POST $CUSTOMERS", $sample, @expect) ]) {
        my ($name, $bytes) = @$of;
        my ($head, $body) = split /(?<=\r\n\r\n)/, $bytes, 2;
        arrives("$name, waited for", sub {
            my $socket = connected();
            $socket->syswrite($head);
            sysread $socket, my $go, 1000;
            is($go, "HTTP/1.1 100 Continue\r\n\r\n", "$name: it is wanted");
            $socket->syswrite($body . $next);
            return rest($socket);
        }, '200 404', 'forwarded forwarded', $sample);
        arrives("$name, not waited for", $bytes . $next, undef, 'forwarded forwarded', $sample);
        arrives("$name, refused", $head =~ s/^X-App-Token: .*\r\n//mr, '401', 'denied');
    }
    arrives('too large, refused', request("POST $CUSTOMERS", body => '', @expect)
            =~ s/Length: 0/Length: 999999/r, '413', 'refused');
    in_order();
};

subtest 'in pieces' => sub {
    for my $of ([ 'a length', request("POST $CUSTOMERS", body => $sample) ],
                [ 'chunks', in_chunks("POST $CUSTOMERS", $sample, step => 9) ]) {
        my ($name, $bytes) = @$of;
        arrives("byte by byte, $name", sub {
            my $socket = connected();
            pieces($socket, split //, $bytes . $next);
            return rest($socket);
        }, '200 404', 'forwarded forwarded', $sample);
    }

    # Split at every offset, on a connection that is kept; the body is refused.
    my %whole = ('a length' => request("POST $CUSTOMERS", body => '{"a":1}'),
                 chunks => in_chunks("POST $CUSTOMERS", '{"a":1}', step => 3));
    for my $name (sort keys %whole) {
        my $bytes = $whole{$name};
        my $times = length($bytes) - 1;
        my $answer = arrives("at every offset, $name", sub {
            my $socket = connected();
            pieces($socket, substr($bytes, 0, $_), substr $bytes, $_) for 1 .. $times;
            $socket->syswrite($next);
            return rest($socket);
        }, join(' ', (422) x $times, 404), join ' ', ('rejected') x $times, 'forwarded');
    }
    in_order();
};

# A body whose length nobody knows moves as it grows; meanwhile others come.
subtest 'two at once, one of which grows' => sub {
    my @other = map { edited('create-request', [ lastName => '"Ankunding"' => "\"Other$_\"" ])
                      . ' ' x 7000 } 1 .. 3;
    for my $first (1, 700, 1500) {
        my $body = $sample . ' ' x 9000;
        my ($head, $rest) = split /(?<=\r\n\r\n)/, in_chunks("POST $CUSTOMERS", $body, step => 500), 2;
        my $slow = connected();
        pieces($slow, $head . substr($rest, 0, $first), substr $rest, $first, 4000 - $first);
        sleep 0.02;
        arrives("$first bytes first: those that come meanwhile", sub {
            return join '', map { exchange($GATEWAY, request_bytes("POST $CUSTOMERS", body => $_)) }
                            @other;
        }, '200 200 200', 'forwarded forwarded forwarded', @other);
        arrives("$first bytes first: the one that grows", sub {
            $slow->syswrite(substr($rest, 4000) . $next);
            return rest($slow);
        }, '200 404', 'forwarded forwarded', $body);
    }
    in_order();
};

# By name: the bytes, the status, the outcome, the body that reaches the API.
my %kind = (
    create => [ request("POST $CUSTOMERS", body => $sample), 200, 'forwarded', $sample ],
    'create in chunks' => [ in_chunks("POST $CUSTOMERS", $sample), 200, 'forwarded', $sample ],
    read => [ request("GET $item"), 200, 'forwarded' ],
    'an empty order' => [ request("POST $item/orders", body => '', token => $TOKEN{other}), 200,
                          'forwarded', '' ],
    'an empty order in chunks' => [ in_chunks("POST $item/orders", '', token => $TOKEN{other}), 200,
                                    'forwarded', '' ],
    rejected => [ request("POST $CUSTOMERS", body => '{}'), 422, 'rejected' ],
    malformed => [ in_chunks("POST $CUSTOMERS", '{'), 400, 'refused' ],
    empty => [ request("POST $CUSTOMERS", body => ''), 400, 'refused' ],
    unknown => [ request("POST $CUSTOMERS", body => $sample, token => undef), 401, 'denied' ],
    'unknown, in chunks' => [ in_chunks("POST $CUSTOMERS", $sample, token => undef), 401, 'denied' ],
    'not granted' => [ request("POST $CUSTOMERS", body => $sample, token => $TOKEN{reader}), 403,
                       'denied' ],
    misspelled => [ request("POST $CUSTOMERS/", body => $sample), 404, 'refused' ],
    'another method' => [ request("PATCH $CUSTOMERS", body => $sample), 405, 'refused' ],
    'another type' => [ request("POST $CUSTOMERS", headers => [ 'Content-Length: 2' ]) . '{}', 415,
                        'refused' ],
    coded => [ request("POST $CUSTOMERS", body => $sample, headers => ['Content-Encoding: gzip']),
               415, 'refused' ],
    'too large' => [ request("POST $CUSTOMERS", body => ' ' x 70_000), 413, 'refused' ],
);

subtest 'one behind the other' => sub {
    # each kind first, second and third
    my @names = sort keys %kind;
    for my $i (0 .. $#names) {
        my @three = map { $kind{ $names[($i + $_) % @names] } } 0, 1, 5;
        arrives("$names[$i] and others", join('', map { $_->[0] } @three) . $next,
                join(' ', map({ $_->[1] } @three), 404),
                join(' ', map({ $_->[2] } @three), 'forwarded'),
                map { $_->[3] // () } @three);
    }
    for my $name (@names) {
        my ($bytes, $status, $outcome, @body) = @{ $kind{$name} };
        arrives("$name, three times", $bytes x 3 . $next, join(' ', ($status) x 3, 404),
                join(' ', ($outcome) x 3, 'forwarded'), (@body) x 3);
    }
    in_order();
};

subtest 'one after the other, each when the last is answered' => sub {
    my $socket = connected();
    for my $name (sort keys %kind) {
        my ($bytes, $status, $outcome, @body) = @{ $kind{$name} };
        arrives($name, sub {
            $socket->syswrite($bytes);
            sysread $socket, my $answer, 65_536;
            return $answer;
        }, $status, $outcome, @body);
    }
    close $socket;
    in_order();
};

# Neither the module nor nginx knows where such a request ends: it is the last.
subtest 'lengths that contradict each other' => sub {
    my @two = (body => $sample, headers => [ 'Content-Length: ' . length $sample ]);
    my %way = (
        'a length and chunks' => [ request("POST $CUSTOMERS", headers =>
            [ @chunked, 'Content-Length: 5' ]) . chunks($sample, 100), 400 ],
        'two lengths' => [ request("POST $CUSTOMERS", @two), 400 ],
        'two that differ' => [ request("POST $CUSTOMERS", body => $sample,
                                       headers => ['Content-Length: 1']), 400 ],
        'a length that is none' => [ request("POST $CUSTOMERS", headers =>
            [ @json, 'Content-Length: +5' ]) . 'hello', 400 ],
        'a negative one' => [ request("POST $CUSTOMERS", headers =>
            [ @json, 'Content-Length: -1' ]), 400 ],
        'another coding' => [ request("POST $CUSTOMERS", headers =>
            [ @json, 'Transfer-Encoding: gzip, chunked' ]) . chunks($sample, 100), 501 ],
        'chunks in HTTP/1.0' => [ in_chunks("POST $CUSTOMERS HTTP/1.0", $sample), 400 ],
        'a chunk that is none' => [ request("POST $CUSTOMERS", headers => \@chunked)
                                    . "zz\r\n{}\r\n0\r\n\r\n", 400 ],
    );
    for my $name (sort keys %way) {
        my ($bytes, $status) = @{ $way{$name} };
        arrives($name, $bytes . $next, $status, 'refused');
    }
    my @said = grep { /\[error\]/ } lines($gateway->path('error.log'));
    is(scalar @said, 1, 'one of them at level error');
    like($said[0], qr/client sent invalid chunked body/, 'the chunk');
    in_order();
};

subtest 'HTTP/2' => sub {
    my @length = ([ 'content-length', length $sample ]);
    my $large = $sample . ' ' x 80_000;
    my %other = (token => $TOKEN{other});
    my @cases = (
        [ 'without a length', $sample, {}, qr/"contracts":\[\]/, 'forwarded', $sample ],
        [ 'with a length', $sample, { headers => \@length }, qr/"contracts":\[\]/, 'forwarded', $sample ],
        [ 'a byte a frame', $sample, { frame => 1 }, qr/"contracts":\[\]/, 'forwarded', $sample ],
        [ 'a wrong length', $sample, { headers => [ [ 'content-length', 5 ] ] }, qr/400 Bad/, 'refused' ],
        [ 'rejected', '{}', {}, qr/contract-broken/, 'rejected' ],
        [ 'unknown', $sample, { token => 'unknown' }, qr/unknown-app/, 'denied' ],
        [ 'unknown and large', $large, { token => 'unknown', frame => 16_384 }, qr/unknown-app/, 'denied' ],
        [ 'too large', $large, { frame => 16_384 }, qr/content-too-large/, 'refused' ],
        [ 'too large, and said so', $large, { headers => [ [ 'content-length', length $large ] ] },
          qr/content-too-large/, 'refused' ],
        [ 'an empty frame', '', {}, qr/malformed-json/, 'refused' ],
        [ 'no frame', undef, {}, qr/malformed-json/, 'refused' ],
        [ 'an empty order', '', {%other}, qr/accepted/, 'forwarded', '' ],
        [ 'an order with no frame', undef, {%other}, qr/accepted/, 'forwarded', '' ],
    );
    my $kept = http2_connect($http2);
    my $window = 65_535;
    my $stream = 1;
    for my $case (@cases) {
        my ($name, $body, $of, $pattern, $outcome, @body) = @$case;
        my $path = $of->{token} && $of->{token} eq $TOKEN{other} ? "$item/orders" : $CUSTOMERS;
        arrives("$name, alone", sub {
            like(http2($path, $body, { %$of, socket => http2_connect($http2) }), $pattern,
                 "$name, alone: the answer");
            return '';
        }, undef, $outcome, @body);
        arrives("$name, on one connection", sub {
            my %here = (%$of, socket => $kept, stream => $stream, window => $window);
            like(http2($path, $body, \%here), $pattern, "$name, on one connection: the answer");
            ($stream, $window) = ($stream + 2, $here{window});
            return '';
        }, undef, $outcome, @body);
    }
    arrives('and then', sub {
        like(http2($CUSTOMERS, $sample, { socket => $kept, stream => $stream, window => $window }),
             qr/"contracts":\[\]/, 'and then: the answer');
        return '';
    }, undef, 'forwarded', $sample);
    in_order();
};

# A client that is gone: in the head nothing was asked, in the body all was.
subtest 'broken off' => sub {
    for my $of ([ 'a length', request("POST $CUSTOMERS", body => $sample) ],
                [ 'chunks', in_chunks("POST $CUSTOMERS", $sample, step => 60) ]) {
        my ($name, $bytes) = @$of;
        my $head = index($bytes, "\r\n\r\n") + 4;
        my @points = map { $head + int($_ * (length($bytes) - $head - 1) / 11) } 0 .. 11;
        arrives("$name, in the body", sub {
            for my $point (@points) {
                my $socket = connected();
                $socket->syswrite(substr $bytes, 0, $point);
                sleep 0.02;
                close $socket;
            }
            return '';
        }, undef, join ' ', ('aborted') x @points);
    }
    for my $of ({ leave => 1 }, { reset => 1 }) {
        arrives('HTTP/2, ' . (keys %$of)[0], sub {
            my $socket = http2_post($http2, $CUSTOMERS, substr($sample, 0, 300), %$of);
            return '';
        }, undef, 'aborted');
    }
    my $bytes = request("GET $item");
    send_only(substr($bytes, 0, $_), 0.005) for map { 1 + 9 * $_ } 0 .. (length($bytes) - 5) / 9;
    sleep 0.1;
    my @records = records($log);
    is(scalar(grep { $_->{riverty}{outcome} ne 'aborted' && $_->{riverty}{outcome} ne 'refused' }
              @records), 0, 'in the head: nothing is forwarded');
    is(scalar(my @none = reached($api->path('api.log'))), 0, 'in the head: nothing reached the API');
    arrives('and then', $next, '404', 'forwarded');
    in_order();
};

subtest 'late' => sub {
    for my $of ([ 'a length', request("POST $CUSTOMERS", body => $sample) ],
                [ 'chunks', in_chunks("POST $CUSTOMERS", $sample) ],
                [ 'not buffered', request("POST /unbuffered$CUSTOMERS", body => $sample) ]) {
        my ($name, $bytes) = @$of;
        arrives("$name: no end of the body", sub {
            my $socket = connected();
            $socket->syswrite(substr $bytes, 0, -50);
            return rest($socket);
        }, undef, 'refused');
    }
    arrives('no end of the head', sub {
        my $socket = connected();
        $socket->syswrite("GET $item HTTP/1.1\r\nHost: gateway\r\n");
        return rest($socket);
    }, undef, 'refused');
    arrives('and then', $next, '404', 'forwarded');
    in_order();
};

done_testing();
