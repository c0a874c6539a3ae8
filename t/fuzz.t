#!/usr/bin/perl
# A short run of each fuzz target, on seeds and on what earlier runs found:
# whatever comes in, the contract keeps its promises.
use strict;
use warnings;

use Test::More;

my $seconds = $ENV{FUZZ_SECONDS} // 10;
my @targets = map { m{t/fuzz/(fuzz_\w+)\.c} } glob 't/fuzz/fuzz_*.c';
my $build = $ENV{BUILD} // 'build';

cmp_ok(scalar @targets, '>=', 2, 'there are targets');

is(system("make -s --no-print-directory BUILD=$build fuzzers"), 0,
   'they build');

for my $target (@targets) {
    my $said = qx{t/fuzz/run $build/fuzz/$target $seconds 2>&1};

    is($?, 0, "$target finds no fault") or diag $said;
    like($said, qr/ [1-9]\d* executions/, "$target ran");
    note $said;
}

done_testing();
