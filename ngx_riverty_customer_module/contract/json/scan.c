/*
 * The scanner: a descent through the values of a document, at most
 * RIVERTY_DEPTH_MAX levels deep, that notes where the known members stand and
 * refuses a name that stands twice.  RFC 8259; strings and numbers:
 * json_string.c, json_number.c.
 *
 * A function that passes something takes the byte where it starts and returns
 * the byte behind it, or NULL where it is refused.  One that skips something
 * notes nothing of it.
 */
#include "scan.h"

#include "contract/core/bytes.h"
#include "contract/core/runs.h"
#include "json_number.h"
#include "json_string.h"
#include "seen.h"
#include "window.h"


typedef struct {
    riverty_window_t window;
    const unsigned char *start;
    const unsigned char *end;
    const riverty_names_t *names;
    riverty_scan_t *scan;
    unsigned depth;
    uint32_t objects; /* met so far */
    riverty_fault_t fault;
    riverty_seen_t seen;
} scanner_t;


/* What is rare is kept out of the way of the rest, and of its registers. */
#define NOINLINE static __attribute__((noinline))


static const unsigned char *skip_other(scanner_t *scanner,
                                       const unsigned char *pos);
static const unsigned char *
pass_value(scanner_t *scanner, const unsigned char *pos, unsigned field);


RIVERTY_INLINE const unsigned char *
refuse(scanner_t *scanner, riverty_scan_status_t status,
       const unsigned char *at)
{
    return riverty_fault(&scanner->fault, status, at);
}


RIVERTY_INLINE bool
stands_at(const scanner_t *scanner, const unsigned char *pos,
          unsigned char byte)
{
    return pos < scanner->end && *pos == byte;
}


RIVERTY_INLINE const unsigned char *
pass_space(const scanner_t *scanner, const unsigned char *pos)
{
    return riverty_bytes_space(pos, scanner->end);
}


/* Passes byte, perhaps with white space before it. */
RIVERTY_INLINE const unsigned char *
pass_byte(scanner_t *scanner, const unsigned char *pos, unsigned char byte)
{
    if (!stands_at(scanner, pos, byte)) {
        pos = pass_space(scanner, pos);
        if (!stands_at(scanner, pos, byte)) {
            return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
        }
    }

    return pos + 1;
}


/* The rest of a string that is not plain. */
NOINLINE const unsigned char *
pass_special(scanner_t *scanner, const unsigned char *pos,
             riverty_string_form_t *form)
{
    return riverty_string_scan_special(&scanner->window, pos, form,
                                       &scanner->fault);
}


/*
 * Passes the string whose opening quote is at pos.  Most are short and plain;
 * the form of these stands in registers.
 */
RIVERTY_INLINE const unsigned char *
pass_string(scanner_t *scanner, const unsigned char *pos,
            riverty_string_form_t *form)
{
    riverty_string_form_t special;

    pos = riverty_window_plain(&scanner->window, pos + 1);

    if (stands_at(scanner, pos, '"')) {
        *form = (riverty_string_form_t){ false, true };
        return pos + 1;
    }

    pos = pass_special(scanner, pos, &special);
    *form = special;
    return pos;
}


/* A number that is more than digits. */
NOINLINE const unsigned char *
pass_any_number(scanner_t *scanner, const unsigned char *pos)
{
    return riverty_number_scan(pos, scanner->end, &scanner->fault);
}


/* The digits behind one that is at pos. */
RIVERTY_INLINE const unsigned char *
pass_more_digits(const scanner_t *scanner, const unsigned char *pos)
{
    do {
        pos++;
    } while (pos < scanner->end && riverty_byte_is_digit(*pos));

    return pos;
}


/*
 * A number that starts with a digit but zero: mostly there are only digits, or
 * a point between some.
 */
RIVERTY_INLINE const unsigned char *
pass_number(scanner_t *scanner, const unsigned char *pos)
{
    const unsigned char *start = pos;

    pos = pass_more_digits(scanner, pos);

    if (scanner->end - pos > 1 && pos[0] == '.' &&
        riverty_byte_is_digit(pos[1])) {
        pos = pass_more_digits(scanner, pos + 1);
    }

    /* . E e and what is none of a number's, which ends it. */
    if (pos < scanner->end && (*pos == '.' || (*pos | 0x20) == 'e')) {
        return pass_any_number(scanner, start);
    }

    return pos;
}


/* Finds the byte that is not the literal's. */
NOINLINE const unsigned char *
refuse_literal(scanner_t *scanner, const unsigned char *pos,
               riverty_span_t literal)
{
    for (size_t i = 0; i < literal.len; i++) {
        if (!stands_at(scanner, pos + i, literal.data[i])) {
            return refuse(scanner, RIVERTY_SCAN_LITERAL, pos + i);
        }
    }

    return pos + literal.len;
}


