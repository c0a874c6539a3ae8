/*
 * Classes of characters as ranges.
 */
#include "ecma_class.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "contract/core/text.h"
#include "contract/pattern/code_set.h"


static const uint32_t blanks[] = { ' ', 0xa0, 0x61c, 0x200e, 0x200f, 0xfeff };

#define BLANKS (sizeof(blanks) / sizeof(blanks[0]))

/* No text has these. */
#define SURROGATE_FIRST 0xd800
#define SURROGATE_LAST  0xdfff

static riverty_code_sets_t sets;


void
riverty_ecma_class_open(void)
{
    riverty_code_sets_init(&sets);
}


void
riverty_ecma_class_add(uint32_t first, uint32_t last)
{
    riverty_code_sets_add(&sets, first, last);
}


void
riverty_ecma_class_add_category(const char *name)
{
    (void) riverty_code_sets_add_category(&sets, riverty_span_of(name));
}


void
riverty_ecma_class_add_all(bool (*take)(uint32_t code))
{
    for (uint32_t code = 0; code <= RIVERTY_CODE_MAX; code++) {
        uint32_t first = code;

        while (code <= RIVERTY_CODE_MAX && take(code)) {
            code++;
        }

        if (code > first) {
            riverty_ecma_class_add(first, code - 1);
        }
    }
}


void
riverty_ecma_class_add_blanks(void)
{
    for (size_t i = 0; i < BLANKS; i++) {
        riverty_ecma_class_add(blanks[i], blanks[i]);
    }
}


/* The ranges of the class that was open, which is the only set. */
static size_t
close_class(bool negated)
{
    (void) riverty_code_sets_close(&sets, negated);
    return sets.end[0];
}


/* Opens it again. */
static void
open_again(void)
{
    sets.count = 0;
}


void
riverty_ecma_class_turn(void)
{
    (void) close_class(true);
    open_again();
}


/* All but what it has not and the blanks. */
void
riverty_ecma_class_drop_blanks(void)
{
    riverty_ecma_class_turn();
    riverty_ecma_class_add_blanks();
    riverty_ecma_class_turn();
}


/* One character of a class; returns what follows. */
static const char *
read_code(const char *text, uint32_t *code)
{
    if (strncmp(text, "\\x{", 3) == 0) {
        char *end;

        *code = (uint32_t) strtoul(text + 3, &end, 16);
        return end + 1;
    }

    text += *text == '\\';
    *code = (unsigned char) *text;
    return text + 1;
}


static void
add_other_case(uint32_t first, uint32_t last)
{
    for (uint32_t code = first; code <= last && code < 0x80; code++) {
        if (isupper((int) code)) {
            riverty_ecma_class_add((uint32_t) tolower((int) code),
                                   (uint32_t) tolower((int) code));
        }
    }
}


bool
riverty_ecma_class_add_text(const char *text, bool caseless)
{
    bool negated = text[1] == '^';

    text += negated ? 2 : 1;

    while (*text != ']') {
        uint32_t first;
        uint32_t last;

        if (strncmp(text, "\\p{", 3) == 0) {
            const char *end = strchr(text, '}');

            (void) riverty_code_sets_add_category(
                &sets, (riverty_span_t){ (const unsigned char *) text + 3,
                                         (size_t) (end - text) - 3 });
            text = end + 1;
            continue;
        }

        text = read_code(text, &first);
        last = first;

        if (text[0] == '-' && text[1] != ']') {
            text = read_code(text + 1, &last);
        }

        riverty_ecma_class_add(first, last);

        if (caseless) {
            add_other_case(first, last);
        }
    }

    return negated;
}


static void
put_code(FILE *file, uint32_t code)
{
    unsigned char text[4];

    if (code < 0x80 &&
        (isalnum((int) code) || strchr(" !\"%',./:;=@_", (int) code) != NULL) &&
        code != 0) {
        fputc((int) code, file);
    } else if (code < 0x100) {
        fprintf(file, "\\x%02x", code);
    } else {
        fwrite(text, 1, riverty_text_encode(code, text), file);
    }
}


static void
put_range(FILE *file, uint32_t first, uint32_t last)
{
    if (first > last) {
        return;
    }

    put_code(file, first);

    if (last > first + 1) {
        fputc('-', file);
    }

    if (last > first) {
        put_code(file, last);
    }
}


static void
put_ranges(FILE *file)
{
    size_t count = close_class(false);

    for (size_t i = 0; i < count; i++) {
        uint32_t first = sets.ranges[i].first;
        uint32_t last = sets.ranges[i].last;

        if (last < SURROGATE_FIRST || first > SURROGATE_LAST) {
            put_range(file, first, last);
        } else {
            put_range(file, first, SURROGATE_FIRST - 1);
            put_range(file, SURROGATE_LAST + 1, last);
        }
    }

    open_again();
}


void
riverty_ecma_class_put(FILE *file, bool negated)
{
    fputs(negated ? "[^" : "[", file);
    put_ranges(file);
    fputc(']', file);
}


/* T, or T[...]*T: T is the class without blanks. */
void
riverty_ecma_class_put_text(FILE *file, unsigned most)
{
    static riverty_code_range_t kept[RIVERTY_CODE_RANGES_MAX];
    size_t count = close_class(false);

    memcpy(kept, sets.ranges, count * sizeof(kept[0]));
    open_again();

    riverty_ecma_class_drop_blanks();
    riverty_ecma_class_put(file, false);
    fputs("(?:", file);

    riverty_ecma_class_open();
    for (size_t i = 0; i < count; i++) {
        riverty_ecma_class_add(kept[i].first, kept[i].last);
    }
    riverty_ecma_class_put(file, false);

    if (most != 0) {
        fprintf(file, "{0,%u}", most - 2);
    } else {
        fputc('*', file);
    }

    riverty_ecma_class_drop_blanks();
    riverty_ecma_class_put(file, false);
    fputs(")?", file);
}
