/*
 * riverty-customer fields.
 */
#ifndef RIVERTY_CLI_FIELDS_H
#define RIVERTY_CLI_FIELDS_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_fields(int argc, char **argv);

#endif
