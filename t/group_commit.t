#!/usr/bin/perl

# The records of one turn of a worker's event loop leave in one write.  With
# `required` the requests of that turn wait for it: not a byte goes to the API
# before its intent is in the log, and a log that does not take it refuses the
# request.  Lines of several workers stay whole, whoever tears one, dies or is
# stopped in the middle of it.

use strict;
use warnings;

use lib 't/lib';
use Fcntl;
use File::Path qw(make_path);
use IO::Handle;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX qw(mkfifo);
use Riverty;
use RivertyConfig;
use Socket qw(SOCK_DGRAM);
use Test::More;
use Time::HiRes qw(sleep time);

my $cli = ($ENV{BUILD} // 'build') . '/riverty-customer';
my $item = "$CUSTOMERS/$NUMBER";
my $logs = "$DIR/audit";
my $must = "$logs/must.log";
make_path($logs);
chmod 0777, $logs or die $!;
put('audit.key', 'c0ffee' x 12 . "\n", 0640);


# --- what a worker does, call by call ---

# Notes turns of the event loop ("turn"), connections to the API ("connect") and
# writes to audit logs ("audit LINES BYTES") in $DIR/trace.  Each of those writes
# takes a line of $DIR/fault: "error N"; "short N", of its bytes; "die N": so
# many bytes, and the worker is killed; "stop": it is stopped before it writes.
sub trace_library {
    put('trace.c', <<'END');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char dir[2048], path[4096];

/* nginx clears its environment */
__attribute__((constructor)) static void start(void)
{
    if (getenv("TRACE")) snprintf(dir, sizeof(dir), "%s", getenv("TRACE"));
}

static void note(const char *what, long lines, long bytes)
{
    char line[128];
    int fd, n;

    snprintf(path, sizeof(path), "%s/trace", dir);
    if ((fd = open(path, O_WRONLY | O_APPEND)) == -1) return;
    n = lines < 0 ? snprintf(line, sizeof(line), "%s\n", what)
                  : snprintf(line, sizeof(line), "%s %ld %ld\n", what, lines, bytes);
    if (write(fd, line, n) != n) abort();
    close(fd);
}

/* The first line of the file of faults, which is taken from it. */
static int fault(char *kind, int *number)
{
    char text[4096] = "", *rest;
    int fd, n;

    snprintf(path, sizeof(path), "%s/fault", dir);
    if ((fd = open(path, O_RDWR)) == -1) return 0;
    n = read(fd, text, sizeof(text) - 1);
    rest = n > 0 ? strchr(text, '\n') : NULL;
    if (rest == NULL) { close(fd); return 0; }
    *rest++ = '\0';
    *number = 0;
    sscanf(text, "%15s %d", kind, number);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, rest, strlen(rest), 0) < 0) abort();
    close(fd);
    return 1;
}

static int audits(int fd)
{
    char link[64], name[4096];
    ssize_t n;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, name, sizeof(name) - 1);
    name[n < 0 ? 0 : n] = '\0';
    return strstr(name, "/audit/") != NULL;
}

ssize_t writev(int fd, const struct iovec *iov, int count)
{
    ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    struct iovec some[2];
    char kind[16] = "";
    long lines = 0, bytes = 0;
    ssize_t n;
    int number, i;

    if (!audits(fd)) return real(fd, iov, count);
    for (i = 0; i < count; i++) {
        bytes += iov[i].iov_len;
        for (size_t j = 0; j < iov[i].iov_len; j++) lines += ((char *) iov[i].iov_base)[j] == '\n';
    }
    note("audit", lines, bytes);
    if (!fault(kind, &number)) return real(fd, iov, count);
    if (strcmp(kind, "stop") == 0) raise(SIGSTOP);
    if (strcmp(kind, "error") == 0) { errno = number; return -1; }
    if (strcmp(kind, "short") != 0 && strcmp(kind, "die") != 0) return real(fd, iov, count);
    for (i = 0; i < count && number > 0; i++) {
        some[i] = iov[i];
        if ((int) some[i].iov_len > number) some[i].iov_len = number;
        number -= some[i].iov_len;
    }
    n = i ? real(fd, some, i) : 0;
    if (strcmp(kind, "die") == 0) raise(SIGKILL);
    return n;
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
    int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");

    if (address->sa_family == AF_INET) note("connect", -1, 0);
    return real(fd, address, len);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
    int (*real)(int, struct epoll_event *, int, int) = dlsym(RTLD_NEXT, "epoll_wait");

    note("turn", -1, 0);
    return real(fd, events, most, timeout);
}
END
    return system("cc -shared -fPIC -o $DIR/trace.so $DIR/trace.c -ldl 2>/dev/null") == 0
        ? "$DIR/trace.so" : undef;
}

