#!/usr/bin/perl

# docs/examples/prometheus-alerts.yml by Debian's promtool: the rules are rules,
# each fires where it should and nowhere else (t/data/prometheus-alerts-test.yml),
# and asks for families that there are.

use strict;
use warnings;

use Test::More;

my $rules = 'docs/examples/prometheus-alerts.yml';
my $cases = 't/data/prometheus-alerts-test.yml';
my $table = 'ngx_riverty_customer_module/gateway/ngx_http_riverty_metric_table.h';

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    local $/;
    return scalar <$file>;
}

sub promtool {
    my ($name, @words) = @_;
    my $said = qx{promtool @words 2>&1};
    return is($?, 0, $name) || diag($said || 'there is no promtool: apt-get install prometheus');
}

promtool('the rules are rules', 'check', 'rules', $rules);
promtool('each fires where it should', 'test', 'rules', $cases);

my @alerts = slurp($rules) =~ /- alert: (\w+)/g;
my %fires = map { $_ => 1 } slurp($cases) =~ /alertname: (\w+)\n\s+exp_alerts:\n\s+- exp_labels/g;
is_deeply([ grep { !$fires{$_} } @alerts ], [], 'each is seen to fire');

my %silent = map { $_ => 1 } slurp($cases) =~ /alertname: (\w+) \}/g;
is_deeply([ grep { !$silent{$_} } @alerts ], [], 'each is seen to be silent');

my %family = map { $_ => 1 } slurp($table) =~ /"(riverty_\w+)"/g;
my %asked = map { s/_(?:total|bucket|sum|count)\z//r => 1 } slurp($rules) =~ s{#.*}{}gr =~ /\b(riverty_\w+)/g;
is_deeply([ grep { !$family{$_} } sort keys %asked ], [], 'each asks for families that there are');

done_testing();
