/*
 * A descent through a pattern.  It calls itself for each of its pieces, which
 * is deep enough for a pattern of the tables and nothing for a client's.
 */
#include "pattern.h"

#include "contract/core/bytes.h"
#include "contract/core/text.h"


typedef struct {
    riverty_expression_t *expression;
    const unsigned char *pos;
    const unsigned char *end;
    unsigned depth; /* groups that are open */
    bool quoted;    /* between \Q and \E */
    bool failed;
} reader_t;


static riverty_node_t read_alternatives(reader_t *reader);


static riverty_node_t
fail(reader_t *reader)
{
    reader->failed = true;
    reader->pos = reader->end;
    return RIVERTY_NODE_NOTHING;
}


static bool
stands_at(const reader_t *reader, const char *text)
{
    size_t len = strlen(text);

    return (size_t) (reader->end - reader->pos) >= len &&
           memcmp(reader->pos, text, len) == 0;
}


/* Passes text where it stands next. */
static bool
pass(reader_t *reader, const char *text)
{
    bool stands = stands_at(reader, text);

    reader->pos += stands ? strlen(text) : 0;
    return stands;
}


static bool
is_alphanumeric(unsigned char byte)
{
    return riverty_byte_is_letter(byte) || riverty_byte_is_digit(byte);
}


/* The hex digits and the bracket of \x{...}, which has been passed up to { . */
static uint32_t
read_number(reader_t *reader)
{
    uint32_t code = 0;

    while (reader->pos < reader->end && code <= RIVERTY_CODE_MAX &&
           riverty_byte_is(*reader->pos, RIVERTY_BYTE_HEX)) {
        code = code << 4 | riverty_byte_hex(*reader->pos++);
    }

    if (code > RIVERTY_CODE_MAX || !pass(reader, "}")) {
        (void) fail(reader);
    }

    return code;
}


/* One character, escaped or not; reader->pos is before the end. */
static uint32_t
read_code(reader_t *reader)
{
    if (pass(reader, "\\x{")) {
        return read_number(reader);
    }

    if (pass(reader, "\\") &&
        (reader->pos == reader->end || is_alphanumeric(*reader->pos))) {
        return fail(reader);
    }

    return riverty_text_next(&reader->pos, reader->end);
}


/* Adds a category, whose \p{ has been passed, to the open set. */
static void
read_category(reader_t *reader)
{
    riverty_span_t name = { reader->pos, 0 };

    while (reader->pos < reader->end && is_alphanumeric(*reader->pos)) {
        reader->pos++;
        name.len++;
    }

    if (!riverty_code_sets_add_category(&reader->expression->sets, name) ||
        !pass(reader, "}")) {
        (void) fail(reader);
    }
}


/* Adds a character, a range or a category of a class to the open set. */
static void
read_class_item(reader_t *reader)
{
    uint32_t first, last;

    if (pass(reader, "\\p{")) {
        read_category(reader);
        return;
    }

    first = read_code(reader);
    last = first;

    if (stands_at(reader, "-") && !stands_at(reader, "-]")) {
        reader->pos++;
        last = reader->pos < reader->end ? read_code(reader) : 0;
    }

    if (last < first) {
        (void) fail(reader);
        return;
    }

    riverty_code_sets_add(&reader->expression->sets, first, last);
}


/* The set that is open as a node. */
static riverty_node_t
close_set(reader_t *reader, bool negated)
{
    riverty_expression_t *expression = reader->expression;

    return riverty_node_set(
        expression, riverty_code_sets_close(&expression->sets, negated));
}


/* A class, whose [ has been passed. */
static riverty_node_t
read_class(reader_t *reader)
{
    bool negated = pass(reader, "^");

    do {
        if (reader->pos == reader->end || stands_at(reader, "[")) {
            return fail(reader);
        }
        read_class_item(reader);
    } while (!reader->failed && !pass(reader, "]"));

    return reader->failed ? RIVERTY_NODE_NOTHING : close_set(reader, negated);
}


/* A group, whose opening has been passed. */
static riverty_node_t
read_group(reader_t *reader)
{
    riverty_node_t node;

    reader->depth++;
    node = read_alternatives(reader);
    reader->depth--;

    return pass(reader, ")") ? node : fail(reader);
}


static riverty_node_t
read_character(reader_t *reader)
{
    uint32_t code;

    if (!reader->quoted && strchr(".^$(){}[]?*+|", *reader->pos) != NULL) {
        return fail(reader);
    }

    code = reader->quoted ? riverty_text_next(&reader->pos, reader->end)
                          : read_code(reader);

    riverty_code_sets_add(&reader->expression->sets, code, code);
    return close_set(reader, false);
}


