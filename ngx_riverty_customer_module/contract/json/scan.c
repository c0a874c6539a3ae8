/*
 * The scanner: a descent through the values of a document, at most
 * RIVERTY_DEPTH_MAX levels deep, that notes where the known members stand and
 * refuses a name that stands twice.  RFC 8259; strings and numbers:
 * json_string.c, json_number.c.
 *
 * A function that passes something takes the byte where it starts and returns
 * the byte behind it, or NULL where it is refused.
 */
#include "scan.h"

#include "contract/core/bytes.h"
#include "json_number.h"
#include "json_string.h"
#include "seen.h"


#define NO_FIELD RIVERTY_FIELDS_MAX

typedef struct {
    const unsigned char *start;
    const unsigned char *end;
    const riverty_names_t *names;
    riverty_scan_t *scan;
    riverty_member_t unknown; /* takes the notes on what is not known */
    riverty_seen_t seen;
    unsigned depth;
    uint32_t objects; /* met so far */
    riverty_fault_t fault;
} scanner_t;

/* An object whose members are passed. */
typedef struct {
    uint32_t number; /* from 1 */
    unsigned field;  /* whose value it is, or NO_FIELD */
} object_t;


static const unsigned char *pass_value(scanner_t *scanner,
                                       const unsigned char *pos,
                                       riverty_member_t *member,
                                       unsigned field);


static inline const unsigned char *
refuse(scanner_t *scanner, riverty_scan_status_t status,
       const unsigned char *at)
{
    return riverty_fault(&scanner->fault, status, at);
}


static inline bool
stands_at(const scanner_t *scanner, const unsigned char *pos,
          unsigned char byte)
{
    return pos < scanner->end && *pos == byte;
}


static inline const unsigned char *
pass_space(const scanner_t *scanner, const unsigned char *pos)
{
    while (pos < scanner->end && riverty_byte_is(*pos, RIVERTY_BYTE_SPACE)) {
        pos++;
    }

    return pos;
}


static const unsigned char *
pass_literal(scanner_t *scanner, const unsigned char *pos,
             riverty_span_t literal)
{
    for (size_t i = 0; i < literal.len; i++) {
        if (!stands_at(scanner, pos + i, literal.data[i])) {
            return refuse(scanner, RIVERTY_SCAN_LITERAL, pos + i);
        }
    }

    return pos + literal.len;
}


/* An opening bracket; *empty tells whether its pair follows. */
static const unsigned char *
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


/* What follows a member or an element: a comma, or the bracket's pair. */
static inline const unsigned char *
pass_comma(scanner_t *scanner, const unsigned char *pos, unsigned char close,
           bool *closed)
{
    pos = pass_space(scanner, pos);

    *closed = stands_at(scanner, pos, close);
    if (*closed) {
        scanner->depth--;
        return pos + 1;
    }

    if (!stands_at(scanner, pos, ',')) {
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
    }

    return pass_space(scanner, pos + 1);
}


static const unsigned char *
pass_array(scanner_t *scanner, const unsigned char *pos)
{
    bool closed;

    pos = pass_open(scanner, pos, ']', &closed);

    while (pos != NULL && !closed) {
        pos = pass_value(scanner, pos, &scanner->unknown, NO_FIELD);
        if (pos != NULL) {
            pos = pass_comma(scanner, pos, ']', &closed);
        }
    }

    return pos;
}


/* A reader that ignores the case of letters takes the member for a known one.
 */
static void
note_miscased(scanner_t *scanner, unsigned parent, riverty_span_t name)
{
    riverty_scan_t *scan = scanner->scan;
    int found = riverty_names_find_caseless(scanner->names, parent, name);

    if (found >= 0) {
        uint64_t field = (uint64_t) 1 << found;

        scan->miscased_beside |= scan->miscased & field;
        scan->miscased |= field;
    }
}


static riverty_scan_status_t
note_unknown(scanner_t *scanner, const object_t *object, riverty_span_t name)
{
    const riverty_names_t *names = scanner->names;
    riverty_scan_t *scan = scanner->scan;

    switch (riverty_seen_add(&scanner->seen, object->number, name)) {
    case RIVERTY_SEEN_TWICE:
        return RIVERTY_SCAN_DUPLICATE;
    case RIVERTY_SEEN_NO_MEMORY:
        return RIVERTY_SCAN_NO_MEMORY;
    case RIVERTY_SEEN_NEW:
        break;
    }

    if (object->field == NO_FIELD) {
        return RIVERTY_SCAN_OK;
    }

    scan->unknown[object->field]++;
    if (names->miscased) {
        note_miscased(scanner, object->field, name);
    }

    if (object->field == RIVERTY_NAMES_DOCUMENT && names->wrapper != 0 &&
        riverty_names_find(names, names->wrapper, name) >= 0) {
        scan->unwrapped = true;
    }

    return RIVERTY_SCAN_OK;
}


/*
 * Finds the field of a member by its name, the inside of a string, or
 * NO_FIELD.  Refuses the second of a name.
 */
static riverty_scan_status_t
find_field(scanner_t *scanner, const object_t *object, riverty_span_t name,
           bool escaped, unsigned *field)
{
    int found = -1;

    if (escaped && !riverty_seen_unescape(&scanner->seen, &name)) {
        return RIVERTY_SCAN_NO_MEMORY;
    }

    if (object->field != NO_FIELD) {
        found = riverty_names_find(scanner->names, object->field, name);
    }

    if (found < 0) {
        *field = NO_FIELD;
        return note_unknown(scanner, object, name);
    }

    *field = (unsigned) found;
    if (scanner->scan->members[found].type != RIVERTY_JSON_ABSENT) {
        return RIVERTY_SCAN_DUPLICATE;
    }

    return RIVERTY_SCAN_OK;
}


