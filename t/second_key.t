#!/usr/bin/perl

# The second key: where the API answers 401 to the first, the same request goes
# out once more with the other, whatever the way to the API is, and that key is
# preferred from then on.  Where no key is taken, the app is told so.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX ();
use Riverty;
use RivertyConfig;
use Socket qw(inet_aton);
use Test::More;
use Time::HiRes qw(sleep time);

my $item = "$CUSTOMERS/$NUMBER";
my ($dead, $second, $tls, $resolver) = map { port() } 1 .. 4;

# Each fact is tried with apps that the API has said nothing of yet.
my @fresh = map { sprintf 'two%03d', $_ } 1 .. 400;
my @all = @fresh;
my @single = map { sprintf 'single%d', $_ } 1 .. 4;
$TOKEN{$_} = "token-of-$_" for @fresh, @single, 'more';
$KEY{"$_.primary"} = "key-$_-primary" for @fresh, @single;
$KEY{"$_.secondary"} = "key-$_-secondary" for @fresh;

sub write_apps {
    my (@more) = @_;
    my @may = qw(create read update other);
    spew("$STORE/apps.json.new", encode_json({ apps => [
        map({ my $app = $_; Riverty::app($app, \@may,
                map { { id => $_, value => $KEY{"$app.$_"} } }
                grep { $KEY{"$app.$_"} } qw(primary secondary)) } 'billing', @all, @single),
        @more ] }));
    rename "$STORE/apps.json.new", "$STORE/apps.json" or die $!;   # whole
}
write_apps();
# The API refuses a key for as long as there is a file of its name.
mkdir "$DIR/refused" or die $!;
sub refuse { put("refused/$KEY{$_}", '') for @_ }
sub accept_again { unlink "$DIR/refused/$KEY{$_}" for @_ }

sub fresh { return shift @fresh // die "no app is left\n" }

# An app whose first key the API takes no more.
sub rotated {
    my $app = fresh();
    refuse("$app.primary");
    return $app;
}


# --- the API ---

my $answers = <<"END";
            set \$answer \$arg_status;
            if (-f $DIR/refused/\$riverty_sandbox_key) { set \$answer 401; }
            riverty_sandbox_status \$answer;
            riverty_sandbox_delay \$arg_delay;
END

my ($server) = api_config($answers) =~ /(    server \{.*\})/s;
sub one_more_api {
    my ($listen, $more) = @_;
    return $server =~ s/listen \S+;/"listen $listen; " . ($more \/\/ '')/er . "\n";
}

# For https; without openssl(1) those ways are left out.
my $certificate = system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=api.test"
    . " -addext subjectAltName=DNS:api.test -keyout $DIR/api.key -out $DIR/api.crt"
    . " > $DIR/openssl.log 2>&1") == 0;
diag('https is not tried: it needs openssl (apt-get install openssl)') if !$certificate;

my $api = start_server('api', config_of(http => join '', api_config($answers),
    one_more_api("127.0.0.1:$second"), one_more_api("127.0.0.2:$API_PORT"),
    $certificate ? one_more_api("127.0.0.1:$tls ssl",
                                'ssl_certificate ../api.crt; ssl_certificate_key ../api.key;') : ()));
my $api_log = $api->path('api.log');

my @children;
END { local $?; kill 'TERM', $_ and waitpid $_, 0 for @children }

sub in_the_background {
    my ($code) = @_;
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        $SIG{TERM} = 'DEFAULT';
        $code->();
        POSIX::_exit(0);
    }
    push @children, $pid;
    return;
}

# A name server: the addresses of four names.
my %addresses = (one => ['127.0.0.1'], two => [ '127.0.0.1', '127.0.0.2' ],
                 half => [ '127.0.0.1', '127.0.0.3' ]);
my $names = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
                                  LocalPort => $resolver) or die $!;
