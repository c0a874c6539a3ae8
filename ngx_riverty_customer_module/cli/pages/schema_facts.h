/*
 * What the checks know, as far as a JSON Schema can say it.
 */
#ifndef RIVERTY_CLI_SCHEMA_FACTS_H
#define RIVERTY_CLI_SCHEMA_FACTS_H

#include <jansson.h>
#include <stdio.h>

#include "contract/customer/fields.h"


/* A part that texts must have, which is a definition of its own. */
typedef struct {
    const char *name;
    void (*put)(FILE *file, const void *data); /* writes its pattern */
} riverty_schema_part_t;

extern const riverty_schema_part_t riverty_cli_schema_parts[];
extern const size_t riverty_cli_schema_parts_count;

/* The part for whatever is read (riverty_text_readable()). */
#define RIVERTY_SCHEMA_READABLE "readable"

/* What a pattern can say about the values that a check accepts. */
typedef enum {
    RIVERTY_FACT_NONE,
    RIVERTY_FACT_TEXT, /* there is something to read, or they are empty */
    RIVERTY_FACT_PART, /* what must be in them */
    RIVERTY_FACT_WHOLE /* what they are */
} riverty_fact_kind_t;

/* What a schema can say about a field's check, or about its list of values. */
riverty_fact_kind_t riverty_cli_schema_fact_kind(const riverty_field_t *field);

/* The name of the part (RIVERTY_FACT_PART). */
const char *riverty_cli_schema_part(const riverty_field_t *field);

/* Writes what they are (RIVERTY_FACT_WHOLE). */
void riverty_cli_schema_fact(FILE *file, const riverty_field_t *field);

/*
 * All values of a field, as they are forwarded; NULL where they are not a
 * list.  The caller owns it.
 */
json_t *riverty_cli_schema_values(const riverty_field_t *field);

#endif