RIVERTY_INLINE const unsigned char *
pass_literal(scanner_t *scanner, const unsigned char *pos,
             riverty_span_t literal)
{
    if ((size_t) (scanner->end - pos) >= literal.len &&
        memcmp(pos, literal.data, literal.len) == 0) {
        return pos + literal.len;
    }

    return refuse_literal(scanner, pos, literal);
}


/* An opening bracket; *empty tells whether its pair follows. */
RIVERTY_INLINE const unsigned char *
pass_open(scanner_t *scanner, const unsigned char *pos, unsigned char close,
          bool *empty)
{
    if (scanner->depth == RIVERTY_DEPTH_MAX) {
        return refuse(scanner, RIVERTY_SCAN_TOO_DEEP, pos);
    }

    pos = pass_space(scanner, pos + 1);

    *empty = stands_at(scanner, pos, close);
    if (*empty) {
        return pos + 1;
    }

    scanner->depth++;
    return pos;
}


/*
 * What follows a member or an element: a comma, then pos is where the next one
 * starts, or the bracket's pair.
 */
RIVERTY_INLINE const unsigned char *
pass_comma(scanner_t *scanner, const unsigned char *pos, unsigned char close,
           bool *closed)
{
    if (!stands_at(scanner, pos, ',')) {
        pos = pass_space(scanner, pos);

        *closed = stands_at(scanner, pos, close);
        if (*closed) {
            scanner->depth--;
            return pos + 1;
        }

        pos = pass_byte(scanner, pos, ',');
        return pos == NULL ? NULL : pass_space(scanner, pos);
    }

    return pass_space(scanner, pos + 1);
}


/* The name unescaped; absent where there is no memory. */
NOINLINE riverty_span_t
unescape_name(scanner_t *scanner, riverty_span_t text)
{
    return riverty_seen_unescape(&scanner->seen, &text)
               ? text
               : (riverty_span_t){ NULL, 0 };
}


/* Passes a member's name.  *name is what it says unescaped. */
RIVERTY_INLINE const unsigned char *
pass_name(scanner_t *scanner, const unsigned char *pos, riverty_name_t *name)
{
    const unsigned char *end = scanner->end;
    const unsigned char *quote = pos;
    riverty_string_form_t form;
    riverty_span_t text;

    if (!stands_at(scanner, quote, '"')) {
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, quote);
    }

    pos = pass_string(scanner, quote, &form);
    if (pos == NULL) {
        return NULL;
    }

    text.data = quote + 1;
    text.len = (size_t) (pos - quote) - 2;

    if (form.escaped) {
        text = unescape_name(scanner, text);
        if (text.data == NULL) {
            return refuse(scanner, RIVERTY_SCAN_NO_MEMORY, quote);
        }
        end = text.data + text.len;
    }

    *name = riverty_name_of(text, end);
    return pos;
}


/* Passes the colon behind a name, up to the value. */
RIVERTY_INLINE const unsigned char *
pass_colon(scanner_t *scanner, const unsigned char *pos)
{
    pos = pass_byte(scanner, pos, ':');
    return pos == NULL ? NULL : pass_space(scanner, pos);
}


/* Remembers a name that is not known; refuses the second of it. */
RIVERTY_INLINE riverty_scan_status_t
remember(scanner_t *scanner, riverty_seen_object_t *object, riverty_name_t name)
{
    switch (riverty_seen_add(&scanner->seen, object, name)) {
    case RIVERTY_SEEN_TWICE:
        return RIVERTY_SCAN_DUPLICATE;
    case RIVERTY_SEEN_NO_MEMORY:
        return RIVERTY_SCAN_NO_MEMORY;
    case RIVERTY_SEEN_NEW:
        break;
    }

    return RIVERTY_SCAN_OK;
}


/* A value of which nothing is noted: mostly a string or a number. */
RIVERTY_INLINE const unsigned char *
skip_value(scanner_t *scanner, const unsigned char *pos)
{
    riverty_string_form_t form;

    if (pos == scanner->end) {
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
    }

    if (*pos == '"') {
        return pass_string(scanner, pos, &form);
    }

    return *pos >= '1' && *pos <= '9' ? pass_number(scanner, pos)
                                      : skip_other(scanner, pos);
}


/* A member of an object in which no name is known. */
RIVERTY_INLINE const unsigned char *
skip_member(scanner_t *scanner, const unsigned char *pos,
            riverty_seen_object_t *object)
{
    const unsigned char *quote = pos;
    riverty_scan_status_t status;
    riverty_name_t name;

    pos = pass_name(scanner, pos, &name);
    if (pos == NULL) {
        return NULL;
    }

    status = remember(scanner, object, name);
    if (status != RIVERTY_SCAN_OK) {
        return refuse(scanner, status, quote);
    }

    pos = pass_colon(scanner, pos);
    return pos == NULL ? NULL : skip_value(scanner, pos);
}


