#!/usr/bin/perl

# The audit log, to Kafka as docs/examples/rsyslog-kafka.conf ships it, but for
# TLS: Debian has no broker, so librdkafka's mock brokers take the records.  They
# speak Kafka's protocol and keep what they have in memory.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use RivertyRsyslog;
use Test::More;

for my $command (qw(rsyslogd kcat)) {
    grep { -x "$_/$command" } split /:/, $ENV{PATH}
        or plan skip_all => "there is no $command";
}

my $topic = 'riverty-audit';
my $item = "$CUSTOMERS/$NUMBER";

# --- the brokers ---

# Two of them in a kcat that itself sends what it reads, which is nothing: its
# process, their addresses, and the end of a pipe that it waits at.
sub start_brokers {
    pipe my $read, my $write or die "pipe: $!\n";
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDIN, '<&', $read or die $!;
        open STDERR, '>', "$DIR/brokers" or die $!;
        exec qw(kcat -P -b replaced:9092 -X test.mock.num.brokers=2 -d mock -t unused)
            or die "kcat: $!\n";
    }
    my ($addresses) = wait_for(sub { slurp("$DIR/brokers") =~ /bootstrap\.servers=(\S+)/ && $1 }, 10)
        or die "no brokers:\n" . slurp("$DIR/brokers");
    return ($pid, $addresses, $write);
}

my ($brokers, $addresses, $pipe) = start_brokers();
my $owner = $$;

END {
    local $?;
    if ($$ == $owner && $brokers) {
        kill $_, $brokers for qw(CONT KILL);
        waitpid $brokers, 0;
    }
}

# What they have: partition, key and record, in the order of each partition.  A
# record has its newline, but for one that was sent again after a restart, so
# kcat adds one.
sub messages {
    open my $kcat, '-|', qw(kcat -C -e -q -o beginning -b), $addresses, '-t', $topic,
        '-f', '%p\t%k\t%s\n' or die "kcat: $!\n";
    my @got = map { /^(\d+)\t(.*?)\t(.*\n)\z/ ? [ $1, $2, $3 ] : die "kcat: $_" }
        grep { $_ ne "\n" } <$kcat>;
    close $kcat;
    return @got;
}

# --- what writes and what reads ---

my $api = start_api();
my $gateway = start_server('gateway', gateway_config(
    level => 'notice', workers => 2, http => "    riverty_audit_key $AUDIT_KEY;\n", server => <<"END"));
        riverty_customer on;
        location / {
            riverty_audit_log logs/audit.log required;
            proxy_pass $API;
        }
END
my $log = $gateway->path('audit.log');
my ($one, $two) = split /,/, $addresses;
my $rsyslogd;
my $config = example('rsyslog-kafka.conf',
    '/var/lib/riverty-rsyslog' => "$DIR/ship",
    '/var/log/riverty/audit.log' => $log,
    'kafka1.example:9093' => $one,
    'kafka2.example:9093' => $two,
    'security.protocol=ssl' => 'security.protocol=plaintext',
    'action.resumeInterval="10"' => 'action.resumeInterval="1"',
);

sub requests {
    for (1 .. 5) {
        ask("GET $item");
        ask("PUT $item", body => $SAMPLE{'update-request'} =~ s/"DE"/"deu"/r);
        ask("GET $item", token => undef);
    }
    return;
}

sub written { return slurp($log) =~ /^.*\n/mg }

my @got;

sub all_arrive {
    my ($name) = @_;
    ok(wait_for(sub {
        @got = messages();
        my %is = map { $_->[2] => 1 } @got;
        !grep { !$is{$_} } written();
    }, 15), $name) or diag($rsyslogd->said());
    return;
}

# Whether rsyslogd has read all of the log and put it into its queue.
sub all_read {
    my $size = -s $log;
    return grep { slurp($_) =~ /"curr_offs": *$size\b/ } glob "$DIR/ship/imfile-state:*";
}

sub keys_are_chains {
    my %partitions;
    $partitions{ $_->[1] }{ $_->[0] } = 1 for @got;
    cmp_ok(scalar keys %partitions, '>', 1, 'there are several chains');
    is_deeply([ grep { $_->[2] !~ /"chain":\{"id":"\Q$_->[1]\E"/ } @got ], [],
              'the key of each message is its chain');
    is_deeply([ grep { keys %{ $partitions{$_} } > 1 } keys %partitions ], [],
              'each chain is in one partition');
    return;
}

subtest 'brokers that do not answer for a while' => sub {
    requests();
    $rsyslogd = start_rsyslogd('ship', $config, sub { -s "$DIR/ship/rsyslogd.pid" });
    all_arrive('records arrive, byte for byte');

    kill 'STOP', $brokers;
    requests();
    $gateway->reload();      # other workers, other chains
    requests();
    ok(wait_for(\&all_read, 10), 'brokers are away: rsyslogd reads on');
    kill 'CONT', $brokers;
    all_arrive('and they have every record when they answer again');

    is(scalar @got, scalar(my @lines = written()), 'each of them once');
    keys_are_chains();
    my %content;
    $content{ $_->[0] } .= $_->[2] for @got;
    for my $partition (sort keys %content) {
        my ($status, $said) = verify(put("partition.$partition", $content{$partition}));
        is($status, 0, "whole and in order, read from partition $partition") or diag($said);
    }
};

subtest 'a restart while they do not answer' => sub {
    kill 'STOP', $brokers;
    requests();
    ok(wait_for(\&all_read, 10), 'rsyslogd reads on');
    sleep 1;                 # and librdkafka takes it from the queue
    $rsyslogd->stop('TERM');
    ok(-s "$DIR/ship/kafka-failed", 'what librdkafka held is on disk');
    $rsyslogd->start();
    kill 'CONT', $brokers;
    requests();              # with these the others are sent again
    $gateway->stop();
    all_arrive('nothing is lost');
    $rsyslogd->stop('TERM');

    keys_are_chains();
    my %once = map { $_->[2] => 1 } @got;
    my ($status, $said) = verify('--closed', put('sorted', join '',
        sort { $a =~ s/.*"seq":(\d+).*/$1/sr <=> $b =~ s/.*"seq":(\d+).*/$1/sr } keys %once));
    is($status, 0, 'chains are whole, without repeats and sorted') or diag($said);
};

done_testing();
