/*
 * The lines of logs (audit_lines.h).
 */
#define _GNU_SOURCE /* POSIX */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_lines.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "audit_follow.h"
#include "audit_source.h"

/* Small enough for a core's own cache: what is read is still there. */
#define BUFFER_SIZE (4 * RIVERTY_CLI_LINE_MAX)

typedef struct {
    riverty_cli_line_pt handler;
    riverty_cli_pause_pt pause; /* NULL: nobody waits */
    void *data;
    riverty_cli_line_t line;
    bool cut; /* the line has been handed out, but its end is not read yet */
    riverty_cli_progress_t progress;
    riverty_cli_source_t source;
    unsigned char buffer[BUFFER_SIZE];
} reader_t;


static bool
is_stdin(const char *file)
{
    return strcmp(file, "-") == 0;
}


/* Asks access(2): opening a pipe and closing it again would be noticed. */
static bool
is_readable(const char *file)
{
    struct stat info;
    int error = 0;

    if (stat(file, &info) != 0 || access(file, R_OK) != 0) {
        error = errno;
    } else if (S_ISDIR(info.st_mode)) {
        error = EISDIR;
    }

    if (error != 0) {
        riverty_cli_complain("%s: %s", file, strerror(error));
    }

    return error == 0;
}


bool
riverty_cli_lines_readable(char *const *files, size_t count)
{
    unsigned inputs = 0;

    for (size_t i = 0; i < count; i++) {
        if (is_stdin(files[i])) {
            inputs++;
        } else if (!is_readable(files[i])) {
            return false;
        }
    }

    if (inputs > 1) {
        riverty_cli_complain("standard input: can be read only once");
        return false;
    }

    return true;
}


/* Bytes of all files, or 0 where one of them is not a regular one. */
static uint64_t
size_of(char *const *files, size_t count)
{
    uint64_t total = 0;
    struct stat info;

    for (size_t i = 0; i < count; i++) {
        bool found = is_stdin(files[i]) ? fstat(STDIN_FILENO, &info) == 0
                                        : stat(files[i], &info) == 0;

        if (!found || !S_ISREG(info.st_mode)) {
            return 0;
        }

        total += (uint64_t) info.st_size;
    }

    return total;
}


static void
hand_out(reader_t *reader, const unsigned char *start, size_t len)
{
    reader->line.text = (riverty_span_t){ start, len };
    reader->line.number++;
    reader->handler(reader->data, &reader->line);
}


/* Hands out all whole lines; returns where the rest begins. */
static const unsigned char *
split(reader_t *reader, const unsigned char *pos, const unsigned char *end)
{
    const unsigned char *feed;

    while ((feed = memchr(pos, '\n', (size_t) (end - pos))) != NULL) {
        if (!reader->cut) {
            hand_out(reader, pos, (size_t) (feed - pos));
        }

        reader->cut = false;
        pos = feed + 1;
    }

    return pos;
}


/* Moves the beginning of a line to the buffer's start; returns its length. */
static size_t
keep(reader_t *reader, const unsigned char *rest, size_t len)
{
    if (reader->cut) {
        return 0;
    }

    if (len > RIVERTY_CLI_LINE_MAX) {
        hand_out(reader, rest, RIVERTY_CLI_LINE_MAX);
        reader->cut = true;
        return 0;
    }

    memmove(reader->buffer, rest, len);
    return len;
}


/* Reads what there is, up to the end; returns how much is left of a line. */
static size_t
read_source(reader_t *reader, size_t len)
{
    riverty_cli_source_t *source = &reader->source;
    uint64_t before = source->read;
    size_t got;

    while ((got = riverty_cli_source_read(source, reader->buffer + len,
                                          BUFFER_SIZE - len)) > 0) {
        const unsigned char *end = reader->buffer + len + got;
        const unsigned char *rest = split(reader, reader->buffer, end);

        len = keep(reader, rest, (size_t) (end - rest));
        riverty_cli_progress_more(&reader->progress, source->read - before,
                                  got);
        before = source->read;

        if (reader->pause != NULL) {
            reader->pause(reader->data);
        }
    }

    return len;
}


