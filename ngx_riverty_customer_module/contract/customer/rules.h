/*
 * THE list of rules: every rule once.  Its id is what `riverty_rule`, problem
 * documents and audit records name; docs/rules.md and the JSON Schema derive
 * from it.
 *
 * RULE(NAME, id, level, says, detail)
 *
 *   NAME    RIVERTY_RULE_NAME
 *   id      the public id
 *   level   the default: OFF, WARN or REJECT
 *   says    what the finding's detail adds: NOTHING, FIELD (what the field
 *           expects, from the field table), CAP (how many characters), HINT
 *           (what was meant, where that is certain)
 *   detail  what is wrong, never with a value
 *
 * Where a rule has a certain repair (REPAIR), WARN applies and notes it,
 * REJECT refuses and names it, OFF applies it in silence.
 *
 * Sources: the numbers of the traps and the table of section 4 in the notes on
 * Riverty's API (docs/fields.md names the pages).
 */
#ifndef RIVERTY_RULES_H
#define RIVERTY_RULES_H

#include "contract/core/riverty.h"


/* clang-format off */
#define RIVERTY_RULES(RULE)                                                    \
    /* the document */                                                         \
    RULE(NOT_WRAPPED, not_wrapped, REJECT, NOTHING,                            \
         "the members of a customer stand at the top of the document; they "   \
         "belong into a member \"customer\"")                                  \
    RULE(REQUIRED, required, REJECT, FIELD, "is required")                     \
    RULE(TYPE, type, REJECT, FIELD, "has the wrong JSON type")                 \
    RULE(NULL_VALUE, null_value, WARN, NOTHING,                                \
         "is null and counts as absent")                                       \
    RULE(CONTROL_CHARACTER, control_character, REJECT, NOTHING,                \
         "holds a control character, a line separator or a bidirectional "     \
         "control")                                                            \
    RULE(TOO_LONG, too_long, REJECT, CAP, "is too long")                       \
    RULE(PATTERN, pattern, REJECT, FIELD, "does not match its pattern")        \
    RULE(ENUMERATION, enumeration, REJECT, FIELD, "is not one of its values")  \
    RULE(UNKNOWN_MEMBER, unknown_member, WARN, NOTHING,                        \
         "has members that the contract does not know")                        \
    /* the customer */                                                         \
    RULE(CUSTOMER_NUMBER, customer_number, REJECT, FIELD,                      \
         "is no customer number")                                              \
    RULE(CUSTOMER_NUMBER_MISMATCH, customer_number_mismatch, REJECT, NOTHING,  \
         "differs from the customer number in the path")                       \
    RULE(CUSTOMER_CATEGORY, customer_category, REJECT, FIELD,                  \
         "is no customer category")                                            \
    RULE(SALUTATION_UNKNOWN, salutation_unknown, WARN, FIELD,                  \
         "is no known salutation")                                             \
    RULE(NAME, name, REJECT, FIELD, "has no letter")                           \
    RULE(NAME_MARKUP, name_markup, WARN, NOTHING, "holds < or >")              \
    RULE(COMPANY_NAME, company_name, REJECT, FIELD, "has no letter or digit")  \
    RULE(PERSON_COMPANY_NAME, person_company_name, WARN, NOTHING,              \
         "is filled although the customer is a person")                        \
    RULE(COMPANY_BIRTH_DATE, company_birth_date, WARN, NOTHING,                \
         "is filled although the customer is a company")                       \
    RULE(BIRTH_DATE, birth_date, REJECT, FIELD, "is no date")                  \
    RULE(BIRTH_DATE_TIME, birth_date_time, WARN, NOTHING,                      \
         "is a date-time of midnight; its date alone is expected")             \
    RULE(BIRTH_DATE_FUTURE, birth_date_future, REJECT, NOTHING,                \
         "lies in the future")                                                 \
    RULE(BIRTH_DATE_AGE, birth_date_age, REJECT, NOTHING,                      \
         "is more than 125 years ago")                                         \
    RULE(BIRTH_DATE_MINOR, birth_date_minor, WARN, NOTHING,                    \
         "is less than 18 years ago")                                          \
    RULE(LANGUAGE, language, REJECT, FIELD, "is no language code")             \
    RULE(LANGUAGE_THREE_LETTER, language_three_letter, REJECT, HINT,           \
         "is a three-letter language code; two letters are expected")          \
    RULE(LANGUAGE_REGION, language_region, REJECT, HINT,                       \
         "is a language tag with a region; the language alone is expected")    \
    RULE(EMAIL, email, REJECT, FIELD, "is no e-mail address")                  \
    RULE(EMAIL_MISSING, email_missing, WARN, NOTHING, "is absent or empty")    \
    RULE(PHONE, phone, REJECT, FIELD, "is no phone number")                    \
    RULE(PHONE_NOT_INTERNATIONAL, phone_not_international, WARN, NOTHING,      \
         "does not start with + and a country calling code")                   \
    RULE(MOBILE_PHONE, mobile_phone, REJECT, FIELD,                            \
         "is no mobile phone number")                                          \
    RULE(MASKED_VALUE, masked_value, WARN, NOTHING,                            \
         "is masked with X; it is forwarded as it is")                         \
    RULE(IDENTIFICATION_NUMBER, identification_number, REJECT, FIELD,          \
         "is no identification number")                                        \
    RULE(TAX_NUMBER, tax_number, REJECT, FIELD,                                \
         "is no tax identification number")                                    \
    RULE(VAT_COUNTRY, vat_country, WARN, NOTHING,                              \
         "starts with the VAT prefix of another country than the address")     \
    /* the address */                                                          \
    RULE(STREET_WITH_NUMBER, street_with_number, WARN, NOTHING,                \
         "holds digits while streetNumber is empty")                           \
    RULE(STREET_NUMBER, street_number, REJECT, FIELD,                          \
         "is no street number")                                                \
    RULE(STREET_NUMBER_ALONE, street_number_alone, WARN, NOTHING,              \
         "is filled although streetNumber is empty")                           \
    RULE(POSTAL_CODE, postal_code, REJECT, FIELD,                              \
         "is no postal code of the address's country")                         \
    RULE(POSTAL_CODE_SUFFIX, postal_code_suffix, WARN, NOTHING,                \
         "is a postal code of the address's country followed by - and four "   \
         "digits")                                                             \
    RULE(POSTAL_PLACE, postal_place, REJECT, FIELD, "has no letter")           \
    RULE(COUNTRY_CODE, country_code, REJECT, HINT,                             \
         "is no ISO 3166-1 alpha-2 country code")                              \
    RULE(COUNTRY_THREE_LETTER, country_three_letter, REJECT, HINT,             \
         "is a three-letter country code; two letters are expected")           \
    RULE(COUNTRY_KOSOVO, country_kosovo, REJECT, NOTHING,                      \
         "is XK, which is user-assigned and no ISO 3166-1 code")               \
    RULE(COUNTRY_PROFILE, country_profile, WARN, NOTHING,                      \
         "is expected for customers of the address's country")                 \
    /* the payment registration */                                             \
    RULE(PAYMENT_REGISTRATION_ID, payment_registration_id, REJECT, FIELD,      \
         "is no payment registration id")                                      \
    /* the answer */                                                           \
    RULE(REFERENCE_MISMATCH, reference_mismatch, WARN, NOTHING,                \
         "differs from the customer number of the request")


