/*
 * A report for people.
 */
#ifndef RIVERTY_CLI_REPORT_TEXT_H
#define RIVERTY_CLI_REPORT_TEXT_H

#include "report.h"


/* Prints a report of one record at least. */
void riverty_cli_report_text(FILE *file, const riverty_cli_report_t *report);

#endif