NOINLINE const unsigned char *
skip_object(scanner_t *scanner, const unsigned char *pos)
{
    riverty_seen_object_t object =
        riverty_seen_open(&scanner->seen, ++scanner->objects);
    bool closed;

    pos = pass_open(scanner, pos, '}', &closed);

    while (pos != NULL && !closed) {
        pos = skip_member(scanner, pos, &object);
        if (pos != NULL) {
            pos = pass_comma(scanner, pos, '}', &closed);
        }
    }

    riverty_seen_close(&scanner->seen, &object);
    return pos;
}


NOINLINE const unsigned char *
skip_array(scanner_t *scanner, const unsigned char *pos)
{
    bool closed;

    pos = pass_open(scanner, pos, ']', &closed);

    while (pos != NULL && !closed) {
        pos = skip_value(scanner, pos);
        if (pos != NULL) {
            pos = pass_comma(scanner, pos, ']', &closed);
        }
    }

    return pos;
}


/* The same of what is neither. */
static const unsigned char *
skip_other(scanner_t *scanner, const unsigned char *pos)
{
    switch (*pos) {
    case '-':
    case '0':
        return pass_any_number(scanner, pos);
    case '{':
        return skip_object(scanner, pos);
    case '[':
        return skip_array(scanner, pos);
    case 't':
        return pass_literal(scanner, pos, riverty_span("true"));
    case 'f':
        return pass_literal(scanner, pos, riverty_span("false"));
    case 'n':
        return pass_literal(scanner, pos, riverty_span("null"));
    default:
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
    }
}


/* A reader that ignores the case of letters takes the member for a known one.
 */
static void
note_miscased(scanner_t *scanner, unsigned parent, riverty_name_t name)
{
    riverty_scan_t *scan = scanner->scan;
    int found = riverty_names_find_caseless(scanner->names, parent, name);

    if (found >= 0) {
        uint64_t field = (uint64_t) 1 << found;

        scan->miscased_beside |= scan->miscased & field;
        scan->miscased |= field;
    }
}


/* Notes a name that is not known in the object of field. */
static void
note_unknown(scanner_t *scanner, unsigned field, riverty_name_t name)
{
    const riverty_names_t *names = scanner->names;
    riverty_scan_t *scan = scanner->scan;

    scan->unknown[field]++;
    scan->unknown_count++;
    if (names->miscased) {
        note_miscased(scanner, field, name);
    }

    if (field == RIVERTY_NAMES_DOCUMENT && names->wrapper != 0 &&
        riverty_names_find(names, names->wrapper, name) >= 0) {
        scan->unwrapped = true;
    }
}


/*
 * Finds the field of a member of the object of parent or -1, and
 * refuses the second of a name.
 */
RIVERTY_INLINE riverty_scan_status_t
find_field(scanner_t *scanner, riverty_seen_object_t *object, unsigned parent,
           riverty_name_t name, int *field)
{
    riverty_scan_status_t status;

    *field = riverty_names_find(scanner->names, parent, name);

    if (*field >= 0) {
        return (scanner->scan->present >> *field & 1) == 0
                   ? RIVERTY_SCAN_OK
                   : RIVERTY_SCAN_DUPLICATE;
    }

    status = remember(scanner, object, name);
    if (status == RIVERTY_SCAN_OK) {
        note_unknown(scanner, parent, name);
    }

    return status;
}


/* A member of the object of parent, in which names are known. */
RIVERTY_INLINE const unsigned char *
pass_member(scanner_t *scanner, const unsigned char *pos,
            riverty_seen_object_t *object, unsigned parent)
{
    const unsigned char *quote = pos;
    riverty_scan_status_t status;
    riverty_name_t name;
    int field;

    pos = pass_name(scanner, pos, &name);
    if (pos == NULL) {
        return NULL;
    }

    status = find_field(scanner, object, parent, name, &field);
    if (status != RIVERTY_SCAN_OK) {
        return refuse(scanner, status, quote);
    }

    pos = pass_colon(scanner, pos);
    if (pos == NULL) {
        return NULL;
    }

    if (field < 0) {
        return skip_value(scanner, pos);
    }

    scanner->scan->members[field].name = (uint32_t) (quote - scanner->start);
    return pass_value(scanner, pos, (unsigned) field);
}


static const unsigned char *
pass_object(scanner_t *scanner, const unsigned char *pos, unsigned field)
{
    riverty_seen_object_t object =
        riverty_seen_open(&scanner->seen, ++scanner->objects);
    bool closed;

    pos = pass_open(scanner, pos, '}', &closed);

    while (pos != NULL && !closed) {
        pos = pass_member(scanner, pos, &object, field);
        if (pos != NULL) {
            pos = pass_comma(scanner, pos, '}', &closed);
        }
    }

    riverty_seen_close(&scanner->seen, &object);
    return pos;
}


