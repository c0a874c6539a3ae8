#!/usr/bin/perl

# riverty_problem: what nginx itself answers is a problem document, its status
# stays, and its instance finds the record.  riverty_request_id_header: each
# answer carries that id, whoever made it.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my ($http2, $https, $static, $named, $other, $dead) = map { port() } 1 .. 6;
my $customer_number = qr/\Q$NUMBER\E/;

system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gateway"
       . " -keyout $DIR/tls.key -out $DIR/tls.crt > $DIR/openssl.log 2>&1") == 0
    or die "openssl req: " . slurp("$DIR/openssl.log");

# 444: the API says nothing and closes.
my $api = start_api(http => <<"END");
    server {
        listen 127.0.0.1:$other;
        location / {
            add_header X-Request-ID of-the-api always;
            add_header Retry-After 77 always;
            default_type application/json;
            return 503 '{"from":"the API"}';
        }
        location /subscriptions/v1/customers/missing {
            add_header X-Request-ID of-the-api always;
            default_type application/json;
            return 404 '{"from":"the API"}';
        }
        location /subscriptions/v1/customers/closed { return 444; }
        location /subscriptions/v1/customers/slow { proxy_pass $API; }
    }
END

put('page.html', "a page\n", 0644);

# Each location is a way to be answered by nginx; the status is in its name.
my $pass = "proxy_pass http://127.0.0.1:$other/;";
my %way = (
    '403-deny' => 'deny all;',
    '401-basic' => 'auth_basic gateway; auth_basic_user_file /nonexistent;',
    '401-request' => 'auth_request /auth-401;',
    '403-request' => 'auth_request /auth-403;',
    '500-request' => 'auth_request /auth-500;',
    '429-limit' => 'limit_req zone=slow; limit_req_status 429;',
    '503-limit' => 'limit_req zone=slow;',
    '429-conn' => 'limit_conn one 1; limit_conn_status 429;',
    '405-return' => 'return 405;',
    '503-return' => 'return 503;',
    '404-named' => 'error_page 404 @problem; return 404;',
    '429-turned' => 'error_page 503 =429 /problem; return 503;',
    '503-recursive' => 'recursive_error_pages on; return 503;',
    '404-files' => 'try_files /none =404;',
    '404-rewrite' => 'rewrite ^ /problem last;',
    '418-unknown' => 'set $to /problem; error_page 418 $to; return 418;',
    '404-variable' => 'set $to /problem; error_page 404 $to; return 404;',
    '500-hidden' => 'set $to /problem; error_page 404 = $to; return 404;',
    '413-nginx' => 'riverty_customer monitor; client_max_body_size 1;',
);
my $ways = join '', map { <<"END" } sort keys %way;
        location /$_/ {
            riverty_prefix /$_;
            $way{$_}
            proxy_pass http://127.0.0.1:$other/;
        }
END

