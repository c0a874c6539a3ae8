/*
 * Why something could not be had, in words.
 */
#ifndef RIVERTY_ERROR_H
#define RIVERTY_ERROR_H

#include "riverty.h"


/* For people; never with a secret.  NUL-terminated. */
typedef struct {
    char text[512];
} riverty_error_t;


/* Fills error as printf() would; returns false. */
bool riverty_fail(riverty_error_t *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
