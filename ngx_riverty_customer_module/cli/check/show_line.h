/*
 * A line of a document and a mark below what is meant in it.
 */
#ifndef RIVERTY_CLI_SHOW_LINE_H
#define RIVERTY_CLI_SHOW_LINE_H

#include "show.h"


/*
 * Prints the line of body that holds start (a part of it where it is long),
 * and below it a mark under start.  Where end is on the same line, and it is
 * not an object or array, the mark reaches up to end.  body is any bytes.
 */
void riverty_cli_show_line(FILE *file, riverty_span_t body, size_t start,
                           size_t end);

#endif
