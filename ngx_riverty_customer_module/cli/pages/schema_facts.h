/*
 * What the checks know, as far as a JSON Schema can say it.
 */
#ifndef RIVERTY_CLI_SCHEMA_FACTS_H
#define RIVERTY_CLI_SCHEMA_FACTS_H

#include <jansson.h>
#include <stdio.h>

#include "contract/customer/fields.h"


/* What a pattern can say about the values that a check accepts. */
typedef enum {
    RIVERTY_FACT_NONE,
    RIVERTY_FACT_PART, /* what must be in them */
    RIVERTY_FACT_WHOLE /* what they are */
} riverty_fact_kind_t;

/* What a schema can say about a field's check, or about its list of values. */
riverty_fact_kind_t riverty_cli_schema_fact_kind(const riverty_field_t *field);

/* Writes that pattern; only where there is one. */
void riverty_cli_schema_fact(FILE *file, const riverty_field_t *field);

/*
 * All values of a field, as they are forwarded; NULL where they are not a
 * list.  The caller owns it.
 */
json_t *riverty_cli_schema_values(const riverty_field_t *field);

#endif
