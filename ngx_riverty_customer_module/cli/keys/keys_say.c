/*
 * How `keys lint` prints what it finds: one line each, behind the store's
 * name.
 */

#include <stdarg.h>
#include <stdio.h>

#include "keys_say.h"


static void
say(const riverty_cli_lint_t *lint, const char *kind, const char *format,
    va_list args)
{
    printf("%s: %s", lint->file, kind);
    vprintf(format, args);
    putchar('\n');
}


void
riverty_cli_keys_say(const riverty_cli_lint_t *lint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(lint, "", format, args);
    va_end(args);
}


void
riverty_cli_keys_advise(riverty_cli_lint_t *lint, const char *format, ...)
{
    va_list args;

    lint->advice++;

    va_start(args, format);
    say(lint, "advice: ", format, args);
    va_end(args);
}
