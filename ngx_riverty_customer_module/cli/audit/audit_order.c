/*
 * The order of rotated logs.  A shell names audit.log before audit.log.1, and
 * that before audit.log.10 and audit.log.2, which is not the order of time. So
 * the first record of each file decides.
 */
#define _GNU_SOURCE /* POSIX, memmem() */

#include <string.h>

#include "audit_order.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "audit_lines.h"
#include "audit_source.h"

/* 2026-11-23T20:15:42.183905Z: UTC, so that text is ordered as time is. */
#define TIME_LENGTH 27

typedef struct {
    char *file;
    char time[TIME_LENGTH + 1]; /* "": it has no record */
} dated_t;


/* Reads as much as can stand before the end of a file's first record. */
static size_t
read_beginning(const char *file, unsigned char *bytes, size_t size)
{
    riverty_cli_source_t *source = riverty_cli_allocate(sizeof(*source));
    size_t len = 0, got;

    if (!riverty_cli_source_open(source, file)) {
        return 0;
    }

    do {
        got = riverty_cli_source_read(source, bytes + len, size - len);
        len += got;
    } while (got > 0 && len < size);

    riverty_cli_source_close(source);
    return len;
}


static void
read_time(dated_t *dated, unsigned char *bytes, size_t size)
{
    static const char beginning[] = RIVERTY_CLI_BEGINNING;
    size_t len = read_beginning(dated->file, bytes, size);
    const unsigned char *found;

    found = memmem(bytes, len, beginning, sizeof(beginning) - 1);
    dated->time[0] = '\0';

    if (found == NULL) {
        return;
    }

    found += sizeof(beginning) - 1;
    len -= (size_t) (found - bytes);

    if (len >= TIME_LENGTH) {
        memcpy(dated->time, found, TIME_LENGTH);
        dated->time[TIME_LENGTH] = '\0';
    }
}


static bool
is_before(const dated_t *a, const dated_t *b)
{
    if (a->time[0] == '\0' || b->time[0] == '\0') {
        return a->time[0] != '\0' && b->time[0] == '\0';
    }

    return strcmp(a->time, b->time) < 0;
}


/* Sorts by insertion: files that begin at the same time keep their places. */
static void
sort(dated_t *dated, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        dated_t one = dated[i];
        size_t place = i;

        while (place > 0 && is_before(&one, &dated[place - 1])) {
            dated[place] = dated[place - 1];
            place--;
        }

        dated[place] = one;
    }
}


char *const *
riverty_cli_order(char *const *files, size_t count)
{
    dated_t *dated = riverty_cli_allocate(count * sizeof(*dated));
    unsigned char *bytes = riverty_cli_allocate(2 * RIVERTY_CLI_LINE_MAX);
    char **ordered = riverty_cli_allocate(count * sizeof(*ordered));

    for (size_t i = 0; i < count; i++) {
        if (!riverty_cli_source_regular(files[i])) {
            return files;
        }

        dated[i].file = files[i];
        read_time(&dated[i], bytes, 2 * RIVERTY_CLI_LINE_MAX);
    }

    sort(dated, count);

    for (size_t i = 0; i < count; i++) {
        ordered[i] = dated[i].file;
    }

    return ordered;
}
