#!/usr/bin/perl

# riverty_status: who may see it, what it speaks, and that a page which nobody
# takes keeps no worker from its requests.  promtool reads its text, Debian's
# Prometheus scrapes both formats, and the JSON is valid by its schema.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use File::Path qw(make_path);
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use Riverty;
use RivertyConfig;
use RivertyNode;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $h2 = port();

# Enough apps for a page of some 200 kB: four samples for each of their keys.
my $apps = decode_json(slurp("$STORE/apps.json"));
push @{ $apps->{apps} }, map { my $n = $_; {
    name => "app-$n", operations => ['read'], tokens => [ 'sha256:' . sha256_hex("token-$n") ],
    keys => [ map { { id => "key-$_", value => "key-$n-$_", not_after => '2100-01-01T00:00:00Z' } }
              qw(old new) ] } } 1 .. 400;
put('apps.json', encode_json($apps), 0600);
put('billing.primary', slurp("$STORE/billing.primary"), 0600);

start_api();
my $gateway = start_server('gateway', config_of(http => <<"END"));
    riverty_key_store $DIR/apps.json;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
    riverty_audit_log logs/audit.log;
    server {
        listen 127.0.0.1:$GATEWAY sndbuf=8k;
        listen 127.0.0.1:$h2 http2;
        riverty_customer on;
        location / { proxy_pass $API; }
        location = /status { riverty_status; }
        location = /html { riverty_status html; }
        location = /json { riverty_status json; }
        location = /prometheus { riverty_status prometheus; }
        location = /closed { riverty_status; deny all; }
        location = /gzip { riverty_status json; gzip on; gzip_types application/json; }
        location = /slow { riverty_status json; limit_rate 400k; }
    }
END

ask("GET $item");
ask("POST $CUSTOMERS", body => '{"customer":{}}');