/* The last line of a file may lack its line feed. */
static void
end_line(reader_t *reader, size_t len)
{
    if (len > 0 && reader->source.error == NULL) {
        hand_out(reader, reader->buffer, len);
    }
}


static bool
open_source(reader_t *reader, const char *file)
{
    reader->line.file = file;
    reader->line.number = 0;
    reader->cut = false;

    if (!riverty_cli_source_open(&reader->source, file)) {
        riverty_cli_progress_end(&reader->progress);
        riverty_cli_complain("%s: %s", file, strerror(errno));
        return false;
    }

    return true;
}


static bool
close_source(reader_t *reader)
{
    riverty_cli_source_close(&reader->source);

    if (reader->source.error != NULL) {
        riverty_cli_progress_end(&reader->progress);
        riverty_cli_complain("%s: %s", reader->line.file, reader->source.error);
        return false;
    }

    return true;
}


static bool
read_file(reader_t *reader, const char *file)
{
    if (!open_source(reader, file)) {
        return false;
    }

    end_line(reader, read_source(reader, 0));
    return close_source(reader);
}


/* A pipe is not opened: that would wait for whoever writes to it. */
static bool
open_followed(reader_t *reader, const char *file)
{
    bool regular = riverty_cli_source_regular(file);

    if (regular && !open_source(reader, file)) {
        return false;
    }

    if (regular && !reader->source.packed) {
        return true;
    }

    if (regular) {
        riverty_cli_source_close(&reader->source);
    }

    riverty_cli_complain("%s: only a regular file that is not packed can be "
                         "followed",
                         file);
    return false;
}


/* Ends where the file cannot be read any more. */
static bool
follow_file(reader_t *reader, const char *file)
{
    size_t len = 0;

    if (!open_followed(reader, file)) {
        return false;
    }

    for (;;) {
        len = read_source(reader, len);
        riverty_cli_progress_end(&reader->progress);
        reader->progress.shown = false;

        if (reader->source.error != NULL) {
            return close_source(reader);
        }

        switch (riverty_cli_follow(&reader->source, file)) {
        case RIVERTY_CLI_FOLLOW_GREW:
            break;

        case RIVERTY_CLI_FOLLOW_CUT:
            end_line(reader, len);
            len = 0;
            break;

        case RIVERTY_CLI_FOLLOW_REPLACED:
            end_line(reader, len);
            len = 0;

            if (!close_source(reader) || !open_followed(reader, file)) {
                return false;
            }
            break;

        case RIVERTY_CLI_FOLLOW_FAILED:
            reader->source.error = strerror(errno);
            return close_source(reader);
        }
    }
}


bool
riverty_cli_lines_watch(char *const *files, size_t count, bool follow,
                        riverty_cli_line_pt handler, riverty_cli_pause_pt pause,
                        void *data)
{
    reader_t *reader = riverty_cli_allocate(sizeof(*reader));

    reader->handler = handler;
    reader->pause = pause;
    reader->data = data;
    riverty_cli_progress_start(&reader->progress, size_of(files, count));

    for (size_t i = 0; i < count; i++) {
        if (follow && i + 1 == count && !is_stdin(files[i])) {
            return follow_file(reader, files[i]);
        }

        if (!read_file(reader, files[i])) {
            return false;
        }
    }

    riverty_cli_progress_end(&reader->progress);
    return true;
}


bool
riverty_cli_lines_read(char *const *files, size_t count,
                       riverty_cli_line_pt handler, void *data)
{
    return riverty_cli_lines_watch(files, count, false, handler, NULL, data);
}


riverty_span_t
riverty_cli_line_part(riverty_span_t *rest)
{
    riverty_span_t beginning = riverty_span(RIVERTY_CLI_BEGINNING);
    riverty_span_t part = *rest;
    const unsigned char *next = NULL;

    if (part.len > 1) {
        next =
            memmem(part.data + 1, part.len - 1, beginning.data, beginning.len);
    }

    if (next != NULL) {
        part.len = (size_t) (next - part.data);
    }

    rest->data += part.len;
    rest->len -= part.len;
    return part;
}


void
riverty_cli_kind_count(riverty_cli_kind_t *kind,
                       const riverty_cli_place_t *place)
{
    if (kind->count == 0) {
        kind->first = *place;
    }

    kind->count++;
}
