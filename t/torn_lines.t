#!/usr/bin/perl

# Several workers, one log: lines stay whole, whoever tears one, is killed or is
# stopped in the middle of it; in a file, a pipe, and as datagrams.

use strict;
use warnings;

use lib 't/lib';
use Fcntl;
use File::Path qw(make_path);
use IO::Handle;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX qw(mkfifo);
use Riverty;
use RivertyConfig;
use RivertyTurn;
use Socket qw(SOCK_DGRAM);
use Test::More;
use Time::HiRes qw(sleep time);

# A connection of each worker.
sub one_of_each {
    my %of;
    for (1 .. 200) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) // die $!;
        $socket->syswrite(keep('GET /api'));
        status_of($socket, \my $head);
        $of{$1} //= $socket if $head =~ /^X-Worker: (\d+)/m;
        last if keys %of == 2;
        sleep 0.01;
    }
    return map { $_ => $of{$_} } sort keys %of;
}

sub ask_on { my ($socket) = @_; $socket->syswrite(keep("GET $ITEM")); return status_of($socket) }

sub lines_of_their_own {
    my ($name, %wanted) = @_;
    sleep 0.1;
    my $count = types_in($MUST);
    none_behind_another($name, $MUST);
    is($count->{$_}, $wanted{$_}, "$name: $wanted{$_} $_") for sort keys %wanted;
    whole("$name: the chains are whole", $MUST);
    return;
}

subtest 'a line that another worker has torn' => sub {
    plan skip_all => 'needs cc' if !$LIBRARY;
    anew(workers => 2);
    my (undef, $one, undef, $two) = one_of_each();
    faults('short 200', ('error 28') x 20);
    is(ask_on($one), 503, 'one tears a line');
    faults();
    is(ask_on($two), 404, 'the other one writes');
    lines_of_their_own('then', start => 1, torn => 1, empty => 0);
    is(ask_on($one), 404, 'the first one again');
    lines_of_their_own('at last', start => 2, torn => 1, empty => 0);

    faults('short 200', ('error 28') x 20);
    is(ask_on($two), 503, 'it tears another');
    ok($gateway->reload(), 'before a reload');
    faults();
    is(ask("GET $ITEM")->{status}, 404, 'a new worker knows, too');
    sleep 0.1;
    none_behind_another('then', $MUST);
};

subtest 'a worker that is killed in the middle of a line' => sub {
    plan skip_all => 'needs cc' if !$LIBRARY;
    for my $bytes (1, 200, 100_000) {
        anew(workers => 2);
        my ($pid, $one, undef, $two) = one_of_each();
        faults("die $bytes");
        is(ask_on($one), 0, "$bytes bytes: it answers no more");
        wait_for(sub { 2 == grep { $_ != $pid } $gateway->workers() }, 5);
        is(ask_on($two), 404, 'another one does');
        is(scalar(lines($REQUESTS, 1)), 1, 'the API has got the second request only');
        my $all = $bytes == 100_000;
        lines_of_their_own("$bytes bytes", start => 1 + $all, torn => 1 - $all, empty => 0);
    }
};

