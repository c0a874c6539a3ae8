/*
 * An error in words: what could not be done, and why.
 */
#ifndef RIVERTY_ERROR_H
#define RIVERTY_ERROR_H

#include "riverty.h"


/* The text is for people, NUL-terminated, and never holds a secret. */
typedef struct {
    char text[512];
} riverty_error_t;


/* Fills error as printf() would; returns false. */
bool riverty_fail(riverty_error_t *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
