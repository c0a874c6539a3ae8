#!/usr/bin/perl

# Faults of an audit log (t/audit_loss.t has more): its directory is removed or
# moved, its disk fails, takes a part, or no more of its size, a pipe has its
# name.  With "required" not one record is lost that was accepted, as its chain
# shows; without it nothing is held up; one alert a change of state.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path remove_tree);
use POSIX qw(mkfifo);
use Riverty;
use RivertyAudit;
use RivertyConfig;
use Test::More;

my $logs = "$DIR/gateway/audit";
my ($must, $may) = map { "$logs/$_.log" } qw(must may);
make_path($logs);

# A failing writev(2) or fstat(2) of the audit logs, as the file $DIR/fault says:
# what, a number, how often.
my $fault = fault_library();

my $gateway = do {
    local $ENV{LD_PRELOAD} = $fault if $fault;
    local $ENV{FAULT} = "$DIR/fault";
    two_logs('audit');
};

sub fault_library {
    put('fault.c', <<'END');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char fault[4096];

/* nginx clears its environment */
__attribute__((constructor)) static void start(void)
{
    if (getenv("FAULT")) snprintf(fault, sizeof(fault), "%s", getenv("FAULT"));
}

/* Is this call to fail?  Then its number. */
static int take(int fd, const char *what, int *number)
{
    char link[64], path[4096], kind[16];
    int times, found = 0;
    FILE *file;
    ssize_t n;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof(path) - 1);
    path[n < 0 ? 0 : n] = '\0';
    if (strstr(path, "/audit/") == NULL || (file = fopen(fault, "r")) == NULL) return 0;
    if (fscanf(file, "%15s %d %d", kind, number, &times) == 3 && times > 0)
        found = strcmp(kind, what) == 0;
    fclose(file);
    if (found && (file = fopen(fault, "w")) != NULL) {
        fprintf(file, "%s %d %d\n", kind, *number, times - 1);
        fclose(file);
    }
    return found;
}

ssize_t writev(int fd, const struct iovec *iov, int count)
{
    ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    struct iovec some[2];
    ssize_t left;
    int number, i;

    if (take(fd, "error", &number)) { errno = number; return -1; }
    if (!take(fd, "short", &number)) return real(fd, iov, count);

    /* so many bytes of it; all but so many */
    for (left = 0, i = 0; i < count; i++) left += iov[i].iov_len;
    left = number < 0 ? left + number : number;
    for (i = 0; i < count && left > 0; i++) {
        some[i] = iov[i];
        if ((ssize_t) some[i].iov_len > left) some[i].iov_len = left;
        left -= some[i].iov_len;
    }
    return real(fd, some, i);
}

/* with 64 bits of a file's size it has another name */
int fstat64(int fd, struct stat64 *info)
{
    int (*real)(int, struct stat64 *) = dlsym(RTLD_NEXT, "fstat64");
    int number;

    if (take(fd, "fstat", &number)) { errno = number; return -1; }
    return real(fd, info);
}
END
    return system("cc -shared -fPIC -o $DIR/fault.so $DIR/fault.c -ldl 2>/dev/null") == 0
        ? "$DIR/fault.so" : undef;
}

sub break_it {
    my ($what, $number, $times) = @_;
    put('fault', "$what $number $times\n");
    return;
}

sub run { return system("@_ 2>/dev/null") == 0 }


is(must(), 404, 'all is well: a request is forwarded');
is(may(), 404, 'without "required", too');
is_deeply([ said() ], [], 'and there is nothing to say');

