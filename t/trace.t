#!/usr/bin/perl

# Tracing by W3C Trace Context: what reaches the API is what the record says,
# whoever made it.  A module that this machine does not have fails its part
# (tools/install-dependencies test).

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my ($trace, $span) = ('4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7');
my $parent = "00-$trace-$span-01";
my $state = 'vendor=00f067aa0ba902b7,other=1';

my @valid = ($parent, "00-$trace-$span-00", "00-$trace-$span-ff", "01-$trace-$span-01",
             "fe-$trace-$span-03", "cc-$trace-$span-01-",
             "cc-$trace-$span-01-what-the-future-will-be-like",
             '00-' . '0' x 31 . '1-' . '0' x 15 . '1-00', "$parent \t", "\t$parent");

my @invalid = ('', '1', '00', $trace, "ff-$trace-$span-01", '00-' . '0' x 32 . "-$span-01",
               "00-$trace-" . '0' x 16 . '-01', 'cc-' . '0' x 32 . "-$span-01-more",
               "00-$trace-$span-01-", "00-$trace-$span-01-more", "00-$trace-$span-012",
               "cc-$trace-$span-01.what-the-future-will-not-be-like", "cc-$trace-$span-012",
               "cc-$trace-$span-0", "cc-$trace-$span", "00-$trace-$span-0", "00-$trace-$span-",
               "0-$trace-$span-01", "000-$trace-$span-01", "0g-$trace-$span-01",
               "FE-$trace-$span-01", '00-' . uc($trace) . "-$span-01",
               "00-$trace-" . uc($span) . '-01', "00-$trace-$span-0A", "00-$trace-$span-.0",
               "00-$trace-$span-0.", "00-${trace}0-$span-01", '00-' . substr($trace, 1) . "-$span-01",
               "00-$trace-${span}0-01", "00-$trace-" . substr($span, 1) . '-01',
               "00-$trace-$span-+1", $parent =~ tr/-/_/r, "00_$trace-$span-01",
               "00-${trace}_$span-01", "00-$trace-${span}_01", "00 -$trace-$span-01",
               "\"$parent\"", "$parent, $parent", "00-\xe9" . substr($trace, 1) . "-$span-01");

# An API that answers with what it got.
my $second = port();
my $api = start_api(http => <<"END");
    server {
        listen 127.0.0.1:$second;
        location / { return 200 "\$http_traceparent|\$http_tracestate"; }
    }
END

my ($load, @missing) = neighbours(qw(ndk_http http_lua http_js http_headers_more_filter));
my $foreign = foreign($load);
is("@missing", '', 'all modules are there that are tried beside this one') if !$foreign;

put('trace.js', <<'END');
    export default { parent: (r) => '00-' + 'a'.repeat(32) + '-' + 'b'.repeat(16) + '-01' };
END