in_the_background(sub {
    while (defined $names->recv(my $query, 512)) {
        my $name = unpack 'C/a', substr $query, 12;
        my @found = @{ $addresses{$name} // [] };
        my ($question) = $query =~ /^.{12}((?:[^\0].*?)?\0.{4})/s;
        $names->send(pack('a2n5', $query, 0x8180, 1, scalar @found, 0, 0) . $question
            . join '', map { pack 'nnnNna4', 0xc00c, 1, 1, 1, 4, inet_aton($_) } @found);
    }
});


# --- the gateway ---

my ($upstream, $servers) = (0, '');

# A server of its own for each way to the API; its port.
sub way {
    my ($location, $peers, $listen) = @_;
    my $port = port();
    if ($peers) {
        my $name = 'api' . ++$upstream;
        $servers .= "    upstream $name {\n$peers\n    }\n";
        $location .= "\nproxy_pass http://$name;" if $location !~ s/UPSTREAM/$name/g;
    }
    $servers .= <<"END";
    server {
        listen 127.0.0.1:$port@{[ $listen // '' ]};
        riverty_customer on;
        location / {
$location
        }
    }
END
    return $port;
}

my $one = "server 127.0.0.1:$API_PORT;";
my $two = "$one server 127.0.0.1:$second;";
my $kept = 'proxy_http_version 1.1; proxy_set_header Connection "";';
my $resolve = "resolver 127.0.0.1:$resolver ipv6=off valid=1s;";
my $verify = <<"END";
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate ../api.crt;
            proxy_ssl_name api.test;
            proxy_ssl_server_name on;
END

# Name, port, and $upstream_status where it may be another than 401, 200.
my $with_dead = qr/^(?:502, )?401, (?:502, )?200$/;
my @ways = (
    [ 'an address', way("proxy_pass $API;") ],
    [ 'an upstream of one server', way('', $one) ],
    [ 'of two', way('', $two) ],
    [ 'with a spare one', way('', "$one server 127.0.0.1:$second backup;") ],
    [ 'in shared memory', way('', "zone api 64k; $two") ],
    (map { [ $_, way('', "$_; $two") ] } 'ip_hash', 'least_conn', 'random two',
                                         'hash $request_method$remote_port'),
    [ 'kept connections', way($kept, "$one keepalive 4;") ],
    [ 'to two servers', way($kept, "least_conn; $two keepalive 1;") ],
    (map { [ $_, way($_, $two) ] } 'proxy_next_upstream off;', 'proxy_next_upstream error;',
        'proxy_next_upstream http_403 http_404 http_500 non_idempotent;',
        'proxy_next_upstream_tries 1;', 'proxy_next_upstream_timeout 1ms;',
        'proxy_request_buffering off;', 'proxy_buffering off;', "proxy_request_buffering off; $kept",
        'proxy_intercept_errors on; error_page 401 403 /page;', 'proxy_buffer_size 1k;',
        'riverty_key_header Ocp-Apim-Subscription-Key;'),
    [ 'a dead server first', way('', "server 127.0.0.1:$dead max_fails=0; $two"), $with_dead ],
    [ 'a dead one of two', way('', "server 127.0.0.1:$dead; $one"), qr/^(?:502, )?401, 200$/ ],
    [ 'kept connections and a dead one',
      way($kept, "server 127.0.0.1:$dead max_fails=0; $two keepalive 4;"), $with_dead ],
    [ 'an upstream\'s name in a variable', way('set $api UPSTREAM; proxy_pass http://$api;', $two) ],
    [ 'an address in a variable', way("set \$api 127.0.0.1:$API_PORT; proxy_pass http://\$api;") ],
    (map { [ "a name that is resolved, $_ of addresses",
             way("$resolve set \$api $_.test:$API_PORT; proxy_pass http://\$api;") ] } 'one', 'two'),
    [ 'a name one of whose addresses is dead',
      way("$resolve set \$api half.test:$API_PORT; proxy_pass http://\$api;"), $with_dead ],
    nginx_since('1.27.3') ? [ 'an upstream that resolves', way('', "zone found 128k; $resolve server two.test:$API_PORT resolve;") ] : (),
    nginx_since('1.29.6') ? [ 'sticky', way('', "sticky cookie held; $two") ] : (),
    $certificate ? (
        [ 'https', way("$verify proxy_pass https://127.0.0.1:$tls;") ],
        [ 'https without sessions',
          way("$verify proxy_ssl_session_reuse off; proxy_pass https://127.0.0.1:$tls;") ],
        [ 'https over kept connections', way("$verify $kept proxy_pass https://UPSTREAM;",
                                             "server 127.0.0.1:$tls; keepalive 4;") ],
        [ 'https to a name that is resolved',
          way("$verify $resolve set \$api one.test:$tls; proxy_pass https://\$api;") ],
    ) : (),
);

my $reached_by_all = way('', $two, ' reuseport');
my $h2 = way($kept, "$one keepalive 4;", ' http2');
my $many = way($kept, "$two keepalive 4;");
my $strict = way('', "server 127.0.0.1:$API_PORT max_fails=1 fail_timeout=60s;"
                     . " server 127.0.0.1:$second max_fails=1 fail_timeout=60s;");
my $next = way('proxy_next_upstream http_500 non_idempotent;', $two);
# Connections to the first are refused a moment later, to the second at once.
my @live_first = map { way('', "$one server $_ max_fails=0;") } "127.0.0.1:$dead",
                                                                "unix:$DIR/nobody.sock";
my $page = way("error_page 502 401 /page; proxy_pass $API;");
my $monitor = way("riverty_customer monitor; proxy_pass $API;");
my ($short, $gone) = (port(), "$DIR/gone.sock");
my $goes = way("proxy_pass http://127.0.0.1:$short;");
my $goes_at_once = way("proxy_pass http://unix:$gone:;");

my $gateway = start_server('gateway', gateway_config(workers => 2, http => <<"END",
    log_format way '\$upstream_status|\$riverty_key_id|\$pid';
    access_log logs/way.log way;
$servers
END
    server => <<"END2") =~ s/apps\.json;/apps.json check=200ms;/r);
        riverty_customer on;
        location / { proxy_pass $API; }
END2
my $log = $gateway->path('audit.log');
my $way_log = $gateway->path('way.log');

# What one request left behind: the answer, what the API got, the record and
# the words of the access log.  Of: as in ask(), and requests: how many the API
# is to get.
sub watched {
    my ($app, $line, %of) = @_;
    my $answer = ask($line, token => $TOKEN{$app}, %of);
    my @requests = reached($api_log, $of{requests} // 1);
    my ($record) = records($log, 1);
    my ($words) = lines($way_log, 1);
    chomp(my ($statuses) = split /\|/, $words // '');
    return { answer => $answer, status => $answer->{status}, requests => \@requests,
             keys => join(' ', map { $_->{key} =~ s/.*\.//r } @requests),
             record => $record, riverty => $record->{riverty}, statuses => $statuses };
}

# What the record says of the keys.
sub record_says {
    my ($got, $outcome, $key, $status, $retried, $name) = @_;
    my $riverty = $got->{riverty};
    is("$riverty->{outcome} $riverty->{key} $riverty->{upstream}{status}", "$outcome $key $status",
       "$name: outcome, key, status");
    is(!!$riverty->{upstream}{retried}, !!$retried, "$name: retried or not");
    return;
}

# What came meanwhile is of no interest.
sub forget {
    my ($requests) = @_;
    records($log, $requests);
    lines($way_log, $requests);
    sleep 0.1;
    reached($api_log);
    return;
}

sub lines_of_error_log { return grep { /$_[0]/ } split /\n/, $gateway->log() }

my @body = (body => $SAMPLE{'create-request'});
my @new = (body => $SAMPLE{'update-request'});

is(watched(fresh(), "POST $CUSTOMERS", @body)->{status}, 200, 'a customer is made');

# Both refused: begun here, since it takes a while until the end of the pause.
my $lost = rotated();
refuse("$lost.secondary");
my $lost_since;

subtest 'both keys refused' => sub {
    my $got = watched($lost, "POST $CUSTOMERS", @body, requests => 2);
    $lost_since = time;
    is($got->{status}, 502, 'is 502');
    like($got->{answer}{head}, qr{^Content-Type: application/problem\+json\r?$}m, 'a document');
    my $problem = decode_json($got->{answer}{body});
    is("@$problem{qw(type status)}", 'urn:riverty-customer:problem:credentials-refused 502',
       'of its type and status');
    unlike($got->{answer}{head} . $got->{answer}{body}, qr/WWW-Authenticate|key-two/i,
           'nothing of the API\'s 401');
    is($got->{keys}, 'primary secondary', 'each key was tried once');
    is($got->{requests}[$_]{length}, length $SAMPLE{'create-request'}, 'with the body') for 0, 1;
    is($got->{statuses}, '401, 401', '$upstream_status says what the API answered');
    record_says($got, 'unavailable', 'secondary', 401, 1, 'record');
    is("@{$got->{record}}{qw(event.outcome http.response.status_code http.response.body.bytes)}",
       'failure 502 ' . length $got->{answer}{body}, 'record: what the app got');

    for (1 .. 3) {
        $got = watched($lost, "POST $CUSTOMERS", @body);
        is("$got->{status} $got->{keys} $got->{statuses}", '502 primary 401', 'then one key only');
        is(decode_json($got->{answer}{body})->{type}, $problem->{type}, 'for the same reason');
        record_says($got, 'unavailable', 'primary', 401, 0, 'and recorded');
    }
    is(scalar(my @alerts = lines_of_error_log(qr/\[alert\].*"$lost"/)), 1, 'one alert');
    is(watched(fresh(), "GET $item")->{keys}, 'primary', 'another app has its keys');
};

subtest "by way of $_->[0]" => sub {
    my (undef, $port, $statuses) = @$_;
    for my $of ([ "POST $CUSTOMERS", @body ], [ "PUT $item", @new ], [ "GET $item" ]) {
        my ($line, %of) = @$of;
        my ($method) = $line =~ /^(\w+)/;
        my $app = rotated();
        my $got = watched($app, $line, %of, port => $port, requests => 2);
        is("$got->{status} $got->{keys}", '200 primary secondary', "$method: with the second key");
        like($got->{statuses}, $statuses // qr/^401, 200$/, "$method: \$upstream_status");
        my $last = $got->{requests}[-1];
        is($last->{body}, $of{body} // '', "$method: its body is whole");
        is($_->{length}, defined $of{body} ? length $of{body} : '', "$method: and as long")
            for @{ $got->{requests} };
        is("$last->{method} $last->{uri}", $line, "$method: the request is the same");
        is($last->{token}, '', "$method: without the token");
        is($got->{requests}[0]{id}, $last->{id}, "$method: with one id");
        record_says($got, 'forwarded', 'secondary', 200, 1, "$method: record");
        is($got->{record}{'event.outcome'}, 'success', "$method: record: event.outcome");

        $got = watched($app, "GET $item", port => $port);
        is("$got->{status} $got->{keys}", '200 secondary', "$method: the next with that one at once");
        like($got->{statuses}, qr/^(?:502, )*200$/, "$method: and its \$upstream_status");
        record_says($got, 'forwarded', 'secondary', 200, 0, "$method: record");
    }
} for @ways;

subtest 'a second try that meets a dead server' => sub {
    for my $port (@live_first) {
        my %statuses;
        for (1 .. 8) {
            my $got = watched(rotated(), "POST $CUSTOMERS", @body, port => $port, requests => 2);
            is("$got->{status} $got->{keys}", '200 primary secondary', 'is answered by the next');
            record_says($got, 'forwarded', 'secondary', 200, 1, 'record');
            $statuses{ $got->{statuses} }++;
        }
        ok(delete $statuses{'401, 502, 200'}, '$upstream_status tells the three');
        delete $statuses{$_} for '401, 200', '502, 401, 200', '502, 401, 502, 200';
        is_deeply(\%statuses, {}, 'and nothing that was not');
    }
};

subtest 'an API that goes away between the two' => sub {
    for my $of ([ $goes, sub { IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1',
                                                     LocalPort => $short, ReuseAddr => 1) } ],
                [ $goes_at_once, sub { IO::Socket::UNIX->new(Listen => 5, Local => $gone) } ]) {
        my ($port, $open) = @$of;
        my $once = $open->() or die $!;
        chmod 0777, $gone;
        in_the_background(sub {
            my $socket = $once->accept();
            close $once;
            unlink $gone;
            sysread $socket, my $bytes, 65536;
            syswrite $socket, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n";
        });
        close $once;
        my $got = watched(rotated(), "GET $item", port => $port, requests => 0);
        is($got->{status}, 502, 'is 502');
        unlike($got->{answer}{body}, qr/credentials-refused/, 'not for the credentials');
        is($got->{statuses}, '401, 502', '$upstream_status tells both');
        is($got->{riverty}{outcome}, 'failed', 'record: outcome');
        is($got->{riverty}{upstream}{status}, 502, 'record: status');
    }
};

subtest 'no other status asks for the second key' => sub {
    for my $status (200, 204, 400, 403, 404, 405, 407, 409, 429, 500, 502, 503, 504) {
        for my $port ($GATEWAY, $many) {
            my $got = watched(fresh(), "POST $CUSTOMERS?status=$status", @body, port => $port);
            is("$got->{status} $got->{keys} $got->{statuses}", "$status primary $status", 'it passes');
        }
    }
};

subtest 'and what the second one gets is the answer' => sub {
    for my $status (204, 400, 403, 404, 429, 500, 503) {
        my $app = rotated();
        my $got = watched($app, "POST $CUSTOMERS?status=$status", @body, requests => 2);
        is("$got->{status} $got->{statuses}", "$status 401, $status", "$status passes");
        record_says($got, 'forwarded', 'secondary', $status, 1, "$status: record");
        is(watched($app, "GET $item")->{keys}, 'secondary', "$status: the key is preferred");
    }
    my $got = watched(rotated(), "POST $CUSTOMERS?status=500", @body, port => $next, requests => 3);
    is("$got->{keys} $got->{statuses}", 'primary secondary secondary 401, 500, 500',
       'nginx\'s own next server is asked with the second key, too');
};

subtest 'the preferred key' => sub {
    my $app = rotated();
    is(watched($app, "GET $item", port => $reached_by_all, requests => 2)->{keys},
       'primary secondary', 'is found once');
    my ($asked, %by) = (0);
    until (keys %by >= 2 || $asked++ >= 300) {
        ask("GET $item", token => $TOKEN{$app}, port => $reached_by_all);
        my ($statuses, $key, $pid) = split /\||\n/, (lines($way_log, 1))[0];
        $by{$pid}{"$statuses $key"}++;
    }
    is(scalar keys %by, 2, 'by one worker, for both');
    is(join(',', map { keys %$_ } values %by), '200 secondary,200 secondary', 'no 401 again');
    is(scalar(grep { $_->{key} !~ /secondary/ } reached($api_log, $asked)), 0, 'the API neither');
    records($log, $asked);

    refuse("$app.secondary");
    accept_again("$app.primary");
    my $got = watched($app, "PUT $item", @new, requests => 2);
    is("$got->{status} $got->{keys}", '200 secondary primary', 'is given up for the first one');
    is(watched($app, "GET $item")->{keys}, 'primary', 'which is preferred then');
};

subtest 'an app with one key that is refused' => sub {
    my $app = $single[0];
    refuse("$app.primary");
    for (1 .. 3) {
        my $got = watched($app, "POST $CUSTOMERS", @body);
        is("$got->{status} $got->{keys} $got->{statuses}", '502 primary 401', 'is 502');
        is(decode_json($got->{answer}{body})->{type},
           'urn:riverty-customer:problem:credentials-refused', 'credentials-refused');
        record_says($got, 'unavailable', 'primary', 401, 0, 'and recorded');
    }
    is(scalar(my @alerts = lines_of_error_log(qr/\[alert\].*"$app"/)), 1, 'one alert');
    accept_again("$app.primary");
    is(watched($app, "GET $item")->{status}, 200, 'a key that is taken again is used at once');
};

subtest 'a refusal over a connection that is kept' => sub {
    my $app = $single[1];
    refuse("$app.primary");
    for my $line ("GET $item", "POST $CUSTOMERS") {
        my $bytes = raw($line, $line =~ /POST/ ? $SAMPLE{'create-request'} : undef)
            =~ s/X-App-Token: \K\S+/$TOKEN{$app}/r;
        my $answers = exchange($GATEWAY, $bytes x 2);
        my @connection = $answers =~ /^Connection: (\S+)\r$/mg;
        like("@connection", qr/^(?:close|keep-alive keep-alive)$/, "$line: it is as it says");
        my ($length, $body) = $answers =~ /^Content-Length: (\d+)\r\n.*?\r\n\r\n(\{[^}]*\}\n)/ms;
        is(length $body, $length, "$line: behind a whole answer");
        accept_again("$app.primary");
        is(ask("GET $item", token => $TOKEN{$app})->{status}, 200, "$line: the next is answered");
        refuse("$app.primary");
        forget(1 + @connection);
    }
};

subtest 'pages of nginx' => sub {
    my $app = rotated();
    is(watched($app, "GET $item", port => $page, requests => 2)->{status}, 200, 'none for one 401');
    refuse("$app.secondary");
    my $got = watched($app, "GET $item", port => $page, requests => 2);
    is($got->{status}, 502, 'none for two');
    like($got->{answer}{body}, qr/credentials-refused/, 'but the problem document');
};

subtest 'a refused key is no fault of the server' => sub {
    my $app = rotated();
    refuse("$app.secondary");
    my $from = length $gateway->log();
    ask("POST $CUSTOMERS", token => $TOKEN{$_}, @body, port => $strict)
        for ($app) x 4, map { rotated() } 1 .. 4;
    forget(8);
    my (%at, %status);
    for (1 .. 6) {
        my $got = watched($single[3], "GET $item", port => $strict);
        $status{ $got->{status} }++;
        $at{ $got->{riverty}{upstream}{addr} }++;
    }
    is_deeply(\%status, { 200 => 6 }, 'others are served');
    is(scalar keys %at, 2, 'by both servers');
    unlike(substr($gateway->log(), $from), qr/temporarily disabled|no live upstreams/,
           'which nginx holds for alive');
};

subtest 'the body' => sub {
    my $sent = edited('create-request', [ language => '"de"' => '"DE"' ]);
    my $got = watched(rotated(), "POST $CUSTOMERS", body => $sent, requests => 2);
    is($got->{requests}[1]{body}, $SAMPLE{'create-request'}, 'in the API\'s form');

    my $large = $SAMPLE{'create-request'} . ' ' x 60_000;
    $got = watched(rotated(), "POST $CUSTOMERS", body => $large, port => $many, requests => 2);
    is($got->{status}, 200, 'a large one');
    is(length $got->{requests}[1]{body}, length $large, 'is whole');

    for my $port ($GATEWAY, $many) {
        my $head = request_bytes("POST $CUSTOMERS", token => $TOKEN{ rotated() }, headers =>
            [ 'Content-Type: application/json', 'Transfer-Encoding: chunked' ]);
        like(exchange($port, $head . join '', map { sprintf "%x\r\n%s\r\n", length, $_ }
                                              unpack('(a97)*', $SAMPLE{'create-request'}), ''),
             qr{^HTTP/1\.1 200 }, 'in chunks');
        my @requests = reached($api_log, 2);
        is($requests[1]{body}, $SAMPLE{'create-request'}, 'is whole the second time');
        is($requests[1]{length} . $requests[1]{coding}, length $SAMPLE{'create-request'},
           'with a length');
        forget(1);
    }
};

subtest 'HTTP/2' => sub {
    refuse('billing.primary');
    http2_post($h2, $CUSTOMERS, $SAMPLE{'create-request'});
    my @requests = reached($api_log, 2);
    is(join(' ', map { $_->{key} } @requests), 'billing.primary billing.secondary', 'the second key');
    is($requests[-1]{body}, $SAMPLE{'create-request'}, 'and the body');
    my ($record) = records($log, 1);
    is("@$record{qw(http.response.status_code http.version)}", '200 2', 'is answered over HTTP/2');
    like((lines($way_log, 1))[0], qr/^401, 200\|secondary\|/, 'after a 401');
    refuse('billing.secondary');
    http2_post($h2, $CUSTOMERS, $SAMPLE{'create-request'}) for 1, 2;
    my @records = records($log, 2);
    is(join(' ', map { "$_->{riverty}{outcome} $_->{'http.response.status_code'}" } @records),
       'unavailable 502 unavailable 502', 'both refused');
    accept_again('billing.primary', 'billing.secondary');
    http2_post($h2, $CUSTOMERS, $SAMPLE{'create-request'});
    is((records($log, 1))[0]{'http.response.status_code'}, 200, 'until a key is taken again');
    forget(0);
};

subtest 'a kept connection answers its own requests' => sub {
    my ($app, $other) = (fresh(), fresh());
    for (1 .. 6) {
        ask("POST $CUSTOMERS", token => $TOKEN{$app}, port => $many,
            body => edited('create-request', [ customerNumber => "\"$NUMBER\"" => "\"n$_\"" ]));
    }
    my @wrong;
    for my $round (1 .. 5) {
        my @apps = (rotated(), $other, rotated(), $other, $other, rotated());
        for (1 .. 6) {
            my $answer = ask("GET $CUSTOMERS/n$_", token => $TOKEN{ $apps[$_ - 1] }, port => $many);
            push @wrong, "$round.$_: $answer->{status} $answer->{body}"
                if $answer->{status} != 200 || $answer->{body} !~ /"n$_"/;
        }
    }
    is_deeply(\@wrong, [], 'however often a 401 came between');
    my @requests = reached($api_log, 6 + 45);
    ok(scalar(grep { $_->{nth} > 1 } @requests), 'on connections that were used again');
    forget(36);
};

subtest 'a client that goes' => sub {
    my $app = rotated();
    send_only(request_bytes("POST $CUSTOMERS?delay=300ms", token => $TOKEN{$app}, @body));
    my ($record) = records($log, 1);
    is($record->{riverty}{outcome}, 'aborted', 'is not waited for');
    sleep 0.4;
    is(scalar(grep { $_->{key} =~ /secondary/ } reached($api_log)), 0, 'and not asked for again');
    forget(0);
};

# So many requests of an app at once; their statuses.
sub at_once {
    my ($count, $line, %of) = @_;
    my @sockets = map { IO::Socket::INET->new("127.0.0.1:$of{port}") or die $! } 1 .. $count;
    $_->syswrite(request_bytes($line, %of)) for @sockets;
    return map { local $/; readline($_) =~ m{^HTTP/\S+ (\d+)} ? $1 : 0 } @sockets;
}

subtest 'a 401 that is about something else' => sub {
    my $app = rotated();
    my $foreign = "GET /subscriptions/v1/contracts?status=401";
    accept_again("$app.primary");
    my $got = watched($app, $foreign, requests => 2);
    is("$got->{status} $got->{keys}", '502 primary secondary', 'each key is tried for it');
    is(watched($app, $foreign)->{keys}, 'primary', 'then one, for a while');
    my ($said) = lines_of_error_log(qr/\[alert\].*"$app"/);
    like($said, qr/for "other".*Authorization/, 'the alert names both that may be at fault');

    refuse("$app.primary");
    $got = watched($app, "POST $CUSTOMERS", @body, requests => 2);
    is("$got->{status} $got->{keys}", '200 primary secondary', 'another operation has both');
    is(watched($app, "GET $item")->{keys}, 'secondary', 'whose find counts for all');
    is(watched($app, $foreign)->{keys}, 'secondary', 'for that one, too');

    refuse("$app.secondary");
    for my $of ([ "PUT $item", @new ], [ "GET $item" ]) {
        my ($line, %of) = @$of;
        is(watched($app, $line, %of, requests => 2)->{keys}, 'secondary primary', "$line: both");
        is(watched($app, $line, %of)->{keys}, 'secondary', "$line: then one");
    }
    is(scalar(my @alerts = lines_of_error_log(qr/\[alert\].*"$app"/)), 3, 'an alert for each');
};

subtest 'many at once' => sub {
    my $app = rotated();
    my %of = (port => $reached_by_all, token => $TOKEN{$app}, @body);
    is(join(' ', at_once(20, "POST $CUSTOMERS?delay=100ms", %of)), join(' ', (200) x 20), 'answered');
    my @requests = reached($api_log, 40);
    is(scalar(grep { $_->{key} =~ /secondary/ } @requests), 20, 'with the second key');
    is(scalar(grep { $_->{body} ne $SAMPLE{'create-request'} && $_->{status} == 200 } @requests), 0,
       'and its body');
    forget(20);

    $app = rotated();
    refuse("$app.secondary");
    $of{token} = $TOKEN{$app};
    is(join(' ', at_once(20, "POST $CUSTOMERS?delay=100ms", %of)), join(' ', (502) x 20), 'refused');
    is(scalar(my @alerts = lines_of_error_log(qr/\[alert\].*"$app"/)), 1, 'one alert');
    forget(20);
};

subtest 'monitor' => sub {
    my $app = rotated();
    for my $of ([ "POST $CUSTOMERS", @body ], [ "GET $item" ]) {
        my ($line, %of) = @$of;
        my $got = watched($app, $line, %of, port => $monitor);
        is("$got->{status} $got->{keys} $got->{statuses}", '401 primary 401', 'the API\'s 401 passes');
        like($got->{answer}{body}, qr/invalid subscription key/, 'untouched');
        like($got->{answer}{head}, qr/^WWW-Authenticate: AzureApiManagementKey/m, 'with its headers');
        record_says($got, 'forwarded', 'primary', 401, 0, 'and is recorded so');
    }
};

subtest 'the end of the pause' => sub {
    my $left = $lost_since + 9 - time;
    if ($left > 0) {
        sleep $left / 2;
        accept_again("$lost.secondary");
        is(watched($lost, "POST $CUSTOMERS", @body)->{keys}, 'primary', 'within it one key is tried');
        sleep 0.1 while time < $lost_since + 8.5;
        is(watched($lost, "POST $CUSTOMERS", @body)->{keys}, 'primary', 'to its end');
    }
    accept_again("$lost.secondary");
    sleep 0.1 while time < $lost_since + 11;
    my $got = watched($lost, "POST $CUSTOMERS", @body, requests => 2);
    is("$got->{status} $got->{keys} $got->{statuses}", '200 primary secondary 401, 200',
       'then the other one again');
    is(watched($lost, "GET $item")->{keys}, 'secondary', 'which is preferred');
    is(scalar(my @alerts = lines_of_error_log(qr/\[alert\].*"$lost"/)), 1, 'after one alert');

    refuse("$lost.secondary");
    is(watched($lost, "POST $CUSTOMERS", @body, requests => 2)->{status}, 502, 'refused again');
    is(scalar(@alerts = lines_of_error_log(qr/\[alert\].*"$lost"/)), 2, 'is one more alert');
};

subtest 'a store that changes' => sub {
    my $app = rotated();
    is(watched($app, "GET $item", requests => 2)->{keys}, 'primary secondary', 'a preferred key');
    refuse("$lost.primary", "$lost.secondary");
    is(watched($lost, "POST $CUSTOMERS", @body, requests => 0)->{status}, 502, 'an app that has none');
    forget(0);
    write_apps(Riverty::app('more', [], { id => 'primary', value => 'key-more-primary' }));
    ok(wait_for(sub { 2 == (my @both = lines_of_error_log(qr/in force in version 2/)) }),
       'are forgotten');
    is(watched($app, "GET $item", requests => 2)->{keys}, 'primary secondary', 'and found again');
    is(watched($app, "GET $item")->{keys}, 'secondary', 'once');
    is(watched($lost, "POST $CUSTOMERS", @body, requests => 2)->{keys}, 'primary secondary', 'or not found');
    is(watched($lost, "POST $CUSTOMERS", @body)->{keys}, 'primary', 'with one key for a while');
};

$gateway->stop();
my $said = $gateway->log();
my @complaints = grep { !/takes no key of app|API refuses key|the API takes (?:a )?key .* again\b|connect\(\) (?:to \S+ )?failed/ }
    $said =~ /^.*\[(?:error|crit|alert|emerg)\].*$/mg;
is_deeply(\@complaints, [], 'error.log has nothing else to complain about');
my @shown = grep { index($said . slurp($gateway->path('access.log')) . slurp($log), $_) >= 0 }
    values %KEY, values %TOKEN;
is_deeply(\@shown, [], 'and no log shows a key or a token');

done_testing();
