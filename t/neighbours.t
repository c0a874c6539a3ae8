#!/usr/bin/perl

# Other modules of nginx beside ours: those that answer by themselves, read or
# change a request, or make requests of their own.  A module that this machine
# does not have skips its part (tools/install-dependencies test).

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep time);

my $item = "$CUSTOMERS/$NUMBER";
my $sample = $SAMPLE{'create-request'};
my $bad = edited('create-request', [ countryCode => '"DE"' => '"XX"' ]);
my $changed = edited('create-request', [ countryCode => '"DE"' => '"de"' ]);

my $api = start_api();
my ($gateway, $log, $first);

# A part of the test, with the modules loaded behind ours and before it.
sub both {
    my ($name, $test) = @_;
    for my $order ('behind', 'before') {
        $first = $order eq 'before';
        subtest "$name, loaded $order ours" => $test;
    }
    $first = 0;
    return;
}

# A gateway with these modules beside ours; skips where one of them is missing.
sub gateway {
    my ($name, $modules, %part) = @_;
    my ($load, @missing) = neighbours(@$modules);
    plan(skip_all => "this machine has no @missing") if @missing;
    $part{main} = $load if !$first;
    my $mode = $part{mode} // 'on';
    $part{server} = <<"END";
        proxy_http_version 1.1;
        send_timeout 3s;
$part{server}
        location / {
            riverty_customer $mode;
            proxy_pass $API;
        }
END
    $gateway = start_server($name . ($first ? '-first' : ''),
                            ($first ? $load : '') . gateway_config(%part));
    $log = $gateway->path('audit.log');
    return;
}

# One request: its answer, which is there at once, what reached the API and what
# is recorded; both as lists.
sub passes {
    my ($what, $line, $status, $reached, $recorded, %of) = @_;
    my $begun = time;
    my $answer = ask($line, %of);
    cmp_ok(time - $begun, '<', 2, "$what: answered at once");
    is($answer->{status}, $status, "$what: the answer");
    compared("$what: at the API", $reached, reached($api->path('api.log'), scalar @$reached));
    compared("$what: the record", $recorded,
             map { { flat($_) } } records($log, scalar @$recorded));
    return $answer->{head} =~ /^Transfer-Encoding: chunked/mi ? unchunked($answer->{body})
                                                             : $answer->{body};
}

sub unchunked {
    my ($rest) = @_;
    my $body = '';
    while ($rest =~ s/^([0-9a-f]+)\r\n//i) {
        $body .= substr $rest, 0, hex $1, '';
        $rest =~ s/^\r\n//;
    }
    return $body;
}

sub compared {
    my ($what, $wanted, @got) = @_;
    is(scalar @got, scalar @$wanted, "$what: so many");
    for my $i (0 .. $#$wanted) {
        is($got[$i]{$_} // '', $wanted->[$i]{$_}, "$what: $_")
            for sort keys %{ $wanted->[$i] };
    }
    return;
}

sub says {
    my ($what, $pattern) = @_;
    like(join('', lines($gateway->path('error.log'))), $pattern, $what);
    return;
}

# Nothing that is no customer's business stands in a log of nginx.
sub done {
    $gateway->stop();
    my $written = join '', map { slurp($_) } grep { !/audit/ } glob "$gateway->{prefix}/logs/*";
    is(join(' ', grep { index($written, $_) >= 0 } @MARKERS), '', 'no log shows a secret');
    unlike($written, qr/\[(?:alert|emerg|crit)\]/, 'no alert');
    my @used = grep { -e } glob "$gateway->{prefix}/{body,proxy}/*";
    is("@used", '', 'no body was in a file');
    return;
}

my %forwarded = ('riverty.outcome' => 'forwarded');
my %faulty = ('riverty.outcome' => 'failed', 'http.response.status_code' => 500);
my @other = (token => $TOKEN{other});

# Requests of a location that is off into the one that is on: with a token and
# without.
sub nothing_leaves {
    my ($what, $path, $status) = @_;
    for my $token ($TOKEN{billing}, undef) {
        passes($what, "GET $path", $status, [], [], token => $token);
        says("$what: error.log names the place",
             qr{riverty: a subrequest of another module led to location "/".*: refused});
    }
    return;
}


# A module that changes what the API says, and its length: the client gets that,
# and the record still tells what came.
both('an answer that lua changes' => sub {
    gateway('changed', [ 'ndk_http', 'http_lua' ], server => <<"END");
        location /lua/ {
            riverty_customer on;
            riverty_prefix /lua;
            header_filter_by_lua_block { ngx.header.content_length = nil }
            body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]:gsub('$NUMBER', 'changed') }
            proxy_pass $API/;
        }
END
    my $line = "POST /lua$CUSTOMERS";
    like(passes('changed', $line, 200, [ { body => $sample } ], [ \%forwarded ], body => $sample),
         qr/"externalCustomerReference": *"changed"/, 'the client gets what was made of it');
    ask($line, body => $sample);
    my ($record) = records($log, 1);
    is_deeply([ grep { $_->{rule} eq 'reference_mismatch' } @{ $record->{riverty}{findings} } ], [],
              'the record: no other customer');
    is($record->{riverty}{answer}{reference}, $record->{riverty}{customer},
       'the record: what the API called the customer');
    lines($api->path('api.log'), 1);
    done();
});