/* The type of a value that starts with byte, and is one. */
static riverty_json_type_t
type_of(unsigned char byte)
{
    switch (byte) {
    case '{':
        return RIVERTY_JSON_OBJECT;
    case '[':
        return RIVERTY_JSON_ARRAY;
    case 't':
        return RIVERTY_JSON_TRUE;
    case 'f':
        return RIVERTY_JSON_FALSE;
    case 'n':
        return RIVERTY_JSON_NULL;
    default:
        return RIVERTY_JSON_NUMBER;
    }
}


/* A value of field that is no string. */
static const unsigned char *
pass_other(scanner_t *scanner, const unsigned char *pos, unsigned field)
{
    if (pos == scanner->end) {
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
    }

    scanner->scan->members[field].type = (uint8_t) type_of(*pos);

    return *pos == '{' && scanner->names->object[field]
               ? pass_object(scanner, pos, field)
               : skip_value(scanner, pos);
}


/* The value of field, the document's own or a member's. */
static inline const unsigned char *
pass_value(scanner_t *scanner, const unsigned char *pos, unsigned field)
{
    riverty_member_t *member = &scanner->scan->members[field];
    riverty_string_form_t form;

    scanner->scan->present |= (uint64_t) 1 << field;
    member->start = (uint32_t) (pos - scanner->start);

    if (stands_at(scanner, pos, '"')) {
        pos = pass_string(scanner, pos, &form);
        member->type = RIVERTY_JSON_STRING;
        member->escaped = form.escaped;
        member->plain = form.plain;

    } else {
        pos = pass_other(scanner, pos, field);
    }

    if (pos != NULL) {
        member->end = (uint32_t) (pos - scanner->start);
    }

    return pos;
}


/* A text is one value with white space around it (RFC 8259, section 2). */
static const unsigned char *
pass_text(scanner_t *scanner, const unsigned char *pos)
{
    static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };
    if ((size_t) (scanner->end - pos) >= sizeof(mark) &&
        memcmp(pos, mark, sizeof(mark)) == 0) {
        return refuse(scanner, RIVERTY_SCAN_BOM, pos);
    }

    pos = pass_space(scanner, pos);
    if (pos == scanner->end) {
        return refuse(scanner, RIVERTY_SCAN_EMPTY, pos);
    }

    pos = pass_value(scanner, pos, RIVERTY_NAMES_DOCUMENT);
    if (pos == NULL) {
        return NULL;
    }

    pos = pass_space(scanner, pos);
    if (pos != scanner->end) {
        return refuse(scanner, RIVERTY_SCAN_TRAILING, pos);
    }

    return pos;
}


/* A missing byte and a NUL are named as such, whatever was expected there. */
static riverty_scan_status_t
final_status(const scanner_t *scanner)
{
    riverty_scan_status_t status = scanner->fault.status;

    if (scanner->fault.at == scanner->end) {
        return status == RIVERTY_SCAN_EMPTY ? status : RIVERTY_SCAN_TRUNCATED;
    }

    return *scanner->fault.at == 0 ? RIVERTY_SCAN_NUL : status;
}


/* Clears the members that the names need, not all that there is room for. */
static void
scan_init(riverty_scan_t *scan, const riverty_names_t *names)
{
    memset(scan->members, 0, names->count * sizeof(scan->members[0]));
    memset(scan->unknown, 0, names->count * sizeof(scan->unknown[0]));
    scan->unknown_count = 0;
    scan->present = 0;
    scan->miscased = 0;
    scan->miscased_beside = 0;
    scan->unwrapped = false;
    scan->error = 0;
}


riverty_scan_status_t
riverty_scan(riverty_scan_t *scan, const riverty_names_t *names,
             riverty_span_t body, const riverty_memory_t *memory)
{
    scanner_t scanner;
    const unsigned char *end;

    scan_init(scan, names);

    if (body.len == 0) {
        return RIVERTY_SCAN_EMPTY;
    }

    if (body.len > RIVERTY_BODY_MAX) {
        scan->error = RIVERTY_BODY_MAX;
        return RIVERTY_SCAN_TOO_LARGE;
    }

    scanner.start = body.data;
    scanner.end = body.data + body.len;
    scanner.names = names;
    scanner.scan = scan;
    scanner.depth = 0;
    scanner.objects = 0;
    riverty_window_init(&scanner.window, body);
    riverty_seen_init(&scanner.seen, body, names->seed, memory);

    end = pass_text(&scanner, body.data);
    riverty_seen_end(&scanner.seen);

    if (end == NULL) {
        scan->error = (size_t) (scanner.fault.at - body.data);
        return final_status(&scanner);
    }

    return RIVERTY_SCAN_OK;
}
