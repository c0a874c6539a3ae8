/*
 * A report for programs.
 */
#ifndef RIVERTY_CLI_REPORT_JSON_H
#define RIVERTY_CLI_REPORT_JSON_H

#include "report.h"


/* Prints it as one object, with the members that the manual page names. */
void riverty_cli_report_json(FILE *file, const riverty_cli_report_t *report);

#endif