sub page {
    my ($place, @accept) = @_;
    return ask("GET $place HTTP/1.0", token => undef, headers => [ map { "Accept: $_" } @accept ]);
}
sub type { my ($type) = $_[0]{head} =~ /^Content-Type: (\S+?)(?:;.*)?\r$/m; return $type // 'none' }

# --- which format ---

my ($text, $open, $json, $html)
    = qw(text/plain application/openmetrics-text application/json text/html);
# What Prometheus 2.42, 2.53 (protobuf on) and 3.0 send.
my $v2 = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,'
       . 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
my $protobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;'
       . 'encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,'
       . 'application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
my $v3 = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,'
       . 'application/openmetrics-text;version=0.0.1;q=0.4,'
       . 'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';

for my $of ([ '/status', $text ], [ '/status', $text, '*/*' ], [ '/status', $text, '' ],
            [ '/status', $text, 'image/png' ], [ '/status', $text, 'text/plain; version=0.0.4' ],
            [ '/status', $open, 'application/openmetrics-text' ],
            [ '/status', $open, 'Application/OpenMetrics-Text; Version=1.0.0' ],
            [ '/status', $text, 'application/openmetrics-text; version=0.0.1' ],
            [ '/status', $open, $v2 ], [ '/status', $open, $protobuf ], [ '/status', $open, $v3 ],
            [ '/status', $json, 'application/json' ], [ '/status', $json, 'application/json, text/plain, */*' ],
            [ '/status', $html, 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' ],
            [ '/status', $json, 'text/html;q=0.5, application/json;q=0.9' ],
            [ '/status', $html, 'text/html;q=0.5', 'application/json;q=0.4' ],
            [ '/status', $text, 'application/json;q=0' ], [ '/status', $text, 'application/json;q=2' ],
            [ '/json', $json, 'text/html' ], [ '/json', $json, $v2 ],
            [ '/prometheus', $text ], [ '/prometheus', $text, 'text/html' ],
            [ '/prometheus', $open, $v2 ], [ '/prometheus', $text, 'application/json' ],
            [ '/html', $html ], [ '/html', $html, $v2 ], [ '/html', $json, 'application/json' ]) {
    my ($place, $wanted, @accept) = @$of;
    is(type(page($place, @accept)), $wanted, "$place: " . (join(' + ', map { substr $_, 0, 60 } @accept) || 'no Accept'));
}

my $first = page('/status');
like($first->{head}, qr/^Cache-Control: no-store\r?$/m, 'nobody keeps it');
like($first->{head}, qr/^Vary: Accept\r?$/m, 'it depends on Accept');
like($first->{head}, qr{^Content-Type: text/plain; version=0\.0\.4; charset=utf-8\r$}m, 'its version');
like(page('/status', $open)->{head},
     qr{^Content-Type: application/openmetrics-text; version=1\.0\.0; charset=utf-8\r$}m, '... of both');
my $head = ask('HEAD /status', token => undef);
is("$head->{status} $head->{body}", '200 ', 'HEAD has no body');
is(ask('GET /status', token => undef, headers => [$_])->{status}, 200, "a condition says nothing: $_")
    for 'If-None-Match: *', 'If-Match: "a"';
is(ask("$_ /status", token => undef, body => '{}')->{status}, 405, $_) for qw(POST PUT);
is(ask('GET /status', token => undef, body => 'x' x 1000)->{status}, 200, 'a body is read past');
is(ask('GET /closed', token => undef)->{status}, 403, 'access is the configuration\'s');

# --- what is on it ---

for my $place ('/status', '/json') {
    my $body = page($place)->{body};
    ok(length $body > 100_000, "$place: a long page");
    is_deeply([ grep { index($body, $_) >= 0 } @MARKERS, 'token-1', 'key-1-old', sha256_hex('token-1') ],
              [], "$place: no key, no token, no number");
}
is(page('/status')->{body}, join('', map { "$_\n" } split /\n/, page('/status')->{body}),
   'all lines are whole');
like(page('/status', $open)->{body}, qr/\n# EOF\n\z/, 'OpenMetrics has an end');

subtest 'promtool' => sub {
    my $file = put('metrics', page('/status')->{body});
    my $said = qx{promtool check metrics < $file 2>&1};
    is("$? $said", '0 ', 'promtool check metrics has nothing against the text');
};

subtest 'the schema' => sub {
    my $modules = npm_packages('schema', 'ajv@8.17.1');
    my $documents = put('documents', encode_json([ page('/json')->{body},
        '{"time":1,"since":1,"metrics":{},"minutes":[]}' ]));
    my $said = decode_json(scalar
        qx{NODE_PATH=$modules node t/lib/schema.js docs/status.schema.json $documents});
    ok($said->{valid}, 'it is one');
    is_deeply($said->{keywords}[0], [], 'the answer is valid');
    isnt(scalar @{ $said->{keywords}[1] }, 0, 'an empty one is not');
};

# --- pieces ---

subtest 'chunks, HTTP/2, gzip and a rate' => sub {
    my $whole = length page('/json')->{body};
    my $chunked = ask('GET /json', token => undef);
    like($chunked->{head}, qr/^Transfer-Encoding: chunked\r$/m, 'HTTP/1.1');
    my $joined = '';
    my $rest = $chunked->{body};
    while ($rest =~ s/\A([0-9a-f]+)\r\n//) {
        last if hex $1 == 0;
        $joined .= substr $rest, 0, hex $1, '';
        $rest =~ s/\A\r\n//;
    }
    ok(decode_json($joined)->{metrics}, '... whole');
    my $over = eval { http2('/json', undef, { method => 'GET', socket => http2_connect($h2) }) } // '';
    ok(eval { decode_json($over)->{metrics} }, 'HTTP/2, whole') or diag($@);
    my $gzip = ask('GET /gzip HTTP/1.1', token => undef, headers => ['Accept-Encoding: gzip']);
    like($gzip->{head}, qr/^Content-Encoding: gzip\r?$/m, 'gzip');
    ok(decode_json(page('/gzip')->{body})->{metrics}, '... whole');
    ok(decode_json(page('/slow')->{body})->{metrics}, 'limit_rate, whole');
    cmp_ok(abs(length(page('/json')->{body}) - $whole), '<', 1000, 'no piece is missing');
};

subtest 'a client that takes nothing' => sub {
    my @idle = map {
        my $socket = IO::Socket::INET->new(Proto => 'tcp') or die $!;
        setsockopt $socket, Socket::SOL_SOCKET(), Socket::SO_RCVBUF(), 4096;
        connect $socket, Socket::pack_sockaddr_in($GATEWAY, Socket::inet_aton('127.0.0.1')) or die $!;
        $socket->syswrite("GET /json HTTP/1.0\r\n\r\n");
        $socket;
    } 1 .. 8;
    my ($worker) = $gateway->workers();
    ok(wait_for(sub {
        my $n = ask("GET $item")->{status};
        $n == 200 || $n == 404;
    }), 'requests go on') for 1 .. 20;
    my ($memory) = slurp("/proc/$worker/status") =~ /^VmRSS:\s+(\d+)/m;
    cmp_ok($memory, '<', 100_000, "the worker's memory is as large as before: $memory kB");
    my $got = '';
    1 while sysread $idle[0], $got, 65536, length $got;
    ok(decode_json($got =~ s/.*?\r\n\r\n//sr)->{metrics}, 'one that begins to read gets all of it');
    close $_ for @idle;
    ok(wait_for(sub { page('/json')->{status} == 200 }), 'and the next one');
    is(scalar(() = $gateway->log() =~ /\[(?:alert|crit|emerg)\]/g), 0, 'no alert');
};

subtest 'scraped under load' => sub {
    my @pids;
    for (1 .. 2) {
        my $pid = fork() // die "fork: $!\n";
        if (!$pid) {
            ask("GET $item") for 1 .. 200;
            POSIX::_exit(0);
        }
        push @pids, $pid;
    }
    my ($before, $falls, $scrapes) = (0, 0, 0);
    while (@pids) {
        my ($count) = page('/status')->{body}
            =~ /^riverty_requests_total\{app="billing",operation="read",outcome="forwarded"\} (\d+)$/m;
        $falls++ if $count < $before;
        ($before, $scrapes) = ($count, $scrapes + 1);
        @pids = grep { waitpid($_, 1) == 0 } @pids;
    }
    ok($scrapes > 1, "$scrapes scrapes meanwhile");
    is($falls, 0, 'no counter ever falls');
};

subtest 'prometheus' => sub {
    my $port = port();
    make_path("$DIR/prometheus");
    my $config = put('prometheus.yml', <<"END");
global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs:
  - job_name: negotiated
    metrics_path: /status
    static_configs: [ { targets: [ '127.0.0.1:$GATEWAY' ] } ]
  - job_name: text
    metrics_path: /text
    static_configs: [ { targets: [ '127.0.0.1:$GATEWAY' ] } ]
END
    # The second one goes through a location that hides its Accept.
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>', "$DIR/prometheus.log";
        open STDERR, '>&', \*STDOUT;
        exec 'prometheus', "--config.file=$config", "--storage.tsdb.path=$DIR/prometheus",
            "--web.listen-address=127.0.0.1:$port" or POSIX::_exit(127);
    }
    my $query = sub {
        my ($what) = @_;
        my $got = HTTP::Tiny->new(timeout => 5)->post_form(
            "http://127.0.0.1:$port/api/v1/query", { query => $what });
        return $got->{success} ? decode_json($got->{content})->{data}{result} : [];
    };
    my $rows;
    ok(wait_for(sub { @{ $rows = $query->('riverty_build_info') } }, 20), 'it scrapes the page')
        or diag(slurp("$DIR/prometheus.log"));
    is_deeply([ map { $_->{metric}{version} } @$rows ], ['0.1.0'], 'its version')
        if @$rows;
    ok(wait_for(sub {
        $rows = $query->('sum by (outcome) (riverty_requests_total{app="billing"})');
        my %by = map { $_->{metric}{outcome} => $_->{value}[1] } @$rows;
        ($by{forwarded} // 0) > 400 && ($by{rejected} // 0) == 1;
    }, 10), '... and answers a query');
    is(scalar @{ $query->('riverty_own_duration_seconds_bucket{operation="read",le="1e-05"}') }, 1,
       'the bounds have the names that it gives them');
    kill 'TERM', $pid;
    waitpid $pid, 0;
};

# --- nginx -t ---

sub said {
    my ($server, $location) = @_;
    return nginx_t(config_of(http => <<"END"));
    riverty_key_store $DIR/apps.json;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
    server {
        $server
        location /api/ { riverty_customer on; riverty_audit_log off; proxy_pass $API; }
        location = /page { $location }
    }
END
}

my $everywhere = "listen $GATEWAY;";
my $refuses = qr{"riverty_status" would show .* "allow 10\.0\.0\.0/8; deny all;".* in \S+test\.conf:\d+};

for my $of ([ $everywhere, '' ], [ '', '' ], [ "listen 127.0.0.1:$GATEWAY; listen 8081;", '' ],
            [ $everywhere, 'allow 10.0.0.0/8;' ], [ $everywhere, 'auth_basic off;' ],
            [ $everywhere, 'auth_request off;' ], [ "listen [::]:$GATEWAY;", '' ],
            [ "$everywhere auth_basic x; auth_basic_user_file x;", 'auth_basic off;' ]) {
    my ($server, $more) = @$of;
    my ($status, $text) = said($server, "riverty_status; $more");
    isnt($status, 0, "refused: $server $more");
    like($text, $refuses, '... with the remedy');
}
for my $of ([ $everywhere, 'allow 10.0.0.0/8; deny all;' ], [ $everywhere, 'allow all;' ],
            [ $everywhere, 'deny all;' ], [ "$everywhere allow 127.0.0.1; deny all;", '' ],
            [ $everywhere, 'auth_basic x; auth_basic_user_file x;' ],
            [ $everywhere, 'auth_request /api/;' ], [ "listen 127.0.0.1:$GATEWAY;", '' ],
            [ "listen [::1]:$GATEWAY; listen unix:$DIR/socket;", '' ]) {
    my ($server, $more) = @$of;
    my ($status, $text) = said($server, "riverty_status; $more");
    is($status, 0, "taken: $server $more") or diag($text);
}

my $local = "listen 127.0.0.1:$GATEWAY;";
for my $of ([ 'riverty_status xml;', qr/invalid value "xml" of "riverty_status"; it may be "html", "json"/ ],
            [ 'riverty_status; riverty_status;', qr/"riverty_status" directive is duplicate/ ],
            [ 'riverty_status json; riverty_status html;', qr/"riverty_status" directive is duplicate/ ],
            [ 'riverty_status; riverty_health;', qr/"riverty_health" stands beside another directive/ ],
            [ 'riverty_status; riverty_customer on;',
              qr/"riverty_status" answers by itself.* in \S+test\.conf:\d+/ ],
            [ 'riverty_health; riverty_customer monitor; riverty_audit_log off;',
              qr/"riverty_health" answers by itself.* take one of them out/ ]) {
    my ($directives, $wanted) = @$of;
    my ($status, $text) = said($local, $directives);
    isnt($status, 0, "refused: $directives");
    like($text, $wanted, '... with the reason');
}
for my $directives ('riverty_status; riverty_customer off;', 'riverty_health; riverty_customer off;') {
    my ($status, $text) = said($local, $directives);
    is($status, 0, "taken: $directives") or diag($text);
}

done_testing();
