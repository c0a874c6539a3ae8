/*
 * A line of a document and a mark below what is meant in it.
 */

#include <utf8proc.h>

#include "show_line.h"
#include "show.h"
#include "contract/core/text.h"

/* What of a long line is shown: characters before what is meant, and all. */
#define BEFORE_MAX 60
#define SHOWN_MAX  100

#define DOTS        "..."
#define REPLACEMENT 0xfffd

typedef struct {
    const unsigned char *start; /* of what is shown */
    const unsigned char *end;   /* of the line */
    const unsigned char *mark;  /* what is meant */
    const unsigned char *mark_end;
    bool cut; /* the line starts before start */
} line_t;

/* Columns of a terminal. */
typedef struct {
    int before; /* the mark */
    int marked;
} columns_t;


static const unsigned char *
line_end(const unsigned char *pos, const unsigned char *end)
{
    const unsigned char *feed = NULL;

    if (pos < end) {
        feed = memchr(pos, '\n', (size_t) (end - pos));
    }

    return feed != NULL ? feed : end;
}


/* The character before pos; start where there is none. */
static const unsigned char *
step_back(const unsigned char *pos, const unsigned char *start)
{
    const unsigned char *back = pos - 1;

    while (back > start && pos - back < 4 && (*back & 0xc0) == 0x80) {
        back--;
    }

    return back;
}


/* Goes back from the mark to where the shown part of its line starts. */
static void
find_start(line_t *line, const unsigned char *start)
{
    line->start = line->mark;

    for (int i = 0; line->start > start && line->start[-1] != '\n'; i++) {
        if (i == BEFORE_MAX) {
            line->cut = true;
            return;
        }
        line->start = step_back(line->start, start);
    }
}


/*
 * Objects and arrays get a mark at their start only: they can be a whole
 * document.
 */
static bool
is_container(const line_t *line)
{
    return line->mark < line->end && (*line->mark == '{' || *line->mark == '[');
}


static line_t
find_line(riverty_span_t body, size_t start, size_t end)
{
    line_t line = { .mark = body.data + start };

    find_start(&line, body.data);
    line.end = line_end(line.mark, body.data + body.len);
    line.mark_end = body.data + end;

    if (line.mark_end > line.end || is_container(&line)) {
        line.mark_end = line.mark;
    }

    return line;
}


/* Does a terminal show it, without moving anything else? */
static bool
is_shown(uint32_t code)
{
    switch (utf8proc_category((utf8proc_int32_t) code)) {
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
        return false;
    default:
        return true;
    }
}


/* Shows one character; returns its columns. */
static int
show_character(FILE *file, uint32_t code)
{
    unsigned char bytes[4];

    if (code == '\t') {
        code = ' ';
    } else if (!is_shown(code)) {
        code = REPLACEMENT;
    }

    fwrite(bytes, 1, riverty_text_encode(code, bytes), file);
    return utf8proc_charwidth((utf8proc_int32_t) code);
}


static columns_t
show_text(FILE *file, const line_t *line)
{
    columns_t columns = { 0, 0 };
    const unsigned char *pos = line->start;

    if (line->cut) {
        fputs(DOTS, file);
        columns.before = sizeof(DOTS) - 1;
    }

    for (int i = 0; pos < line->end && i < SHOWN_MAX; i++) {
        const unsigned char *at = pos;
        uint32_t code = riverty_text_next(&pos, line->end);
        int width;

        if (code == '\r' && pos == line->end) {
            return columns;
        }

        width = show_character(file, code);

        if (at < line->mark) {
            columns.before += width;
        } else if (at < line->mark_end) {
            columns.marked += width;
        }
    }

    if (pos < line->end) {
        fputs(DOTS, file);
    }

    return columns;
}


static void
show_mark(FILE *file, columns_t columns)
{
    const riverty_cli_colours_t *colours = riverty_cli_colours(file);

    fprintf(file, "      | %*s%s^", columns.before, "", colours->place);

    while (--columns.marked > 0) {
        fputc('~', file);
    }

    fprintf(file, "%s\n", colours->end);
}


void
riverty_cli_show_line(FILE *file, riverty_span_t body, size_t start, size_t end)
{
    line_t line = find_line(body, start, end);
    size_t number, column;
    columns_t columns;

    riverty_text_position(body, start, &number, &column);

    fprintf(file, "%5zu | ", number);
    columns = show_text(file, &line);
    fputc('\n', file);
    show_mark(file, columns);
}