static const unsigned char *
pass_name(scanner_t *scanner, const unsigned char *pos, const object_t *object,
          unsigned *field)
{
    const unsigned char *quote = pos;
    riverty_string_form_t form;
    riverty_scan_status_t status;
    riverty_span_t name;

    if (!stands_at(scanner, quote, '"')) {
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, quote);
    }

    pos = riverty_string_scan(quote, scanner->end, &form, &scanner->fault);
    if (pos == NULL) {
        return NULL;
    }

    name.data = quote + 1;
    name.len = (size_t) (pos - quote) - 2;

    status = find_field(scanner, object, name, form.escaped, field);
    if (status != RIVERTY_SCAN_OK) {
        return refuse(scanner, status, quote);
    }

    return pos;
}


static const unsigned char *
pass_member(scanner_t *scanner, const unsigned char *pos,
            const object_t *object)
{
    const unsigned char *quote = pos;
    riverty_member_t *member;
    unsigned field;

    pos = pass_name(scanner, pos, object, &field);
    if (pos == NULL) {
        return NULL;
    }

    pos = pass_space(scanner, pos);
    if (!stands_at(scanner, pos, ':')) {
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
    }

    member = &scanner->unknown;
    if (field != NO_FIELD) {
        member = &scanner->scan->members[field];
    }
    member->name = (uint32_t) (quote - scanner->start);

    return pass_value(scanner, pass_space(scanner, pos + 1), member, field);
}


static const unsigned char *
pass_object(scanner_t *scanner, const unsigned char *pos, unsigned field)
{
    object_t object;
    bool closed;

    object.number = ++scanner->objects;
    object.field = NO_FIELD;
    if (field != NO_FIELD && scanner->names->object[field]) {
        object.field = field;
    }

    pos = pass_open(scanner, pos, '}', &closed);

    while (pos != NULL && !closed) {
        pos = pass_member(scanner, pos, &object);
        if (pos != NULL) {
            pos = pass_comma(scanner, pos, '}', &closed);
        }
    }

    return pos;
}


static const unsigned char *
pass_string(scanner_t *scanner, const unsigned char *pos,
            riverty_member_t *member)
{
    riverty_string_form_t form;

    pos = riverty_string_scan(pos, scanner->end, &form, &scanner->fault);
    member->escaped = form.escaped;
    member->plain = form.plain;

    return pos;
}


/* A value of any type, which is noted. */
static const unsigned char *
pass_typed(scanner_t *scanner, const unsigned char *pos,
           riverty_member_t *member, unsigned field)
{
    if (pos == scanner->end) {
        return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
    }

    switch (*pos) {
    case '"':
        member->type = RIVERTY_JSON_STRING;
        return pass_string(scanner, pos, member);
    case '{':
        member->type = RIVERTY_JSON_OBJECT;
        return pass_object(scanner, pos, field);
    case '[':
        member->type = RIVERTY_JSON_ARRAY;
        return pass_array(scanner, pos);
    case 't':
        member->type = RIVERTY_JSON_TRUE;
        return pass_literal(scanner, pos, riverty_span("true"));
    case 'f':
        member->type = RIVERTY_JSON_FALSE;
        return pass_literal(scanner, pos, riverty_span("false"));
    case 'n':
        member->type = RIVERTY_JSON_NULL;
        return pass_literal(scanner, pos, riverty_span("null"));
    default:
        break;
    }

    if (*pos == '-' || riverty_byte_is(*pos, RIVERTY_BYTE_DIGIT)) {
        member->type = RIVERTY_JSON_NUMBER;
        return riverty_number_scan(pos, scanner->end, &scanner->fault);
    }

    return refuse(scanner, RIVERTY_SCAN_SYNTAX, pos);
}


/*
 * The value of field, or NO_FIELD: the document's, a member's or an element's.
 * member takes the note.
 */
static const unsigned char *
pass_value(scanner_t *scanner, const unsigned char *pos,
           riverty_member_t *member, unsigned field)
{
    member->start = (uint32_t) (pos - scanner->start);

    pos = pass_typed(scanner, pos, member, field);
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
    riverty_member_t *document;

    if ((size_t) (scanner->end - pos) >= sizeof(mark) &&
        memcmp(pos, mark, sizeof(mark)) == 0) {
        return refuse(scanner, RIVERTY_SCAN_BOM, pos);
    }

    pos = pass_space(scanner, pos);
    if (pos == scanner->end) {
        return refuse(scanner, RIVERTY_SCAN_EMPTY, pos);
    }

    document = &scanner->scan->members[RIVERTY_NAMES_DOCUMENT];
    pos = pass_value(scanner, pos, document, RIVERTY_NAMES_DOCUMENT);
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
    riverty_seen_init(&scanner.seen, body, names->seed, memory);

    end = pass_text(&scanner, body.data);
    riverty_seen_end(&scanner.seen);

    if (end == NULL) {
        scan->error = (size_t) (scanner.fault.at - body.data);
        return final_status(&scanner);
    }

    return RIVERTY_SCAN_OK;
}
