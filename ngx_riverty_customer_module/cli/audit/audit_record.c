/*
 * Records, read in one pass (audit_record.h).  A line may be torn or forged, so
 * brackets must close as they open; what is between them is not judged.
 */

#include <stddef.h>
#include <string.h>

#include "audit_record.h"

#define DEPTH_MAX 64

typedef struct {
    const unsigned char *pos;
    const unsigned char *end;
} cursor_t;

/* Reads or skips the value of a member; false where the text breaks off. */
typedef bool (*member_pt)(cursor_t *cursor, riverty_span_t name, void *data);

/* A member, and where its text belongs in a structure. */
typedef struct {
    riverty_span_t name;
    size_t place;
} member_t;

#define TEXT(type, name, member)                              \
    {                                                         \
        { (const unsigned char *) (name), sizeof(name) - 1 }, \
            offsetof(type, member)                            \
    }

/* clang-format off */
static const member_t record_members[] = {
    TEXT(riverty_cli_record_t, "@timestamp", time),
    TEXT(riverty_cli_record_t, "event.id", event),
    TEXT(riverty_cli_record_t, "event.type", type),
    TEXT(riverty_cli_record_t, "event.action", action),
    TEXT(riverty_cli_record_t, "http.response.status_code", status),
    TEXT(riverty_cli_record_t, "user.name", app),
    TEXT(riverty_cli_record_t, "http.request.body.bytes", bytes),
    { { NULL, 0 }, 0 },
};

static const member_t riverty_members[] = {
    TEXT(riverty_cli_record_t, "outcome", outcome),
    TEXT(riverty_cli_record_t, "mode", mode),
    TEXT(riverty_cli_record_t, "would", would),
    TEXT(riverty_cli_record_t, "problem", problem),
    TEXT(riverty_cli_record_t, "customer", customer),
    TEXT(riverty_cli_record_t, "store", store),
    { { NULL, 0 }, 0 },
};

static const member_t finding_members[] = {
    TEXT(riverty_cli_record_finding_t, "rule", rule),
    TEXT(riverty_cli_record_finding_t, "level", level),
    TEXT(riverty_cli_record_finding_t, "pointer", pointer),
    { { NULL, 0 }, 0 },
};
/* clang-format on */


static void
skip_space(cursor_t *cursor)
{
    while (
        cursor->pos < cursor->end &&
        (*cursor->pos == ' ' || *cursor->pos == '\t' || *cursor->pos == '\r')) {
        cursor->pos++;
    }
}


/* Passes c, and the space around it. */
static bool
take(cursor_t *cursor, unsigned char c)
{
    skip_space(cursor);

    if (cursor->pos == cursor->end || *cursor->pos != c) {
        return false;
    }

    cursor->pos++;
    skip_space(cursor);
    return true;
}


/* Is the quote one of the text, behind an odd number of backslashes? */
static bool
is_escaped(const unsigned char *start, const unsigned char *quote)
{
    const unsigned char *pos = quote;

    while (pos > start && pos[-1] == '\\') {
        pos--;
    }

    return (quote - pos) % 2 == 1;
}


/* cursor is at the quote that opens a string. */
static bool
read_string(cursor_t *cursor, riverty_span_t *text)
{
    const unsigned char *start = cursor->pos + 1;
    const unsigned char *quote = cursor->pos;

    do {
        quote++;
        quote = memchr(quote, '"', (size_t) (cursor->end - quote));
        if (quote == NULL) {
            return false;
        }
    } while (is_escaped(start, quote));

    *text = (riverty_span_t){ start, (size_t) (quote - start) };
    cursor->pos = quote + 1;
    return true;
}


static bool
is_plain(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '+' || c == '.' || c == 'E';
}


/* A number, or one of the three words. */
static bool
read_plain(cursor_t *cursor, riverty_span_t *text)
{
    const unsigned char *start = cursor->pos;

    while (cursor->pos < cursor->end && is_plain(*cursor->pos)) {
        cursor->pos++;
    }

    *text = (riverty_span_t){ start, (size_t) (cursor->pos - start) };
    return text->len > 0;
}


/*
 * Passes an array or an object with all that is in it.  opened has a bit for
 * each bracket that is open: 1 for an object.
 */
