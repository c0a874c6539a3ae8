/*
 * Patterns of the tables in the words that every engine of regular expressions
 * reads in one way.  They ask for nothing ahead or behind, which an engine of
 * linear time (RE2, Go) cannot do: what a pattern of the tables asks for ahead
 * is a pattern of its own (schema_shapes.c).
 */
#include "ecma.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "contract/core/text.h"
#include "ecma_class.h"


/* Behind the class at pos. */
static const char *
class_end(const char *pos)
{
    while (*pos != ']') {
        pos += *pos == '\\' ? 2 : 1;
    }

    return pos + 1;
}


/* Behind the group at pos. */
static const char *
group_end(const char *pos)
{
    unsigned depth = 0;

    do {
        if (*pos == '[') {
            pos = class_end(pos);
            continue;
        }

        depth += *pos == '(';
        depth -= *pos == ')';
        pos += *pos == '\\' ? 2 : 1;
    } while (depth > 0);

    return pos;
}


const char *
riverty_ecma_condition(const char *pattern)
{
    return strncmp(pattern, "(?=", 3) == 0 ? group_end(pattern) : NULL;
}


static bool
is_range(const char *pos)
{
    return pos[0] != '\\' && pos[1] == '-' && pos[2] != ']';
}


/* Does a category, at its \p{, take c? */
static bool
category_takes(const char *pos, char c)
{
    return (pos[3] == 'L' && isalpha(c)) || (pos[3] == 'N' && isdigit(c));
}


/* Does a class that is not negated take c? */
static bool
takes(const char *pos, char c)
{
    const char *end = class_end(pos) - 1;

    for (pos++; pos < end; pos++) {
        if (strncmp(pos, "\\p{", 3) == 0) {
            if (category_takes(pos, c)) {
                return true;
            }
            pos = strchr(pos, '}');

        } else if (is_range(pos)) {
            if (pos[0] <= c && c <= pos[2]) {
                return true;
            }
            pos += 2;

        } else if (*pos == c) {
            return true;
        }
    }

    return false;
}


bool
riverty_ecma_takes(const char *pattern, char c)
{
    for (const char *pos = pattern; *pos != '\0';
         pos = *pos == '[' ? class_end(pos) : pos + 1) {
        if (*pos == '[' && pos[1] != '^' && takes(pos, c)) {
            return true;
        }
    }

    return false;
}


/*
 * Of a masked value a pattern is shown ones (shapes.c), so what takes a digit
 * takes X.
 */
static bool
is_masked(const char *pos, unsigned flags)
{
    return (flags & RIVERTY_ECMA_MASKED) != 0 && pos[1] != '^' &&
           takes(pos, '1');
}


/* What stands for a space in a phone number, or for nothing (normalise.c). */
static void
add_spaces(void)
{
    riverty_ecma_class_add_all(riverty_text_space);
    riverty_ecma_class_add(0xad, 0xad);
    riverty_ecma_class_add(0x200b, 0x200b);
    riverty_ecma_class_add(0x2060, 0x2060);
}


static void
put_spaces(FILE *file)
{
    riverty_ecma_class_open();
    add_spaces();
    riverty_ecma_class_put(file, false);
    fputc('*', file);
}


void
riverty_ecma_spaces_before(FILE *file)
{
    fputs("(?:", file);
    riverty_ecma_class_open();
    riverty_ecma_class_add_all(riverty_text_space);
    riverty_ecma_class_drop_blanks();
    riverty_ecma_class_put(file, false);

    riverty_ecma_class_open();
    riverty_ecma_class_add_all(riverty_text_space);
    riverty_ecma_class_put(file, false);
    fputs("*)?", file);
}


void
riverty_ecma_spaces_behind(FILE *file)
{
    fputs("(?:", file);
    put_spaces(file);

    riverty_ecma_class_open();
    add_spaces();
    riverty_ecma_class_drop_blanks();
    riverty_ecma_class_put(file, false);
    fputs(")?", file);
}


/* The same without its spaces, and with all dashes where it has one. */
static void
put_marks(FILE *file, const char *pos)
{
    char marks[64];
    size_t len = 0;

    for (const char *end = class_end(pos); pos < end; pos++) {
        if (*pos != ' ') {
            marks[len++] = *pos;
        }
    }
    marks[len] = '\0';

    riverty_ecma_class_open();
    (void) riverty_ecma_class_add_text(marks, false);

    if (takes(marks, '-')) {
        riverty_ecma_class_add_all(riverty_text_dash);
    }
    riverty_ecma_class_put(file, false);
}


/*
 * A class that has a space, any number of times up to so many, as what stands
 * there in a phone number before that is normalised: spaces, as many as there
 * are, count as nothing.  There is one way to match them.
 */
