/*
 * What the checks know, as far as a JSON Schema can say it.
 */
#ifndef RIVERTY_CLI_SCHEMA_FACTS_H
#define RIVERTY_CLI_SCHEMA_FACTS_H

#include <jansson.h>
#include <stdio.h>

#include "contract/customer/fields.h"


/*
 * The characters that are read (riverty_text_readable()): one, and one that is
 * not.  Of what both classes have the first is not seen.
 */
#define RIVERTY_SCHEMA_UNSEEN                              \
    "[$+<=>^`|~\\u115f\\u1160\\u2212\\u2800\\u3164\\uffa0" \
    "\\u{40000}-\\u{10ffff}]"
#define RIVERTY_SCHEMA_READ "\\p{L}\\p{N}\\p{S}\\p{Cn}\\p{Co}"
#define RIVERTY_SCHEMA_READABLE \
    "(?!" RIVERTY_SCHEMA_UNSEEN ")[" RIVERTY_SCHEMA_READ "]"
#define RIVERTY_SCHEMA_UNREADABLE \
    "(?:[^" RIVERTY_SCHEMA_READ "]|" RIVERTY_SCHEMA_UNSEEN ")"

/* What a pattern can say about the values that a check accepts. */
typedef enum {
    RIVERTY_FACT_NONE,
    RIVERTY_FACT_TEXT, /* there is something to read, or they are empty */
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
