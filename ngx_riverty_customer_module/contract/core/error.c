/*
 * Errors in words (error.h).
 */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>


bool
riverty_fail(riverty_error_t *error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);

    return false;
}
