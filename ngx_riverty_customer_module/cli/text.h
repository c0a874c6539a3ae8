/*
 * Texts that are kept.
 */
#ifndef RIVERTY_CLI_TEXT_H
#define RIVERTY_CLI_TEXT_H

#include "contract/core/riverty.h"


/* A copy that ends with a NUL, of riverty_cli_allocate(). */
char *riverty_cli_copy(riverty_span_t text);

/* The same as UTF-8: any other byte becomes U+FFFD. */
char *riverty_cli_utf8(riverty_span_t text);

#endif