my $library = trace_library();

# What was noted since the last call; noting goes on.
sub traced {
    my @lines = -e "$DIR/trace" ? slurp("$DIR/trace") =~ /^(.+)$/mg : ();
    put('trace', '', 0666);
    return @lines;
}

sub steps { return join ' ', map { (split)[0] } @_ }

sub faults { put('fault', join('', map { "$_\n" } @_), 0666); return }


# --- a gateway, and clients that ask at once ---

my $api = start_api();
my $requests = $api->path('api.log');
my $h2 = port();
my $gateway;

# Of: workers, log (the directive's value), events, key (of its chain).
sub gateway {
    my (%of) = @_;
    end();
    my $log = $of{log} // "$must required";
    my $key = $of{key} // "riverty_audit_key $DIR/audit.key;";
    my $text = gateway_config(level => 'notice', workers => $of{workers} // 1,
                              http => "    access_log off;\n    $key\n", server => <<"END");
        listen 127.0.0.1:$h2 http2;
        keepalive_requests 10000;
        riverty_customer on;
        location / { riverty_audit_log $log; proxy_pass $API; }
        location /api { add_header X-Worker \$pid always; return 404; }
END
    $text =~ s/events \{/events { $of{events}/ if $of{events};
    $text =~ s/access_log logs\/access.log combined;//;
    local $ENV{LD_PRELOAD} = $library if $library;
    local $ENV{TRACE} = "$DIR";
    $gateway = start_server('gateway', $text);
    return;
}

sub end {
    my ($signal) = @_;
    $gateway->stop($signal) if $gateway;
    undef $gateway;
    return;
}

# The same on a log that is new.
sub anew {
    my (%of) = @_;
    end();
    unlink $must;
    gateway(%of);
    my $workers = $of{workers} // 1;
    wait_for(sub { types_in($must)->{info} == $workers }, 5);
    lines($requests);
    return;
}

my @clients;

# So many connections, each of which a worker has taken.
sub connected {
    my ($count) = @_;
    @clients = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) // die $! }
        1 .. $count;
    $_->syswrite(keep('GET /api')) for @clients;
    status_of($_) for @clients;
    sleep 0.1;
    lines($requests);
    traced();
    return;
}

sub keep { return request_bytes(@_) =~ s/Connection: close\r\n//r }

# The status of the next answer on a connection; its head goes to $$head.
sub status_of {
    my ($socket, $head) = @_;
    my $answer = '';
    local $SIG{ALRM} = sub { die "no answer\n" };
    alarm 20;
    until ($answer =~ /\r\n\r\n/) { sysread $socket, $answer, 1, length $answer or last }
    $$head = $answer if $head;
    my ($status) = $answer =~ m{^HTTP/\S+ (\d+)};
    my ($left) = $answer =~ /^Content-Length: (\d+)\r$/mi;
    while ($left) { $left -= sysread($socket, my $body, $left) || last }
    alarm 0;
    return $status // 0;
}

# All clients ask while the worker sleeps, so that one turn has them all; the
# statuses.
sub at_once {
    my ($query) = @_;
    my ($worker) = $gateway->workers();
    kill 'STOP', $worker;
    stopped($worker) or die "worker $worker is not stopped\n";
    $_->syswrite(keep("GET $item" . ($query // ''))) for @clients;
    sleep 0.1;
    kill 'CONT', $worker;
    return map { status_of($_) } @clients;
}

sub stopped {
    my ($pid) = @_;
    return wait_for(sub { slurp("/proc/$pid/stat") =~ /\) T / }, 5);
}

sub count_of { my ($what, @all) = @_; return scalar grep { $_ eq $what } @all }

# The records of a log by type; torn lines and empty ones are none.
sub types_in {
    my ($file) = @_;
    my %count = map { $_ => 0 } qw(start end info torn empty);
    for (slurp($file) =~ /^(.*)\n/mg) {
        my ($type) = /^\{"\@timestamp".*"event\.type":"(\w+)".*\}$/;
        $count{ $type // (length ? 'torn' : 'empty') }++;
    }
    return \%count;
}

# What was written since: "start end torn".
sub since {
    my ($before) = @_;
    my $now = types_in($must);
    return join ' ', map { $now->{$_} - $before->{$_} } qw(start end torn);
}

sub whole {
    my ($name, @words) = @_;
    my $said = qx{$cli audit verify --key $DIR/audit.key @words 2>&1};
    is($? >> 8, 0, $name) or diag($said);
    return;
}

# No more connections were made than intents written before.
sub intents_first {
    my ($lines, $ahead) = (0, 0);
    for (@_) {
        $lines += $1 if /^audit (\d+)/;
        $ahead++ if $_ eq 'connect' && --$lines < 0;
    }
    return $ahead == 0;
}


# --- one worker ---

gateway();

subtest 'one request' => sub {
    plan skip_all => 'needs cc' if !$library;
    connected(1);
    is(join(' ', at_once()), '404', 'is forwarded');
    sleep 0.1;
    my $steps = steps(traced());
    like($steps, qr/^(?:turn )*audit connect turn/, 'its intent is written in its own turn, then it goes out');
    like($steps, qr/turn audit turn\z/, 'and its end in the turn of the answer');
    is(scalar(lines($requests, 1)), 1, 'once');
};

subtest 'many in one turn' => sub {
    connected(40);
    my @status = at_once();
    sleep 0.2;
    is(count_of(404, @status), 40, 'forty are forwarded');
    is(scalar(lines($requests, 40)), 40, 'once each');
    whole('the chain is whole', $must);
    plan skip_all => 'needs cc' if !$library;
    my @did = traced();
    my @writes = map { /^audit (\d+)/ ? $1 : () } @did;
    ok(count_of(40, @writes), 'their forty intents are one write') or diag("@writes");
    cmp_ok(scalar @writes, '<', 40, 'eighty records are fewer writes than requests') or diag("@writes");
    ok(intents_first(@did), 'no connection to the API before its intent is written');
    unlike(steps(@did), qr/connect (?:audit )*turn (?:\w+ )*connect/, 'all of them go out in that turn');
};

subtest 'more than a batch holds' => sub {
    my $before = types_in($must);
    connected(110);
    my @status = at_once();
    sleep 0.3;
    is(count_of(404, @status), 110, 'a hundred and ten are forwarded');
    is(scalar(lines($requests, 110)), 110, 'once each');
    is(since($before), '110 110 0', 'each has its records');
    whole('the chain is whole', $must);
};

subtest 'a batch that is refused' => sub {
    plan skip_all => 'needs cc' if !$library;
    connected(20);
    faults('error 28');
    my @status = at_once('?refused');
    sleep 0.1;
    is(count_of(503, @status), 20, 'refuses all of its requests');
    is(scalar(grep { /^connect/ } traced()), 0, 'nothing goes to the API');
    is(count_of(404, at_once()), 20, 'the next one is taken');
    unlike(join('', lines($requests, 20)), qr/refused/, 'and nothing came of the others later');
    is(scalar(() = $gateway->log() =~ /takes no records/g), 1, 'one alert');
    whole('the chain is whole', $must);
};

subtest 'a batch of which a part is written' => sub {
    plan skip_all => 'needs cc' if !$library;
    my $before = types_in($must);
    connected(20);
    faults('short 3000', 'error 28');
    my $forwarded = count_of(404, my @status = at_once());
    sleep 0.2;
    cmp_ok($forwarded, '>', 0, 'those in the log are forwarded');
    is(count_of(503, @status), 20 - $forwarded, 'the others are refused');
    is(scalar(lines($requests, $forwarded)), $forwarded, 'the API has the former');
    is(since($before), "$forwarded 20 1", 'they have an intent, and one line is torn');
    whole('the chain is whole', $must);

    $before = types_in($must);
    faults('short 3000');
    is(count_of(404, at_once()), 20, 'where there is room again at once, all are forwarded');
    is(scalar(lines($requests, 20)), 20, 'once each');
    sleep 0.1;
    is(since($before), '20 20 1', 'one line more is torn');
    whole('and the chain is whole', $must);
};

subtest 'a limit of its size, within a batch' => sub {
    plan skip_all => 'needs prlimit' if system('prlimit --version > /dev/null 2>&1') != 0;
    connected(20);
    my ($worker) = $gateway->workers();
    my $size = 2500 + -s $must;
    system("prlimit --pid $worker --fsize=$size:") == 0 or die 'prlimit';
    my $forwarded = count_of(404, my @status = at_once());
    system("prlimit --pid $worker --fsize=unlimited:") == 0 or die 'prlimit';
    cmp_ok($forwarded, '>', 0, 'some are in the log and are forwarded');
    is(count_of(503, @status), 20 - $forwarded, 'the others are refused');
    is(scalar(lines($requests, $forwarded)), $forwarded, 'the API has the former');
    is(count_of(404, at_once()), 20, 'service returns by itself');
    whole('the chain is whole', $must);
};

subtest 'a client that goes while its request waits' => sub {
    sleep 0.2;
    my $before = types_in($must);
    lines($requests);
    my $frame = sub { substr(pack('N', length $_[3]), 1) . pack('CCN', @_[0 .. 2]) . $_[3] };
    my $head = join '', map { join '', "\0", map { chr(length) . $_ } @$_ }
        [ ':method', 'GET' ], [ ':scheme', 'http' ], [ ':path', "$item?gone" ],
        [ ':authority', 'gateway' ], [ 'x-app-token', $TOKEN{billing} ];
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $h2) or die $!;
    $socket->syswrite("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . $frame->(4, 0, 0, ''));
    sleep 0.1;
    # each stream is opened and reset in the bytes of one turn
    $socket->syswrite(join '', map { $frame->(1, 5, $_, $head) . $frame->(3, 0, $_, pack 'N', 8) }
                      map { 2 * $_ + 1 } 0 .. 9);
    ok(wait_for(sub { since($before) eq '10 10 0' }, 5), 'ten starts and ten ends') or diag(since($before));
    my @ends = map { JSON::PP->new->decode($_) } grep { /"event.type":"end"/ }
        (split /\n/, slurp($must))[-20 .. -1];
    is(scalar(grep { $_->{riverty}{outcome} eq 'aborted' } @ends), 10, 'which say that it was gone');
    sleep 0.2;
    unlike(join('', lines($requests)), qr/gone/, 'nothing of it went to the API');

    $before = types_in($must);
    send_only(keep("GET $item?delay=20ms"), 0) for 1 .. 10;
    ok(wait_for(sub { since($before) eq '10 10 0' }, 5), 'one over HTTP/1 that has left: the same');
    whole('the chain is whole', $must);
};

subtest 'pipelined, kept alive, over HTTP/2' => sub {
    sleep 0.2;
    my $before = types_in($must);
    lines($requests);
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $socket->syswrite(join '', map { keep("GET $item?n=$_") } 1 .. 30);
    is(count_of(404, map { status_of($socket) } 1 .. 30), 30, 'thirty in one packet');
    my @got = map { /[?]n=(\d+)/ ? $1 : () } lines($requests, 30);
    is("@got", join(' ', 1 .. 30), 'reach the API once each, in their order');
    my $streams = http2_connect($h2);
    like(http2($item, undef, { method => 'GET', socket => $streams, stream => 2 * $_ + 1 }), qr/\{/,
         'a stream') for 0 .. 4;
    sleep 0.1;
    is(since($before), '35 35 0', 'each has its records');
};

for my $events ('use poll;', 'use select;', 'accept_mutex on; multi_accept on;') {
    subtest $events => sub {
        plan skip_all => 'is not in this nginx' if (nginx_t("events { $events }\nhttp { }\n"))[0] != 0;
        anew(events => $events);
        connected(30);
        is(count_of(404, at_once()), 30, 'thirty are forwarded') for 1 .. 3;
        is(scalar(lines($requests, 90)), 90, 'once each');
        sleep 0.2;
        my $count = types_in($must);
        is("$count->{start} $count->{torn}", '90 0', 'each has its intent');
        end();
        whole('the chain is whole to its end', '--closed', $must);
    };
}


# --- two workers ---

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

sub ask_on { my ($socket) = @_; $socket->syswrite(keep("GET $item")); return status_of($socket) }

sub none_behind_another {
    my ($name, $file) = @_;
    my @glued = grep { /.\{"\@timestamp"/ } split /\n/, slurp($file);
    is(scalar @glued, 0, "$name: no record stands behind another line") or diag($glued[0]);
    return;
}

sub lines_of_their_own {
    my ($name, %wanted) = @_;
    sleep 0.1;
    my $count = types_in($must);
    none_behind_another($name, $must);
    is($count->{$_}, $wanted{$_}, "$name: $wanted{$_} $_") for sort keys %wanted;
    whole("$name: the chains are whole", $must);
    return;
}

subtest 'a line that another worker has torn' => sub {
    plan skip_all => 'needs cc' if !$library;
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
    is(ask("GET $item")->{status}, 404, 'a new worker knows, too');
    sleep 0.1;
    none_behind_another('then', $must);
};

subtest 'a worker that is killed in the middle of a line' => sub {
    plan skip_all => 'needs cc' if !$library;
    for my $bytes (1, 200, 100_000) {
        anew(workers => 2);
        my ($pid, $one, undef, $two) = one_of_each();
        faults("die $bytes");
        is(ask_on($one), 0, "$bytes bytes: it answers no more");
        wait_for(sub { 2 == grep { $_ != $pid } $gateway->workers() }, 5);
        is(ask_on($two), 404, 'another one does');
        is(scalar(lines($requests, 1)), 1, 'the API has got the second request only');
        my $all = $bytes == 100_000;
        lines_of_their_own("$bytes bytes", start => 1 + $all, torn => 1 - $all, empty => 0);
    }
};

# A power cut, or an nginx that was killed whole.
subtest 'a torn line that nginx finds' => sub {
    for my $found (qq({"\@timestamp":"2026), '', "\n") {
        end();
        spew($must, $found);
        gateway(workers => 2);
        is(ask("GET $item")->{status}, 404, 'a request');
        lines_of_their_own(length $found, start => 1, info => 2, torn => length $found > 1 ? 1 : 0,
                           empty => $found eq "\n" ? 1 : 0);
    }
};

subtest 'a worker that is stopped in its turn' => sub {
    plan skip_all => 'needs cc' if !$library;
    anew(workers => 2);
    my ($pid, $one, undef, $two) = one_of_each();
    faults('stop');
    $one->syswrite(keep("GET $item"));
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
        wait_for(sub { ask("GET $item")->{status} == 503 }, 10);
        $refused += ask("GET $item")->{status} == 503 for 1 .. 8;
        unlink "$disk/ballast";
        $served += ask("GET $item")->{status} == 404 for 1 .. 4;
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
                    $_->syswrite(keep("GET $item")) for @clients;
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

subtest 'a pipe that is full within a batch' => sub {
    mkfifo("$logs/small", 0666) or die $!;
    sysopen my $pipe, "$logs/small", O_RDWR | O_NONBLOCK or die $!;
    fcntl $pipe, 1031, 8192 or die $!;          # F_SETPIPE_SZ
    my $bytes = '';
    my $read = sub { 1 while sysread $pipe, $bytes, 65536, length $bytes };
    gateway(log => "$logs/small required");
    connected(30);
    $read->();
    my $forwarded = count_of(404, my @status = at_once());
    cmp_ok($forwarded, '>', 0, 'what has room is forwarded');
    is(count_of(503, @status), 30 - $forwarded, 'the rest is refused');
    cmp_ok($forwarded, '<', 30, 'and there is a rest');
    is(scalar(lines($requests, $forwarded)), $forwarded, 'the API has the former');
    $read->();
    is(ask("GET $item")->{status}, 404, 'service returns by itself');
    sleep 0.1;
    $read->();
    my $count = types_in(put('small', $bytes));
    is($count->{start}, $forwarded + 1, 'each has its intent');
    is($count->{torn}, 0, 'no line is torn');
    whole('the chain is whole', "$DIR/small");
    end();
};

subtest 'a pipe, two workers' => sub {
    mkfifo("$logs/pipe", 0666) or die $!;
    sysopen my $pipe, "$logs/pipe", O_RDWR or die $!;
    fcntl $pipe, 1031, 1 << 20 or die $!;       # F_SETPIPE_SZ: the reader is slow
    my $child = reader("$DIR/piped", sub { sysread $pipe, my $bytes, 65536; $bytes });
    gateway(workers => 2, log => "$logs/pipe required");
    traced();
    my $asked = under_load(1.5);
    cmp_ok($asked, '>', 100, "$asked requests");
    wait_for(sub { types_in("$DIR/piped")->{end} >= $asked }, 10);
    my $count = types_in("$DIR/piped");
    is("$count->{start} $count->{end} $count->{torn} $count->{empty}", "$asked $asked 0 0",
       'each has its two records, and every line is whole');
    whole('the chains are whole', "$DIR/piped");
    SKIP: {
        skip 'needs cc', 2 if !$library;
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
        $all += $_ for $gateway->log() =~ /"syslog" takes records again; (\d+) of/g;
        return $all;
    };
    ok(wait_for(sub {
        ask("GET $item");
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

# Without a chain nothing else ends a log.
subtest 'an end at once, without a chain' => sub {
    unlink $must;
    gateway(key => ' ');
    my @sockets = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) // die $! } 1 .. 9;
    $_->syswrite(keep("GET $item?delay=5s")) for @sockets;
    ok(wait_for(sub { types_in($must)->{start} == 9 }, 5), 'nine are under way');
    end('TERM');
    is(types_in($must)->{end}, 9, 'each has its end');
};

done_testing();
