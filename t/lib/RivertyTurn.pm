package RivertyTurn;

# What the tests of the audit log's batches share: a gateway whose workers note
# what they do, call by call, and fail where they are told to, clients that ask
# in one turn of its event loop, and what a log has then.

use strict;
use warnings;

use Exporter qw(import);
use File::Path qw(make_path);
use IO::Socket::INET;
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

our @EXPORT = qw($LIBRARY $REQUESTS $H2_PORT $LOGS $MUST $ITEM $gateway @clients
    traced steps faults gateway end anew connected keep status_of at_once stopped
    count_of types_in whole none_behind_another);

my $CLI = ($ENV{BUILD} // 'build') . '/riverty-customer';
our $ITEM = "$CUSTOMERS/$NUMBER";
our $LOGS = "$DIR/audit";
our $MUST = "$LOGS/must.log";
make_path($LOGS);
chmod 0777, $LOGS or die $!;
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

our $LIBRARY = trace_library();

# What was noted since the last call; noting goes on.
sub traced {
    my @lines = -e "$DIR/trace" ? slurp("$DIR/trace") =~ /^(.+)$/mg : ();
    put('trace', '', 0666);
    return @lines;
}

sub steps { return join ' ', map { (split)[0] } @_ }

sub faults { put('fault', join('', map { "$_\n" } @_), 0666); return }


# --- a gateway, and clients that ask at once ---

our $REQUESTS = start_api()->path('api.log');
our $H2_PORT = port();
our $gateway;

# Of: workers, log (the directive's value), events, key (of its chain).
sub gateway {
    my (%of) = @_;
    end();
    my $log = $of{log} // "$MUST required";
    my $key = $of{key} // "riverty_audit_key $DIR/audit.key;";
    my $text = gateway_config(level => 'notice', workers => $of{workers} // 1,
                              http => "    access_log off;\n    $key\n", server => <<"END");
        listen 127.0.0.1:$H2_PORT http2;
        keepalive_requests 10000;
        riverty_customer on;
        location / { riverty_audit_log $log; proxy_pass $API; }
        location = /big { riverty_customer off; root $DIR; }
        location /api { add_header X-Worker \$pid always; return 404; }
END
    $text =~ s/events \{/events { $of{events}/ if $of{events};
    $text =~ s/access_log logs\/access.log combined;//;
    local $ENV{LD_PRELOAD} = $LIBRARY if $LIBRARY;
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
    unlink $MUST;
    gateway(%of);
    my $workers = $of{workers} // 1;
    wait_for(sub { types_in($MUST)->{info} == $workers }, 5);
    lines($REQUESTS);
    return;
}

our @clients;

# So many connections, each of which a worker has taken.
sub connected {
    my ($count) = @_;
    @clients = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) // die $! }
        1 .. $count;
    $_->syswrite(keep('GET /api')) for @clients;
    status_of($_) for @clients;
    sleep 0.1;
    lines($REQUESTS);
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
    $_->syswrite(keep("GET $ITEM" . ($query // ''))) for @clients;
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

sub whole {
    my ($name, @words) = @_;
    my $said = qx{$CLI audit verify --key $DIR/audit.key @words 2>&1};
    is($? >> 8, 0, $name) or diag($said);
    return;
}

sub none_behind_another {
    my ($name, $file) = @_;
    my @glued = grep { /.\{"\@timestamp"/ } split /\n/, slurp($file);
    is(scalar @glued, 0, "$name: no record stands behind another line") or diag($glued[0]);
    return;
}

1;
