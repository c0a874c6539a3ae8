/*
 * The contract as a JSON Schema (2020-12), derived from the tables.
 */
#ifndef RIVERTY_CLI_SCHEMA_H
#define RIVERTY_CLI_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "contract/customer/fields.h"


/* The schema of a create or update document.  The caller owns it. */
json_t *riverty_cli_schema(void);

/* Writes a pattern in ECMA-262's syntax. */
typedef void (*riverty_cli_pattern_pt)(FILE *file, const void *data);

/*
 * A string of the pattern that put writes; it must match all but blanks at
 * both ends, and start and end with none itself.  Where the string is optional,
 * blanks alone match as well.
 */
json_t *riverty_cli_schema_pattern(riverty_cli_pattern_pt put, const void *data,
                                   bool optional);

/* A string of what put writes. */
json_t *riverty_cli_schema_build(riverty_cli_pattern_pt put, const void *data);

/* Blanks, none or more. */
void riverty_cli_schema_put_blanks(FILE *file);

/* {properties: {field: what}}; what is stolen. */
json_t *riverty_cli_schema_member(const riverty_field_t *field, json_t *what);

/*
 * {if: the field has a value that put's pattern matches, then: what}; what is
 * stolen.
 */
json_t *riverty_cli_schema_if(const riverty_field_t *field,
                              riverty_cli_pattern_pt put, const void *data,
                              json_t *what);

/*
 * Requires the members of parent with that presence, and that they are not
 * blank.
 */
json_t *riverty_cli_schema_filled(unsigned parent, riverty_presence_t presence);

#endif
