#!/usr/bin/perl

# The configurations of docs/examples/cluster are read by the programs that they
# are for; make cluster runs them.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use Riverty;
use RivertyConfig;
use RivertyRsyslog;
use RivertyTls;
use Test::More;

my $etc = "$DIR/etc";
make_path("$etc/tls", "$DIR/logs");
certificates("$etc/tls", haproxy => 'haproxy', gateway => 'gateway', collector => 'collector');
spew("$etc/limits.map", slurp('docs/examples/cluster/limits.map'));

sub here { return example("cluster/$_[0]", '/etc/riverty' => $etc, @_[1 .. $#_]) }

sub reads {
    my ($name, @command) = @_;
    my $said = qx{@command 2>&1};
    is($?, 0, $name) or diag($said);
    return $said;
}

my $haproxy = put('haproxy.cfg', here('haproxy.cfg',
    'api-uat.accounting.riverty.io:443' => '127.0.0.1:443',
    '/etc/ssl/certs/ca-certificates.crt' => "$etc/tls/ca.pem"));
unlike(reads('haproxy', 'haproxy', '-c', '-f', $haproxy), qr/WARNING|ALERT/, '... without a complaint');

reads('prometheus', qw(promtool check config), 'docs/examples/cluster/prometheus.yml');

for my $part (qw(gateway collector)) {
    my ($status, $said) = lint_rsyslog(here("rsyslog-$part.conf",
        '"/var/lib/riverty-rsyslog"' => "\"$DIR\""));
    is($status, 0, "rsyslog, $part") or diag($said);
    unlike($said, qr/error|unknown|not found/i, '... without a complaint');
}

my ($status, $said) = nginx_t(here('nginx.conf',
    'user www-data;' => worker_user() . "error_log stderr;",
    '/run/nginx.pid' => "$DIR/nginx.pid",
    'error_log /var/log/nginx/error.log warn;' => '',
    'load_module modules/ngx_riverty_customer_module.so;' => load_modules(),
    '/etc/riverty/apps.json' => "$STORE/apps.json",
    '/etc/riverty/redaction.key' => "$STORE/redaction.key",
    '/etc/riverty/audit.key' => $AUDIT_KEY,
    '/var/log/riverty/audit.log' => "$DIR/logs/audit.log",
    'listen      10.0.4.11:' => 'listen      127.0.0.1:',
    'listen 10.0.4.11:' => 'listen 127.0.0.1:',
    nginx_since('1.25.1') ? ('ssl http2 proxy_protocol;' => 'ssl proxy_protocol; http2 on;') : ()));
is($status, 0, 'nginx -t') or diag($said);
unlike($said, qr/\[(?:warn|error)\]/, '... without a warning');

done_testing();
