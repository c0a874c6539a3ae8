#!/usr/bin/perl

# Who reads what: records of a log that docs/examples/logrotate rotates, as the
# workers, an auditor, root and anybody else; and what an auditor can do without
# any key.  The directories, owners and modes are the examples'.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use Riverty;
use RivertyConfig;
use RivertyRsyslog;
use Test::More;

$> == 0 or plan skip_all => 'only root can be somebody else';

my $cli = abs_path(($ENV{BUILD} // 'build') . '/riverty-customer');
my ($group, $reader) = map { (getpwnam $_)[3] // die "no $_\n" } qw(www-data nobody);
my $adm = getgrnam('adm') // die "no group adm\n";

# As whom: setpriv of util-linux.
my %as = (
    'www-data' => [ '--reuid=www-data', "--regid=$group", '--clear-groups' ],
    auditor    => [ '--reuid=nobody', "--regid=$reader", "--groups=$adm" ],
    root       => [ '--reuid=0', '--regid=0', '--clear-groups' ],
    anybody    => [ '--reuid=nobody', "--regid=$reader", '--clear-groups' ],
);

# Exit status and what it says.
sub as {
    my ($who, @words) = @_;
    my $words = join ' ', map { "'$_'" } @{ $as{$who} }, @words;
    my $said = qx{setpriv $words 2>&1};
    return ($? >> 8, $said);
}


# --- the store as docs/directives.md has it, the log as the example ---

my ($keys, $logs) = map { "$DIR/$_" } qw(keys logs);
my ($made) = slurp('docs/examples/logrotate') =~ /^#\s+(install -d .*)$/m;
is(system(($made =~ s{/var/log/riverty}{$logs}r)), 0, "$made");
system("install -d -o root -g www-data -m 0750 $keys") == 0 or die;
chmod 0711, $DIR or die $!;

sub secret {
    my ($name, $content, $mode, $gid) = @_;
    spew("$keys/$name", $content);
    chown 0, $gid, "$keys/$name" or die $!;
    chmod $mode, "$keys/$name" or die $!;
    return;
}
secret('apps.json', slurp("$STORE/apps.json"), 0640, $group);
secret('billing.primary', "$KEY{'billing.primary'}\n", 0640, $group);
secret('redaction.key', '5a' x 32, 0600, 0);
secret('audit.key', 'c0ffee' x 12, 0600, 0);

my $api = start_api();
my $text = gateway_config(workers => 2, level => 'notice',
                          http => "    riverty_audit_key $keys/audit.key;\n", server => <<"END");
        riverty_customer on;
        riverty_audit_log $logs/audit.log;
        location / { proxy_pass $API; }
END
$text =~ s/^user root;/user www-data;/m or die;
$text =~ s{riverty_key_store \S+;}{riverty_key_store $keys/apps.json check=100ms;} or die;
$text =~ s{(riverty_redaction_key k1) \S+;}{$1 $keys/redaction.key;} or die;
my $gateway = start_server('gateway', $text);

my $log = "$logs/audit.log";
my $rules = put('logrotate.conf', example('logrotate', '/var/log/riverty/audit.log' => $log,
                                          '/run/nginx.pid' => "$gateway->{prefix}/nginx.pid"), 0644);

for my $time (1 .. 3) {
    is(ask("GET $CUSTOMERS/$NUMBER")->{status}, 404, "a request before rotation $time");
    ok(wait_for(sub { slurp($log) =~ /"event.type":"end"/ }, 10), '... is recorded');
    my @old = $gateway->workers();
    my $said = qx{logrotate -f -s $DIR/logrotate.state $rules 2>&1};
    is($said, '', '... logrotate has nothing to say');
    ok(wait_for(sub { !grep { -e "/proc/$_" } @old }, 20), '... new workers');
}
is(ask("GET $CUSTOMERS/$NUMBER")->{status}, 404, 'and a last one');
ok(wait_for(sub { slurp($log) =~ /"event.type":"end"/ }, 10), 'is recorded');

my @files = ($log, "$log.1", "$log.2.gz", "$log.3.gz");
is_deeply([ sort glob "$logs/*" ], [ sort @files ], 'what there is');


# --- who reads what ---

my %reads = (
    'www-data' => { records => 1, store => 1, secrets => 0 },
    auditor    => { records => 1, store => 0, secrets => 0 },
    root       => { records => 1, store => 1, secrets => 1 },
    anybody    => { records => 0, store => 0, secrets => 0 },
);
my %what = (records => \@files, store => [ map { "$keys/$_" } qw(apps.json billing.primary) ],
            secrets => [ map { "$keys/$_" } qw(redaction.key audit.key) ]);
for my $who (sort keys %reads) {
    for my $what (sort keys %what) {
        my @read = grep { (as($who, 'cat', $_))[0] == 0 } @{ $what{$what} };
        # the first one of all is root's: nginx has made it before there were workers
        my @all = grep { $who ne 'www-data' || $_ ne "$log.3.gz" } @{ $what{$what} };
        is_deeply(\@read, $reads{$who}{$what} ? \@all : [],
                  "$who reads " . ($reads{$who}{$what} ? 'all' : 'none') . " of the $what");
    }
    my ($status) = as($who, 'touch', "$logs/new");
    is($status == 0 ? 1 : 0, $who eq 'root' ? 1 : 0, "$who " . ($who eq 'root' ? 'makes' : 'makes no') . ' file there');
    unlink "$logs/new";
}
isnt((as('auditor', 'sh', '-c', "echo >> $log"))[0], 0, 'an auditor writes no record');
isnt((as('auditor', 'rm', '-f', "$log.1"))[0], 0, '... and removes none');
isnt((as('www-data', 'rm', '-f', "$log.1"))[0], 0, 'no more do the workers');


# --- an auditor without a key ---

my ($status, $said) = as('auditor', $cli, 'audit', 'show', '--json', @files);
is($status, 0, 'audit show');
is(scalar(() = $said =~ /"event.type":"end"/g), 4, '... has a record for each request');
is((as('auditor', $cli, 'audit', 'show', '--event', 'store', @files))[0], 0, '... and what the key store was');
($status, $said) = as('auditor', $cli, 'report', @files);
is($status, 0, 'report');
($status, $said) = as('auditor', $cli, 'audit', 'verify', '--key', "$keys/audit.key", @files);
is($status, 2, 'audit verify needs the key of the chains');
like($said, qr{^riverty-customer: --key: "\Q$keys\E/audit\.key" cannot be opened \(13: Permission denied\)$}m,
     '... and says that it has none');
like($said, qr/let whoever may read it run this command, and take the report$/m, '... and what to do');
($status, $said) = as('root', $cli, 'audit', 'verify', '--key', "$keys/audit.key", @files);
is($status, 0, 'root has it') or diag($said);

$gateway->stop();
done_testing();
