/*
 * Text of a document on a terminal: what could move the cursor or change the
 * order of what is read is never written as it is.
 */
#ifndef RIVERTY_CLI_SHOW_H
#define RIVERTY_CLI_SHOW_H

#include <stdint.h>
#include <stdio.h>

#include "contract/core/riverty.h"


/* Colours of a terminal; each is "" where there shall be none. */
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
 * A JSON text as one that means the same: controls in its strings are escaped,
 * carriage returns left out.
 */
void riverty_cli_show_json(FILE *file, riverty_span_t json);

/*
 * A string of a JSON text, whose inside is raw, with its quotes; what cannot be
 * told from its neighbours (marks, odd spaces) is escaped as well.
 */
void riverty_cli_show_string(FILE *file, riverty_span_t raw);

#endif
