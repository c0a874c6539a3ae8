#!/usr/bin/perl

# docs/openapi.yaml: it keeps to OpenAPI 3.1 and to the rules of a linter, the
# examples against their schemas among them.  That it says what the gateway does
# is asked in t/cli.t, which needs no npm.  The linter is the last one that runs on Debian 12's node.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use JSON::PP;
use RivertyNode;
use Test::More;

my $modules = npm_packages('openapi', '@redocly/cli@1.34.5');
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

done_testing();
