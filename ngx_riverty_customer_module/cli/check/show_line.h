/*
 * A line of a document and a mark below what is meant in it.
 */
#ifndef RIVERTY_CLI_SHOW_LINE_H
#define RIVERTY_CLI_SHOW_LINE_H

#include "show.h"


/*
 * The line of body in which start stands, a part of it where it is long, and
 * below it a mark under start and, where that is on the same line and no object
 * or array, all up to end.  body is any bytes.
 */
void riverty_cli_show_line(FILE *file, riverty_span_t body, size_t start,
                           size_t end);

#endif