# A power cut, or an nginx that was killed whole.
subtest 'a torn line that nginx finds' => sub {
    for my $found (qq({"\@timestamp":"2026), '', "\n") {
        end();
        spew($MUST, $found);
        gateway(workers => 2);
        is(ask("GET $ITEM")->{status}, 404, 'a request');
        lines_of_their_own(length $found, start => 1, info => 3, torn => length $found > 1 ? 1 : 0,
                           empty => $found eq "\n" ? 1 : 0);
    }
};

subtest 'a worker that is stopped in its turn' => sub {
    plan skip_all => 'needs cc' if !$LIBRARY;
    anew(workers => 2);
    my ($pid, $one, undef, $two) = one_of_each();
    faults('stop');
    $one->syswrite(keep("GET $ITEM"));
    ok(stopped($pid), 'one is stopped');
    my $began = time;
    is(ask_on($two), 404, 'the other one goes on');
    cmp_ok(time - $began, '<', 5, 'soon');
    kill 'CONT', $pid;
    is(status_of($one), 404, 'and so does the first');
    sleep 0.1;
    lines_of_their_own('both', start => 2, end => 2, torn => 0);
};

# 64 kB, for real: what one worker could not end must not hide what the other
# one writes as soon as there is room.
subtest 'a full disk and two workers' => sub {
    my $disk = "$DIR/disk";
    make_path($disk);
    plan skip_all => 'needs root, to mount a small file system'
        if $> != 0 || system("mount -t tmpfs -o size=64k,mode=0777 tmpfs $disk 2>/dev/null") != 0;
    gateway(workers => 2, log => "$disk/must.log required");
    my ($served, $refused) = (0, 0);
    for my $time (1 .. 6) {
        system("head -c 1m /dev/zero > $disk/ballast 2>/dev/null");
        wait_for(sub { ask("GET $ITEM")->{status} == 503 }, 10);
        $refused += ask("GET $ITEM")->{status} == 503 for 1 .. 8;
        unlink "$disk/ballast";
        $served += ask("GET $ITEM")->{status} == 404 for 1 .. 4;
    }
    is($served, 24, 'with room again all is forwarded');
    cmp_ok($refused, '>', 0, 'without it not all is');
    end();
    none_behind_another('then', "$disk/must.log");
    whole('the chains are whole to their ends', '--closed', "$disk/must.log");
    system("umount -l $disk");
};


# --- what is no file ---

# Clients at work for a while, many of them in a turn; how many were forwarded.
sub under_load {
    my ($seconds) = @_;
    my @children = map {
        my $child = fork() // die $!;
        if (!$child) {
            my $asked = 0;
            eval {
                connected(12);
                my $until = time + $seconds;
                while (time < $until) {
                    $_->syswrite(keep("GET $ITEM")) for @clients;
                    $asked += status_of($_) == 404 for @clients;
                }
            };
            spew("$DIR/asked.$$", $asked);
            POSIX::_exit(0);
        }
        $child;
    } 1 .. 3;
    waitpid $_, 0 for @children;
    my $asked = 0;
    $asked += slurp("$DIR/asked.$_") for @children;
    return $asked;
}

# A child that reads into a file until it is killed.
sub reader {
    my ($file, $read) = @_;
    my $child = fork() // die $!;
    return $child if $child;
    open my $out, '>', $file or die $!;
    $out->autoflush(1);
    print $out $read->() while 1;
}

sub gone { my ($child) = @_; kill 'KILL', $child; waitpid $child, 0; return }

subtest 'a pipe, two workers' => sub {
    mkfifo("$LOGS/pipe", 0666) or die $!;
    sysopen my $pipe, "$LOGS/pipe", O_RDWR or die $!;
    fcntl $pipe, 1031, 1 << 20 or die $!;       # F_SETPIPE_SZ: the reader is slow
    my $child = reader("$DIR/piped", sub { sysread $pipe, my $bytes, 65536; $bytes });
    gateway(workers => 2, log => "$LOGS/pipe required");
    traced();
    my $asked = under_load(1.5);
    cmp_ok($asked, '>', 100, "$asked requests");
    wait_for(sub { types_in("$DIR/piped")->{end} >= $asked }, 10);
    my $count = types_in("$DIR/piped");
    is("$count->{start} $count->{end} $count->{torn} $count->{empty}", "$asked $asked 0 0",
       'each has its two records, and every line is whole');
    whole('the chains are whole', "$DIR/piped");
    SKIP: {
        skip 'needs cc', 2 if !$LIBRARY;
        my @writes = map { /^audit (\d+) (\d+)/ ? [ $1, $2 ] : () } traced();
        is(scalar(grep { $_->[1] > 4096 && $_->[0] > 1 } @writes), 0, 'no write is longer than PIPE_BUF');
        cmp_ok(scalar(grep { $_->[0] > 1 } @writes), '>', 0, 'but some are of several lines');
    }
    end();
    gone($child);
};

subtest 'a syslog server on a unix socket' => sub {
    my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$DIR/syslog") or die $!;
    chmod 0777, "$DIR/syslog" or die $!;
    my $child = reader("$DIR/sent", sub {
        $socket->recv(my $datagram, 65536);
        $datagram =~ /^<\d+>[^{]*: (\{.*\})\z/s ? "$1\n" : "torn: $datagram\n";
    });
    gateway(log => "syslog:server=unix:$DIR/syslog");
    my $asked = under_load(1.5);
    cmp_ok($asked, '>', 100, "$asked requests");
    # with a queue of ten some may be missed, which is told
    my $missed = sub {
        my $all = 0;
        $all += $_ for $gateway->log() =~ /"syslog" takes records again; (\d+) were/g;
        return $all;
    };
    ok(wait_for(sub {
        ask("GET $ITEM");
        $asked++;
        sleep 0.1;
        $missed->() + types_in("$DIR/sent")->{end} == $asked;
    }, 5), 'each was sent, or is told to be missed') or diag("$asked");
    note($missed->() . " of $asked missed");
    is(types_in("$DIR/sent")->{torn}, 0, 'each datagram is a record');
    whole('the chain is whole', "$DIR/sent");
    end();
    gone($child);
};

done_testing();
