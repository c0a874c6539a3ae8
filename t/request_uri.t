#!/usr/bin/perl

# $request_uri and $request are what the client sent for as long as a request
# runs, so that what nginx's documentation does with them works in a protected
# location as in any other; where they are logged they are redacted, for a
# subrequest, too.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use Riverty;
use RivertyConfig;
use Test::More;

my $number = 'c71REAL';
my $item = "$CUSTOMERS/$number";
my $query = 'name=QUERIED';
my $marks = qr/$number|QUERIED|REFERRED|c3RvbGVu/;

my ($dead, $second, $one, $two, $spread, $located) = map { port() } 1 .. 6;

# The second house: it says what it got.
my $api = start_api(http => <<"END");
    log_format second '\$request_uri \$http_x_original_uri \$http_x_subscription_key \$http_x_app_token';
    server {
        listen 127.0.0.1:$second;
        access_log logs/second.log second;
        location / { return 200 "second\\n"; }
    }
    server {
        listen 127.0.0.1:$located;
        location / { add_header Location \$request_uri; return 200 "located\\n"; }
    }
    server { listen 127.0.0.1:$one; location / { return 200 "one\\n"; } }
    server { listen 127.0.0.1:$two; location / { return 200 "two\\n"; } }
END

# Each of these once with `on` and once with `monitor`.
sub locations {
    my ($mode) = @_;
    my $customer = "riverty_customer $mode;";
    return <<"END";
        location /$mode/return/ {
            $customer
            if (\$uri) { return 301 https://elsewhere\$request_uri; }
        }
        location /$mode/auth/ {
            $customer riverty_prefix /$mode/auth;
            auth_request /check;
            proxy_pass $API/;
        }
        location /$mode/checked/ {
            $customer riverty_prefix /$mode/checked;
            auth_request /check;
            proxy_set_header X-More \$known;
            proxy_pass $API/;
        }
        location /$mode/mirror/ {
            $customer riverty_prefix /$mode/mirror;
            mirror /mirror;
            proxy_pass $API/;
        }
        location /$mode/raw/ {
            $customer riverty_prefix /$mode/raw;
            rewrite ^ \$request_uri;
            rewrite ^/$mode/raw(/[^?]*) \$1 break;
            proxy_pass $API\$uri;
        }
        location /$mode/set/ {
            $customer riverty_prefix /$mode/set;
            set \$u \$request_uri;
            if (\$u ~ ^/$mode/set(/.*)\$) { set \$u \$1; }
            proxy_pass $API\$u;
        }
        location /$mode/if/ {
            $customer riverty_prefix /$mode/if;
            if (\$request_uri ~ $number) { return 410; }
            proxy_pass $API/;
        }
        location /$mode/line/ {
            $customer riverty_prefix /$mode/line;
            if (\$request ~ $number) { return 410; }
            proxy_pass $API/;
        }
        location /$mode/map/ {
            $customer riverty_prefix /$mode/map;
            proxy_pass $API\$mapped;
        }
        location /$mode/named/ {
            $customer riverty_prefix /$mode/named;
            error_page 502 = \@second;
            proxy_pass http://127.0.0.1:$dead/;
        }
        location /$mode/tried/ {
            try_files /nothing \@$mode;
        }
        location \@$mode {
            $customer riverty_prefix /$mode/tried;
            if (\$request_uri ~ ^/$mode/tried(/.*)\$) { set \$tried \$1; }
            proxy_pass $API\$tried;
        }
        location /$mode/header/ {
            $customer riverty_prefix /$mode/header;
            proxy_set_header X-More \$request_uri;
            add_header X-Told \$request_uri always;
            add_header Refresh "1; url=\$request_uri" always;
            add_header Link "<\$request_uri>" always;
            add_header Content-Location \$request_uri always;
            proxy_pass $API/;
        }
END
}

# notice: at info nginx tells of what its parser refuses.
my $text = gateway_config(level => 'notice', http => <<"END", server => locations('on') . locations('monitor') . <<"END2");
    map \$request_uri \$mapped { ~^/\\w+/map(?<rest>/.*)\$ \$rest; }
    map \$request_uri \$known { default ''; ~$number yes; }
    map \$status \$always { default yes; }
    log_format more '\$request|\$request_uri|\$uri|\$document_uri|\$args|\$query_string|\$is_args|'
                    '\$arg_name|\$request_filename|\$request_body|\$http_referer|\$http_authorization|'
                    '\$sent_http_location|\$upstream_http_location|\$sent_http_refresh|\$sent_http_link|'
                    '\$sent_http_content_location';
    access_log logs/more.log more;
    access_log logs/if.log more if=\$always;
    access_log logs/known.log combined if=\$known;
END
        location = /check {
            internal;
            log_subrequest on;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header X-Original-URI \$request_uri;
            proxy_pass http://127.0.0.1:$second;
        }
        location = /mirror {
            internal;
            log_subrequest on;
            proxy_pass http://127.0.0.1:$second\$request_uri;
        }
        location \@second {
            riverty_customer off;
            proxy_pass http://127.0.0.1:$second;
        }
        location /stop/ {
            riverty_customer on;
            riverty_prefix /stop;
            if (\$arg_name) { set \$found 1; }
            if (\$http_referer) { set \$found 1; }
            if (\$uri) { return 418; }
        }
        location / {
            riverty_customer on;
            proxy_pass $API;
        }
        location /located/ {
            riverty_customer on;
            riverty_prefix /located;
            proxy_pass http://127.0.0.1:$located/;
        }
        location /first/ {
            riverty_customer on;
            riverty_prefix /first;
            rewrite ^/first(/.*)\$ /last\$1 last;
        }
        location /last/ {
            riverty_customer on;
            riverty_prefix /last;
            proxy_pass $API/;
        }
END2

my $gateway = start_server('gateway', $text);
my @logs = map { $gateway->path("$_.log") } qw(access more if known);

# Basic credentials and a referrer come with every request.
sub asked {
    my ($line, %of) = @_;
    lines($api->path($_)) for qw(api.log second.log);
    lines($_) for @logs;
    return ask($line, %of, headers => [ 'Referer: http://app.example/REFERRED',
                                        'Authorization: Basic c3RvbGVu', @{ $of{headers} // [] } ]);
}

# Of each log so many lines, all redacted.
sub redacted {
    my ($name, $wanted) = @_;
    my @shown = map { [ lines($_, $wanted) ] } @logs[0 .. 2];
    push @shown, [ lines($logs[3]) ];
    is("@{[ map { scalar @$_ } @shown ]}", join(' ', ($wanted) x 3, 0), "$name: lines in the logs");
    my @clear = grep { /$marks/ } map { @$_ } @shown;
    is("@clear", '', "$name: all of them redacted");
    return @{ $shown[1] };
}

sub arrived {
    my ($name, $log, $wanted) = @_;
    my @got = lines($api->path($log), 1);
    like($got[0] // '', $wanted, $name);
    return;
}

for my $known ($number, 'c2') {
    ask("POST $CUSTOMERS", body => edited('create-request',
                                          [ customerNumber => '"c1631704458"' => "\"$known\"" ]));
}
lines($_, 2) for @logs[0 .. 2];

for my $mode (qw(on monitor)) {
    subtest "$mode: what is made of it while the request runs" => sub {
        my $answer = asked("GET /$mode/return$item?$query");
        like($answer->{head}, qr{^Location: https://elsewhere/$mode/return\Q$item?$query\E\r?$}m,
             'return');
        redacted('return', 1);

        $answer = asked("GET /$mode/auth$item?$query");
        is($answer->{status}, 200, 'auth_request: passes');
        arrived('auth_request: the real path', 'second.log', qr{^/check /$mode/auth\Q$item?$query\E });
        arrived('and all of it in what is forwarded', 'api.log', qr{"uri":"\Q$item?$query\E"});
        my @shown = redacted('auth_request, logged', 2);
        like($shown[0], qr/^GET [^|]*\|[^|]*\|\/check\|/, 'auth_request: has a line of its own');

        asked("GET /$mode/checked$item?$query");
        arrived('auth_request, logged: a map is asked by the real one', 'api.log', qr{"more":"yes"});
        lines($_, 2) for @logs[0 .. 2];

        $answer = asked("PUT /$mode/mirror$item?$query", body => $SAMPLE{'update-request'}
                                                                =~ s/c1631704458/$number/r);
        is($answer->{status}, 200, 'mirror: the request is served');
        arrived('mirror: the real path', 'second.log', qr{^/$mode/mirror\Q$item?$query\E });
        arrived('and the body has gone to the API', 'api.log', qr{$number.*QUERIED|QUERIED.*$number});
        redacted('mirror, logged', 2);

        for my $case (qw(raw set map tried)) {
            my $sent = $case eq 'raw' ? $item : "$item?$query";
            $answer = asked("GET /$mode/$case$item?$query");
            is($answer->{status}, 200, "$case: served");
            arrived("$case: the real path", 'api.log', qr{"uri":"\Q$sent\E.*"key":"[^"]+"});
            redacted($case, 1);
        }

        for my $case (qw(if line)) {
            is(asked("GET /$mode/$case$item?$query")->{status}, 410, "$case: is true");
            redacted($case, 1);
            is(asked("GET /$mode/$case$CUSTOMERS/c2")->{status}, 200, "$case: is false for another");
            redacted($case, 1);
        }

        $answer = asked("GET /$mode/header$item?$query");
        like($answer->{head}, qr{^X-Told: /$mode/header\Q$item?$query\E\r?$}m, 'add_header: the real one');
        arrived('proxy_set_header: the real one', 'api.log', qr{"more":"/$mode/header\Q$item?$query\E"});
        redacted('headers', 1);

        $answer = asked("GET /$mode/named$item?$query");
        is($answer->{body}, "second\n", 'a named location that is off: served');
        arrived('by the real path, without key or token', 'second.log',
                qr{^/$mode/named\Q$item?$query\E - - -$});
        redacted('a named location', 1);
    };
}

subtest 'what was read before it is logged' => sub {
    is(asked("GET /stop$item?$query")->{status}, 418, 'a query and a referrer, in if');
    redacted('a return', 1);
    is(asked("POST $CUSTOMERS?$query", body => $SAMPLE{'create-request'})->{status}, 200, 'a create');
    redacted('a create', 1);
    my $located = asked("GET /located$item?$query");
    like($located->{head}, qr{^Location: \S*/$number\?}m, 'a Location of the API: passed');
    redacted('a Location of the API', 1);
    is(asked("GET $CUSTOMERS?$query HTTP/7.0")->{status}, 505, 'what the parser refuses');
    redacted('what the parser refuses', 1);
};

subtest 'a key as an argument never reaches the API' => sub {
    for my $case (qw(/on/raw /on/set /on/map /on/tried /on/header), '') {
        my $answer = asked("GET $case$item?a=1&subscription-key=CLIENT&b=2");
        is($answer->{status}, 200, "$case: served");
        my ($got) = lines($api->path('api.log'), 1);
        unlike($got, qr/CLIENT/, "$case: without the client's key");
        like($got, qr{"uri":"\Q$item\E(?:\?a=1&b=2)?"}, "$case: and with all else");
        redacted("a key, $case", 1);
    }
    my $answer = asked("GET /on/return$item?subscription-key=CLIENT&b=2");
    like($answer->{head}, qr{^Location: https://elsewhere/on/return\Q$item?b=2\E\r?$}m,
         'nor another house');
    redacted('a key, return', 1);
};

subtest 'hash, without a redaction key' => sub {
    my $store = put('hash.json', <<"END", 0600);
{ "apps": [ { "name": "a", "tokens": [ "sha256:@{[ sha256_hex('hashed') ]}" ],
              "operations": [ "read" ], "keys": [ { "id": "k", "value": "key-of-hash-a" } ] } ] }
END
    start_server('hash', config_of(http => <<"END"));
    upstream two { hash \$request_uri consistent; server 127.0.0.1:$one; server 127.0.0.1:$two; }
    riverty_key_store $store;
    riverty_allow verbose_log;
    riverty_audit_log off;
    server {
        listen 127.0.0.1:$spread;
        riverty_customer on;
        location / { proxy_pass http://two; }
    }
END
    my %got;
    $got{ ask("GET $CUSTOMERS/c$_", port => $spread, token => 'hashed')->{body} }++ for 1 .. 40;
    is(join('', sort keys %got), "one\ntwo\n", 'both servers get some');
    cmp_ok($got{$_} // 0, '>', 4, 'and not only a few') for "one\n", "two\n";
};

# A rewrite asks the module again what the client sent.
subtest 'ids over a rewrite to another protected location' => sub {
    my $audit = $gateway->path('audit.log');
    for my $id (undef, '0f8fad5b-d9cb-469f-a165-70867728950e') {
        records($audit);
        my $answer = asked("GET /first$item?$query",
                           headers => [ $id ? "X-Request-ID: $id" : () ]);
        is($answer->{status}, 200, 'served');
        my ($record) = grep { $_->{'event.type'} eq 'end' } records($audit, 1);
        is($record->{'http.request.id'}, $id, 'http.request.id is the client\'s: ' . ($id // 'absent'));
        isnt($record->{'http.request.id'} // '', $record->{'event.id'}, 'and never ours');
        my ($got) = lines($api->path('api.log'), 1);
        my $sent = $id // $record->{'event.id'};
        like($got, qr/"id":"\Q$sent\E"/, 'the API gets one all the same');
        redacted('a rewrite', 1);
    }
};

my @said = grep { /$marks/ } lines($gateway->path('error.log'));
is("@said", '', 'error.log shows nothing of it');

done_testing();
