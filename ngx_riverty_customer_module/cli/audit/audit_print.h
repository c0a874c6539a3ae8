/*
 * Records of an audit log on standard output: a table for people, or the lines
 * as they are.
 */
#ifndef RIVERTY_CLI_AUDIT_PRINT_H
#define RIVERTY_CLI_AUDIT_PRINT_H

#include <jansson.h>
#include <stdio.h>

#include "audit_lines.h"


typedef struct {
    FILE *file;
    bool json;      /* the lines as they are */
    uint64_t shown; /* records, so far */
    uint64_t torn;  /* lines that are not records */
} riverty_cli_printer_t;


/*
 * The record on a line, or NULL where the line is not a record, which is
 * counted then.  The caller owns it.
 */
json_t *riverty_cli_print_parse(riverty_cli_printer_t *printer,
                                riverty_span_t text);

/* Prints a record; text is the record as it stood on its line. */
void riverty_cli_print_record(riverty_cli_printer_t *printer,
                              const json_t *record, riverty_span_t text);

/*
 * Prints text, or - where there is none, and spaces up to width.  What could
 * move the cursor or change the order of reading becomes U+FFFD.
 */
void riverty_cli_print_text(FILE *file, const char *text, int width);

/* The same, and a gap to the next column. */
void riverty_cli_print_cell(FILE *file, const char *text, int width);

/* Complains of so many lines that are not records; of none, not at all. */
void riverty_cli_print_torn(uint64_t torn);

/* Complains of the lines that were not shown. */
void riverty_cli_print_end(const riverty_cli_printer_t *printer);

#endif