my $pages = '400 401 403 404 405 413 414 421 429 500 501 502 503 504 505';
my $gateway = start_server('gateway', config_of(level => 'notice', http => <<"END"));
    riverty_key_store $STORE/apps.json;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
    riverty_audit_log logs/audit.log;
    limit_req_zone \$server_port zone=slow:1m rate=1r/m;
    limit_conn_zone \$server_port zone=one:1m;
    large_client_header_buffers 4 4k;
    client_header_timeout 5s;
    server {
        listen 127.0.0.1:$GATEWAY;
        listen 127.0.0.1:$http2 http2;
        riverty_customer on;
        error_page $pages /problem;
        error_page 494 =431 /problem;
        location = /problem { riverty_problem; }
        location \@problem { riverty_problem; }
        location / { proxy_pass $API; }
        location /api/ { riverty_prefix /api; $pass }
        location /turned/ { riverty_prefix /turned; proxy_intercept_errors on; $pass }
        location /dead/ { riverty_prefix /dead; proxy_pass http://127.0.0.1:$dead/; }
        location /late/ {
            riverty_prefix /late;
            proxy_read_timeout 100ms;
            proxy_pass $API/;
        }
        location ~ ^/auth-(\\d+)\$ {
            riverty_customer off;
            internal;
            set \$code \$1;
            if (\$code = 401) { return 401; }
            if (\$code = 403) { return 403; }
            return 500;
        }
        location /filtered/ {
            riverty_prefix /filtered;
            deny all;
            gzip on;
            gzip_types *;
            gzip_min_length 1;
            $pass
        }
        location /added/ {
            riverty_prefix /added;
            add_header X-Request-ID \$request_id always;
            add_header X-Seen \$sent_http_x_request_id always;
            $pass
        }
        location /turned-401/ {
            riverty_prefix /turned-401;
            proxy_intercept_errors on;
            proxy_pass $API/;
        }
        location /mirrored/ {
            riverty_prefix /mirrored;
            mirror /auth-403;
            $pass
        }
        location /off/ { riverty_customer off; alias $DIR/; log_not_found off; }
$ways
    }
    server {
        listen 127.0.0.1:$static;
        client_header_timeout 300ms;
        riverty_customer on;
        error_page 400 /page.html;
        location = /page.html { internal; root $DIR; }
        location / { proxy_pass $API; }
    }
    server {
        listen 127.0.0.1:$https ssl;
        ssl_certificate $DIR/tls.crt;
        ssl_certificate_key $DIR/tls.key;
        ssl_verify_client on;
        ssl_client_certificate $DIR/tls.crt;
        riverty_customer on;
        error_page 400 495 496 497 /problem;
        location = /problem { riverty_problem; }
        location / { proxy_pass $API; }
    }
    server {
        listen 127.0.0.1:$named;
        riverty_customer on;
        riverty_request_id_header Gateway-Request;
        post_action /after;
        location = /after { riverty_customer off; internal; post_action off; return 204; }
        error_page 405 /problem;
        location = /problem { riverty_problem; }
        location / { $pass }
        location /off/ { riverty_prefix /off; riverty_request_id_header off; $pass }
        location /monitor/ {
            riverty_prefix /monitor;
            riverty_customer monitor;
            riverty_request_id_header X-Request-ID;
            $pass
        }
        location /monitor-other/ { riverty_prefix /monitor-other; riverty_customer monitor; $pass }
        location /closed/ { deny all; $pass }
    }
END
my $log = $gateway->path('audit.log');

sub header { return $_[0]{head} =~ /^\Q$_[1]\E: (.*?)\r?$/mi ? $1 : undef }

# The one record of a request, whose answer was a problem document of that
# slug; the name of the way tells the status.
sub problem {
    my ($name, $slug, $answer, %record) = @_;
    my ($status) = $name =~ /(\d{3})/;
    my ($record, @more) = records($log, 1);
    is(scalar @more, 0, "$name: one record");
    is($answer->{status}, $status, "$name: the status stays");
    is(header($answer, 'Content-Type'), 'application/problem+json', "$name: a problem document");
    is(header($answer, 'Content-Length'), length $answer->{body}, "$name: of that length")
        if defined header($answer, 'Content-Length');
    my $problem = eval { decode_json($answer->{body}) } // {};
    is_deeply([ @$problem{qw(type status instance)}, scalar keys %$problem ],
              [ "urn:riverty-customer:problem:$slug", $status, $record->{'event.id'}, 5 ],
              "$name: it says what and where");
    is(header($answer, 'X-Request-ID'), $record->{'event.id'}, "$name: the id of the record");
    is(header($answer, 'Cache-Control'), 'no-store', "$name: nobody keeps it");
    unlike("$answer->{head}$answer->{body}", $customer_number, "$name: no customer number");
    my %flat = Riverty::flat($record);
    $record{'riverty.problem'} //= $slug;
    $record{'http.response.status_code'} //= $status;
    is_deeply({ map { $_ => $flat{$_} } keys %record }, \%record, "$name: the record");
    return $record;
}

sub reads {
    my ($path, %of) = @_;
    return ask("GET $path$item", %of);
}

my %refused = ('riverty.outcome' => 'refused', 'event.action' => 'customer.read');

subtest 'what refuses a request before the gate' => sub {
    reads('/429-limit');        # the one that passes
    records($log, 1);
    my %slug = (401 => 'unauthorized', 403 => 'forbidden', 404 => 'not-found',
                405 => 'method-refused', 429 => 'too-many-requests', 500 => 'internal-error',
                503 => 'service-unavailable');
    my %failed = (%refused, 'riverty.outcome' => 'failed');
    for my $name (qw(403-deny 401-request 403-request 429-limit 503-limit 405-return 503-return
                     404-named 429-turned 503-recursive 404-variable)) {
        my ($status) = $name =~ /(\d+)/;
        my $answer = reads("/$name");
        problem($name, $slug{$status}, $answer, %refused);
        my $after = { 429 => 1, 503 => 10 }->{$status};
        is(header($answer, 'Retry-After'), $after, "$name: when to come again");
    }
    problem($_, 'internal-error', reads("/$_"), %failed) for qw(500-request 500-hidden);
    my $answer = reads('/401-basic');
    is(header($answer, 'WWW-Authenticate'), 'Basic realm="gateway"', 'a challenge is kept');
    problem('401-basic', 'unauthorized', $answer, %refused);
    problem('404-files', 'not-found', reads('/404-files'));
    problem('404-rewrite', 'not-found', reads('/404-rewrite'));
    problem('404, asked for', 'not-found', ask('GET /problem'));
    is(reads('/418-unknown')->{status}, 418, 'a status without a document is nginx\'s own');
    records($log, 1);
};

subtest 'limit_conn' => sub {
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$GATEWAY") or die "connect: $!\n";
    print $socket request_bytes("GET /429-conn$CUSTOMERS/slow?delay=9s");
    problem('429-conn', 'too-many-requests', reads('/429-conn'), %refused);
    close $socket;
    my ($record) = records($log, 1);
    is($record->{riverty}{outcome}, 'aborted', 'the first one was under way');
};

subtest 'a body that was not read' => sub {
    for my $name (qw(403-deny 503-return)) {
        my $bytes = join '', map { request_bytes("POST /$name$CUSTOMERS", body => $_)
                                   =~ s/^Connection: close\r\n//mr } ('x' x 200_000) x 2;
        my $answer = exchange($GATEWAY, $bytes . request_bytes("GET $CUSTOMERS/c7"));
        is(join(' ', $answer =~ m{^HTTP/1.1 (\d+)}mg), join(' ', ($name =~ /(\d+)/) x 2, 404),
           "$name: the connection is in order");
        is(scalar(() = $answer =~ /"type":"urn:riverty/g), 2, "$name: a document each");
        is_deeply([ map { $_->{'event.action'} } records($log, 3) ],
                  [ ('customer.create') x 2, 'customer.read' ], "$name: and a record");
    }
    my $answer = ask("POST /413-nginx$CUSTOMERS", body => 'xx');
    problem('413-nginx', 'content-too-large', $answer, 'riverty.outcome' => 'refused');
    $answer = ask("POST /503-return$CUSTOMERS", body => '', headers => ['Expect: 100-continue']);
    problem('503-return', 'service-unavailable', $answer);
    my $head = ask("HEAD /403-deny$item");
    is($head->{status} . $head->{body}, 403, 'HEAD has no body');
    is(header($head, 'Content-Type'), 'application/problem+json', '... but the type');
    records($log, 1);
};

subtest 'the API does not answer' => sub {
    my %failed = ('riverty.outcome' => 'failed', 'event.action' => 'customer.read');
    problem('502 refused', 'bad-gateway', reads('/dead'), %failed);
    problem('502 closed', 'bad-gateway', ask("GET /api$CUSTOMERS/closed"), %failed);
    problem('504 late', 'gateway-timeout', ask("GET /late$item?delay=2s"), %failed);
};

subtest 'what the parser refuses' => sub {
    my %unknown = ('riverty.outcome' => 'refused', 'event.action' => 'unknown');
    my $parse = sub {
        my ($head, $body) = split /\r\n\r\n/, exchange($GATEWAY, $_[0]), 2;
        my ($status) = $head =~ m{^HTTP/1.1 (\d+)};
        return { status => $status, head => "$head\r\n", body => $body };
    };
    my ($get, $put) = map { "$_ $item HTTP/1.1\r\n" } qw(GET PUT);
    for my $case ([ '400 no host', 'bad-request', "$get\r\n", 'GET' ],
                  [ '400 two hosts', 'bad-request', "${get}Host: a\r\nHost: b\r\n\r\n", 'GET' ],
                  [ '400 no line', 'bad-request', "\x16\x03\x01\r\n\r\n" ],
                  [ '400 a half line', 'bad-request', "GET $item HTTP/x\r\n\r\n" ],
                  [ '400 a length', 'bad-request', "${put}Host: a\r\nContent-Length: x\r\n\r\n", 'PUT' ],
                  [ '400 a word', 'bad-request', "FOO $item HTTP/1.1\r\n\r\n", 'OTHER' ],
                  [ '405 a method', 'method-refused', "TRACE $item HTTP/1.1\r\nHost: a\r\n\r\n", 'TRACE' ],
                  [ '414 a long line', 'uri-too-long', 'GET /' . 'x' x 9000 . " HTTP/1.1\r\n" ],
                  [ '431 a long header', 'header-too-large', "${get}Host: a\r\nX: " . 'x' x 9000 . "\r\n", 'GET' ],
                  [ '501 a coding', 'not-implemented', "${put}Host: a\r\nTransfer-Encoding: x\r\n\r\n", 'PUT' ],
                  [ '505 a version', 'version-refused', "GET $item HTTP/3.0\r\nHost: a\r\n\r\n" ]) {
        my ($name, $slug, $bytes, $method) = @$case;
        problem($name, $slug, $parse->($bytes), %unknown, 'http.request.method' => $method,
                'http.version' => $method && '1.1');
    }
    is(exchange($static, "${get}Host: a\r\n"), '', 'one that comes too late gets no answer of nginx');
    my ($late) = records($log, 1);
    is_deeply([ $late->{'http.response.status_code'}, $late->{riverty}{problem} ], [ 408, undef ],
              '... but a record, without a problem');
    my $page = exchange($static, "$get\r\n");
    like($page, qr{^HTTP/1.1 400 .*\na page\n\z}s, 'an error page that is a file is served, too');
    records($log, 1);
    my $answer = exchange($GATEWAY, "GET /\\\0\r\n");
    like($answer, qr/"type":"urn:riverty-customer:problem:bad-request"/, 'not even a version');
    records($log, 1);
};

subtest 'TLS' => sub {
    my ($head, $body) = split /\r\n\r\n/,
        exchange($https, "GET $item HTTP/1.1\r\nHost: a\r\n\r\n"), 2;
    my ($status) = $head =~ m{^HTTP/1.1 (\d+)};
    problem('400 plain', 'bad-request', { status => $status, head => "$head\r\n", body => $body });
    my $said = qx{printf 'GET $item HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' | timeout 20 openssl s_client -quiet -connect 127.0.0.1:$https 2> $DIR/openssl.log};
    ($head, $body) = split /\r\n\r\n/, $said, 2;
    problem('400 no certificate', 'bad-request', { status => 400, head => "$head\r\n", body => $body });
};

subtest 'HTTP/2' => sub {
    for my $case ([ 403, "/403-deny$item", 'forbidden' ], [ 502, "/dead$item", 'bad-gateway' ]) {
        my ($status, $path, $slug) = @$case;
        my $body = http2($path, undef, { method => 'GET', socket => http2_connect($http2) });
        my ($record) = records($log, 1);
        my $problem = decode_json($body);
        is_deeply([ @$problem{qw(type instance)}, $record->{'riverty'}{problem},
                    $record->{'http.response.status_code'} ],
                  [ "urn:riverty-customer:problem:$slug", $record->{'event.id'}, $slug, $status ],
                  "$status: a problem document, and its record");
    }
};

subtest 'what the API says stays' => sub {
    my $id = '5d0f8b1c-3a52-4a7e-9d2f-6f0b1c2d3e4f';
    for my $case ([ "GET /api$item", 503, 77 ], [ "GET /api$CUSTOMERS/missing", 404, undef ]) {
        my ($line, $status, $after) = @$case;
        my $answer = ask($line, headers => ["X-Request-ID: $id"]);
        my ($record) = records($log, 1);
        is_deeply([ $answer->{status}, $answer->{body}, header($answer, 'Retry-After') ],
                  [ $status, '{"from":"the API"}', $after ], "$status of the API is its own");
        is_deeply([ $answer->{head} =~ /^X-Request-ID: (.*?)\r?$/mg ], [ $record->{'event.id'} ],
                  '... but for the id, which finds the record');
        is($record->{'http.request.id'}, $id, '... where the client\'s own id is, too');
        ok(!exists $record->{riverty}{problem}, '... and no problem');
    }
    problem('503 turned', 'service-unavailable', my $turned = reads('/turned'),
            'riverty.outcome' => 'forwarded');
    is(header($turned, 'Retry-After'), 77, 'proxy_intercept_errors: Retry-After is kept');
    problem('404 turned', 'not-found', ask("GET /turned$CUSTOMERS/missing"),
            'riverty.outcome' => 'forwarded');
};

subtest 'beside other modules' => sub {
    my $answer = reads('/filtered', headers => ['Accept-Encoding: gzip']);
    is(header($answer, 'Content-Encoding'), undef, 'gzip of the refused location is not the page\'s');
    problem('403 of a location with gzip', 'forbidden', $answer, %refused);
    $answer = reads('/added');
    my ($record) = records($log, 1);
    is_deeply([ $answer->{head} =~ /^X-Request-ID: (.*?)\r?$/mg ], [ ($record->{'event.id'}) x 2 ],
              'a header that is added beside ours has the same id');
    like(header($answer, 'X-Seen'), qr/^$record->{'event.id'}/, 'and a variable has it');
    $answer = ask("GET /turned-401$item?status=401");
    ($record) = records($log, 1);
    is_deeply([ $answer->{status}, $answer->{body} =~ /:problem:([a-z-]+)"/, $record->{riverty}{problem} ],
              [ 502, ('credentials-refused') x 2 ], 'a 401 of the API is none of the client, as ever');
    $answer = reads('/mirrored');
    ($record) = records($log, 1);
    is_deeply([ $answer->{body}, $record->{riverty}{problem} ], [ '{"from":"the API"}', undef ],
              'the problem of a subrequest is not the request\'s');
};

subtest 'riverty_request_id_header' => sub {
    my @headers = qw(X-Request-ID Gateway-Request);
    for my $case ([ 'another name', '', 503, 'of-the-api', 'ID' ],
                  [ 'off', '/off', 503, 'of-the-api', undef ],
                  [ 'monitor', '/monitor', 503, 'of-the-api', undef ],
                  [ 'monitor, another name', '/monitor-other', 503, 'of-the-api', 'ID' ],
                  [ 'an answer of nginx', '/closed', 403, undef, 'ID' ],
                  [ 'a refusal', '', 401, undef, 'ID', token => undef ]) {
        my ($name, $prefix, $status, $first, $second, @of) = @$case;
        my $answer = ask("GET $prefix$item", port => $named, @of);
        my ($record) = records($log, 1);
        is_deeply([ $answer->{status}, map { header($answer, $_) } @headers ],
                  [ $status, $first, $second ? $record->{'event.id'} : undef ], $name);
    }
    my $answer = exchange($named, "GET $item HTTP/1.1\r\n\r\n");
    my ($record) = records($log, 1);
    like($answer, qr/^Gateway-Request: $record->{'event.id'}\r$/m, 'what the parser refused');
    $answer = ask("TRACE $item", port => $named);
    ($record) = records($log, 1);
    is_deeply([ $answer->{body} =~ /:problem:([a-z-]+)".*"instance":"(\w+)"/ ],
              [ 'method-refused', $record->{'event.id'} ], '... and a problem of it');
    unlike(join('', lines($gateway->path('access.log'))), $customer_number,
           '... whose number no log shows, also behind a post_action');
};

subtest 'a location that is off' => sub {
    my $answer = ask('GET /off/page.html');
    is("$answer->{status} $answer->{body}", "200 a page\n", 'it answers as ever');
    is(header($answer, 'X-Request-ID'), undef, '... without an id');
    $answer = ask("GET /off/$NUMBER");
    is_deeply([ $answer->{status}, header($answer, 'Content-Type') ],
              [ 404, 'application/problem+json' ], 'its 404 is a problem document');
    my ($last) = reverse lines($gateway->path('access.log'), 1);
    like($last, $customer_number, '... and its log shows what came');
    is(scalar(my @none = records($log)), 0, '... but it has no record');
};

subtest 'nginx -t' => sub {
    my $conf = sub {
        my ($inside, $http) = @_;
        return config_of(http => key_store_config() . ($http // '') . <<"END");
    riverty_audit_log logs/audit.log;
    server {
        listen 127.0.0.1:$dead;
        riverty_customer on;
        location / { proxy_pass http://127.0.0.1:$other; }
$inside
    }
END
    };
    my $problem = 'location = /problem { riverty_problem; }';
    for my $case ([ 'another content handler behind it', qr/stands beside another .* "\/p"; keep .* in .*conf:\d+/,
                    'location /p { riverty_problem; proxy_pass http://127.0.0.1:9; }' ],
                  [ '... behind riverty_health', qr/"riverty_health" stands beside another .* "\/p"; keep .* in .*conf:\d+/,
                    'location /p { riverty_health; proxy_pass http://127.0.0.1:9; }' ],
                  [ '... before it', qr/"riverty_problem" stands beside another .* "\/p"; keep one of them in .*:\d+/,
                    'location /p { riverty_health; riverty_problem; }' ],
                  [ 'twice', qr/"riverty_problem" directive is duplicate/,
                    'location /p { riverty_problem; riverty_problem; }' ],
                  [ 'a status without a document', qr/leads with status 418 to location "\/problem".* in .*conf:\d+/,
                    "error_page 404 418 /problem; $problem" ],
                  [ '... of http{}', qr/leads with status 418 to location "\/problem"/, $problem,
                    'error_page 418 /problem;' ],
                  [ '... of a location', qr/leads with status 418 to location "\@p"/,
                    'location /x/ { error_page 418 @p; proxy_pass http://127.0.0.1:9; } location @p { riverty_problem; }' ],
                  [ '... by "="', qr/leads with status 200 to/, "error_page 404 =200 /problem; $problem" ],
                  [ '"=" alone', qr/"error_page 404 = \/problem" hides the status.*take the "=" out/,
                    "error_page 404 = /problem; $problem" ],
                  [ 'a bad name', qr/"riverty_request_id_header": "X Y" is not a header name/,
                    'riverty_request_id_header "X Y";' ],
                  [ 'a name that is needed', qr/HTTP or the gateway needs the header "Content-Type"/,
                    'riverty_request_id_header Content-Type;' ],
                  [ 'two names', qr/"riverty_request_id_header" directive is duplicate/,
                    'riverty_request_id_header A; riverty_request_id_header B;' ]) {
        my ($name, $why, @conf) = @$case;
        my ($status, $said) = nginx_t($conf->(@conf));
        isnt($status, 0, "$name is refused");
        like($said, qr/\[emerg\].*$why/, '... and said why');
    }
    my ($status, $said) = nginx_t($conf->($problem));
    is($status, 0, 'a problem location that nothing leads to');
    like($said, qr/\[warn\].*no "error_page" leads to location "\/problem".* in .*conf:\d+/, '... is told');
    for my $case ([ 'an error_page of its server', "error_page 404 /problem; $problem" ],
                  [ 'one with a variable', "error_page 404 /\$arg_x; $problem" ],
                  [ 'one with arguments', "error_page 404 /problem?x; $problem" ],
                  [ 'one in http{}', $problem, 'error_page 404 494 /problem;' ],
                  [ 'a page beside', "error_page 404 = /x; error_page 418 /y; error_page 500 /problem; $problem" ]) {
        my ($name, @conf) = @$case;
        ($status, $said) = nginx_t($conf->(@conf));
        is($status, 0, "$name is fine");
        unlike($said, qr/riverty_problem/, '... and nothing is told');
    }
};

subtest 'docs/directives.md' => sub {
    my ($block) = slurp('docs/directives.md') =~ /^## riverty_problem\n.*?^```nginx\n(.*?)^```\n/ms;
    my $port = port();
    $block =~ s/listen 127\.0\.0\.1:\K8080/$port/;
    $block =~ s/http:\/\/127\.0\.0\.1:\K8081/$dead/;
    my $docs = start_server('docs', config_of(http => key_store_config()
                                              . "riverty_audit_log off;\n$block"));
    for my $case ([ 502, 'bad-gateway', "GET $item" ], [ 431, 'header-too-large', "GET $item",
                    headers => [ 'X: ' . 'x' x 40_000 ] ], [ 405, 'method-refused', "TRACE $item" ]) {
        my ($status, $slug, @request) = @$case;
        my $answer = ask(@request, port => $port);
        is_deeply([ $answer->{status}, $answer->{body} =~ /:problem:([a-z-]+)"/ ], [ $status, $slug ],
                  "what is pasted works: $slug");
    }
    my $page = slurp('docs/directives.md');
    my $table = slurp('ngx_riverty_customer_module/contract/customer/problem.h');
    my @missing;
    while ($table =~ /\bPROBLEM\(\w+,\s*([a-z-]+),\s*(\d+),/g) {
        push @missing, "$2 $1" if $page !~ /^\| $2 \| $1 \|/m;
    }
    is("@missing", '', 'each problem has its row');
};

is(join('', grep { / riverty: / && !/API (?:refuses|takes no) key/ } split /^/, $gateway->log()), '',
   'error.log: nothing of ours but the 401');
unlike($gateway->log(), $customer_number, '... and no customer number');

done_testing();
