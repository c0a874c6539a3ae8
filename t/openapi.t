#!/usr/bin/perl

# docs/openapi.yaml: it keeps to OpenAPI 3.1 and to the rules of a linter, the
# examples against their schemas among them; and each answer that a client can
# get of a real gateway is one that it describes.  That it names each problem is
# asked in t/cli.t, which needs no npm.  The linter is the last one that runs on
# Debian 12's node.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use JSON::PP;
use Riverty;
use RivertyConfig;
use RivertyNode;
use Test::More;

my $modules = npm_packages('openapi', '@redocly/cli@1.34.5');
my $ajv = npm_packages('schema', 'ajv@8.17.1');
my $redocly = "$modules/.bin/redocly";
my $work = ($ENV{BUILD} // 'build') . '/t/openapi';

# No news, no reports home.
@ENV{qw(REDOCLY_TELEMETRY REDOCLY_SUPPRESS_UPDATE_NOTICE)} = ('off', 'true');

make_path($work);

open my $config, '>', "$work/redocly.yaml" or die "$work/redocly.yaml: $!\n";
print {$config} <<'END';
extends:
  - recommended-strict
rules:
  no-invalid-media-type-examples:
    severity: error
    allowAdditionalProperties: true
  no-invalid-schema-examples: error
END
close $config or die "$work/redocly.yaml: $!\n";

my $said = qx{$redocly lint --config $work/redocly.yaml docs/openapi.yaml 2>&1};
is($?, 0, 'the linter has nothing against it') or diag(substr $said, 0, 5000);

# As one file, for tools that want one.
$said = qx{$redocly bundle --dereferenced docs/openapi.yaml -o $work/bundle.json 2>&1};
is($?, 0, 'it can be bundled') or diag($said);

open my $bundle, '<:raw', "$work/bundle.json" or die "$work/bundle.json: $!\n";
my $api = JSON::PP->new->utf8->decode(do { local $/; <$bundle> });

for my $operation ([ '', 'post' ], [ '/{customerNumber}', 'put' ]) {
    my ($path, $method) = @$operation;
    my $body = $api->{paths}{"/subscriptions/{version}/customers$path"}{$method}{requestBody};
    my $schema = $body->{content}{'application/json'}{schema};

    ok($schema->{properties}{paymentRegistration}{properties}{id},
       "the body of $method is the generated schema");
}


# --- real answers ---

my ($limited, $dead, $late, $faulty) = map { port() } 1 .. 4;
my $item = "$CUSTOMERS/$NUMBER";
my $pages = 'error_page 400 401 403 404 405 408 413 414 421 429 500 501 502 503 504 505 /problem;'
    . ' error_page 494 =431 /problem; location = /problem { riverty_problem; }';

start_api();
start_server('gateway', config_of(http => key_store_config() . <<"END"));
    riverty_audit_log off;
    riverty_customer on;
    large_client_header_buffers 4 8k;
    limit_req_zone \$server_port zone=slow:1m rate=1r/m;
    server { listen 127.0.0.1:$GATEWAY; $pages location / { proxy_pass $API; } }
    server {
        listen 127.0.0.1:$limited;
        $pages
        location / { limit_req zone=slow; limit_req_status 429; proxy_pass $API; }
    }
    server { listen 127.0.0.1:$dead; $pages location / { proxy_pass http://127.0.0.1:9; } }
    server {
        listen 127.0.0.1:$late;
        $pages
        location / { proxy_read_timeout 50ms; proxy_pass $API; }
    }
    server {
        listen 127.0.0.1:$faulty;
        $pages
        location / { set \$length 1; proxy_set_header Content-Length \$length; proxy_pass $API; }
    }
END

# The statuses that are asked for, and the requests: path, method, what more.
my @asked = (
    [ 200, '', POST => body => $SAMPLE{'create-request'} ],
    [ 200, $NUMBER, PUT => body => $SAMPLE{'update-request'} ],
    [ 200, $NUMBER, 'GET' ],
    [ 404, 'none', 'GET' ],
    [ 400, '', POST => body => '{' ],
    [ 400, $NUMBER, GET => body => '{}' ],
    [ 400, $NUMBER, GET => headers => ['Host: another'] ],
    [ 401, $NUMBER, GET => token => undef ],
    [ 403, '', POST => token => $TOKEN{reader}, body => $SAMPLE{'create-request'} ],
    [ 404, '%63', 'GET' ],
    [ 413, '', POST => body => ' ' x 70_000 ],
    [ 414, 'x' x 9000, 'GET' ],
    [ 415, '', POST => body => '{}', headers => ['Content-Encoding: gzip'] ],
    [ 422, '', POST => body => '{"customer":{"firstName":1}}' ],
    [ 429, $NUMBER, GET => port => $limited ],
    [ 431, $NUMBER, GET => headers => [ 'X: ' . 'x' x 9000 ] ],
    [ 500, $NUMBER, PUT => port => $faulty, body => $SAMPLE{'update-request'} ],
    [ 501, $NUMBER, GET => headers => ['Transfer-Encoding: x'] ],
    [ 502, $NUMBER, GET => port => $dead ],
    [ 503, $NUMBER, GET => token => $TOKEN{expired} ],
    [ 503, "$NUMBER?status=503", 'GET' ],
    [ 504, "$NUMBER?delay=1s", GET => port => $late ],
    [ 505, $NUMBER, 'GET', version => 'HTTP/3.0' ],
);
ask("GET $item", port => $limited);         # the one that passes

my @answers;
for my $request (@asked) {
    my ($status, $path, $method, %of) = @$request;
    my $line = "$method $CUSTOMERS" . ($path ne '' ? "/$path" : '') . ' ' . ($of{version} // 'HTTP/1.1');
    my $answer = ask($line, %of);
    is($answer->{status}, $status, substr("$method $path", 0, 40) . ": $status");
    push @answers, { path => '/subscriptions/{version}/customers' . ($path ne '' && '/{customerNumber}'),
                     method => lc $method, status => $answer->{status}, body => $answer->{body},
                     headers => { map { /^([^:]+): (.*?)\r?$/ ? (lc $1 => $2) : () }
                                  split /\n/, $answer->{head} } };
}

open my $file, '>:raw', "$work/answers.json" or die "$work/answers.json: $!\n";
print {$file} JSON::PP->new->utf8->encode(\@answers);
close $file or die "$work/answers.json: $!\n";

$said = qx{NODE_PATH=$ajv node t/lib/openapi.js $work/bundle.json $work/answers.json 2>&1};
is($?, 0, 'each answer is judged') or diag($said);
my $judged = eval { JSON::PP->new->utf8->decode($said) } || [];
my @complaints = @$judged;
is(scalar @complaints, scalar @answers, '... all of them');
is(join('; ', @{ $complaints[$_] }), '', "$answers[$_]{method} $answers[$_]{status} is described")
    for 0 .. $#complaints;

done_testing();
