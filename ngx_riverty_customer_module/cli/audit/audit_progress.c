/*
 * A progress bar (audit_progress.h).
 */
#define _GNU_SOURCE /* POSIX */

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "audit_progress.h"

#define BAR_WIDTH 30

#define MEGABYTE      1e6
#define SECOND        INT64_C(1000000000)
#define DRAW_INTERVAL (SECOND / 10)


static int64_t
clock_now(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}


void
riverty_cli_progress_start(riverty_cli_progress_t *progress, uint64_t total)
{
    *progress = (riverty_cli_progress_t){ .shown = isatty(STDERR_FILENO) == 1,
                                          .total = total };

    if (progress->shown) {
        progress->started = clock_now();
        progress->drawn = progress->started;
    }
}


static void
draw_bar(double part)
{
    int full = (int) (part * BAR_WIDTH);

    fputs("\r[", stderr);

    for (int i = 0; i < BAR_WIDTH; i++) {
        fputc(i < full ? '#' : '.', stderr);
    }

    fprintf(stderr, "] %3.0f %%  ", part * 100);
}


static void
draw(const riverty_cli_progress_t *progress)
{
    double seconds =
        (double) (progress->drawn - progress->started) / (double) SECOND;
    double text = (double) progress->text / MEGABYTE;

    /* a log that is being written grows */
    if (progress->total > progress->read) {
        draw_bar((double) progress->read / (double) progress->total);
    } else {
        fputc('\r', stderr);
    }

    fprintf(stderr, "%.0f MB, %.0f MB/s\033[K", text, text / seconds);
    fflush(stderr);
}


void
riverty_cli_progress_more(riverty_cli_progress_t *progress, uint64_t read,
                          uint64_t text)
{
    int64_t now;

    progress->read += read;
    progress->text += text;

    if (!progress->shown) {
        return;
    }

    now = clock_now();
    if (now - progress->drawn >= DRAW_INTERVAL) {
        progress->drawn = now;
        draw(progress);
    }
}


void
riverty_cli_progress_end(riverty_cli_progress_t *progress)
{
    if (progress->shown && progress->drawn != progress->started) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
