#!/usr/bin/perl

# What make bench times does its job: plain nginx, the gateway, and where they
# are installed the peers in lua and in njs.  Nothing is timed here.

use strict;
use warnings;

use Test::More;

my $module = ($ENV{BUILD} // 'build') . '/ngx_riverty_customer_module.so';
plan skip_all => 'the module is in the binary' if !-e $module;

my $checked = qx{t/bench/run check 2>&1};
is($?, 0, 'each proxy does what it is timed for') or diag $checked;
my ($names) = $checked =~ /^checked: (.*)$/m;
like($names // '', qr/^plain, record, required\b/, 'the gateway is among them');

# A proxy that does not what it should is found out.
{
    local $ENV{PROXIES} = 'record';
    local $ENV{CHECK_KEY} = 'another';
    my $wrong = qx{t/bench/run check 2>&1};
    isnt($?, 0, 'a proxy that puts another key in is not timed');
    like($wrong, qr/^record, create: not the key, once$/m, 'and it is told why');
}

done_testing();