static riverty_node_t
read_atom(reader_t *reader)
{
    if (!reader->quoted && pass(reader, "[")) {
        return read_class(reader);
    }

    if (!reader->quoted && pass(reader, "(?:")) {
        return read_group(reader);
    }

    if (!reader->quoted && pass(reader, "\\p{")) {
        read_category(reader);
        return close_set(reader, false);
    }

    return read_character(reader);
}


static unsigned
read_count(reader_t *reader)
{
    unsigned count = 0;

    if (reader->pos == reader->end || !riverty_byte_is_digit(*reader->pos)) {
        (void) fail(reader);
    }

    while (reader->pos < reader->end && riverty_byte_is_digit(*reader->pos) &&
           count < RIVERTY_ENDLESS) {
        count = count * 10 + (*reader->pos++ - (unsigned) '0');
    }

    if (count >= RIVERTY_ENDLESS) {
        (void) fail(reader);
    }

    return count;
}


/* The counts of a repetition, whose { has been passed. */
static riverty_node_t
read_counts(reader_t *reader, riverty_node_t node)
{
    unsigned min = read_count(reader);
    unsigned max = min;

    if (pass(reader, ",")) {
        max = stands_at(reader, "}") ? RIVERTY_ENDLESS : read_count(reader);
    }

    if (max < min || !pass(reader, "}")) {
        return fail(reader);
    }

    return riverty_node_repeat(reader->expression, node, min, max);
}


/* How often what node matches may stand here. */
static riverty_node_t
read_repetition(reader_t *reader, riverty_node_t node)
{
    riverty_expression_t *expression = reader->expression;

    if (reader->quoted) {
        return node;
    }

    if (pass(reader, "?")) {
        node = riverty_node_repeat(expression, node, 0, 1);

    } else if (pass(reader, "*")) {
        node = riverty_node_repeat(expression, node, 0, RIVERTY_ENDLESS);

    } else if (pass(reader, "+")) {
        node = riverty_node_repeat(expression, node, 1, RIVERTY_ENDLESS);

    } else if (pass(reader, "{")) {
        node = read_counts(reader, node);

    } else {
        return node;
    }

    /* Another mark behind it means something else: lazy, possessive. */
    return stands_at(reader, "?") || stands_at(reader, "+") ? fail(reader)
                                                            : node;
}


/* Does a look ahead stand next? */
static bool
looks_ahead(const reader_t *reader)
{
    return !reader->quoted &&
           (stands_at(reader, "(?=") || stands_at(reader, "(?!"));
}


/*
 * What must follow, or must not, as all that may stand from here to the end of
 * the text.  In a group nobody knows yet what that is.
 */
static riverty_node_t
read_ahead(reader_t *reader)
{
    riverty_expression_t *expression = reader->expression;
    bool negated = stands_at(reader, "(?!");
    riverty_node_t node;

    if (reader->depth > 0) {
        return fail(reader);
    }

    reader->pos += sizeof("(?=") - 1;
    node = read_group(reader);
    node = riverty_node_sequence(expression, node, RIVERTY_NODE_ANY);

    return negated ? riverty_node_not(expression, node) : node;
}


/* Does an alternative end here? */
static bool
ends_here(const reader_t *reader)
{
    return reader->pos == reader->end ||
           (!reader->quoted &&
            (stands_at(reader, "|") || stands_at(reader, ")")));
}


/* Pieces in a row, up to the end of their alternative. */
static riverty_node_t
read_sequence(reader_t *reader)
{
    riverty_expression_t *expression = reader->expression;
    riverty_node_t node;

    if (pass(reader, reader->quoted ? "\\E" : "\\Q")) {
        reader->quoted = !reader->quoted;
        return read_sequence(reader);
    }

    if (ends_here(reader)) {
        return RIVERTY_NODE_EMPTY;
    }

    if (looks_ahead(reader)) {
        node = read_ahead(reader);
        return riverty_node_both(expression, node, read_sequence(reader));
    }

    node = read_repetition(reader, read_atom(reader));
    return riverty_node_sequence(expression, node, read_sequence(reader));
}


static riverty_node_t
read_alternatives(reader_t *reader)
{
    riverty_node_t node = read_sequence(reader);

    if (!pass(reader, "|")) {
        return node;
    }

    return riverty_node_either(reader->expression, node,
                               read_alternatives(reader));
}


riverty_node_t
riverty_pattern_read(riverty_expression_t *expression, riverty_span_t pattern)
{
    reader_t reader = { .expression = expression,
                        .pos = pattern.data,
                        .end = pattern.data + pattern.len };
    riverty_node_t node;

    riverty_expression_init(expression);
    node = read_alternatives(&reader);

    return reader.failed || reader.pos != reader.end || expression->full ||
                   expression->sets.full
               ? RIVERTY_NODE_NOTHING
               : node;
}
