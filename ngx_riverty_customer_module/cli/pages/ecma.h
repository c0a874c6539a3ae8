/*
 * Patterns as ECMA-262 writes them (with its u flag), the syntax of a JSON
 * Schema, and every other engine as well: Python's, Java's, Go's, Rust's.
 */
#ifndef RIVERTY_CLI_ECMA_H
#define RIVERTY_CLI_ECMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>


enum {
    RIVERTY_ECMA_CASELESS = 0x01, /* ASCII letters of either case */
    RIVERTY_ECMA_MASKED = 0x02,   /* X is a digit */
    RIVERTY_ECMA_SPACED = 0x04    /* of a phone number before it is normalised:
                                     spaces and dashes of every kind */
};


/*
 * Writes a pattern of the tables (PCRE2's syntax, shapes.h and countries.h),
 * but for what it asks for ahead.  flags are of RIVERTY_ECMA_*.
 */
void riverty_ecma_pattern(FILE *file, const char *pattern, unsigned flags);

/* What follows the (?=...) that pattern starts with; NULL where it has none. */
const char *riverty_ecma_condition(const char *pattern);

/* Does a class of the pattern take that letter or digit? */
bool riverty_ecma_takes(const char *pattern, char c);

/*
 * How many characters a pattern of one class that stands once or more times
 * takes at most; 0 for every other pattern.  Such a text may start and end with
 * a blank.
 */
unsigned riverty_ecma_line(const char *pattern);

/*
 * Write what may stand before a phone number and behind it, inside of blanks:
 * spaces that are taken off.
 */
void riverty_ecma_spaces_before(FILE *file);
void riverty_ecma_spaces_behind(FILE *file);

/* What may stand between two characters of a postal code: no letter or digit.
 */
#define RIVERTY_ECMA_BETWEEN "[^0-9A-Za-z]"

/*
 * Writes a pattern of postal codes, of letters, digits, classes, groups and
 * numbers of times: in either case, with any separators or none before
 * each character.
 */
void riverty_ecma_spaced(FILE *file, const char *pattern);

/*
 * Writes a pattern that matches count words, in either case, and nothing else.
 * It is shorter where words that differ only in the last letter stand
 * together.
 */
void riverty_ecma_words(FILE *file, const char *const *words, size_t count);

#endif
