/*
 * Text of a document on a terminal.
 */

#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "show.h"
#include "contract/core/text.h"

static const riverty_cli_colours_t plain = { "", "", "", "", "" };

static const riverty_cli_colours_t coloured = {
    .reject = "\033[1;31m",
    .warn = "\033[1;33m",
    .place = "\033[32m",
    .title = "\033[1m",
    .end = "\033[0m",
};


/* NO_COLOR: no-color.org. */
const riverty_cli_colours_t *
riverty_cli_colours(FILE *file)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    if ((none != NULL && *none != '\0') ||
        (terminal != NULL && strcmp(terminal, "dumb") == 0) ||
        !isatty(fileno(file))) {
        return &plain;
    }

    return &coloured;
}


/* The escape of JSON. */
static void
show_escape(FILE *file, uint32_t code)
{
    if (code > 0xffff) {
        code -= 0x10000;
        fprintf(file, "\\u%04x", 0xd800 | (code >> 10));
        code = 0xdc00 | (code & 0x3ff);
    }

    fprintf(file, "\\u%04x", code);
}


/* Is it white space, of which there is more in JSON than a terminal shows? */
static bool
is_json_space(uint32_t code)
{
    return code == '\n' || code == '\t' || code == '\r';
}


void
riverty_cli_show_json(FILE *file, riverty_span_t json)
{
    const unsigned char *pos = json.data;
    const unsigned char *end = json.data + json.len;
    const unsigned char *start;

    while (pos < end) {
        uint32_t code;

        start = pos;
        code = riverty_text_next(&pos, end);

        if (riverty_text_control(code) && !is_json_space(code)) {
            show_escape(file, code);
        } else if (code != '\r') {
            fwrite(start, 1, (size_t) (pos - start), file);
        }
    }
}


/* Can a reader tell it from what is next to it? */
static bool
is_distinct(uint32_t code)
{
    switch (utf8proc_category((utf8proc_int32_t) code)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
        return false;
    case UTF8PROC_CATEGORY_ZS:
        return code == ' ';
    default:
        return true;
    }
}


void
riverty_cli_show_string(FILE *file, riverty_span_t raw)
{
    const unsigned char *pos = raw.data;
    const unsigned char *end = raw.data + raw.len;
    const unsigned char *start;

    fputc('"', file);

    while (pos < end) {
        uint32_t code;

        start = pos;
        code = riverty_text_next(&pos, end);

        if (is_distinct(code)) {
            fwrite(start, 1, (size_t) (pos - start), file);
        } else {
            show_escape(file, code);
        }
    }

    fputc('"', file);
}
