/*
 * Patterns of the tables in the syntax of ECMA-262.  It writes \x{..} as
 * \u{..}, has no (?i), and cannot show a pattern ones where there is a run of
 * X.
 */
#include "ecma.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>


/* An X next to another, in one way only. */
#define MASK "X(?=X)|(?<=X)X(?!X)"

/*
 * No more than one run of two or more X follows: two of them mask nothing
 * (check.h).
 */
#define ONE_RUN "(?=" NO_RUN "(?:X{2,}" NO_RUN ")?$)"
#define NO_RUN  "(?:[^X]|X(?!X))*"


/* Writes one character of a pattern, escaped or not; returns what follows. */
static const char *
put_character(FILE *file, const char *pos)
{
    if (strncmp(pos, "\\x{", 3) == 0) {
        fputs("\\u", file);
        return pos + 2;
    }

    if (*pos == '\\') {
        fputc(*pos++, file);
    }

    fputc(*pos, file);
    return pos + 1;
}


static const char *
class_end(const char *pos)
{
    while (*pos != ']') {
        pos += *pos == '\\' ? 2 : 1;
    }

    return pos + 1;
}


static bool
is_range(const char *pos)
{
    return pos[0] != '\\' && pos[1] == '-' && pos[2] != ']';
}


/* Writes a letter or a range of them in its other case as well. */
static void
put_other_case(FILE *file, const char *pos)
{
    if (is_range(pos)) {
        fprintf(file, "%c-%c", tolower(pos[0]), tolower(pos[2]));
    } else {
        fputc(tolower(*pos), file);
    }
}


static void
put_class(FILE *file, const char *pos, unsigned flags)
{
    const char *end = class_end(pos);

    while (pos < end) {
        if ((flags & RIVERTY_ECMA_CASELESS) != 0 && isupper(*pos)) {
            put_other_case(file, pos);
        }

        if (is_range(pos)) {
            pos = put_character(file, pos);
            pos = put_character(file, pos);
        }

        pos = put_character(file, pos);
    }
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


/*
 * Of a masked value a pattern is shown ones (shapes.c).  A class that takes X
 * as well needs nothing more.  Two ways to take each X would be 2 to the power
 * of many ways for a run.
 */
static bool
needs_mask(const char *pos, unsigned flags)
{
    return (flags & RIVERTY_ECMA_MASKED) != 0 && pos[1] != '^' &&
           takes(pos, '1') && !takes(pos, 'X');
}


/*
 * Writes a class that has a space as one of a phone number before that is
 * normalised: all dashes, and of spaces as many as there are, which are one
 * later.  There is one way to match them.
 */
static const char *
put_spaced_class(FILE *file, const char *pos)
{
    const char *end = class_end(pos) - 1;
    bool dashes = takes(pos, '-');

    fputs("(?:", file);

    if (end - pos > (ptrdiff_t) sizeof("[ ") - 1) {
        for (; pos < end; pos++) {
            if (*pos != ' ') {
                fputc(*pos, file);
            }
        }
        fputs(dashes ? "\\p{Pd}\\u2212]|" : "]|", file);
    }

    fputs("[" RIVERTY_ECMA_SPACES "]+(?![" RIVERTY_ECMA_SPACES "]))", file);
    return end + 1;
}


static const char *
put_piece(FILE *file, const char *pos, unsigned flags)
{
    if (*pos == '[' && (flags & RIVERTY_ECMA_SPACED) != 0 && takes(pos, ' ')) {
        return put_spaced_class(file, pos);
    }

    if (*pos == '[') {
        bool masked = needs_mask(pos, flags);

        fputs(masked ? "(?:" : "", file);
        put_class(file, pos, flags);
        fputs(masked ? "|" MASK ")" : "", file);
        return class_end(pos);
    }

    if ((flags & RIVERTY_ECMA_CASELESS) != 0 && isupper(*pos)) {
        fprintf(file, "[%c%c]", *pos, tolower(*pos));
        return pos + 1;
    }

    return put_character(file, pos);
}


static void
put_pattern(FILE *file, const char *pattern, unsigned flags)
{
    const char *pos = pattern;

    while (*pos != '\0') {
        pos = put_piece(file, pos, flags);
    }
}


void
riverty_ecma_pattern(FILE *file, const char *pattern, unsigned flags)
{
    if ((flags & RIVERTY_ECMA_MASKED) != 0) {
        fputs(ONE_RUN "(?:", file);
        put_pattern(file, pattern, flags);
        fputs(")|", file);
        flags &= ~(unsigned) RIVERTY_ECMA_MASKED;
    }

    put_pattern(file, pattern, flags);
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

    fputs("(?:\\W*", file);
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
