#!/usr/bin/perl

# The log guard: no line of access.log or error.log shows a customer number, a
# query or a referrer of a protected location, however the request ends; what
# is off shows what the client sent.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Riverty;
use RivertyConfig;
use Test::More;

my $number = 'c71GUARDED';
my $item = "$CUSTOMERS/$number";
my $query = 'name=QUERIED';
my $referrer = "http://app.example/REFERRED";
my $token = qr/\{t:k1:[0-9a-f]{32}\}/;

my ($dead, $second, $open, $verbatim) = map { port() } 1 .. 4;

my $api = start_api(http => <<"END");
    server {
        listen 127.0.0.1:$second;
        access_log logs/second.log api;
        location /allowed { return 204; }
        location / { return 200 "second\\n"; }
    }
END

my $text = gateway_config(http => <<"END", server => <<"END2");
    log_format more '\$request|\$request_uri|\$riverty_request|\$uri|\$document_uri|'
                    '\$args|\$query_string|\$request_body|\$http_authorization|\$http_referer';
    access_log logs/more.log more;
    large_client_header_buffers 4 2k;
    resolver 127.0.0.1:$dead;
    resolver_timeout 300ms;
    server {
        listen 127.0.0.1:$open;
        location / { proxy_pass http://127.0.0.1:$dead; }
    }
    server {
        listen 127.0.0.1:$verbatim;
        riverty_customer on;
        location / { proxy_pass $API\$request_uri; }
    }
END
        riverty_prefix "";
        location / {
            riverty_customer on;
            proxy_pass $API;
        }
        location /off/ {
            proxy_pass http://127.0.0.1:$second;
        }
        location /off-down/ {
            proxy_pass http://127.0.0.1:$dead;
        }
        location /down/ {
            riverty_customer on;
            riverty_prefix /down;
            proxy_pass http://127.0.0.1:$dead/;
        }
        location /late/ {
            riverty_customer on;
            riverty_prefix /late;
            proxy_read_timeout 200ms;
            proxy_pass $API/;
        }
        location /pages/ {
            riverty_customer on;
            riverty_prefix /pages;
            proxy_intercept_errors on;
            error_page 404 /page;
            error_page 401 502 = \@page;
            error_page 422 /missing.html;
            proxy_pass $API/;
        }
        location = /page { return 200 "a page\\n"; }
        location \@page { return 200 "a named page\\n"; }
        location = /missing.html { root $DIR; }
        location /auth/ {
            riverty_customer on;
            riverty_prefix /auth;
            auth_request /check;
            proxy_pass $API/;
        }
        location = /check {
            internal;
            proxy_pass http://127.0.0.1:$second/allowed;
        }
        location /auth-down/ {
            riverty_customer on;
            riverty_prefix /auth-down;
            auth_request /check-down;
            proxy_pass $API/;
        }
        location = /check-down {
            internal;
            proxy_pass http://127.0.0.1:$dead;
        }
        location /mirrored/ {
            riverty_customer on;
            riverty_prefix /mirrored;
            mirror /mirror;
            proxy_pass $API/;
        }
        location = /mirror {
            internal;
            proxy_pass http://127.0.0.1:$dead;
        }
        location /if/ {
            riverty_customer on;
            riverty_prefix /if;
            if (\$arg_a) { set \$x 1; }
            if (\$arg_stop) { return 403; }
            proxy_pass $API/;
        }
        location /return/ {
            riverty_customer on;
            riverty_prefix /return;
            if (\$uri) { return 418; }
        }
        location /in/ {
            rewrite ^/in(/.*)\$ \$1 last;
        }
        location /out/ {
            riverty_customer on;
            riverty_prefix /out;
            rewrite ^/out(/.*)\$ /off\$1 last;
        }
        location /named/ {
            try_files /nothing \@named;
        }
        location \@named {
            riverty_customer on;
            riverty_prefix /named;
            proxy_pass $API;
        }
        location /denied/ {
            riverty_customer on;
            riverty_prefix /denied;
            deny all;
            proxy_pass $API/;
        }
        location /basic/ {
            riverty_customer on;
            riverty_prefix /basic;
            auth_basic closed;
            auth_basic_user_file passwords;
            proxy_pass $API/;
        }
        location /unset/ {
            riverty_customer on;
            riverty_prefix /unset;
            proxy_pass http://nowhere.invalid\$request_uri;
        }
END2
my $gateway = start_server('gateway', $text);
my ($access, $more, $error) = map { $gateway->path($_) } qw(access.log more.log error.log);

# One request: one line in each access log, redacted; what error.log says.
# Of: status; error, a pattern that error.log must come to match; gone: the
# client does not wait; unfinished: error.log tells, at level info, what nginx
# could not make a request of; the rest as in ask().
sub guarded {
    my ($name, $line, %of) = @_;
    $of{headers} = [ @{ $of{headers} // [] }, "Referer: $referrer" ];

    my $answer = $of{gone}
        ? send_only(request_bytes($line, %of) . ($of{after} // ''), 0.1)
        : ask($line, %of);
    shown($name, $answer, %of);
}

sub shown {
    my ($name, $answer, %of) = @_;
    my @shown = (lines($access, 1), lines($more, 1));
    my $said = '';
    wait_for(sub { ($said .= join '', lines($error)) =~ ($of{error} // qr//) }, 3);

    is(scalar @shown, 2, "$name: a line in each access log");
    is($answer->{status}, $of{status}, "$name: status $of{status}") if $of{status} && !$of{gone};
    like($shown[0], qr/ $of{status} /, "$name: status $of{status} in the log") if $of{gone};
    like($said, $of{error}, "$name: error.log tells of it") if $of{error};
    $said = '' if $of{unfinished};
    my @marks = ((grep { index("@shown$said", $_) >= 0 } $number, 'QUERIED'),
                 (grep { index($said, $_) >= 0 } 'REFERRED'));
    is("@marks", '', "$name: no mark is shown") or diag(@shown, $said);
    return $shown[0];
}

subtest 'what is forwarded' => sub {
    my $shown = guarded('a read', "GET $item?$query", status => 404);
    like($shown, qr{"GET $CUSTOMERS/$token HTTP/1\.1" 404 }, 'the number is a token');
    guarded('an update', "PUT $item?$query", status => 422, body => $SAMPLE{'update-request'});
    $shown = guarded('a create', "POST $CUSTOMERS?$query", status => 200,
                     body => edited('create-request', [ customerNumber => '"c1631704458"'
                                                        => "\"$number\"" ]));
    like($shown, qr{"POST $CUSTOMERS HTTP/1\.1" 200 }, 'a path without a number is shown');
    guarded('a read over HTTP/1.0', "GET $item?$query HTTP/1.0", status => 200);
    guarded('another path', "GET $item/orders/4711QUERIED?$query", status => 403);
    guarded('no app', "GET $item?$query", status => 401, token => undef);
    guarded('an unknown method', "SECRET-QUERIED $item", status => 405);
    guarded(s/\Q$number\E/123/r, "GET $_?$query", status => 404) for
        "$CUSTOMERS//$number", "$CUSTOMERS/$number/", "/SUBSCRIPTIONS/v1/customers/$number",
        "/subscriptions/v1/customers%2F$number", "/subscriptions/./v1/customers/$number",
        "$CUSTOMERS/;$number", "$CUSTOMERS/.;$number", "$CUSTOMERS/%3F$number",
        "$CUSTOMERS/%23$number", "/subscriptions/v1%2Fcustomers/$number",
        "/subscriptions/v1%2Fcustomers/v71QUERIED", "$CUSTOMERS/./v71QUERIED",
        "/a/..$item", "$CUSTOMERS;a=$number/$number", "/subscriptions/v1/custom%65rs/$number";
};

subtest 'a referrer that is a customer' => sub {
    ask("GET $item", headers => [ "Referer: http://app.example$item?$query" ]);
    my @shown = (lines($access, 1), lines($more, 1));
    unlike("@shown", qr/$number|QUERIED/, 'is not shown either');
    lines($error);
};

subtest 'the real URI goes to the API' => sub {
    lines($api->path('api.log'));
    for my $case ([ 'with $request_uri', port => $verbatim ], [ 'without a URI' ]) {
        my ($how, @port) = @$case;
        guarded("proxy_pass $how", "GET $item?$query&a=%2f", status => 200, @port);
        my ($reached) = lines($api->path('api.log'), 1);
        like($reached, qr/"uri":"\Q$item?$query&a=%2f\E"/, "$how: all of it arrived");
    }
};

subtest 'an API in trouble' => sub {
    my $upstream = qr{upstream: "http://127\.0\.0\.1:\d+[^"]*/$token"};
    guarded('it is down', "GET /down$item?$query", status => 502,
            error => qr{connect\(\) failed .*request: "GET /down$CUSTOMERS/$token HTTP/1\.1", $upstream});
    guarded('it is late', "GET /late$item?$query&delay=1s", status => 504,
            error => qr{timed out .*request: "GET /late$CUSTOMERS/$token HTTP/1\.1", $upstream});
    guarded('it closes the connection', "GET $item?$query&status=444", status => 502,
            error => qr{prematurely closed connection .*request: "GET $CUSTOMERS/$token HTTP});
    guarded('it cannot be found', "GET /unset$item?$query", status => 502,
            error => qr{nowhere\.invalid could not be resolved.*request: "GET });
};

subtest 'a client that goes away' => sub {
    my $body = substr $SAMPLE{'update-request'}, 0, 100;
    guarded('in its body', "PUT $item?$query", gone => 1, status => 400,
            headers => [ 'Content-Type: application/json', 'Content-Length: 600' ],
            after => $body, error => qr/client prematurely closed .*request: "PUT $CUSTOMERS/);
    guarded('before the answer', "GET $item?$query&delay=1s", gone => 1, status => 499,
            error => qr{client prematurely closed .*upstream: "http://[^"]*/$token"});
};

subtest 'other locations on the way' => sub {
    guarded('error_page', "GET /pages$item-x?$query", status => 404);
    guarded('error_page with a named location', "GET /pages$item?$query&status=444",
            status => 200, error => qr/prematurely closed/);
    guarded('error_page 401, refused here', "GET /pages$item?$query", status => 401,
            token => undef);
    guarded('auth_request', "GET /auth$item?$query", status => 200);
    guarded('auth_request that is down', "GET /auth-down$item?$query", status => 500,
            error => qr{connect\(\) failed .*subrequest});
    guarded('a mirror that is down', "GET /mirrored$item?$query", status => 200,
            error => qr{connect\(\) failed .*subrequest});
    guarded('an if', "GET /if$item?$query&a=1", status => 200);
    guarded('an if that returns', "GET /if$item?$query&stop=1", status => 403);
    guarded('a return', "GET /return$item?$query", status => 418);
    guarded('a rewrite from off to on', "GET /in$item?$query", status => 200);
    guarded('a rewrite from on to off', "GET /out$item?$query", status => 200);
    guarded('a named location', "GET /named$item?$query", status => 404);
    guarded('deny', "GET /denied$item?$query", status => 403,
            error => qr/access forbidden by rule/);
    guarded('auth_basic', "GET /basic$item?$query", status => 401);
};

# What the parser refuses never gets to a phase, but into the access log.
subtest 'what the parser refuses' => sub {
    my @after = ("X-App-Token: $TOKEN{billing}", "Referer: $referrer", 'Connection: close', '', '');
    my $refused = sub {
        my ($name, $status, @head) = @_;
        my $answer = exchange($GATEWAY, join "\r\n", @head, @after);
        my ($got) = $answer =~ m{^HTTP/1\.1 (\d+)};
        shown($name, { status => $got }, status => $status, unfinished => 1);
    };
    $refused->('no Host', 400, "GET $item?$query HTTP/1.1");
    $refused->('two Hosts', 400, "GET $item?$query HTTP/1.1", 'Host: a', 'Host: b');
    $refused->('a bad Host', 400, "GET $item?$query HTTP/1.1", 'Host: a/b');
    $refused->('a bad Content-Length', 400, "PUT $item?$query HTTP/1.1", 'Host: a',
               'Content-Length: x');
    $refused->('a header that is too large', 400, "GET $item?$query HTTP/1.1", 'Host: a',
               'X-Large: ' . 'x' x 3000);
    $refused->('another Transfer-Encoding', 501, "PUT $item?$query HTTP/1.1", 'Host: a',
               'Transfer-Encoding: gzip');
    $refused->('TRACE', 405, "TRACE $item?$query HTTP/1.1", 'Host: a');
    $refused->('another version', 505, "GET $item?$query HTTP/7.0", 'Host: a');
    $refused->('a bad request line', 400, "GET $item?$query HTTP/1.1 $number", 'Host: a');
    $refused->('a URI that is too long', 414, "GET $item?$query" . 'x' x 3000 . ' HTTP/1.1',
               'Host: a');
};

subtest 'what is off' => sub {
    my $answer = ask("GET /off$item?$query", headers => [ "Referer: $referrer" ]);
    is($answer->{status}, 200, 'is served');
    my ($shown) = lines($access, 1);
    like($shown, qr{"GET /off\Q$item?$query\E HTTP/1\.1" 200 \d+ "\Q$referrer\E"},
         'with what the client sent in the access log');
    my ($both) = lines($more, 1);
    is($both, join('|', "GET /off$item?$query HTTP/1.1", "/off$item?$query", '-', ("/off$item") x 2,
                        ($query) x 2, '-', '-', $referrer) . "\n",
       'in $request and all others');
    lines($error);
    ask("GET /off-down$item?$query", headers => [ "Referer: $referrer" ]);
    my $said = '';
    wait_for(sub { ($said .= join '', lines($error)) =~ /connect/ });
    like($said, qr{request: "GET /off-down\Q$item?$query\E HTTP/1\.1", upstream: "http://[^"]*\Q$item?$query\E", .*referrer: "\Q$referrer\E"},
         'and in error.log');
    lines($_) for $access, $more;
    exchange($open, "GET $item?$query HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    ($shown) = lines($access, 1);
    like($shown, qr{"GET \Q$item?$query\E HTTP/1\.1" 502 }, 'and in a server that protects nothing');
};

subtest 'a connection that is kept' => sub {
    lines($_) for $access, $more;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    for my $path ($item, "/off$item", $item) {
        $socket->syswrite(request_bytes("GET $path?$query")
                          =~ s/Connection: close/Connection: keep-alive/r);
        sysread $socket, my $answer, 65536;
    }
    close $socket;
    my @shown = lines($access, 3);
    is(scalar @shown, 3, 'three requests');
    unlike("$shown[0]$shown[2]", qr/$number|QUERIED/, 'of which two are guarded');
    like($shown[1], qr{"GET /off\Q$item?$query\E }, 'and one is not');
};

done_testing();
