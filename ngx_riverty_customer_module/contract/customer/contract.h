/*
 * A contract: the tables as one place of the configuration changes them, with
 * its own levels of rules, and fields changed or declared.
 */
#ifndef RIVERTY_CONTRACT_H
#define RIVERTY_CONTRACT_H

#include "contract/core/riverty.h"
#include "contract/json/names.h"
#include "fields.h"
#include "rules.h"
#include "shapes.h"


/* A plain value: a copy of a contract is a contract, to be changed apart. */
typedef struct {
    riverty_field_t fields[RIVERTY_FIELDS_MAX];
    size_t fields_count;
    uint64_t members[RIVERTY_FIELDS_MAX]; /* the fields in each object */
    uint64_t required; /* fields that some document must have, ... */
    uint64_t crossed;  /* ... that are judged against others (cross.h), */
    uint64_t shown;    /* ... and that a log shows in some form (redact.h) */
    riverty_level_t levels[RIVERTY_RULE_COUNT];
    riverty_names_t names;
    const riverty_shapes_t *shapes;
} riverty_contract_t;

/* The members of riverty_field_options_t that count. */
enum {
    RIVERTY_OPTION_PRESENCE = 0x01,
    RIVERTY_OPTION_CAP = 0x02,
    RIVERTY_OPTION_PATTERN = 0x04,
    RIVERTY_OPTION_VALUES = 0x08,
    RIVERTY_OPTION_REDACTION = 0x10
};

/* What `riverty_field` changes in a field, or says of a new one. */
typedef struct {
    unsigned set; /* of RIVERTY_OPTION_* */
    riverty_presence_t presence;
    uint16_t cap;
    riverty_shape_id_t pattern; /* of riverty_shapes_add(); takes the place of
                                   the field's own shape */
    riverty_span_t values;      /* "A,B": takes the place of its own values */
    riverty_redaction_t redaction;
} riverty_field_options_t;

/* STATUS(NAME, detail): why a field could not be changed or declared. */
/* clang-format off */
#define RIVERTY_FIELD_STATUSES(STATUS)                                         \
    STATUS(OK, "")                                                             \
    STATUS(POINTER, "is not a JSON pointer to a member: /name or /name/name, " \
           "at most 8 names, without ~")                                       \
    STATUS(VALUES, "has an empty list of values, or an empty value in it")     \
    STATUS(OBJECT, "is an object: only required or optional can be said of "   \
           "it")                                                               \
    STATUS(PARENT, "stands below a member that is a string")                   \
    STATUS(FULL, "is one field too many")                                      \
    STATUS(NO_MEMORY, "finds no memory")

typedef enum {
#define RIVERTY_FIELD_STATUS_ENUM(NAME, detail) RIVERTY_FIELD_STATUS_##NAME,
    RIVERTY_FIELD_STATUSES(RIVERTY_FIELD_STATUS_ENUM)
#undef RIVERTY_FIELD_STATUS_ENUM
    RIVERTY_FIELD_STATUS_COUNT
} riverty_field_status_t;
/* clang-format on */


/*
 * The default contract.  shapes (shapes.h) is kept by reference and must
 * outlive it; seed: see riverty_names_init().  Afterwards levels may be set
 * directly.
 */
void riverty_contract_init(riverty_contract_t *contract,
                           const riverty_shapes_t *shapes,
                           const uint64_t seed[2]);

/* Sets all levels to those of a profile; single ones may be set on top. */
void riverty_contract_profile(riverty_contract_t *contract,
                              riverty_profile_t profile);

/* The field of that pointer, or -1. */
int riverty_contract_find(const riverty_contract_t *contract,
                          riverty_span_t pointer);

/*
 * Changes the field of that pointer, or declares one: a string, optional,
 * never logged, unless options says otherwise.  Objects that stand above a new
 * field and are not known become fields too, required where it is.  What is
 * kept is copied to memory, which must outlive the contract and its copies.
 * Where it fails the contract is as it was.
 */
riverty_field_status_t
riverty_contract_field(riverty_contract_t *contract, riverty_span_t pointer,
                       const riverty_field_options_t *options,
                       const riverty_memory_t *memory);

/* What is wrong, to stand behind the pointer; static. */
const char *riverty_field_status_detail(riverty_field_status_t status);

#endif