typedef enum {
#define RIVERTY_RULE_ENUM(NAME, id, level, says, detail) RIVERTY_RULE_##NAME,
    RIVERTY_RULES(RIVERTY_RULE_ENUM)
#undef RIVERTY_RULE_ENUM
    RIVERTY_RULE_COUNT,
    RIVERTY_RULE_NONE = RIVERTY_RULE_COUNT
} riverty_rule_id_t;
/* clang-format on */

typedef enum {
    RIVERTY_LEVEL_OFF,
    RIVERTY_LEVEL_WARN,
    RIVERTY_LEVEL_REJECT
} riverty_level_t;

typedef enum {
    RIVERTY_SAYS_NOTHING,
    RIVERTY_SAYS_FIELD,
    RIVERTY_SAYS_CAP,
    RIVERTY_SAYS_HINT
} riverty_says_t;

typedef struct {
    const char *id;
    riverty_level_t level;
    riverty_says_t says;
    const char *detail;
} riverty_rule_t;


/* The rules, in the order of their ids; static, never freed. */
extern const riverty_rule_t riverty_rules[RIVERTY_RULE_COUNT];

/* The rule of that id, or RIVERTY_RULE_NONE. */
riverty_rule_id_t riverty_rule_find(riverty_span_t id);

/* Is the rule's default level REJECT? */
static inline bool
riverty_rule_rejects(riverty_rule_id_t rule)
{
    return riverty_rules[rule].level == RIVERTY_LEVEL_REJECT;
}


/*
 * Reads off, warn or reject into *level.  Returns false, and leaves *level
 * alone, for any other word.
 */
bool riverty_level_parse(riverty_span_t word, riverty_level_t *level);

/* "off", "warn" or "reject"; static. */
const char *riverty_level_name(riverty_level_t level);

#endif
