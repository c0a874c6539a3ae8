/*
 * Classes of characters in the words that every engine of regular expressions
 * reads in one way: ranges of characters as they stand, and \x for those below
 * U+0100 that mean something in a class.  No \p, \u or \d: some engines know
 * neither, or take them for something else.
 */
#ifndef RIVERTY_CLI_ECMA_CLASS_H
#define RIVERTY_CLI_ECMA_CLASS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "contract/core/riverty.h"


/* Opens an empty class; the functions below are about the one that is open. */
void riverty_ecma_class_open(void);

void riverty_ecma_class_add(uint32_t first, uint32_t last);

/* Adds a general category such as L or Nd, of libutf8proc's Unicode. */
void riverty_ecma_class_add_category(const char *name);

/* Adds all code points that take says yes to. */
void riverty_ecma_class_add_all(bool (*take)(uint32_t code));

/*
 * Adds what a class of the tables has ("[A-Z\\x{e9}\\p{L}]", pattern.h), of
 * upper-case letters of ASCII the lower-case ones as well where caseless.
 * Returns whether it is negated: then these are what it has not.
 */
bool riverty_ecma_class_add_text(const char *text, bool caseless);

/*
 * What is taken off at both ends of a text (riverty_text_trim()): adds it, or
 * takes it out.
 */
void riverty_ecma_class_add_blanks(void);
void riverty_ecma_class_drop_blanks(void);

/* Turns the class into all that it has not. */
void riverty_ecma_class_turn(void);

/* Writes it; negated with ^ in front. */
void riverty_ecma_class_put(FILE *file, bool negated);

/*
 * Writes it as a text of so many characters at most (0: of any number), the
 * first and the last of which are no blanks.  There is one way to match it.
 */
void riverty_ecma_class_put_text(FILE *file, unsigned most);

#endif
