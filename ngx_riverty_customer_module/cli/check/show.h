/*
 * Text of a document on a terminal.  What could move the cursor or change the
 * order of reading is never written as it is.
 */
#ifndef RIVERTY_CLI_SHOW_H
#define RIVERTY_CLI_SHOW_H

#include <stdint.h>
#include <stdio.h>

#include "contract/core/riverty.h"


/* Colours of a terminal; each is "" where there are none. */
typedef struct {
    const char *reject;
    const char *warn;
    const char *place;
    const char *title;
    const char *end;
} riverty_cli_colours_t;


/* The colours for file: none unless it is a terminal and NO_COLOR is unset. */
const riverty_cli_colours_t *riverty_cli_colours(FILE *file);

/*
 * Makes a JSON text safe without changing its meaning: control characters in
 * its strings are escaped, carriage returns are left out.
 */
void riverty_cli_show_json(FILE *file, riverty_span_t json);

/*
 * A string of a JSON text, whose inside is raw, with its quotes.  Characters
 * that a reader cannot tell from their neighbours (marks, odd spaces) are
 * escaped as well.
 */
void riverty_cli_show_string(FILE *file, riverty_span_t raw);

#endif