both('echo' => sub {
    my $http2 = port();
    gateway('echo', ['http_echo'], server => <<"END");
        listen 127.0.0.1:$http2 http2;
        location = /on { riverty_customer on; echo own; }
        location = /monitor { riverty_customer monitor; echo own; }
        location = /large { riverty_customer on; echo_duplicate 3000000 x; }
        location = /slow {
            riverty_customer on;
            echo first; echo_flush; echo_sleep 0.2; echo last;
        }
        location = /into { echo_location $item; }
END
    is(passes('on', 'GET /on', 200, [], [ { 'user.name' => 'other', 'riverty.key' => '' } ], @other),
       "own\n", 'whole');
    is(passes('monitor', 'GET /monitor', 200, [], [ { 'riverty.mode' => 'monitor' } ]), "own\n",
       'whole');
    is(length passes('large', 'GET /large', 200, [], [ {} ], @other), 3_000_000, 'whole');
    like(passes('slow', 'GET /slow', 200, [], [ {} ], @other), qr/first\n.*last\n/s, 'whole');
    for my $case ([ '/on', 4 ], [ '/large', 3_000_000 ]) {
        my $socket = http2_connect($http2);
        is(length http2($case->[0], undef, { method => 'GET', token => $TOKEN{other},
                                             socket => $socket }), $case->[1],
           "HTTP/2, $case->[0]: whole");
        records($log, 1);
    }
    nothing_leaves('echo_location', '/into', 200);
    done();
});


both('perl' => sub {
    gateway('perl', ['http_perl'], server => <<"END");
        location = /on {
            riverty_customer on;
            perl 'sub {
                my \$r = shift;
                \$r->send_http_header("text/plain");
                \$r->print("own\\n" x 100_000);
                return OK;
            }';
        }
END
    is(length passes('on', 'GET /on', 200, [], [ {} ], @other), 400_000, 'whole');
    done();
});


both('njs' => sub {
    put('own.js', <<"END");
function own(r) { r.return(200, 'own'); }
function body(r) { r.return(200, r.requestText); }
async function into(r) {
    let reply = await r.subrequest('$item');
    r.return(reply.status, reply.responseText);
}
export default { own, body, into };
END
    gateway('njs', ['http_js'], http => "js_import own from $DIR/own.js;", server => <<"END");
        location = /on { riverty_customer on; js_content own.own; }
        location = /body { riverty_customer on; js_content own.body; }
        location = /into { js_content own.into; }
END
    is(passes('on', 'GET /on', 200, [], [ {} ], @other), 'own', 'whole');
    is(passes('with a body', 'POST /body', 200, [], [ {} ], @other, body => 'hello'), 'hello',
       'what came');
    nothing_leaves('r.subrequest', '/into', 500);
    done();
});