static bool
skip_brackets(cursor_t *cursor)
{
    uint64_t opened = 0;
    unsigned depth = 0;
    riverty_span_t text;

    do {
        unsigned char c = cursor->pos < cursor->end ? *cursor->pos : '\0';

        switch (c) {
        case '{':
        case '[':
            opened = opened << 1 | (c == '{');
            if (++depth > DEPTH_MAX) {
                return false;
            }
            break;
        case '}':
        case ']':
            if ((opened & 1) != (c == '}')) {
                return false;
            }
            opened >>= 1;
            depth--;
            break;
        case '"':
            if (!read_string(cursor, &text)) {
                return false;
            }
            continue;
        case '\0':
            return false;
        default:
            break;
        }

        cursor->pos++;
    } while (depth > 0);

    return true;
}


/* The text of a string, a number or a word; none of what has brackets. */
static bool
read_value(cursor_t *cursor, riverty_span_t *text)
{
    *text = (riverty_span_t){ NULL, 0 };

    if (cursor->pos == cursor->end) {
        return false;
    }

    switch (*cursor->pos) {
    case '"':
        return read_string(cursor, text);
    case '{':
    case '[':
        return skip_brackets(cursor);
    default:
        return read_plain(cursor, text);
    }
}


static bool
read_object(cursor_t *cursor, member_pt read, void *data)
{
    riverty_span_t name;

    if (!take(cursor, '{')) {
        return false;
    }

    if (take(cursor, '}')) {
        return true;
    }

    do {
        if (cursor->pos == cursor->end || *cursor->pos != '"' ||
            !read_string(cursor, &name) || !take(cursor, ':') ||
            !read(cursor, name, data)) {
            return false;
        }
    } while (take(cursor, ','));

    return take(cursor, '}');
}


/* Is the next value one that begins with c? */
static bool
begins(const cursor_t *cursor, unsigned char c)
{
    return cursor->pos < cursor->end && *cursor->pos == c;
}


/* Reads the value into the member of data that the table has for name. */
static bool
read_text(cursor_t *cursor, riverty_span_t name, const member_t *table,
          void *data)
{
    riverty_span_t text;

    if (!read_value(cursor, &text)) {
        return false;
    }

    for (; table->name.data != NULL; table++) {
        if (riverty_span_equal(name, table->name)) {
            memcpy((char *) data + table->place, &text, sizeof(text));
        }
    }

    return true;
}


static bool
read_finding_member(cursor_t *cursor, riverty_span_t name, void *data)
{
    return read_text(cursor, name, finding_members, data);
}


static bool
read_finding(cursor_t *cursor, riverty_cli_record_t *record)
{
    riverty_cli_record_finding_t finding = { .rule = { NULL, 0 } };
    riverty_span_t ignored;

    if (!begins(cursor, '{')) {
        return read_value(cursor, &ignored);
    }

    if (!read_object(cursor, read_finding_member, &finding)) {
        return false;
    }

    if (record->findings_count < RIVERTY_FINDINGS_MAX) {
        record->findings[record->findings_count++] = finding;
    }

    return true;
}


static bool
read_findings(cursor_t *cursor, riverty_cli_record_t *record)
{
    (void) take(cursor, '[');

    if (take(cursor, ']')) {
        return true;
    }

    do {
        if (!read_finding(cursor, record)) {
            return false;
        }
    } while (take(cursor, ','));

    return take(cursor, ']');
}


static bool
read_riverty_member(cursor_t *cursor, riverty_span_t name, void *data)
{
    if (riverty_span_equal(name, riverty_span("findings")) &&
        begins(cursor, '[')) {
        return read_findings(cursor, data);
    }

    return read_text(cursor, name, riverty_members, data);
}


static bool
read_record_member(cursor_t *cursor, riverty_span_t name, void *data)
{
    if (riverty_span_equal(name, riverty_span("riverty")) &&
        begins(cursor, '{')) {
        return read_object(cursor, read_riverty_member, data);
    }

    return read_text(cursor, name, record_members, data);
}


bool
riverty_cli_record_read(riverty_cli_record_t *record, riverty_span_t text)
{
    cursor_t cursor = { text.data, text.data + text.len };

    memset(record, 0, offsetof(riverty_cli_record_t, findings));
    record->findings_count = 0;

    return read_object(&cursor, read_record_member, record) &&
           cursor.pos == cursor.end;
}
