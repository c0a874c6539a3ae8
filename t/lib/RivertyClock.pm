package RivertyClock;

# A clock that is set while nginx runs.  A server that is started with
#
#     local $ENV{LD_PRELOAD} = clock_library();
#     local $ENV{CLOCK} = "$DIR/clock";
#
# adds the seconds that stand in $DIR/clock to the time of day, and a second
# number, where there is one, to the clock by which timers run.

use strict;
use warnings;

use Exporter qw(import);
use Riverty qw(spew);
use RivertyConfig qw($DIR put);

our @EXPORT = qw(clock_library set_clock);

# Time is that many seconds later, for timers too.
sub set_clock {
    my ($seconds) = @_;
    spew("$DIR/clock.new", "$seconds $seconds\n");
    rename "$DIR/clock.new", "$DIR/clock" or die "$DIR/clock: $!\n";
    return;
}

# The library, or undef where there is no compiler.
sub clock_library {
    put('clock.c', <<'END');
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char path[4096];

__attribute__((constructor)) static void start(void)
{
    if (getenv("CLOCK")) snprintf(path, sizeof(path), "%s", getenv("CLOCK"));
}

/* Without memory of the heap: a sanitizer's asks for the time. */
static long offset(int which)
{
    char text[64];
    long seconds[2] = { 0, 0 };
    int fd = open(path, O_RDONLY);
    ssize_t n;

    if (fd == -1) return 0;
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0) return 0;
    text[n] = 0;
    if (sscanf(text, "%ld %ld", &seconds[0], &seconds[1]) < which + 1) return 0;
    return seconds[which];
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
    int rc = syscall(SYS_clock_gettime, id, ts);

    if (rc == 0 && id == CLOCK_REALTIME) ts->tv_sec += offset(0);
    if (rc == 0 && (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE)) ts->tv_sec += offset(1);
    return rc;
}

int gettimeofday(struct timeval *tv, void *tz)
{
    int rc = syscall(SYS_gettimeofday, tv, tz);

    if (rc == 0) tv->tv_sec += offset(0);
    return rc;
}
END
    return system("cc -shared -fPIC -o $DIR/clock.so $DIR/clock.c -ldl 2>/dev/null") == 0
        ? "$DIR/clock.so" : undef;
}

1;