both('lua' => sub {
    gateway('lua', [qw(ndk_http http_lua)], http => <<"END", server => <<"END2");
    lua_package_path "/usr/share/lua/5.1/?.lua;;";
END
        location = /on { riverty_customer on; content_by_lua_block { ngx.say("own") } }
        location = /slow {
            riverty_customer on;
            content_by_lua_block {
                ngx.say("first") ngx.flush(true) ngx.sleep(0.2) ngx.say("last")
            }
        }
        location = /into {
            content_by_lua_block {
                local reply = ngx.location.capture("$item")
                ngx.status = reply.status
                ngx.print(reply.body)
            }
        }
        location = /within {
            riverty_customer on;
            content_by_lua_block { ngx.print(ngx.location.capture("/off").body) }
        }
        location = /off { return 200 "beside"; }
        location = /exec { riverty_customer on; content_by_lua_block { ngx.exec("\@off") } }
        location \@off { proxy_pass $API; }
        location = /exec-on { riverty_customer on; content_by_lua_block { ngx.exec("$item") } }
        location /read/ {
            riverty_customer on;
            riverty_prefix /read;
            client_body_buffer_size 1k;
            client_body_in_file_only on;
            access_by_lua_block {
                ngx.req.read_body()
                if ngx.req.get_body_file() then ngx.exit(418) end
                ngx.req.set_header("X-More", #(ngx.req.get_body_data() or ""))
            }
            proxy_pass $API/;
        }
        location /monitor/ {
            riverty_customer monitor;
            riverty_prefix /monitor;
            access_by_lua_block { ngx.req.read_body() }
            proxy_pass $API/;
        }
        location /replaced/ {
            riverty_customer on;
            riverty_prefix /replaced;
            access_by_lua_block {
                ngx.req.read_body()
                ngx.req.set_body_data((ngx.req.get_body_data():gsub('"DE"', '"XX"')))
            }
            proxy_pass $API/;
        }
        location /file/ {
            riverty_customer on;
            riverty_prefix /file;
            access_by_lua_block {
                ngx.req.read_body()
                ngx.req.set_body_file("$DIR/sample.json")
            }
            proxy_pass $API/;
        }
        location /file-monitor/ {
            riverty_customer monitor;
            riverty_prefix /file-monitor;
            access_by_lua_block {
                ngx.req.read_body()
                ngx.req.set_body_file("$DIR/sample.json")
            }
            proxy_pass $API/;
        }
        location /discarded/ {
            riverty_customer on;
            riverty_prefix /discarded;
            access_by_lua_block { ngx.req.discard_body() }
            proxy_pass $API/;
        }
        location /put/ {
            riverty_customer on;
            riverty_prefix /put;
            rewrite_by_lua_block { ngx.req.set_method(ngx.HTTP_PUT) }
            proxy_pass $API/;
        }
        location /late-put/ {
            riverty_customer on;
            riverty_prefix /late-put;
            access_by_lua_block { ngx.req.set_method(ngx.HTTP_DELETE) }
            proxy_pass $API/;
        }
END2
    put('sample.json', $sample, 0644);

    is(passes('on', 'GET /on', 200, [], [ {} ], @other), "own\n", 'whole');
    like(passes('slow', 'GET /slow', 200, [], [ {} ], @other), qr/first\n.*last\n/s, 'whole');
    nothing_leaves('ngx.location.capture', '/into', 500);
    is(passes('from on to off', 'GET /within', 200, [], [ {} ], @other), 'beside', 'whole');
    passes('exec to a location that is off', 'GET /exec', 401, [ { uri => '/exec', key => '' } ],
           [ {} ], @other);
    passes('exec to another path', 'GET /exec-on', 500, [], [ {%faulty} ], @other);
    says('what was judged is said', qr/another path/);

    for my $body ($sample, $changed) {
        passes('read before', "POST /read$CUSTOMERS", 200,
               [ { body => $sample, length => length $sample, more => length $body,
                   key => 'billing.primary' } ], [ {%forwarded} ], body => $body);
    }
    passes('read before, judged', "POST /read$CUSTOMERS", 422, [],
           [ { 'riverty.outcome' => 'rejected' } ], body => $bad);
    passes('of another operation', "POST /read$item/orders", 200,
           [ { body => 'z' x 50_000, length => 50_000, more => 50_000 } ], [ {%forwarded} ],
           @other, body => 'z' x 50_000);
    passes('empty', "POST /read$item/orders", 200, [ { body => '', length => 0, more => 0 } ],
           [ {%forwarded} ], @other, body => '');
    passes('over the limit', "POST /read$CUSTOMERS", 413, [],
           [ { 'riverty.outcome' => 'refused' } ], body => 'z' x 70_000);
    my $chunks = sprintf("%x\r\n%s\r\n", 70_000, 'z' x 70_000) . "0\r\n\r\n";
    my $answer = exchange($GATEWAY, request_bytes("POST /read$CUSTOMERS", headers =>
        [ 'Content-Type: application/json', 'Transfer-Encoding: chunked' ]) . $chunks);
    like($answer, qr{^HTTP/1.1 413 .*content-too-large}s, 'over the limit in chunks');
    compared('over the limit in chunks: the record', [ { 'riverty.outcome' => 'refused' } ],
             map { { flat($_) } } records($log, 1));

    passes('monitor', "POST /monitor$CUSTOMERS", 200, [ { body => $changed } ],
           [ { 'riverty.would' => 'forwarded', 'riverty.document./customer/language' => 'de' } ],
           body => $changed);
    passes('replaced by another', "POST /replaced$CUSTOMERS", 422, [],
           [ { 'riverty.outcome' => 'rejected' } ], body => $sample);
    lines($gateway->path('error.log'));
    passes('in a file', "POST /file$CUSTOMERS", 500, [], [ {%faulty} ], body => $sample);
    says('the cause is said', qr/\[error\].*riverty: another module has read the body/);
    passes('in a file, monitor', "POST /file-monitor$CUSTOMERS", 200, [ { body => $sample } ],
           [ { 'riverty.would' => 'failed', 'riverty.outcome' => 'forwarded' } ],
           body => $sample);
    passes('thrown away', "POST /discarded$CUSTOMERS", 400, [],
           [ { 'riverty.outcome' => 'refused' } ], body => $sample);

    for my $path ('/put', '/late-put') {
        passes("another method, $path", "GET $path$item", 500, [],
               [ { %faulty, 'event.action' => 'customer.read' } ], token => $TOKEN{reader});
        says('what was judged is said', qr/another method/);
    }
    done();
});


both('modsecurity' => sub {
    gateway('modsecurity', ['http_modsecurity'], server => <<"END");
        location /waf/ {
            riverty_customer on;
            riverty_prefix /waf;
            client_body_buffer_size 1k;
            modsecurity on;
            modsecurity_rules '
                SecRuleEngine On
                SecRequestBodyAccess On
                SecRule REQUEST_BODY "\@contains forbidden" "id:1,phase:2,deny,status:403"
            ';
            proxy_pass $API/;
        }
END
    passes('create', "POST /waf$CUSTOMERS", 200, [ { body => $sample } ], [ {%forwarded} ],
           body => $changed);
    my $large = $sample =~ s/\n\}\n\z/'}' . ' ' x 40_000 . "\n"/er;
    passes('a large one', "POST /waf$CUSTOMERS", 200, [ { body => $large } ], [ {%forwarded} ],
           body => $large);
    passes('other', "POST /waf$item/orders", 200, [ { body => 'z' x 50_000 } ], [ {%forwarded} ],
           @other, body => 'z' x 50_000);
    passes('it has seen the body', "POST /waf$item/orders", 403, [],
           [ { 'riverty.outcome' => 'refused', 'user.name' => 'other' } ],
           @other, body => ' ' x 20_000 . 'forbidden');
    done();
});


