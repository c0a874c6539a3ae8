#!/usr/bin/perl

# riverty-customer audit show of what grows: lines of a pipe and of a file are
# shown as they come; a log that is renamed, removed or cut is followed.

use strict;
use warnings;

use Cwd qw(abs_path);
use Fcntl qw(SEEK_SET);
use File::Temp;
use IO::Compress::Gzip qw(gzip);
use IPC::Open3;
use POSIX qw(:sys_wait_h mkfifo);
use Symbol qw(gensym);
use Test::More;
use Time::HiRes qw(sleep time);

my $cli = abs_path(($ENV{BUILD} // 'build') . '/riverty-customer');
my $dir = File::Temp->newdir();
my $log = "$dir/log";
my ($pid, $in, $out, $err);

# Starts it; what it prints is read from $out.
sub start {
    my (@words) = @_;
    $err = gensym;
    $pid = open3($in, $out, $err, $cli, 'audit', 'show', @words);
    return;
}

# Ends it; its exit status, or -1 where it had to be stopped.
sub finish {
    my $stopped = 0;
    for (1 .. 50) {
        if (waitpid($pid, WNOHANG) == $pid) {
            return $stopped ? -1 : $? >> 8;
        }
        if (($_ == 10 && !$_[0]) || $_ == 49) {
            kill 'TERM', $pid;
            $stopped = 1;
        }
        sleep 0.1;
    }
    return -2;
}

# What comes next, up to so many lines or seconds.
sub lines {
    my ($count, $seconds) = @_;
    my $text = '';
    my $until = time + ($seconds // 10);
    while (($text =~ tr/\n//) < $count && (my $left = $until - time) > 0) {
        my $ready = '';
        vec($ready, fileno $out, 1) = 1;
        last if select($ready, undef, undef, $left) > 0 && !sysread $out, $text, 65536, length $text;
    }
    return $text;
}

my $n = 0;

sub record {
    return sprintf qq({"\@timestamp":"2026-11-23T20:15:42.%06dZ","event.type":"end",)
        . qq("user.name":"app%d","riverty":{"outcome":"forwarded"}}\n), ++$n, $n;
}

sub append {
    my ($file, @text) = @_;
    open my $handle, '>>', $file or die "$file: $!\n";
    syswrite $handle, join '', @text;
    close $handle;
    return join '', @text;
}


# --- a pipe ---

start('-');
print {$in} record();
$in->flush;
my $first = lines(2);
like($first, qr/^time .*\n2026.*  app1 /, 'a line of a pipe is shown while the pipe is open');
print {$in} record();
$in->flush;
like(lines(1), qr/  app2 /, '... and the next');
close $in;
is(finish(1), 0, '... until it ends');

start('--json', '--follow', '-');
print {$in} my $line = record();
$in->flush;
is(lines(1), $line, '--follow of standard input is the same');
close $in;
is(finish(1), 0, '... until it ends');

mkfifo("$dir/fifo", 0600) or die $!;
start('--json', "$dir/fifo");
open my $fifo, '>', "$dir/fifo" or die $!;
syswrite $fifo, $line = record();
is(lines(1), $line, 'a named pipe');
close $fifo;
is(finish(1), 0, '... until it ends');


# --- a log that grows ---

my $old = append("$dir/log.1", record());
gzip(\$old, "$dir/log.2.gz");
my $there = append($log, record(), record());
start('--json', '--follow', "$dir/log.2.gz", "$dir/log.1", $log);
is(lines(4), $old . $old . $there, 'what is there comes first, of older logs, too');
$line = append($log, record());
is(lines(1), $line, 'a line that is added');

my $half = append($log, substr $line = record(), 0, 40);
is(lines(1, 0.6), '', 'half a line is not shown');
append($log, substr $line, 40);
is(lines(1), $line, '... until the rest is there');

append($log, join '', map { record() } 1 .. 3000);
is(lines(3000) =~ tr/\n//, 3000, 'many lines at once');

rename $log, "$dir/renamed" or die $!;
$line = append("$dir/renamed", record());
is(lines(1), $line, 'a log that was renamed is read on');
$line = append($log, record());
my $late = append("$dir/renamed", record());
is(join('', sort split /^/, lines(2)), join('', sort $line, $late),
   '... and the new one, and what came late into the old one');
$line = append($log, record());
is(lines(1), $line, '... and then the new one');

unlink $log or die $!;
is(lines(1, 0.5), '', 'a log that was removed');
$line = append($log, record());
is(lines(1), $line, '... is followed when it is there again');

append($log, substr record(), 0, 40);
is(lines(1, 0.5), '', 'a torn line');
truncate $log, 0 or die $!;
$line = append($log, record());
is(lines(1), $line, '... and a log that is cut and begins anew');

is(waitpid($pid, WNOHANG), 0, 'it does not end by itself');
is(finish(0), -1, '... but when it is told to');

start('--follow', '--app', "app$n", $log);
like(lines(2), qr/  app$n /, 'as a table, of those that fit');
append($log, record());
is(lines(1, 0.5), '', '... alone');
finish(0);

for my $file ("$dir/log.2.gz", "$dir/fifo") {
    start('--follow', $file);
    is(finish(1), 2, 'what does not grow is not followed: ' . $file =~ s{.*/}{}r);
}

is(system("timeout 10 $cli audit show --follow $log > /dev/full 2> $dir/said") >> 8, 1,
   'it ends where nobody can read it');

done_testing();
