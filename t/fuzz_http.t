#!/usr/bin/perl
# A short run of the fuzzer over sockets, against the gateway that is tested:
# no byte of a client or of the API moves a key or a token, loses a record or
# harms a worker.  `make fuzz-http` does it for long, under the sanitizers.
use strict;
use warnings;

use Test::More;

# The same inputs each time: what is new is for those who look for it.
my $seconds = $ENV{FUZZ_SECONDS} // 30;
$ENV{FUZZ_SEED} //= 1;
$ENV{FUZZ_RUNS} = 8000 if !$ENV{FUZZ_SECONDS};
my $build = $ENV{BUILD} // 'build';
my $fuzzer = "$build/fuzz/http";

is(system("make -s --no-print-directory BUILD=$build $fuzzer"), 0, 'it is built');

my $said = qx{t/fuzz_http/run $fuzzer $seconds 2>&1};

is($?, 0, 'it finds no fault') or diag $said;
like($said, qr/ [1-9]\d* records, [1-9]\d* connections to the API/, 'requests were made and forwarded');
note $said;

done_testing();