both('headers-more' => sub {
    gateway('more', ['http_headers_more_filter'], server => <<"END");
        location /more/ {
            riverty_customer on;
            riverty_prefix /more;
            more_set_input_headers 'X-More: set';
            more_set_headers 'X-Said: set';
            proxy_pass $API/;
        }
END
    passes('headers', "GET /more$item", 200, [ { more => 'set', key => 'billing.primary' } ],
           [ {%forwarded} ], headers => [ 'X-More: sent' ]);
    done();
});


subtest 'client_body_early_read' => sub {
    plan(skip_all => 'nginx has it since 1.31.5') if !nginx_since('1.31.5');
    mkdir "$DIR/logs" or die "$DIR/logs: $!\n";
    for my $case ([ 'on', 1 ], [ 'monitor', 0 ]) {
        my ($mode, $refused) = @$case;
        my ($status, $said) = nginx_t(config_of(level => 'notice', http => <<"END"));
    riverty_key_store $STORE/apps.json;
    riverty_audit_log off;
    client_body_early_read 1;
    server { listen 127.0.0.1:$GATEWAY; location / { riverty_customer $mode; proxy_pass $API; } }
END
        is($status != 0, $refused == 1, "$mode: " . ($refused ? 'refused' : 'taken'));
        like($said, qr/"client_body_early_read" in the server of a location/, 'and said')
            if $refused;
    }

    gateway('early', [], mode => 'monitor', server => <<"END");
        client_body_early_read 1;
        client_body_buffer_size 8k;
        location /monitor/ {
            riverty_customer monitor;
            riverty_prefix /monitor;
            proxy_pass $API/;
        }
END
    passes('monitor', "POST /monitor$CUSTOMERS", 200, [ { body => $sample } ],
           [ { 'riverty.would' => 'forwarded', 'riverty.document./customer/language' => 'de' } ],
           body => $sample);
    my $large = $sample =~ s/\n\}\n\z/'}' . ' ' x 40_000 . "\n"/er;
    passes('monitor, in a file', "POST /monitor$CUSTOMERS", 200, [ { body => $large } ],
           [ { 'riverty.would' => 'failed' } ], body => $large);
    $gateway->stop();
};


