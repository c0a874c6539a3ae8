#!/usr/bin/perl

# The record's ids are those that a trace has: OpenTelemetry's own code in the
# application and in the API, and the gateway between them.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP;
use Riverty;
use RivertyConfig;
use RivertyNode;
use Test::More;

my $modules = npm_packages('otel', '@opentelemetry/api@1.9.0', '@opentelemetry/core@1.30.1',
                           '@opentelemetry/sdk-trace-base@1.30.1');
my $upstream = port();
my $gateway = start_server('gateway', gateway_config(server => <<"END"));
        riverty_customer on;
        riverty_traceparent on;
        location / { proxy_pass http://127.0.0.1:$upstream; }
END

my $said = qx{NODE_PATH=$modules node t/lib/otel.js $upstream $GATEWAY $CUSTOMERS/$NUMBER $TOKEN{billing} 2>&1};
is($?, 0, 'three requests') or diag($said);

my @seen = map { decode_json($_) } split /\n/, $said;
my @ids = map { my %flat = flat($_); [ @flat{qw(trace.id span.id)} ] }
    records($gateway->path('audit.log'), 3);

for my $i (0, 1) {
    my ($app, $api) = @{ $seen[$i] }{qw(app api)};
    is_deeply([ @$api{qw(trace parent)} ], [ @$app{qw(trace span)} ], 'the API\'s span hangs below the application\'s');
    is_deeply($ids[$i], [ @$app{qw(trace span)} ], 'the record has both ids');
}
is($seen[0]{api}{flags}, 1, 'what is sampled stays so');
is($seen[1]{api}{flags}, 0, 'and what is not');

is_deeply([ @{ $seen[2]{api} }{qw(trace parent)} ], $ids[2], 'a trace that begins at the gateway has the record\'s ids');
like("@{ $ids[2] }", qr/^[0-9a-f]{32} [0-9a-f]{16}$/, 'which are some');
is($seen[2]{api}{flags}, 0, 'whether it is sampled is left to others');

$gateway->stop();
done_testing();