subtest 'its directory is removed' => sub {
    copy($must, "$DIR/must.1");
    remove_tree($logs);
    refused('at once');
    # of one second, while the other log's name was not looked at again
    ok(settle(sub { unheard() =~ /"\Q$may\E" takes no records/ }), 'the other takes none, either');
    $gateway->signal('USR1');
    ok(wait_for(sub { 2 == (() = unheard() =~ /\[emerg\].*open\(\) "\Q$may\E" failed/g) }),
       'a USR1 does not help the master, nor the worker');
    refused('after it');
    my @said = sort grep { !/\[emerg\]/ } said();
    like($said[$_] // '', qr/\[alert\].*"\Q${\ ($may, $must)[$_]}\E" takes no records \(2: /, 'one alert')
        for 0, 1;
    is(scalar @said, 2, 'for each log');

    make_path($logs);
    ok(settle(sub { -s $must && -s $may }), 'it is back: service and records return by themselves');
    is(must(), 404, 'and stay');
    alerted('back', (qr/\[error\].*takes records again/) x 2);
    whole('not one record was lost that was accepted', "$DIR/must.1", $must);
};

subtest 'it is moved, and its directory goes' => sub {
    for my $time (1, 2) {
        rename $logs, "$logs.away" or die $!;
        ok(settle(sub { 2 == (() = unheard() =~ /records go on into the old file/g) }),
           'the old files are written on');
        is(join(' ', map { must() } 1 .. 3), '404 404 404', 'for they have a name');
        alerted('each log', (qr/\[alert\].*records go on into the old file/) x 2);
        rename "$logs.away", $logs or die $!;
        sleep 2;    # the seconds in which both names are looked at
        my $written = -s $may;
        must();
        may();
        # a log's name is looked at when its record is written, behind the reply
        ok(wait_for(sub { -s $may > $written }), 'both names have been looked at');
        alerted('back');
    }
    whole('not one record is missing', "$DIR/must.1", $must);

    rename $must, "$must.1" or die $!;
    rename $logs, "$logs.away" or die $!;
    ok(settle(sub { unheard() =~ /"\Q$must\E" was moved and cannot/ }), 'moved');
    copy("$logs.away/must.log.1", "$DIR/must.2");
    unlink "$logs.away/must.log.1" or die $!;
    is(must(), 503, 'and removed then: refused');
    rename "$logs.away", $logs or die $!;
    ok(settle(sub { must() == 404 }), 'until there is a place again');
    whole('not one record is missing', "$DIR/must.1", "$DIR/must.2", $must);
    said();
};

subtest 'a pipe has its name' => sub {
    rename $must, "$must.1" or die $!;
    mkfifo($must, 0600) or die $!;
    ok(settle(sub { unheard() =~ /"\Q$must\E" was moved .*old file.* \(6: / }),
       'that nobody reads: the old file is written on');
    is(join(' ', map { must() } 1 .. 3), '404 404 404', 'and nothing waits');
    # the record of an end comes behind the reply
    ok(wait_for(sub {
        my $text = slurp("$must.1");
        my ($last) = $text =~ /.*"event\.id":"(\w+)","event\.type":"start"/s;
        $text =~ /"event\.id":"$last","event\.type":"end"/;
    }), 'the last one has ended');
    copy("$must.1", "$DIR/must.3");
    unlink "$must.1" or die $!;
    is(must(), 503, 'where that is removed, requests are refused');
    unlink $must or die $!;
    ok(settle(sub { must() == 404 }), 'service returns');
    whole('not one record is missing', map({ "$DIR/must.$_" } 1 .. 3), $must);
    said();
};

subtest 'its disk fails' => sub {
    plan skip_all => 'needs cc' if !$fault;
    for my $case ([ 5, 'Input/output error' ], [ 30, 'Read-only file system' ],
                  [ 122, 'Disk quota exceeded' ]) {
        my ($number, $text) = @$case;
        break_it(error => $number, 1000);
        refused($text);
        unlink "$DIR/fault";
        is(must(), 404, "$text: service returns by itself");
        is(may(), 404, "$text: and records do");
        alerted($text, (qr/\[alert\].*takes no records \($number: \Q$text\E\)/) x 2,
                (qr/takes records again/) x 2);
    }
    break_it(error => 4, 3);
    is(must(), 404, 'an interrupted write is done again');
    break_it(fstat => 116, 1000);
    ok(settle(sub { unheard() =~ /"\Q$must\E" was moved or removed and is opened anew/ }),
       'a file that its file system has lost is opened anew');
    is(must(), 404, 'and takes records');
    unlink "$DIR/fault";
    is_deeply([ said() ], [], 'and there is nothing to say');
    whole('not one record is missing', map({ "$DIR/must.$_" } 1 .. 3), $must);
};

subtest 'it takes a part of a record' => sub {
    plan skip_all => 'needs cc' if !$fault;
    for my $bytes (1, 300, -2, -1) {
        break_it(short => $bytes, 1);
        is(must(), 404, "$bytes bytes: written again, or only its line feed is missing");
        break_it(short => $bytes, 1000);
        is(may(), 404, "$bytes bytes each time: without \"required\"");
        is(must(), $bytes == -1 ? 404 : 503, 'and with it');
        unlink "$DIR/fault";
        is(must(), 404, 'service returns');
    }
    may();
    said();
    whole('torn lines hide nothing', map({ "$DIR/must.$_" } 1 .. 3), $must);
};

subtest 'a limit of its size' => sub {
    plan skip_all => 'needs prlimit' if !run('prlimit --version > /dev/null');
    may() while -s $must < 2 * length $gateway->log();
    must() while -s $must < 2 * length $gateway->log() || -s $may > -s $must;
    my ($worker) = $gateway->workers();
    run("prlimit --pid $worker --fsize=" . (3000 + -s $must) . ':') or die 'prlimit';
    ok(wait_for(sub { must() == 503 }), 'requests are refused');
    is(must(), 503, 'all of them');
    is(join(' ', $gateway->workers()), $worker, 'and no worker dies of it');
    run("prlimit --pid $worker --fsize=unlimited:") or die 'prlimit';
    is(must(), 404, 'without a limit service returns');
    like(join("\n", said()), qr/"\Q$must\E" takes no records \(27: File too large\)/, 'an alert tells');
    whole('not one record is missing', map({ "$DIR/must.$_" } 1 .. 3), $must);
};

$gateway->stop();
whole('at the end every chain has its end', '--closed', map({ "$DIR/must.$_" } 1 .. 3), $must);

done_testing();
