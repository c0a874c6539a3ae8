/*
 * The lines of logs, one after another, from plain or gzip'd files of any
 * size, in a buffer that does not grow.
 */
#ifndef RIVERTY_CLI_AUDIT_LINES_H
#define RIVERTY_CLI_AUDIT_LINES_H

#include "audit_progress.h"
#include "contract/core/riverty.h"


/* A longer line is cut, and is not a record: a record has at most 16 kB. */
#define RIVERTY_CLI_LINE_MAX 65536

typedef struct {
    const char *file;    /* as the caller called it */
    uint64_t number;     /* of the line in its file, from 1 */
    riverty_span_t text; /* without its line feed; gone at the next one */
} riverty_cli_line_t;

/* Where a line stands. */
typedef struct {
    const char *file;
    uint64_t line;
    uint64_t order; /* of the line among those of all files */
} riverty_cli_place_t;

/* Lines of one kind: how many, and the first of them. */
typedef struct {
    uint64_t count;
    riverty_cli_place_t first;
} riverty_cli_kind_t;

/* Every record begins with this, which cannot stand inside of one. */
#define RIVERTY_CLI_BEGINNING "{\"@timestamp\":\""

typedef void (*riverty_cli_line_pt)(void *data, const riverty_cli_line_t *line);

/* Is called where it may take long until there is more to read. */
typedef void (*riverty_cli_pause_pt)(void *data);


/*
 * Can all of them be read?  "-" is standard input, which may be named once.
 * Complains where one cannot.
 */
bool riverty_cli_lines_readable(char *const *files, size_t count);

/*
 * Calls handler with each line of the files in their order.  Returns false,
 * after a complaint, where a file could not be read to its end; the files
 * behind it are not read then.
 */
bool riverty_cli_lines_read(char *const *files, size_t count,
                            riverty_cli_line_pt handler, void *data);

/*
 * The same for who waits for lines: pause is called behind all that could be
 * read at once.  Where follow is true the last file is waited for at its end
 * (audit_follow.h), and only an error ends that, after a complaint.
 */
bool riverty_cli_lines_watch(char *const *files, size_t count, bool follow,
                             riverty_cli_line_pt handler,
                             riverty_cli_pause_pt pause, void *data);

/* One line more of that kind. */
void riverty_cli_kind_count(riverty_cli_kind_t *kind,
                            const riverty_cli_place_t *place);

/*
 * Takes from *rest, the text of a line, what stands before the next beginning
 * of a record in it: another worker may have written behind the line that a
 * killed worker left torn.
 */
riverty_span_t riverty_cli_line_part(riverty_span_t *rest);

#endif