# What every nginx has.
subtest 'SSI, addition' => sub {
    mkdir "$DIR/html" or die "$DIR/html: $!\n";
    put('html/ssi.html', qq{begin <!--# include virtual="$item" --> end\n}, 0644);
    put('html/plain.html', "plain\n", 0644);
    gateway('pages', [], server => <<"END");
        root $DIR/html;
        location = /ssi.html { ssi on; }
        location = /plain.html { add_after_body $item; }
END
    nothing_leaves('SSI', '/ssi.html', 200);
    nothing_leaves('addition', '/plain.html', 200);
    done();
};


subtest 'auth_request' => sub {
    gateway('auth', [], server => <<"END");
        location /on/ {
            riverty_customer on;
            riverty_prefix /on;
            auth_request /auth;
            proxy_pass $API/;
        }
        location /closed/ {
            riverty_customer on;
            riverty_prefix /closed;
            auth_request /no-auth;
            proxy_pass $API/;
        }
        location = /auth {
            internal;
            proxy_pass $API/subscriptions/v1/auth;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header X-Subscription-Key $KEY{'other.primary'};
        }
        location = /no-auth {
            internal;
            proxy_pass $API/subscriptions/v1/auth?status=403;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header X-Subscription-Key $KEY{'other.primary'};
        }
        location /inherited/ {
            riverty_customer on;
            riverty_prefix /inherited;
            auth_request /inherited/auth;
            proxy_pass $API/;
            location = /inherited/auth { proxy_pass $API/auth; }
        }
END
    my $asked = { uri => '/subscriptions/v1/auth', token => '' };
    passes('let through', "POST /on$CUSTOMERS", 200,
           [ $asked, { method => 'POST', body => $sample } ], [ {%forwarded} ], body => $sample);
    passes('denied', "GET /closed$item", 403, [ { uri => '/subscriptions/v1/auth?status=403' } ],
           [ { 'riverty.outcome' => 'refused', 'user.name' => 'billing' } ]);
    passes('denied, without a token', "GET /closed$item", 403, [ {} ],
           [ { 'riverty.outcome' => 'refused', 'user.name' => '' } ], token => undef);
    passes('a location that is on by inheritance', "GET /inherited$item", 500, [], [ {%faulty} ]);
    says('the place is named', qr{led to location "/inherited/auth"});
    done();
};


subtest 'mirror' => sub {
    gateway('mirror', [], server => <<"END");
        location /on/ {
            riverty_customer on;
            riverty_prefix /on;
            mirror /mirror;
            proxy_pass $API/;
        }
        location = /mirror {
            internal;
            proxy_set_header X-Subscription-Key $KEY{'other.primary'};
            proxy_pass $API/subscriptions/v1/mirrored;
        }
        location /inherited/ {
            riverty_customer on;
            riverty_prefix /inherited;
            mirror /inherited/mirror;
            proxy_pass $API/;
            location = /inherited/mirror { proxy_pass $API/subscriptions/v1/mirrored; }
        }
        location /monitor/ {
            riverty_customer monitor;
            riverty_prefix /monitor;
            mirror /monitor/mirror;
            proxy_pass $API/;
            location = /monitor/mirror { proxy_pass $API/subscriptions/v1/mirrored; }
        }
        location = /off-to-monitor { mirror /monitor/mirror; return 200; }
END
    my $answer = ask("POST /on$CUSTOMERS", body => $sample);
    is($answer->{status}, 200, 'the answer');
    my @both = sort { $b->{uri} cmp $a->{uri} } reached($api->path('api.log'), 2);
    compared('mirrored', [ { uri => '/subscriptions/v1/mirrored', body => $sample, token => '',
                             key => 'other.primary' },
                           { uri => $CUSTOMERS, body => $sample, key => 'billing.primary' } ],
             @both);
    compared('record', [ {%forwarded} ], map { { flat($_) } } records($log, 1));

    passes('a location that is on by inheritance', "POST /inherited$CUSTOMERS", 200,
           [ { uri => $CUSTOMERS } ], [ {%forwarded} ], body => $sample);
    says('the place is named', qr{led to location "/inherited/mirror".*: refused});

    ask("GET /monitor$item");
    @both = sort { $b->{uri} cmp $a->{uri} } reached($api->path('api.log'), 2);
    compared('monitor refuses nothing', [ { uri => '/subscriptions/v1/mirrored', token => '' }, { uri => $item } ],
             @both);
    records($log, 1);
    says('and tells', qr{\[warn\].*"riverty_customer on" would refuse it});
    done();
};


# The slice module's requests pass no phase: they go straight to the handler.
subtest 'slice' => sub {
    my $port = port();
    mkdir "$DIR/sliced" or die "$DIR/sliced: $!\n";
    put('sliced/orders', 'z' x 2500, 0644);
    gateway('slice', [], http => <<"END", server => <<"END2");
    log_format sliced '\$http_range \$http_x_app_token \$http_x_subscription_key';
    server {
        listen 127.0.0.1:$port;
        access_log logs/api-sliced.log sliced;
        root $DIR/sliced;
    }
END
        location = /orders {
            riverty_customer on;
            slice 1000;
            proxy_set_header Range \$slice_range;
            proxy_pass http://127.0.0.1:$port;
        }
END2
    ask('GET /orders', @other);
    my @lines = lines($gateway->path('api-sliced.log'), 1);
    is_deeply(\@lines, [ "bytes=0-999 - $KEY{'other.primary'}\n" ], 'one request, and judged');
    says('the others are named', qr{led to location "/orders".*: refused});
    unlink $gateway->path('api-sliced.log');
    done();
};


subtest 'who was refused by another module' => sub {
    put('html/users', "billing:{PLAIN}secret-of-billing\n", 0644);
    gateway('refusals', [], http => <<"END", server => <<"END2");
    limit_req_zone \$riverty_app zone=apps:1m rate=1r/m;
END
        location /limited/ {
            riverty_customer on;
            riverty_prefix /limited;
            limit_req zone=apps;
            limit_req_status 429;
            proxy_pass $API/;
        }
        location /denied/ {
            riverty_customer on;
            riverty_prefix /denied;
            deny all;
            proxy_pass $API/;
        }
        location /denied-monitor/ {
            riverty_customer monitor;
            riverty_prefix /denied-monitor;
            deny all;
            proxy_pass $API/;
        }
        location /basic/ {
            riverty_customer on;
            riverty_prefix /basic;
            riverty_app \$remote_user;
            auth_basic basic;
            auth_basic_user_file $DIR/html/users;
            proxy_pass $API/;
        }
        location /returned/ {
            riverty_customer on;
            riverty_prefix /returned;
            if (\$uri) { return 403; }
        }
END2
    my %refused = ('riverty.outcome' => 'refused', 'user.name' => 'billing');
    passes('the first', "GET /limited$item", 200, [ {} ], [ { 'user.name' => 'billing' } ]);
    passes('limit_req', "GET /limited$item", 429, [], [ {%refused} ]);
    passes('deny', "GET /denied$item", 403, [], [ {%refused} ]);
    passes('deny, monitor', "GET /denied-monitor$item", 403, [], [ {%refused} ]);
    passes('return', "GET /returned$item", 403, [], [ {%refused} ]);
    passes('of one that nobody knows', "GET /denied$item", 403, [],
           [ { 'riverty.outcome' => 'refused', 'user.name' => '' } ], token => 'unknown');
    passes('a wrong password proves no name', "GET /basic$item", 401, [],
           [ { 'riverty.outcome' => 'refused', 'user.name' => '' } ], token => undef,
           headers => [ 'Authorization: Basic YmlsbGluZzp3cm9uZw==' ]);    # billing:wrong
    done();
};

done_testing();
