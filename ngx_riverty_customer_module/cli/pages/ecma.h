/*
 * Patterns as ECMA-262 writes them (with its u flag), the syntax of a JSON
 * Schema.
 */
#ifndef RIVERTY_CLI_ECMA_H
#define RIVERTY_CLI_ECMA_H

#include <stddef.h>
#include <stdio.h>


/* What stands for a space in a phone number, or for nothing (normalise.c). */
#define RIVERTY_ECMA_SPACES "\\p{Zs}\\u00ad\\u200b\\u2060"

enum {
    RIVERTY_ECMA_CASELESS = 0x01, /* ASCII letters of either case */
    RIVERTY_ECMA_MASKED = 0x02,   /* the run of X may stand for digits */
    RIVERTY_ECMA_SPACED = 0x04    /* of a phone number before it is normalised:
                                     spaces and dashes of every kind */
};


/*
 * Writes a pattern of the tables (PCRE2's syntax, shapes.h and countries.h).
 * flags are of RIVERTY_ECMA_*.
 */
void riverty_ecma_pattern(FILE *file, const char *pattern, unsigned flags);

/*
 * Writes a pattern of postal codes, of letters, digits, classes, groups and
 * numbers of times: in either case, with any separators (\W) or none before
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
