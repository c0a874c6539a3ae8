#!/usr/bin/perl

# The audit record: its members, and exactly one record a request however it
# ends.  t/audit_log.t has where records go.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep time);

my ($dead, $h2, $crooked, $https, $hasty) = map { port() } 1 .. 5;
my $item = "$CUSTOMERS/$NUMBER";
my $customer = qr/^t:k1:[0-9a-f]{32}$/;
my $template = qr/^\Q$CUSTOMERS\E\/\{t:k1:[0-9a-f]{32}\}$/;

my $api = start_api();
my $pid = crooked_api();
END { local $?; kill 'TERM', $pid if $pid }

# An API that answers by the path's last letters, not always as it should.
sub crooked_api {
    my $listen = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1',
                                       LocalPort => $crooked, ReuseAddr => 1) or die $!;
    my $child = fork() // die "fork: $!\n";
    return $child if $child;
    $SIG{TERM} = 'DEFAULT';
    while (my $socket = $listen->accept()) {
        sysread $socket, my $request, 65536;
        my ($what) = $request =~ m{^\w+ \S*/(\w+) };
        my $head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        syswrite $socket, $what eq 'garbage' ? "\x16\x03\x01 no HTTP\r\n\r\n"
            : $what eq 'header' ? "${head}Content-Le"
            : $what eq 'cut' ? "${head}Content-Length: 100\r\n\r\n{\"half\":"
            : $what eq 'whole' ? "${head}Content-Length: 2\r\n\r\n{}"
            : $what eq 'chunks' ? "${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":"
            : "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n";
    }
    exit 0;
}

my $certificate = system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gateway"
    . " -keyout $DIR/tls.key -out $DIR/tls.crt > $DIR/openssl.log 2>&1") == 0;
my $tls = $certificate ? <<"END" : '';
    server {
        listen 127.0.0.1:$https ssl;
        ssl_certificate $DIR/tls.crt;
        ssl_certificate_key $DIR/tls.key;
        riverty_customer on;
        location / { proxy_pass $API; }
    }
END

my $gateway = start_server('gateway', gateway_config(http => <<"END", server => <<"END2"));
    limit_req_zone \$riverty_app zone=apps:64k rate=1r/m;
    large_client_header_buffers 4 2k;
$tls
    server {
        listen 127.0.0.1:$hasty;
        client_header_timeout 200ms;
        client_body_timeout 200ms;
        riverty_customer on;
        location / { proxy_pass $API; }
    }
END
        listen 127.0.0.1:$h2 http2;
        riverty_customer on;
        location / { proxy_pass $API; }
        location /down/ {
            riverty_prefix /down;
            proxy_pass http://127.0.0.1:$dead/;
        }
        location /late/ {
            riverty_prefix /late;
            proxy_read_timeout 200ms;
            proxy_pass $API/;
        }
        location /crooked/ {
            riverty_prefix /crooked;
            proxy_http_version 1.1;
            proxy_pass http://127.0.0.1:$crooked/;
        }
        location /limited/ {
            riverty_prefix /limited;
            limit_req zone=apps;
            limit_req_status 429;
            proxy_pass $API/;
        }
        location /denied/ { riverty_prefix /denied; deny all; proxy_pass $API/; }
        location /basic/ {
            riverty_prefix /basic;
            auth_basic closed;
            auth_basic_user_file passwords;
            proxy_pass $API/;
        }
        location /return/ { riverty_prefix /return; return 418; }
        location /small/ {
            riverty_prefix /small;
            riverty_max_body 100;
            proxy_pass $API/;
        }
        location /smaller/ {
            riverty_prefix /smaller;
            client_max_body_size 100;
            proxy_pass $API/;
        }
        location /pages/ {
            riverty_prefix /pages;
            error_page 403 =200 /off/page;
            error_page 404 502 /off/page;
            error_page 429 \@named;
            proxy_intercept_errors on;
            if (\$arg_stop) { return 403; }
            proxy_pass $API/;
        }
        location \@named { return 200 "named\\n"; }
        location /post/ {
            riverty_prefix /post;
            post_action \@after;
            proxy_pass $API/;
        }
        location \@after {
            riverty_customer off;
            rewrite ^ /after break;
            proxy_pass http://127.0.0.1:$crooked;
        }
        location /checked/ {
            riverty_prefix /checked;
            auth_request /off/check;
            mirror /off/mirror;
            proxy_pass $API/;
        }
        location /refused-check/ {
            riverty_prefix /refused-check;
            auth_request /off/refuse;
            proxy_pass $API/;
        }
        location /in/ { riverty_customer off; rewrite ^/in(/.*)\$ \$1 last; }
        location /nothing/ { riverty_prefix /nothing; }
        location /off/ { riverty_customer off; return 204; }
        location /off/page { riverty_customer off; return 200 "a page\\n"; }
        location /off/refuse { riverty_customer off; return 403; }
