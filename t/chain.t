#!/usr/bin/perl

# The chain of the audit log, from outside: every record of every worker is a
# link, over reload, rotation, kill and constant load; what is wrong shows.  The
# oracle is written from docs/audit.md and knows no code of ours.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256);
use File::Path qw(make_path);
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $root = 'c0ffee' x 12;
my $item = "$CUSTOMERS/$NUMBER";

make_path("$DIR/gateway");
RivertyConfig::put('gateway/audit.key', "$root\n");
chmod 0640, "$DIR/gateway/audit.key" or die $!;

my $api = start_api();
my $text = gateway_config(level => 'notice', workers => 4,
                          http => "    riverty_audit_key audit.key;\n", server => <<"END");
        riverty_customer on;
        location / {
            proxy_pass $API;
        }
        location /other/ {
            riverty_prefix /other;
            riverty_audit_log logs/other.log;
            proxy_pass $API/;
        }
END
my $gateway = start_server('gateway', $text);
my $log = $gateway->path('audit.log');
my $other = $gateway->path('other.log');

# Reads logs as an auditor would: the chains by id, and the lines that break one.
sub audited {
    my (%chain, @broken);
    for my $file (@_) {
        my $number = 0;
        for my $line (split /\n/, slurp($file)) {
            $number++;
            my ($sealed, $mac) = $line =~ /^(.*),"mac":"([0-9a-f]{64})"\}\}$/s
                or push(@broken, "$number: no link"), next;
            my $record = JSON::PP->new->utf8->decode($line);
            my ($id, $seq) = @{ $record->{chain} }{qw(id seq)};
            my $chain = $chain{$id} //= {
                key => hmac_sha256("chain\0" . pack('H*', $id), pack 'H*', $root),
                mac => '', records => [],
            };
            push @broken, "$number: seq $seq" if $seq != @{ $chain->{records} };
            push @broken, "$number: mac"
                if $mac ne hmac_sha256_hex($chain->{mac} . $sealed, $chain->{key});
            $chain->{mac} = pack 'H*', $mac;
            $chain->{key} = sha256($chain->{key} . 'next');
            push @{ $chain->{records} }, $record;
        }
    }
    return { chains => [ map { $_->{records} } values %chain ], broken => \@broken };
}

sub actions { return map { $_->{'event.action'} } @{ $_[0] } }

# Requests of some clients at once, in children; each waits for its answers.
sub load {
    my ($clients, $requests) = @_;
    my @pids = map {
        my $pid = fork() // die "fork: $!\n";
        if (!$pid) {
            my $bad = 0;
            $bad += ask("GET $item")->{status} !~ /^(?:200|404)$/ for 1 .. $requests;
            POSIX::_exit($bad ? 1 : 0);
        }
        $pid;
    } 1 .. $clients;
    return grep { waitpid($_, 0); $? != 0 } @pids;
}

subtest 'every worker and log has a chain of its own' => sub {
    is(ask("GET /other$item")->{status}, 404, 'a request');
    my $audit;
    ok(wait_for(sub { $audit = audited($log, $other); @{ $audit->{chains} } == 8 }, 5),
       '4 workers, 2 logs');
    is_deeply($audit->{broken}, [], 'nothing is broken');
    is_deeply([ map { $_->[0]{'event.action'} } @{ $audit->{chains} } ], [ ('start') x 8 ],
              'each begins with a start');
    is_deeply([ grep { $_->[0]{'event.type'} ne 'info' } @{ $audit->{chains} } ], [],
              'which is of type info');
};

subtest 'load, reload and rotation' => sub {
    my @pids = map {
        my $pid = fork() // die "fork: $!\n";
        POSIX::_exit(scalar load(2, 60)) if !$pid;
        $pid;
    } 1 .. 2;
    sleep 0.1;
    ok($gateway->reload(), 'a reload');
    rename $log, "$log.1" or die $!;
    $gateway->signal('USR1');
    ok(wait_for(sub { -e $log }, 5), 'USR1 opens the log anew');
    is_deeply([ grep { waitpid($_, 0); $? != 0 } @pids ], [], 'no request failed');

    my $audit = audited("$log.1", $log);
    is_deeply($audit->{broken}, [], 'nothing is broken over two files');
    my @end = map { actions($_) } @{ $audit->{chains} };
    is(scalar(grep { /customer\.read/ } @end), 240, 'a record for each request');
    is(scalar(grep { $_ eq 'reload' } @end), 4, 'the new workers say why they are');
    is(scalar(grep { $_ eq 'end' } @end), 4, 'the old ones have ended their chains');
    my @after = grep { (actions($_))[-1] ne 'end' && grep { $_ eq 'end' } actions($_) }
        @{ $audit->{chains} };
    is_deeply(\@after, [], 'with the end as the last');
};

subtest 'a killed worker' => sub {
    my ($one) = $gateway->workers();
    kill 'KILL', $one;
    ok(wait_for(sub { 4 == grep { $_ != $one } $gateway->workers() }, 5), 'has a successor');
    is(ask("GET $item")->{status}, 404, 'service goes on');
    my (@open, $audit);
    ok(wait_for(sub {
        $audit = audited("$log.1", $log);
        @open = grep { (actions($_))[-1] ne 'end' } @{ $audit->{chains} };
        @open == 5;
    }, 5), 'one chain more is open');
    is_deeply($audit->{broken}, [], 'nothing is broken');
};

subtest 'a log that is moved without a word' => sub {
    sleep 1.1;
    rename $log, "$log.2" or die $!;
    sleep 1.1;
    ok(!load(4, 3), 'requests');
    ok(-s $log, 'is opened anew');
    my $audit = audited("$log.1", "$log.2", $log);
    is_deeply($audit->{broken}, [], 'nothing is broken over three files');
};

subtest 'an end in order' => sub {
    $gateway->stop();
    my $audit = audited("$log.1", "$log.2", $log);
    is_deeply($audit->{broken}, [], 'nothing is broken');
    my @open = grep { (actions($_))[-1] ne 'end' } @{ $audit->{chains} };
    is(scalar @open, 1, 'all chains have ended but that of the killed worker');
};

subtest 'what is tampered with shows' => sub {
    my @lines = slurp("$log.1") =~ /^.*\n/mg;
    # one with others of its chain behind it
    my ($at) = grep { $lines[$_] =~ /customer\.read/ } 0 .. $#lines;
    my $damaged = sub {
        my @all = @lines;
        $_[0]->(\@all);
        RivertyConfig::put('damaged.log', join '', @all);
        return audited("$DIR/damaged.log", "$log.2", $log)->{broken};
    };
    isnt(scalar @{ $damaged->(sub { $_[0][$at] =~ s/"http\.version":"1\.1"/"http.version":"1.0"/ }) },
         0, 'a changed record');
    isnt(scalar @{ $damaged->(sub { splice @{ $_[0] }, $at, 1 }) }, 0, 'a removed one');
    isnt(scalar @{ $damaged->(sub { splice @{ $_[0] }, $at, 0, $_[0][$at] }) }, 0, 'a doubled one');
    is(scalar @{ $damaged->(sub { }) }, 0, 'and nothing else');
};

unlike(join('', map { slurp($_) } "$log.1", "$log.2", $log, $other), qr/$NUMBER|$root/,
       'no record shows a number or the root secret');

done_testing();
