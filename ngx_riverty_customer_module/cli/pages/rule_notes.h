/*
 * What people read about each rule, from the table of rules (rule_table.h), as
 * data: for docs/rules.md, and for the test that runs the examples.
 */
#ifndef RIVERTY_CLI_RULE_NOTES_H
#define RIVERTY_CLI_RULE_NOTES_H

#include "contract/customer/rules.h"
#include "sources.h"


/* JSON as it is written; a comma may stand in it. */
#define RIVERTY_JSON(...) #__VA_ARGS__

/* clang-format off */
/* A customer that breaks no rule. */
#define RIVERTY_EXAMPLE RIVERTY_JSON(                                          \
    {"customer": {"address": {"careOf": "", "countryCode": "DE",               \
    "postalCode": "97687", "postalPlace": "Schadenville",                      \
    "street": "Bergnaum Mountains", "streetNumber": "1",                       \
    "streetNumberAdditional": "a"}, "birthDate": "1984-11-11",                 \
    "companyName": "", "customerCategory": "PERSON",                           \
    "customerNumber": "c1631704458", "email": "ray@example.com",               \
    "firstName": "Ray", "identificationNumber": "700123651",                   \
    "language": "de", "lastName": "Ankunding",                                 \
    "mobilePhone": "+4915112345678", "phone": "+49 871 7907578",               \
    "salutation": "MR", "taxIdentificationNumber": "12345678L"},               \
    "paymentRegistration": {"id": "275122"}})
/* clang-format on */

typedef enum {
    RIVERTY_SCHEMA_NO,
    RIVERTY_SCHEMA_YES,
    RIVERTY_SCHEMA_FORM
} riverty_schema_t;

typedef struct {
    riverty_source_id_t source;
    riverty_schema_t schema;
    const char *checks;
    const char *why;
    const char *setting; /* NULL where the examples need none */
    const char *passes;
    const char *breaks;
} riverty_rule_note_t;


/* clang-format off */
#define SOURCE(NAME)   .source = RIVERTY_SOURCE_##NAME
#define SCHEMA(NAME)   .schema = RIVERTY_SCHEMA_##NAME
#define CHECKS(text)   .checks = riverty_filled(text)
#define WHY(text)      .why = riverty_filled(text)
#define WITH(text)     .setting = riverty_filled(text)
#define WITH_NOTHING   .setting = NULL
#define PASSES(...)    .passes = riverty_filled(RIVERTY_JSON(__VA_ARGS__))
#define BREAKS(...)    .breaks = riverty_filled(RIVERTY_JSON(__VA_ARGS__))

#define RULE(NAME, id, level, on, source_, schema_, says, checks_, why_, with, \
             passes_, breaks_)                                                 \
    [RIVERTY_RULE_##NAME] = {                                                  \
        source_, schema_, checks_, why_, with, passes_, breaks_ },

static const riverty_rule_note_t riverty_rule_notes[RIVERTY_RULE_COUNT] = {
#include "contract/customer/rule_table.h"
};

#undef SOURCE
#undef SCHEMA
#undef CHECKS
#undef WHY
#undef WITH
#undef WITH_NOTHING
#undef PASSES
#undef BREAKS
#undef RULE
/* clang-format on */

#endif