static const char *
put_spaced_class(FILE *file, const char *pos)
{
    const char *times = class_end(pos);
    const char *end = strchr(times, '}') + 1;

    put_spaces(file);

    if (times - pos > (ptrdiff_t) sizeof("[ ]") - 1) {
        fputs("(?:", file);
        put_marks(file, pos);
        put_spaces(file);
        fprintf(file, ")%.*s", (int) (end - times), times);
    }

    return end;
}


/* Writes one character of a pattern, escaped or not; returns what follows. */
static const char *
put_character(FILE *file, const char *pos)
{
    if (*pos == '\\') {
        fputc(*pos++, file);
    }

    fputc(*pos, file);
    return pos + 1;
}


static const char *
put_class(FILE *file, const char *pos, unsigned flags)
{
    bool negated;

    riverty_ecma_class_open();
    negated =
        riverty_ecma_class_add_text(pos, (flags & RIVERTY_ECMA_CASELESS) != 0);

    if (is_masked(pos, flags)) {
        riverty_ecma_class_add('X', 'X');
    }

    riverty_ecma_class_put(file, negated);
    return class_end(pos);
}


static const char *
put_piece(FILE *file, const char *pos, unsigned flags)
{
    if (*pos == '[') {
        return (flags & RIVERTY_ECMA_SPACED) != 0 && takes(pos, ' ')
                   ? put_spaced_class(file, pos)
                   : put_class(file, pos, flags);
    }

    if ((flags & RIVERTY_ECMA_CASELESS) != 0 && isupper(*pos)) {
        fprintf(file, "[%c%c]", *pos, tolower(*pos));
        return pos + 1;
    }

    return put_character(file, pos);
}


unsigned
riverty_ecma_line(const char *pattern)
{
    const char *times = *pattern == '[' ? class_end(pattern) : pattern;

    return strncmp(times, "{1,", 3) == 0 && strchr(times, '}')[1] == '\0'
               ? (unsigned) atoi(times + 3)
               : 0;
}


void
riverty_ecma_pattern(FILE *file, const char *pattern, unsigned flags)
{
    const char *pos = pattern;

    while (*pos != '\0') {
        const char *behind = riverty_ecma_condition(pos);

        pos = behind != NULL ? behind : put_piece(file, pos, flags);
    }
}


/* A text in either case. */
static void
put_text(FILE *file, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (isalpha(text[i])) {
            fprintf(file, "[%c%c]", toupper(text[i]), tolower(text[i]));
            continue;
        }

        if (strchr("^$\\.*+?()[]{}|/", text[i]) != NULL) {
            fputc('\\', file);
        }
        fputc(text[i], file);
    }
}


/*
 * One letter or digit, or a class of them, and what may stand before it.  What
 * a separator matches is nothing here: any may stand anywhere.
 */
static const char *
put_spaced_piece(FILE *file, const char *pos)
{
    bool bare = *pos == ' ' || *pos == '-' || strncmp(pos, "[ -]", 4) == 0;

    if (bare) {
        pos = *pos == '[' ? class_end(pos) : pos + 1;
        return *pos == '?' ? pos + 1 : pos;
    }

    fputs("(?:" RIVERTY_ECMA_BETWEEN "*", file);
    pos = put_piece(file, pos, RIVERTY_ECMA_CASELESS);
    fputc(')', file);
    return pos;
}


/* Behind a group's opening or a number of times: what is not matched. */
static const char *
skip_syntax(const char *pos)
{
    if (strncmp(pos, "(?:", 3) == 0) {
        return pos + 3;
    }

    if (*pos == '{') {
        return strchr(pos, '}') + 1;
    }

    return strchr("|)?", *pos) != NULL ? pos + 1 : pos;
}


void
riverty_ecma_spaced(FILE *file, const char *pattern)
{
    const char *pos = pattern;

    while (*pos != '\0') {
        const char *end = skip_syntax(pos);

        fwrite(pos, 1, (size_t) (end - pos), file);
        pos = end == pos ? put_spaced_piece(file, pos) : end;
    }
}


/* Do the words differ in the last letter only? */
static bool
same_stem(const char *a, const char *b)
{
    size_t len = strlen(a);

    return len == strlen(b) && memcmp(a, b, len - 1) == 0;
}


/* Writes the words from the first on that share its stem; returns how many. */
static size_t
put_stem(FILE *file, const char *const *words, size_t count)
{
    size_t stem = strlen(words[0]) - 1;
    size_t i;

    put_text(file, words[0], stem);
    fputc('[', file);

    for (i = 0; i < count && same_stem(words[0], words[i]); i++) {
        int last = (unsigned char) words[i][stem];

        fprintf(file, "%c%c", toupper(last), tolower(last));
    }

    fputc(']', file);
    return i;
}


void
riverty_ecma_words(FILE *file, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count;) {
        fputs(i > 0 ? "|" : "", file);
        i += put_stem(file, words + i, count - i);
    }
}