my $js = "js_import trace from $DIR/trace.js; js_set \$own_parent trace.parent;";
my $modules = <<"END";
        location /njs/ {
            riverty_prefix /njs;
            proxy_set_header traceparent \$own_parent;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /lua/ {
            riverty_prefix /lua;
            riverty_traceparent on;
            access_by_lua_block {
                ngx.req.set_header('traceparent', '00-' .. ('c'):rep(32) .. '-' .. ('d'):rep(16) .. '-00')
            }
            proxy_pass http://127.0.0.1:$second/;
        }
        location /more/ {
            riverty_prefix /more;
            riverty_traceparent on;
            more_set_input_headers 'traceparent: $parent' 'tracestate: $state';
            proxy_pass http://127.0.0.1:$second/;
        }
        location /cleared/ {
            riverty_prefix /cleared;
            riverty_traceparent on;
            more_clear_input_headers traceparent;
            proxy_pass http://127.0.0.1:$second/;
        }
END

($load, $js, $modules) = ('', '', '') if @missing;

my $h2 = port();
my $gateway = start_server('gateway', gateway_config(main => $load, http => <<"END1", server => <<"END2"));
    $js
    server {
        listen 127.0.0.1:$h2 http2;
        riverty_customer on;
        riverty_traceparent on;
        location / { proxy_pass http://127.0.0.1:$second; }
    }
END1
        riverty_customer on;
        location / { proxy_pass http://127.0.0.1:$second; }
        location /on/ {
            riverty_prefix /on;
            riverty_traceparent on;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /begins/ {
            riverty_prefix /begins;
            riverty_traceparent on;
            riverty_strip_header traceparent tracestate;
            riverty_audit_log logs/required.log required;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /monitor/ {
            riverty_customer monitor;
            riverty_traceparent on;
            riverty_prefix /monitor;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /set/ {
            riverty_prefix /set;
            proxy_set_header traceparent \$http_x_parent;
            riverty_audit_log logs/required.log required;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /none/ {
            riverty_prefix /none;
            riverty_traceparent on;
            proxy_set_header traceparent "";
            proxy_pass http://127.0.0.1:$second/;
        }
        location /twice/ {
            riverty_prefix /twice;
            proxy_set_header traceparent $parent;
            proxy_set_header Traceparent $parent;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /headless/ {
            riverty_prefix /headless;
            riverty_traceparent on;
            proxy_pass_request_headers off;
            proxy_pass http://127.0.0.1:$second/;
        }
$modules
END2
my $log = $gateway->path('audit.log');

# What reached the API (traceparent, tracestate), and the ids of the record.
sub traced {
    my ($place, @headers) = @_;
    my $answer = ask("GET $place$item", headers => \@headers);
    is($answer->{status}, 200, "$place: forwarded") or diag($answer->{body});
    return ([ split /\|/, $answer->{body}, -1 ], ids(records($log, 1)));
}

sub ids {
    my ($record) = @_;
    my %flat = flat($record);
    return [ @flat{ 'trace.id', 'span.id' } ];
}

# The ids of a traceparent, in a record's order; a reader of its own.
sub ids_of { return [ $_[0] =~ /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/ ] }

sub trimmed { return $_[0] =~ s/^[ \t]+|[ \t]+$//gr }

my $none = [ undef, undef ];

subtest 'a valid one goes on as it came' => sub {
    for my $place ('', '/on', '/monitor') {
        for my $value (@valid) {
            my ($sent, $ids) = traced($place, "traceparent: $value", "TraceState: $state");
            is(trimmed($sent->[0]), trimmed($value), "$place: \"$value\" is forwarded");
            is($sent->[1], $state, 'with its state');
            is_deeply($ids, ids_of(trimmed($value)), 'the record has its ids');
        }
    }
    my ($sent, $ids) = traced('', "TRACEPARENT: $parent", 'tracestate: a=1', 'tracestate: b=2');
    is_deeply($ids, [ $trace, $span ], 'a name in capitals');
    like($sent->[1], qr/^a=1/, 'states go with it');
};

subtest 'another does not' => sub {
    for my $value (@invalid) {
        my ($sent, $ids) = traced('', "traceparent: $value", "tracestate: $state");
        is_deeply($sent, [ '', '' ], "\"$value\" and its state stay here");
        is_deeply($ids, $none, 'the record has no ids');
    }
    for my $headers ([ "traceparent: $parent", "traceparent: $parent" ],
                     [ "traceparent: $parent", 'traceparent: 1' ],
                     [ 'traceparent:', "Traceparent: $parent" ], [ ("traceparent: $parent") x 5 ], []) {
        my ($sent, $ids) = traced('', @$headers, "tracestate: $state");
        is_deeply($sent, [ '', '' ], scalar(@$headers) . ' of them, and their state');
        is_deeply($ids, $none, 'the record has no ids');
    }
};

sub made {
    my ($what, $sent, $ids) = @_;
    like($sent->[0], qr/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/, "$what: one is made");
    is($sent->[1], '', 'without a state');
    is_deeply($ids, ids_of($sent->[0]), 'and recorded');
    return $ids;
}

subtest 'on: one is made in its place' => sub {
    my (%traces, %spans);
    for my $headers (map([ "traceparent: $_", "tracestate: $state" ], @invalid),
                     [ ("traceparent: $parent") x 2 ], [ "tracestate: $state" ], map { [] } 1 .. 20) {
        my $ids = made("@$headers", traced('/on', @$headers));
        $traces{ $ids->[0] }++;
        $spans{ $ids->[1] }++;
    }
    is_deeply([ grep { $_ > 1 } values %traces, values %spans ], [], 'each with ids of its own');
};

subtest 'monitor leaves all as it came' => sub {
    for my $value (grep { $_ ne '' } @invalid) {
        my ($sent, $ids) = traced('/monitor', "traceparent: $value", "tracestate: $state");
        is($sent->[0], $value, "\"$value\" is forwarded");
        is($sent->[1], $state, 'with its state');
        is_deeply($ids, $none, 'the record has no ids');
    }
    my ($sent, $ids) = traced('/monitor');
    is_deeply($sent, [ '', '' ], 'none is made');
    is_deeply($ids, $none, 'nor recorded');
};

subtest 'what proxy_set_header says is what the trace has' => sub {
    my $required = $gateway->path('required.log');
    my $other = 'traceparent: 00-' . '1' x 32 . '-' . '2' x 16 . '-01';
    for my $value ($parent, '00-' . 'e' x 32 . '-' . 'f' x 16 . '-00', 'none', '') {
        my $answer = ask("GET /set$item", headers => [ $other, "X-Parent: $value" ]);
        is($answer->{body}, "$value|", "\"$value\" is sent");
        my @records = records($required, 2);
        is("@{[ map { $_->{'event.type'} } @records ]}", 'start end', 'two records');
        is_deeply(ids($_), length $value > 9 ? ids_of($value) : $none, 'its ids are recorded')
            for @records;
    }
    my ($sent, $ids) = traced('/none', "traceparent: $parent");
    is_deeply([ $sent->[0], @$ids ], [ '', undef, undef ], 'an empty one: nothing is sent or recorded');
    (undef, $ids) = traced('/twice');
    is_deeply($ids, $none, 'two of them: no reading of them is recorded');
    ($sent, $ids) = traced('/headless', "traceparent: $parent");
    is_deeply([ $sent->[0], @$ids ], [ '', undef, undef ],
              'no headers are passed: nothing is sent or recorded');
};

subtest 'a trace that always begins here' => sub {
    my $answer = ask("GET /begins$item", headers => [ "traceparent: $parent", "tracestate: $state" ]);
    my ($start, $end) = map { ids($_) } records($gateway->path('required.log'), 2);
    made('whatever came', [ split /\|/, $answer->{body}, -1 ], $end);
    isnt($end->[0], $trace, 'another trace');
    is_deeply($start, $end, 'the record of intent has the same ids');
};

subtest 'other modules' => sub {
    plan(skip_all => "they are another nginx's") if $foreign;
    return fail('they are not there') if @missing;
    for my $headers ([], [ "traceparent: $parent" ], [ 'traceparent: 1' ]) {
        my ($sent, $ids) = traced('/njs', @$headers);
        is_deeply([ $sent->[0], @$ids ],
                  [ '00-' . 'a' x 32 . '-' . 'b' x 16 . '-01', 'a' x 32, 'b' x 16 ], 'njs');
        ($sent, $ids) = traced('/lua', @$headers);
        is_deeply([ $sent->[0], @$ids ],
                  [ '00-' . 'c' x 32 . '-' . 'd' x 16 . '-00', 'c' x 32, 'd' x 16 ], 'lua');
        ($sent, $ids) = traced('/more', @$headers);
        is_deeply([ @$sent, @$ids ], [ $parent, $state, $trace, $span ], 'headers-more');
        made('headers-more takes it away', traced('/cleared', @$headers, 'tracestate: a=1'));
    }
};

subtest 'refused requests' => sub {
    for my $place ('', '/on') {
        for ([ "traceparent: $parent", [ $trace, $span ] ], [ 'traceparent: 1', $none ]) {
            my ($header, $ids) = @$_;
            is(ask("GET $place$item", token => undef, headers => [ $header ])->{status}, 401,
               "$place: refused");
            is_deeply(ids(records($log, 1)), $ids, "the record has what came by \"$header\"");
        }
    }
    is(ask("GET $item\x01 HTTP/1.1", headers => [ "traceparent: $parent" ])->{status}, 400,
       'a request of no form');
    is_deeply(ids(records($log, 1)), $none, 'has no ids');
};

subtest 'HTTP/2' => sub {
    my $one = sub {
        my $of = { method => 'GET', socket => http2_connect($h2), headers => \@_ };
        return [ split /\|/, http2($item, undef, $of), -1 ];
    };
    my $sent = $one->([ traceparent => $parent ], [ tracestate => 'a=1' ]);
    is_deeply($sent, [ $parent, 'a=1' ], 'a valid one is forwarded');
    is_deeply(ids(records($log, 1)), [ $trace, $span ], 'and recorded');
    for my $headers ([], [ [ traceparent => '1' ] ], [ map { [ traceparent => $parent ] } 1, 2 ]) {
        $sent = $one->(@$headers, [ tracestate => 'a=1' ]);
        made(scalar(@$headers), $sent, ids(records($log, 1)));
    }
};

subtest 'nginx -t' => sub {
    my $says = sub {
        my ($outer, $inner) = @_;
        return nginx_t(gateway_config(http => $outer, server => "location / { $inner proxy_pass $API; }"));
    };
    my ($status, $said) = $says->('riverty_traceparent on;', 'riverty_customer on;');
    is($status, 0, 'on');
    unlike($said, qr/traceparent/, 'is fine');
    for ([ 'proxy_set_header traceparent $http_x;', 'proxy_set_header traceparent' ],
         [ 'proxy_set_header Traceparent "";', 'proxy_set_header traceparent' ],
         [ 'proxy_pass_request_headers off;', 'proxy_pass_request_headers off' ]) {
        my ($line, $name) = @$_;
        ($status, $said) = $says->('riverty_traceparent on;', "riverty_customer on; $line");
        is($status, 0, "$line is no error");
        like($said, qr{\[warn\].*"riverty_traceparent on": location "/" has "$name", so no traceparent that is made here ever leaves: say "riverty_traceparent off" there, or take that out, where "riverty_customer" is in \S+test\.conf:\d+},
             'but a warning names the place and the remedy');
        ($status, $said) = $says->('', "riverty_customer on; $line");
        unlike($said, qr/traceparent/, 'none where the gateway makes none');
    }
    (undef, $said) = $says->('', 'riverty_customer on;' . " proxy_set_header traceparent $parent;" x 2);
    like($said, qr{\[warn\].*location "/" sends several traceparent headers}, 'two of them');
    (undef, $said) = $says->('', 'riverty_customer off; riverty_traceparent on;');
    like($said, qr/"riverty_traceparent on" is never used/, 'on where nothing is protected');
    ($status, $said) = $says->('', 'riverty_customer on; riverty_traceparent yes;');
    isnt($status, 0, 'yes is refused');
    ($status, $said) = $says->('', 'riverty_customer on; riverty_key_header tracestate;');
    like($said, qr/tracestate/, 'no key in a tracestate');
};

$gateway->stop();
done_testing();
