#!/usr/bin/perl

# Against headers that were configured with --with-compat alone (no TLS, no
# HTTP/2, no debug) a module is made that loads into an nginx with all of it:
# what is promised there has to hold for it as well.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp;
use Test::More;

my $build = abs_path($ENV{BUILD} // 'build') . '/bare';

my $log = File::Temp->new();
is(system("make -s BUILD=$build NGX_FLAGS=--with-compat modules > $log 2>&1"), 0, 'it is made')
    or do { diag(scalar qx{tail -n 20 $log}); done_testing(); exit };

my $flags = qx{cat $build/nginx/objs/ngx_auto_config.h};
like($flags, qr/NGX_COMPAT/, 'compatible');
unlike($flags, qr/NGX_(?:HTTP_SSL|HTTP_V2|DEBUG)\b/, 'and without TLS, HTTP/2, debug');

$ENV{TEST_NGINX_LOAD_MODULES} = join ' ', map { "$build/ngx_riverty_${_}_module.so" }
    qw(customer sandbox);

for my $test (qw(t/config_allow.t t/verified.t t/core.t)) {
    is(system("perl $test > $log 2>&1"), 0, "$test holds")
        or diag(grep { !/^\s*ok / } split /^/, scalar qx{cat $log});
}

done_testing();
