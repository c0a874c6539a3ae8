/*
 * The fields of a customer document, from their table (field_table.h).
 */
#ifndef RIVERTY_FIELDS_H
#define RIVERTY_FIELDS_H

#include "contract/core/riverty.h"
#include "rules.h"
#include "shapes.h"


typedef enum {
#define FIELD(NAME, ...) RIVERTY_FIELD_##NAME,
#include "field_table.h"
#undef FIELD
    RIVERTY_FIELD_COUNT
} riverty_field_id_t;

/* The first of each of the following is the default of the field table. */

typedef enum { RIVERTY_TYPE_STRING, RIVERTY_TYPE_OBJECT } riverty_type_t;

typedef enum {
    RIVERTY_PRESENCE_OPTIONAL,
    RIVERTY_PRESENCE_REQUIRED,
    RIVERTY_PRESENCE_PERSON,
    RIVERTY_PRESENCE_COMPANY,
    RIVERTY_PRESENCE_COUNTRY
} riverty_presence_t;

typedef enum {
    RIVERTY_NORMALISE_NONE,
    RIVERTY_NORMALISE_COUNTRY,
    RIVERTY_NORMALISE_UPPER,
    RIVERTY_NORMALISE_LOWER,
    RIVERTY_NORMALISE_DOMAIN,
    RIVERTY_NORMALISE_PHONE
} riverty_normalise_t;

typedef enum {
    RIVERTY_REDACT_DROP,
    RIVERTY_REDACT_KEEP,
    RIVERTY_REDACT_TOKEN,
    RIVERTY_REDACT_PARTIAL,
    RIVERTY_REDACT_LENGTH,
    RIVERTY_REDACT_PRESENT
} riverty_redaction_t;

typedef enum { RIVERTY_SPACES_COUNT, RIVERTY_SPACES_APART } riverty_spaces_t;

typedef struct riverty_value_s riverty_value_t;

/*
 * A check looks at one value (check.h) and notes what rules it breaks on the
 * value itself.  It allocates nothing and keeps nothing.
 */
typedef void (*riverty_check_pt)(riverty_value_t *value);

/* Ordered by size: the hot path walks an array of them. */
typedef struct {
    const char *pointer;
    riverty_span_t label;    /* "pointer": with its quotes and colon, escaped */
    const char *values;      /* "A,B"; NULL where any will do */
    riverty_check_pt check;  /* may be NULL */
    const char *enumeration; /* of `riverty_field`: "A,B", or NULL */
    const char *expects;
    riverty_type_t type;
    riverty_presence_t presence;
    riverty_normalise_t normalise;
    riverty_shape_id_t shape;
    riverty_rule_id_t shape_rule;
    riverty_rule_id_t values_rule;
    riverty_shape_id_t pattern; /* of `riverty_field`: riverty_shapes_add() */
    riverty_redaction_t redaction;
    riverty_rule_id_t cap_rule; /* of a value that is longer */
    riverty_spaces_t spaces;    /* in what the cap counts */
    uint16_t cap;    /* code points, 0: none */
    uint8_t parent;  /* riverty_field_id_t */
    bool configured; /* has an enumeration or a pattern */
} riverty_field_t;


/* The table, in the order of the ids; static. */
extern const riverty_field_t riverty_fields[RIVERTY_FIELD_COUNT];

/* The field's name within its parent: the pointer's last segment. */
riverty_span_t riverty_field_name(const riverty_field_t *field);

/*
 * Writes the API's dotted form of a pointer (/customer/address becomes
 * customer.address) into out, at most size - 1 characters and a NUL; returns
 * its length.
 */
size_t riverty_field_dotted(const char *pointer, char *out, size_t size);

/* Is text one of the values of a list "A,B"? */
bool riverty_field_lists(const char *values, riverty_span_t text);

/* "keep", "token" and so on; static. */
const char *riverty_redaction_name(riverty_redaction_t redaction);

/*
 * Reads such a word into *redaction.  Returns false, and leaves *redaction
 * alone, for any other.
 */
bool riverty_redaction_parse(riverty_span_t word,
                             riverty_redaction_t *redaction);

#endif
