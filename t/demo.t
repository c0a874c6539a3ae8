#!/usr/bin/perl

# The walk of `make run`: each of its expectations is met.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;

$ENV{NGINX_BINARY} = $ENV{TEST_NGINX_BINARY} if $ENV{TEST_NGINX_BINARY};
@ENV{qw(ONCE NO_COLOR PORT API_PORT)} = (1, 1, port(), port());
my $said = qx{tools/demo 2>&1};
is($?, 0, 'it ends well') or diag($said);
unlike($said, qr/^ *NOT SO/m, 'nothing is otherwise than it should be');
cmp_ok(scalar(() = $said =~ /^ *ok /mg), '>=', 20, 'and all of it was looked at');

done_testing();
