#!/usr/bin/perl

# docs/examples/logrotate under load: every request has one record in the files
# together, gzip'd ones among them, and an auditor finds their chains whole.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP;
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use POSIX ();
use Riverty;
use RivertyConfig;
use RivertyRsyslog;
use Test::More;

grep { -x "$_/logrotate" } split /:/, $ENV{PATH}
    or plan skip_all => 'there is no logrotate';

my $api = start_api();
my $gateway = start_server('gateway', gateway_config(
    level => 'notice', workers => 2, http => "    riverty_audit_key $AUDIT_KEY;\n",
    server => <<"END"));
        riverty_customer on;
        location / { proxy_pass $API; }
END
my $log = $gateway->path('audit.log');

my $rules = put('logrotate.conf', example('logrotate',
    '/var/log/riverty/audit.log' => $log,
    '/run/nginx.pid' => "$gateway->{prefix}/nginx.pid",
    'create 0640 www-data adm' => 'create 0640 ' . getpwuid($>) . ' ' . getgrgid($)),
), 0644);

# The old workers are gone, and every new one writes into the file of that name.
sub replaced {
    my @old = @_;
    return 0 if !$gateway->workers() || grep { -e "/proc/$_" } @old;
    return !grep {
        my $pid = $_;
        !grep { (readlink($_) // '') eq $log } glob "/proc/$pid/fd/*";
    } $gateway->workers();
}

# Requests, one after another, until a file says stop; how many is its answer.
my $stop = "$DIR/stop";
sub client {
    my ($name) = @_;
    my $pid = fork() // die "fork: $!\n";
    return $pid if $pid;
    my $count = 0;
    while (!-e $stop) {
        my $id = sprintf '%08x%024x', $name, ++$count;
        ask("GET $CUSTOMERS/$NUMBER", headers => ["X-Request-ID: $id"])->{status} == 404
            or POSIX::_exit(1);
    }
    put("client.$name", $count);
    POSIX::_exit(0);
}

my @clients = map { client($_) } 1 .. 3;

for my $time (1 .. 3) {
    ok(wait_for(sub { slurp($log) =~ /customer\.read/ }, 20), "$time: records are written");
    my @old = $gateway->workers();
    my $said = qx{logrotate -f -s $DIR/logrotate.state $rules 2>&1};
    is($?, 0, 'logrotate rotates');
    is($said, '', 'and has nothing to say');
    ok(wait_for(sub { replaced(@old) }, 20), 'new workers write into the new file');
}
ok(wait_for(sub { slurp($log) =~ /customer\.read/ }, 20), 'and so it goes on');

put('stop', '');
is_deeply([ grep { waitpid($_, 0); $? != 0 } @clients ], [], 'no request failed');
$gateway->stop();

my @files = ("$log.3.gz", "$log.2.gz", "$log.1", $log);
is_deeply([ sort glob "$log*" ], [ sort @files ], 'two are compressed, the last is not yet');
is((stat $log)[2] & 07777, 0640, 'the log is not for everyone');

my %records;
for my $file (@files) {
    my $text = slurp($file);
    if ($file =~ /\.gz$/) {
        gunzip(\$text, \my $unpacked) or die $GunzipError;
        $text = $unpacked;
    }
    for (split /\n/, $text) {
        my $record = JSON::PP->new->utf8->decode($_);
        $records{ $record->{'http.request.id'} }++ if $record->{'event.type'} eq 'end';
    }
}
my @wanted = map {
    my $name = $_;
    map { sprintf '%08x%024x', $name, $_ } 1 .. slurp("$DIR/client.$name");
} 1 .. 3;
is_deeply(\%records, { map { $_ => 1 } @wanted },
          scalar @wanted . ' requests, one record each');

my ($status, $verdict) = verify('--closed', @files);
is($status, 0, 'verify: the chains of both workers are whole') or diag($verdict);

# What docs/audit.md says of files that are deleted.
my @kept = @files[1 .. 3];
($status, $verdict) = verify('--closed', @kept);
is($status, 1, 'without the oldest file some are not');
my @damaged = grep { !/^damaged:/ } split /\n/, $verdict;
is_deeply([ grep { !/ seq \d+: seq 0 to \d+ are missing before it/ } @damaged ], [],
          'whose beginning is missing');
is_deeply([ grep { !/^\Q$kept[0]\E:/ } @damaged ], [], 'and which end in the oldest that is kept');
cmp_ok(scalar @damaged, '<=', 2, 'one of each worker');

done_testing();