END2
put('gateway/passwords', '');
my $log = $gateway->path('audit.log');

# One request and its one record, whose members are as wanted; undef: absent.
# Of: as in ask(); send: a sub that sends it.
sub audited {
    my ($name, $line, $wanted, %of) = @_;
    my $answer = $of{send} ? $of{send}->() : ask($line, %of);
    my @records = records($log, 1);
    is(scalar @records, 1, "$name: one record") or diag(explain(\@records));
    my %got = @records ? flat($records[0]) : ();
    $wanted->{'event.type'} = 'end';
    $wanted->{'riverty.mode'} = 'on';
    for my $member (sort keys %$wanted) {
        my $want = $wanted->{$member};
        ref $want ? like($got{$member}, $want, "$name: $member")
                  : is($got{$member}, $want, "$name: $member");
    }
    return ($records[0], $answer);
}

sub quiet {
    sleep 0.2;
    is(scalar(my @more = records($log, 0)), 0, 'and no record more');
}

# Absent where nothing was sent to the API.
my %not_sent = ('riverty.upstream.addr' => undef, 'riverty.upstream.status' => undef,
                'riverty.key' => undef, 'event.outcome' => 'failure');

# A record's members: name => the JSON text of its value.
sub members_are {
    my ($name, $record, $wanted) = @_;
    my $json = JSON::PP->new->utf8->canonical->allow_nonref;
    is_deeply([ sort keys %$record ], [ sort keys %$wanted ], "$name: which there are");
    for my $member (sort keys %$wanted) {
        like($json->encode($record->{$member} // ''), qr/^$wanted->{$member}$/, "$name: $member");
    }
}

my %always = (
    '@timestamp'                => '"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"',
    'ecs.version'               => '"8\.11\.0"',
    'event.id'                  => '"[0-9a-f]{32}"',
    'event.type'                => '"end"',
    'event.action'              => '"customer\.create"',
    'event.outcome'             => '"success"',
    'event.duration'            => '\d+',
    'http.request.method'       => '"POST"',
    'http.version'              => '"1\.1"',
    'http.request.body.bytes'   => length $SAMPLE{'create-request'},
    'http.response.status_code' => 200,
    'http.response.body.bytes'  => '\d+',
    'url.path'                  => "\"\Q$CUSTOMERS\E\"",
    'user.name'                 => '"billing"',
    'client.ip'                 => '"127\.0\.0\.1"',
    'riverty'                   => '\{.*\}',
);

subtest 'every member of a create that was forwarded' => sub {
    my $since = time;
    my ($record, $answer) = audited('create', "POST $CUSTOMERS?delay=300ms", {},
                                    body => $SAMPLE{'create-request'});
    my $took = (time - $since) * 1e9;
    members_are('the record', $record, \%always);
    my %of = (
        outcome  => '"forwarded"',
        token    => '"#1"',
        mode     => '"on"',
        key      => '"primary"',
        store    => '1',
        customer => '"t:k1:[0-9a-f]{32}"',
        findings => '\[\{.*\}\]',
        changes  => '\[\]',
        document => '\{.*\}',
        upstream => '\{.*\}',
        answer   => '\{.*\}',
    );
    members_are('riverty', $record->{riverty}, \%of);
    members_are('upstream', $record->{riverty}{upstream},
                { addr => "\"127\\.0\\.0\\.1:$API_PORT\"", status => 200,
                  duration => '\d+', retried => 'false' });
    is_deeply($record->{riverty}{findings}, [
        { rule => 'postal_code_suffix', level => 'warn', pointer => '/customer/address/postalCode' },
        { rule => 'masked_value', level => 'warn', pointer => '/customer/identificationNumber' },
        { rule => 'masked_value', level => 'warn', pointer => '/customer/mobilePhone' },
        { rule => 'phone_not_international', level => 'warn', pointer => '/customer/phone' },
    ], 'its findings');
    my $document = $record->{riverty}{document};
    like(delete $document->{'/paymentRegistration/id'}, $customer, 'an identifier is a token');
    is_deeply($document, {
        '/customer/address/countryCode' => 'DE', '/customer/address/postalCode' => '97...',
        '/customer/birthDate' => JSON::PP::true, '/customer/customerCategory' => 'PERSON',
        '/customer/email' => '...com', '/customer/firstName' => { len => 3 },
        '/customer/language' => 'de', '/customer/lastName' => { len => 9 },
        '/customer/mobilePhone' => { len => 12 }, '/customer/phone' => { len => 18 },
    }, 'the rest of the document is redacted');
    is($record->{'http.response.body.bytes'}, length $answer->{body}, 'the answer\'s length');
    cmp_ok($record->{'event.duration'}, '<=', $took + 5e6, 'a duration in nanoseconds');
    cmp_ok($record->{'event.duration'}, '>=', 0.29e9, 'of the whole request');
    cmp_ok($record->{riverty}{upstream}{duration}, '>=', 0.28e9, 'and of the API\'s part');
};

subtest 'every member of a read that was forwarded' => sub {
    my ($record) = audited('read', "GET $item", {});
    members_are('the record', $record, {
        %always, 'event.action' => '"customer\.read"', 'http.request.method' => '"GET"',
        'http.request.body.bytes' => 0,
        'url.path' => "\"\Q$CUSTOMERS\E/\\{t:k1:[0-9a-f]{32}\\}\"" });
    is_deeply([ sort keys %{ $record->{riverty} } ],
              [ qw(customer key mode outcome store token upstream) ], 'riverty: which there are');
    like($record->{riverty}{customer}, $customer, 'the customer is a token');
    is($record->{'url.path'}, "$CUSTOMERS/{$record->{riverty}{customer}}", 'the same in the path');
};

subtest 'one customer has one token' => sub {
    my %seen;
    for ([ "GET $item" ], [ "PUT $item", body => $SAMPLE{'update-request'} ],
         [ "POST $CUSTOMERS", body => $SAMPLE{'create-request'} ],
         [ 'GET ' . ($item =~ s/c1/%631/r) ]) {
        my ($record) = audited($_->[0], @$_[0], { 'riverty.outcome' => 'forwarded' }, @$_[1 .. $#$_]);
        $seen{ $record->{riverty}{customer} }++;
    }
    is(scalar keys %seen, 1, 'in path and body, however it is spelled');
    my ($other) = audited('another', "GET ${item}x", { 'riverty.outcome' => 'forwarded' });
    ok(!$seen{ $other->{riverty}{customer} }, 'and another one has another');
};

subtest 'ids' => sub {
    my $uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
    my $hex = $uuid =~ tr/-//dr;
    my $trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    reached($api->path('api.log'), 1);
    for my $id ($uuid, $hex, uc $uuid) {
        audited("X-Request-ID $id", "GET $item", { 'http.request.id' => $id },
                headers => [ "X-Request-ID: $id" ]);
        my ($request) = reached($api->path('api.log'), 1);
        is($request->{id}, $id, 'it is forwarded');
    }
    for my $id ("${uuid}0", substr($uuid, 1), 'c1631704458', "$hex;", $uuid =~ s/-/_/r,
                "$uuid\r\nX-Request-ID: $uuid", '') {
        my ($record) = audited("X-Request-ID \"$id\"", "GET $item",
                               { 'http.request.id' => undef }, headers => [ "X-Request-ID: $id" ]);
        my ($request) = reached($api->path('api.log'), 1);
        is($request->{id}, $record->{'event.id'}, 'ours is forwarded instead');
    }
    audited('traceparent', "GET $item", { 'trace.id' => '4bf92f3577b34da6a3ce929d0e0e4736',
                                          'span.id' => '00f067aa0ba902b7' },
            headers => [ "traceparent: $trace" ]);
    audited("traceparent \"$_\"", "GET $item", { 'trace.id' => undef, 'span.id' => undef },
            headers => [ "traceparent: $_" ])
        for '', "$trace-0", substr($trace, 1), $trace =~ s/4/x/r, $trace =~ s/-/_/r,
            "$trace\r\ntraceparent: $trace";
    my ($record, $answer) = audited('a refusal', "GET $item", {}, token => undef);
    is(decode_json($answer->{body})->{instance},
       $record->{'event.id'}, 'a problem document names the record');
    my %seen;
    $seen{ (audited('a read', "GET $item", {}))[0]{'event.id'} }++ for 1 .. 5;
    is(scalar keys %seen, 5, 'every request has an id of its own');
};

subtest 'answers of the API' => sub {
    for my $status (200, 204, 400, 404, 429, 500, 503) {
        audited("the API's $status", "GET $item?status=$status", {
            'event.action' => 'customer.read', 'http.response.status_code' => $status,
            'event.outcome' => $status < 400 ? 'success' : 'failure',
            'riverty.outcome' => 'forwarded', 'riverty.upstream.status' => $status,
            'riverty.key' => 'primary', 'url.path' => $template });
    }
    audited('the API\'s 401 to the only key', "GET $item?status=401", {
        'http.response.status_code' => 502, 'event.outcome' => 'failure',
        'riverty.outcome' => 'unavailable', 'riverty.upstream.status' => 401,
        'riverty.upstream.retried' => 'false', 'riverty.key' => 'primary',
        'user.name' => 'reader' }, token => $TOKEN{reader});
    audited('another operation', 'GET /subscriptions/v1/contracts', {
        'event.action' => 'other', 'riverty.outcome' => 'forwarded', 'user.name' => 'other',
        'url.path' => '/subscriptions/v1/contracts' }, token => $TOKEN{other});
    audited('orders of a customer', "GET $item/orders", {
        'event.action' => 'other', 'url.path' => qr{^\Q$CUSTOMERS\E/\{t:k1:\w+\}/orders$},
        'riverty.customer' => $customer }, token => $TOKEN{other});
    quiet();
};

subtest 'refusals' => sub {
    my $broken = edited('create-request', [ countryCode => '"DE"' => '"XX"' ],
                        [ customerCategory => '"PERSON"' => '"FRIEND"' ]);
    my $long = $SAMPLE{'create-request'} . ' ' x 70_000;
    my $chunk = sub { sprintf "%x\r\n%s\r\n0\r\n\r\n", length $_[0], $_[0] };
    my @body = (body => $SAMPLE{'create-request'});
    my $json = 'Content-Type: application/json';
    my @cases = (
        [ 'no token', "GET $item", 401, denied => 'customer.read',
          { 'user.name' => undef }, token => undef ],
        [ 'an unknown token', "PUT $item", 401, denied => 'customer.update',
          { 'user.name' => undef, 'riverty.document' => undef }, @body, token => 'unknown' ],
        [ 'not granted', "POST $CUSTOMERS", 403, denied => 'customer.create',
          { 'user.name' => 'reader' }, @body, token => $TOKEN{reader} ],
        [ 'a misspelled path', "GET $CUSTOMERS/", 404, refused => 'unknown',
          { 'url.path' => undef, 'user.name' => 'billing' } ],
        [ 'another method', "DELETE $item", 405, refused => 'unknown',
          { 'http.request.method' => 'DELETE', 'url.path' => $template } ],
        [ 'an unknown method', "BREW $item", 405, refused => 'unknown',
          { 'http.request.method' => 'OTHER' } ],
        [ 'no JSON by its type', "POST $CUSTOMERS", 415, refused => 'customer.create', {},
          headers => [ 'Content-Type: text/plain', 'Content-Length: 2' ], after => '{}' ],
        [ 'a coding', "POST $CUSTOMERS", 415, refused => 'customer.create', {}, @body,
          headers => [ 'Content-Encoding: gzip' ] ],
        [ 'too large', "POST $CUSTOMERS", 413, refused => 'customer.create',
          { 'http.request.body.bytes' => length $long, 'riverty.document' => undef },
          body => $long ],
        [ 'too large in chunks', "POST $CUSTOMERS", 413, refused => 'customer.create', {},
          headers => [ $json, 'Transfer-Encoding: chunked' ], after => $chunk->($long) ],
        [ 'riverty_max_body', "POST /small$CUSTOMERS", 413, refused => 'customer.create', {}, @body ],
        [ 'client_max_body_size', "POST /smaller$CUSTOMERS", 413, refused => 'customer.create',
          {}, @body ],
        [ 'no JSON', "POST $CUSTOMERS", 400, refused => 'customer.create',
          { 'riverty.findings' => qr/^\w+$/, 'riverty.changes' => undef }, body => '{"customer":' ],
        [ 'no body', "POST $CUSTOMERS", 400, refused => 'customer.create',
          { 'riverty.findings' => qr/^\w+$/, 'http.request.body.bytes' => 0 }, body => '' ],
        [ 'a broken contract', "POST $CUSTOMERS", 422, rejected => 'customer.create',
          { 'riverty.findings' => qr/country_code/, 'riverty.customer' => $customer,
            'riverty.document./customer/address/countryCode' => undef,
            'riverty.document./customer/customerCategory' => undef,
            'riverty.document./customer/lastName.len' => 9 }, body => $broken ],
        [ 'no key', "GET $item", 503, unavailable => 'customer.read', { 'user.name' => 'expired' },
          token => $TOKEN{expired} ],
        [ 'nothing to forward to', "GET /nothing$item", 500, failed => 'customer.read', {} ],
        [ 'the root', 'GET /', 403, denied => 'other', { 'url.path' => '/' } ],
    );
    for my $case (@cases) {
        my ($name, $line, $status, $outcome, $action, $more, %of) = @$case;
        my $bytes = request_bytes($line, %of) . ($of{after} // '');
        audited($name, $line, {
            %not_sent, 'http.response.status_code' => $status, 'riverty.outcome' => $outcome,
            'event.action' => $action,
            %$more,
        }, send => sub { exchange($GATEWAY, $bytes) });
    }
    quiet();
};

# What never gets to a phase, or ends in another module of nginx.
subtest 'what nginx itself refuses' => sub {
    my @cases = (
        [ 'no Host', 400, "GET $item HTTP/1.1" ],
        [ 'two Hosts', 400, "GET $item HTTP/1.1", 'Host: a', 'Host: b' ],
        [ 'a bad Content-Length', 400, "PUT $item HTTP/1.1", 'Host: a', 'Content-Length: x' ],
        [ 'a header that is too large', 400, "GET $item HTTP/1.1", 'X: ' . 'x' x 3000 ],
        [ 'a URI that is too long', 414, "GET $item?" . 'x' x 3000 . ' HTTP/1.1' ],
        [ 'a bad request line', 400, "GET $item HTTP/1.1 more" ],
        [ 'no request line at all', 400, 'bad' ],
        [ 'a bad URI', 400, "GET /%zz$item HTTP/1.1", 'Host: a' ],
        [ 'another version', 505, "GET $item HTTP/7.0", 'Host: a' ],
        [ 'TRACE', 405, "TRACE $item HTTP/1.1", 'Host: a' ],
        [ 'another Transfer-Encoding', 501, "PUT $item HTTP/1.1", 'Host: a',
          'Transfer-Encoding: gzip' ],
    );
    for my $case (@cases) {
        my ($name, $status, @head) = @$case;
        my ($record) = audited("the parser: $name", $head[0], {
            %not_sent, 'http.response.status_code' => $status, 'riverty.outcome' => 'refused',
            'event.id' => qr/^[0-9a-f]{32}$/, 'event.duration' => qr/^\d+$/,
            'client.ip' => '127.0.0.1', 'user.name' => undef,
        }, send => sub { exchange($GATEWAY, join "\r\n", @head, 'Connection: close', '', '') });
        unlike(encode_json($record // {}), qr/$NUMBER/, "$name: without the number");
    }

    my $of = sub {
        my ($status, %more) = @_;
        return { %not_sent, 'http.response.status_code' => $status,
                 'riverty.outcome' => 'refused', 'event.action' => 'customer.read', %more };
    };
    audited('limit_req lets one through', "GET /limited$item", { 'riverty.outcome' => 'forwarded' });
    audited('limit_req', "GET /limited$item", $of->(429));
    audited('deny', "GET /denied$item", $of->(403));
    audited('auth_basic', "GET /basic$item", $of->(401));
    audited('auth_request', "GET /refused-check$item", $of->(403));
    audited('return', "GET /return$item", $of->(418));
    audited('deny before any token', "GET /denied$item", $of->(403, 'user.name' => undef),
            token => undef);
    quiet();
};

subtest 'a client that goes away' => sub {
    audited('in its body', '', {
        %not_sent, 'riverty.outcome' => 'aborted', 'event.outcome' => 'unknown',
        'event.action' => 'customer.update', 'user.name' => 'billing' },
        send => sub {
            send_only(request_bytes("PUT $item", headers =>
                [ 'Content-Type: application/json', 'Content-Length: 600' ]) . '{"customer"');
        });
    audited('in a chunk', '', { 'riverty.outcome' => 'aborted', 'event.outcome' => 'unknown' },
        send => sub {
            send_only(request_bytes("PUT $item", headers =>
                [ 'Content-Type: application/json', 'Transfer-Encoding: chunked' ]) . "fff\r\n{");
        });
    audited('before the answer', '', {
        'riverty.outcome' => 'aborted', 'event.outcome' => 'unknown', 'riverty.key' => 'primary',
        'http.response.status_code' => 499, 'event.action' => 'customer.read',
        'riverty.upstream.addr' => "127.0.0.1:$API_PORT" },
        send => sub { send_only(request_bytes("GET $item?delay=1s")) });
    audited('over HTTP/2, by a reset', '', {
        'riverty.outcome' => 'aborted', 'event.outcome' => 'unknown', 'http.version' => '2' },
        send => sub {
            http2_post($h2, $CUSTOMERS, '{', headers => [ [ 'content-length', '600' ] ], reset => 1);
        });
    quiet();
};

subtest 'a client that is slow' => sub {
    audited('in its head', '', {
        %not_sent, 'riverty.outcome' => 'refused', 'http.response.status_code' => 408 },
        send => sub { exchange($hasty, "GET $item HTTP/1.1\r\nHost: a\r\n") });
    audited('in its body', '', {
        %not_sent, 'riverty.outcome' => 'refused', 'http.response.status_code' => 408 },
        send => sub {
            exchange($hasty, request_bytes("PUT $item", headers =>
                [ 'Content-Type: application/json', 'Content-Length: 600' ]) . '{"customer"');
        });
    audited('in its request line', '', {
        %not_sent, 'riverty.outcome' => 'refused', 'http.response.status_code' => 408,
        'http.request.method' => undef, 'url.path' => undef },
        send => sub { exchange($hasty, 'GET /subscriptions') });
    audited('in asking first', '', {
        %not_sent, 'riverty.outcome' => 'refused', 'http.response.status_code' => 415,
        'event.action' => 'customer.create' },
        send => sub {
            exchange($GATEWAY, request_bytes("POST $CUSTOMERS", headers =>
                [ 'Expect: 100-continue', 'Content-Type: text/xml', 'Content-Length: 600' ]));
        });
    quiet();
};

subtest 'an API in trouble' => sub {
    my $of = sub {
        my ($status, %more) = @_;
        return { 'event.outcome' => 'failure', 'http.response.status_code' => $status,
                 'riverty.outcome' => 'failed', 'riverty.key' => 'primary',
                 'user.name' => 'billing', 'event.action' => 'customer.read', %more };
    };
    audited('down', "GET /down$item", $of->(502, 'riverty.upstream.addr' => "127.0.0.1:$dead"));
    audited('late', "GET /late$item?delay=1s", $of->(504));
    audited('closed', "GET $item?status=444", $of->(502));
    audited('no HTTP', "GET /crooked$CUSTOMERS/garbage", $of->(502));
    audited('half a header', "GET /crooked$CUSTOMERS/header", $of->(502));
    audited('half a body', "GET /crooked$CUSTOMERS/cut",
            $of->(200, 'event.outcome' => qr/^(?:success|failure)$/));
    audited('half a chunk', "GET /crooked$CUSTOMERS/chunks",
            $of->(200, 'event.outcome' => qr/^(?:success|failure)$/));
    audited('an answer, for comparison', "GET /crooked$CUSTOMERS/whole",
            { 'riverty.outcome' => 'forwarded', 'http.response.status_code' => 200 });
    quiet();
};

subtest 'other locations on the way' => sub {
    my %read = ('event.action' => 'customer.read', 'user.name' => 'billing');
    audited('error_page for the API\'s answer', "GET /pages${item}x", {
        %read, 'riverty.outcome' => 'forwarded', 'http.response.status_code' => 404,
        'riverty.upstream.status' => 404 });
    audited('error_page for an API that closed', "GET /pages$item?status=444",
            { %read, 'riverty.outcome' => 'failed', 'http.response.status_code' => 502 });
    audited('error_page with a named location', "GET /pages$item?status=429", {
        %read, 'riverty.outcome' => 'forwarded', 'riverty.upstream.status' => 429 });
    audited('error_page for what nginx refuses', "GET /pages$item?stop=1",
            { %not_sent, 'riverty.outcome' => 'refused', 'http.response.status_code' => 200,
              'event.outcome' => 'failure', 'event.action' => 'customer.read' });
    audited('error_page and a refusal of ours', "GET /pages$item", {
        'riverty.outcome' => 'denied', 'http.response.status_code' => 401 }, token => undef);
    audited('a rewrite from a location that is off', "GET /in$item",
            { %read, 'riverty.outcome' => 'forwarded', 'http.response.status_code' => 200 });
    audited('auth_request and a mirror', "GET /checked$item",
            { %read, 'riverty.outcome' => 'forwarded', 'http.response.status_code' => 200 });
    audited('post_action', "GET /post$item", {
        %read, 'riverty.outcome' => 'forwarded', 'http.response.status_code' => 200,
        'riverty.upstream.status' => 200, 'http.version' => '1.1' });
    is(ask("GET /off$item")->{status}, 204, 'a location that is off');
    quiet();
};

subtest 'connections' => sub {
    my $bytes = join '', map {
        request_bytes("GET $item?status=$_") =~ s/Connection: close\r\n//r
    } 200, 404, 429;
    exchange($GATEWAY, $bytes . request_bytes("GET $CUSTOMERS/", token => undef));
    my @records = records($log, 4);
    is(join(' ', map { $_->{'http.response.status_code'} } @records), '200 404 429 401',
       'pipelined requests have a record each');
    audited('HTTP/1.0', "GET $item HTTP/1.0", { 'http.version' => '1.0' });
    audited('HTTP/2', '', { 'http.version' => '2', 'event.action' => 'customer.create',
                            'http.request.body.bytes' => length $SAMPLE{'create-request'},
                            'riverty.outcome' => 'forwarded' },
            send => sub { http2_post($h2, $CUSTOMERS, $SAMPLE{'create-request'}) });
    SKIP: {
        skip 'https needs openssl', 1 if !$certificate;
        audited('HTTP where TLS is spoken', '',
                { %not_sent, 'http.response.status_code' => 400, 'riverty.outcome' => 'refused' },
                send => sub { exchange($https, request_bytes("GET $item")) });
    }
    audited('HTTP/2, a header that is none', '',
            { 'http.request.method' => qr/^(?:POST|OTHER)$/, 'event.outcome' => 'failure',
              'event.id' => qr/^[0-9a-f]{32}$/, 'riverty.outcome' => 'refused' },
            send => sub { http2_post($h2, $CUSTOMERS, '', headers => [ [ ':strange', 'x' ] ]) });
    audited('HTTP/2, a client that goes away', '',
            { 'riverty.outcome' => 'aborted', 'event.outcome' => 'unknown' },
            send => sub {
                http2_post($h2, $CUSTOMERS, '{', headers => [ [ 'content-length', '600' ] ],
                           leave => 1);
            });
    quiet();
};

done_testing();
