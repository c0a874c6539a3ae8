/*
 * Postal codes in the JSON Schema.
 */
#ifndef RIVERTY_CLI_SCHEMA_COUNTRIES_H
#define RIVERTY_CLI_SCHEMA_COUNTRIES_H

#include <jansson.h>


/* What an address must be in each country: an allOf that the caller owns. */
json_t *riverty_cli_schema_countries(void);

#endif
