#!/usr/bin/perl

# One method, one path: headers by which a server could take others stay here, a
# query argument _method and a body on a read are refused.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my @steering = qw(X-HTTP-Method-Override X-HTTP-Method X-Method-Override X-Original-URL X-Rewrite-URL);
my @more = qw(X-Debug X-Tenant X-Inner Cookie X-Forwarded-For baggage);

# An API that answers with what it got of these.
my $second = port();
my $shown = join '|', map { "$_=\$http_" . lc s/-/_/gr } @steering, @more, 'X-Other';
my $api = start_api(http => <<"END");
    server {
        listen 127.0.0.1:$second;
        underscores_in_headers on;
        location / { return 200 "$shown\\n\$request_uri"; }
    }
END

my $gateway = start_server('gateway', gateway_config(http => <<'END1', server => <<"END2"));
    underscores_in_headers on;
    riverty_strip_header X-Debug;
END1
        riverty_strip_header X-Tenant Cookie;
        location / {
            riverty_customer on;
            proxy_pass http://127.0.0.1:$second;
        }
        location /inner/ {
            riverty_customer on;
            riverty_prefix /inner;
            riverty_strip_header X-Inner X-Forwarded-For;
            riverty_strip_header baggage;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /monitor/ {
            riverty_customer monitor;
            riverty_prefix /monitor;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /rewritten/ {
            riverty_customer on;
            riverty_prefix /rewritten;
            rewrite ^/rewritten(.*)\$ \$1?_method=PUT break;
            proxy_pass http://127.0.0.1:$second;
        }
        location /late/ {
            riverty_customer on;
            riverty_prefix /late;
            proxy_pass http://127.0.0.1:$second\$request_uri?_method=PUT;
        }
        location /api/ {
            riverty_customer on;
            riverty_prefix /api;
            proxy_pass $API/;
        }
        location /watched/ {
            riverty_customer monitor;
            riverty_prefix /watched;
            proxy_pass $API/;
        }
END2
my $log = $gateway->path('audit.log');

# The names of the headers that arrived.
sub arrived {
    my ($place, @headers) = @_;
    my $answer = ask("GET $place$item", headers => \@headers);
    is($answer->{status}, 200, "$place: forwarded");
    my ($line) = split /\n/, $answer->{body};
    return join ' ', map { /^(.+?)=./ } split /\|/, $line;
}

my @all = map { "$_: 1" } @steering, @more, 'X-Other';
my @low = map { my $name = $_; $name =~ tr/-/_/; "$name: 1" } @steering, @more, 'X-Other';

subtest 'headers that name another method or path' => sub {
    is(arrived('', @all), 'X-Inner X-Forwarded-For baggage X-Other', 'stay here, and what is said outside');
    is(arrived('', @low), 'X-Inner baggage X-Other', 'also with "_"');    # the API reads one of these otherwise
    is(arrived('', (@all) x 3), 'X-Inner X-Forwarded-For baggage X-Other', 'several times');
    is(arrived('/inner', @all), 'X-Other', 'a location adds to the list');
    is(arrived('/inner', (@all, @low) x 2), 'X-Other', 'in any spelling, several times');
    is(arrived('/monitor', @all), join(' ', @steering, @more, 'X-Other'), 'monitor changes nothing');
    records($log, 6);
};

sub outcome {
    my ($name, $got, $status, $slug) = @_;
    is($got->{status}, $status, "$name: $status");
    like($got->{body}, qr/problem:$slug"/, "$name: $slug") if $slug;
    my ($record) = records($log, 1);
    is($record->{riverty}{outcome}, $status == 400 ? 'refused' : 'forwarded', "$name: recorded");
    return $record;
}

subtest 'an argument _method' => sub {
    for my $query ('_method=PUT', 'a=1&_method=PUT', '_method', '_METHOD=put', '%5Fmethod=PUT', '_meth%6fd=DELETE',
                   'a=1;_method=PUT', '_method=PUT&a=1', '&&_method=', 'a&_method', ';_method') {
        outcome($query, ask("GET $item?$query"), 400, 'method-override');
        outcome("$query, update", ask("PUT $item?$query", body => $SAMPLE{'update-request'}), 400, 'method-override');
        outcome("$query, other", ask("GET /subscriptions/v1/contracts?$query", token => $TOKEN{other}),
                400, 'method-override');
    }
    for my $query ('method=PUT', '__method=PUT', '_methods=1', 'a=_method', 'a=_method=PUT', '_method_=1', '') {
        outcome("\"$query\"", ask("GET $item?$query"), 200);
    }
    outcome('from a rewrite', ask("GET /rewritten$item"), 400, 'method-override');
    is(ask("GET /late$item")->{status}, 500, 'from proxy_pass: nothing is sent');
    records($log, 1);
    like($gateway->log(), qr/not the one that was judged: it has a _method argument; look at/, 'and error.log says why');
    is(ask("GET $item?_method=PUT", token => $TOKEN{billing} . 'x')->{status}, 401, 'who calls is asked first');
    is(ask("POST $CUSTOMERS?_method=PUT", token => $TOKEN{reader}, body => '{}')->{status}, 403, 'and what for');
    records($log, 2);
};

subtest 'a body on a read' => sub {
    my $chunked = sub { request_bytes("GET /api$item", headers => [ 'Transfer-Encoding: chunked' ]) . $_[0] };
    my $parsed = sub { my ($status) = $_[0] =~ /^HTTP\S+ (\d+)/; return { status => $status, body => $_[0] } };
    outcome('with a length', ask("GET /api$item", body => '{}'), 400, 'unexpected-body');
    outcome('a large one', ask("GET /api$item", body => 'x' x 100_000), 400, 'unexpected-body');
    outcome('chunked', $parsed->(exchange($GATEWAY, $chunked->("1\r\na\r\n0\r\n\r\n"))), 400, 'unexpected-body');
    outcome('a large one, chunked', $parsed->(exchange($GATEWAY, $chunked->("186a0\r\n" . 'x' x 100_000 . "\r\n0\r\n\r\n"))),
            400, 'unexpected-body');
    is(scalar reached($api->path('api.log')), 0, 'nothing reached the API');
    is(ask("POST /api/subscriptions/v1/contracts", body => '{}', token => $TOKEN{other})->{status}, 200,
       'what is no read may have one');
    my $record = (records($log, 1))[-1];
    is($record->{riverty}{outcome}, 'forwarded', 'and is forwarded');
};

subtest 'monitor says what on would do' => sub {
    for (["GET /watched$item?_method=PUT"], ["GET /watched$item", body => '{}']) {
        my ($line, @of) = @$_;
        ask($line, @of);
        my ($record) = records($log, 1);
        is($record->{riverty}{outcome}, 'forwarded', 'forwarded');
        is($record->{riverty}{would}, 'refused', 'it would refuse it');
    }
};

mkdir "$DIR/logs";
subtest 'nginx -t' => sub {
    my $config = sub { gateway_config(server => "riverty_customer on; riverty_strip_header $_[0];\n"
                                               . "location / { proxy_pass $API; }") };
    for my $name ('Host', 'connection', 'Content-Length', 'Transfer-Encoding', 'X-Request-ID', 'X-A TE') {
        my ($status, $said) = nginx_t($config->($name));
        isnt($status, 0, "$name is refused");
        like($said, qr/invalid "riverty_strip_header": HTTP or the gateway needs the header/, 'with the reason');
    }
    for my $name ('X_A', '"a b"', '""', 'X:') {
        my ($status, $said) = nginx_t($config->($name));
        isnt($status, 0, "$name is refused");
        like($said, qr/is not a header name of letters, digits and "-"/, 'with the reason');
    }
    my ($status) = nginx_t($config->('X-A Cookie X-Forwarded-For'));
    is($status, 0, 'others are taken');
};

$gateway->stop();
done_testing();
