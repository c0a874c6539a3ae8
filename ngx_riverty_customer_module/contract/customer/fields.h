/*
 * THE field table: every fact about a field once.  The checks, the edits, the
 * redaction, docs/fields.md and the JSON Schema derive from it.
 *
 * FIELD(NAME, pointer, parent, type, presence, cap, normaliser, shape, values,
 *       rule, check, redaction, expects)
 *
 *   NAME        RIVERTY_FIELD_NAME
 *   pointer     RFC 6901 JSON Pointer into a create or update document
 *   parent      the field of the object that it is a member of
 *   type        OBJECT or STRING
 *   presence    OPTIONAL, REQUIRED, PERSON (required of a person), COMPANY
 *               (required of a company), COUNTRY (required where the country
 *               of the address uses it)
 *   cap         Unicode code points after NFC, 0: none
 *   normaliser  NONE, UPPER, LOWER or DOMAIN (riverty_normalise_*): what
 *               changes in a good value
 *   shape       the pattern that it must match (shapes.h), or NONE
 *   values      all the values that it may have, "A,B", or ""
 *   rule        the rule that a mismatch of shape or values breaks, or NONE
 *   check       a further check (riverty_check_*) of what matches, or none
 *   redaction   how a log may show it (redact.h)
 *   expects     what a good value is, for people: "expected: ..."
 *
 * Caps and presence are our policy where Riverty's pages are silent; caps
 * follow its Accounting as a Service pages (docs/fields.md, sources).
 */
#ifndef RIVERTY_FIELDS_H
#define RIVERTY_FIELDS_H

#include "contract/core/riverty.h"
#include "rules.h"
#include "shapes.h"


/* clang-format off */
#define RIVERTY_FIELDS(FIELD)                                                  \
    FIELD(DOCUMENT, "", DOCUMENT, OBJECT, REQUIRED, 0, NONE, NONE, "", NONE,   \
          none, DROP, "an object")                                             \
    FIELD(CUSTOMER, "/customer", DOCUMENT, OBJECT, REQUIRED, 0, NONE, NONE,    \
          "", NONE, none, DROP, "an object")                                   \
    FIELD(ADDRESS, "/customer/address", CUSTOMER, OBJECT, REQUIRED, 0, NONE,   \
          NONE, "", NONE, none, DROP, "an object")                             \
    FIELD(CARE_OF, "/customer/address/careOf", ADDRESS, STRING, OPTIONAL, 40,  \
          NONE, NONE, "", NONE, none, DROP, "text")                            \
    FIELD(COUNTRY_CODE, "/customer/address/countryCode", ADDRESS, STRING,      \
          REQUIRED, 2, UPPER, NONE, "", NONE, country_code, KEEP,              \
          "an ISO 3166-1 alpha-2 country code such as DE")                     \
    FIELD(POSTAL_CODE, "/customer/address/postalCode", ADDRESS, STRING,        \
          COUNTRY, 10, NONE, NONE, "", NONE, none, PARTIAL,                    \
          "a postal code of the address's country")                            \
    FIELD(POSTAL_PLACE, "/customer/address/postalPlace", ADDRESS, STRING,      \
          REQUIRED, 40, NONE, NONE, "", NONE, postal_place, DROP,              \
          "a place name with a letter")                                        \
    FIELD(STREET, "/customer/address/street", ADDRESS, STRING, REQUIRED, 60,   \
          NONE, NONE, "", NONE, none, DROP, "text")                            \
    FIELD(STREET_NUMBER, "/customer/address/streetNumber", ADDRESS, STRING,    \
          OPTIONAL, 10, NONE, STREET_NUMBER, "", STREET_NUMBER, none, DROP,    \
          "letters, digits, spaces, / . -, a letter or digit first")           \
    FIELD(STREET_NUMBER_ADDITIONAL,                                            \
          "/customer/address/streetNumberAdditional", ADDRESS, STRING,         \
          OPTIONAL, 10, NONE, STREET_NUMBER, "", STREET_NUMBER, none, DROP,    \
          "letters, digits, spaces, / . -, a letter or digit first")           \
    FIELD(BIRTH_DATE, "/customer/birthDate", CUSTOMER, STRING, OPTIONAL, 10,   \
          NONE, NONE, "", NONE, birth_date, PRESENT,                           \
          "a date YYYY-MM-DD that exists")                                     \
    FIELD(COMPANY_NAME, "/customer/companyName", CUSTOMER, STRING, COMPANY,    \
          140, NONE, NONE, "", NONE, company_name, LENGTH,                     \
          "a name with a letter or a digit")                                   \
    FIELD(CUSTOMER_CATEGORY, "/customer/customerCategory", CUSTOMER, STRING,   \
          REQUIRED, 0, UPPER, NONE, "PERSON,COMPANY", CUSTOMER_CATEGORY, none, \
          KEEP, "PERSON or COMPANY")                                           \
    FIELD(CUSTOMER_NUMBER, "/customer/customerNumber", CUSTOMER, STRING,       \
          REQUIRED, 50, NONE, CUSTOMER_NUMBER, "", CUSTOMER_NUMBER, none,      \
          TOKEN, "letters, digits, . _ -, a letter or digit first")            \
    FIELD(EMAIL, "/customer/email", CUSTOMER, STRING, OPTIONAL, 241, DOMAIN,   \
          EMAIL, "", EMAIL, none, PARTIAL,                                     \
          "local part of at most 64 characters, @, a domain of two or more "   \
          "labels")                                                            \
    FIELD(FIRST_NAME, "/customer/firstName", CUSTOMER, STRING, PERSON, 40,     \
          NONE, NONE, "", NONE, name, LENGTH, "a name with a letter")          \
    FIELD(IDENTIFICATION_NUMBER, "/customer/identificationNumber", CUSTOMER,   \
          STRING, OPTIONAL, 20, NONE, IDENTIFICATION, "",                      \
          IDENTIFICATION_NUMBER, masked, DROP,                                 \
          "letters, digits, spaces, . / + -, a letter or digit first, at "     \
          "least one digit")                                                   \
    FIELD(LANGUAGE, "/customer/language", CUSTOMER, STRING, OPTIONAL, 2,       \
          LOWER, NONE, "", NONE, language, KEEP,                               \
          "an ISO 639-1 language code such as de")                             \
    FIELD(LAST_NAME, "/customer/lastName", CUSTOMER, STRING, PERSON, 40, NONE, \
          NONE, "", NONE, name, LENGTH, "a name with a letter")                \
    FIELD(MOBILE_PHONE, "/customer/mobilePhone", CUSTOMER, STRING, OPTIONAL,   \
          20, NONE, MOBILE_PHONE, "", MOBILE_PHONE, masked, LENGTH,            \
          "+ and 7 to 15 digits")                                              \
    FIELD(PHONE, "/customer/phone", CUSTOMER, STRING, OPTIONAL, 20, NONE,      \
          PHONE, "", PHONE, phone, LENGTH,                                     \
          "5 to 15 digits with + ( ) . - / and spaces, perhaps an extension")  \
    FIELD(SALUTATION, "/customer/salutation", CUSTOMER, STRING, OPTIONAL, 15,  \
          UPPER, NONE, "MR,MRS,MS,MISS", SALUTATION_UNKNOWN, none, DROP,       \
          "MR, MRS, MS or MISS")                                               \
    FIELD(TAX_NUMBER, "/customer/taxIdentificationNumber", CUSTOMER, STRING,   \
          OPTIONAL, 20, NONE, IDENTIFICATION, "", TAX_NUMBER, masked, DROP,    \
          "letters, digits, spaces, . / + -, a letter or digit first, at "     \
          "least one digit")                                                   \
    FIELD(PAYMENT_REGISTRATION, "/paymentRegistration", DOCUMENT, OBJECT,      \
          REQUIRED, 0, NONE, NONE, "", NONE, none, DROP, "an object")          \
    FIELD(PAYMENT_REGISTRATION_ID, "/paymentRegistration/id",                  \
          PAYMENT_REGISTRATION, STRING, REQUIRED, 64, NONE,                    \
          PAYMENT_REGISTRATION_ID, "", PAYMENT_REGISTRATION_ID, none, TOKEN,   \
          "a string of letters, digits, _ and -")

typedef enum {
#define RIVERTY_FIELD_ENUM(NAME, ...) RIVERTY_FIELD_##NAME,
    RIVERTY_FIELDS(RIVERTY_FIELD_ENUM)
#undef RIVERTY_FIELD_ENUM
    RIVERTY_FIELD_COUNT
} riverty_field_id_t;
/* clang-format on */

typedef enum { RIVERTY_TYPE_OBJECT, RIVERTY_TYPE_STRING } riverty_type_t;

typedef enum {
    RIVERTY_PRESENCE_OPTIONAL,
    RIVERTY_PRESENCE_REQUIRED,
    RIVERTY_PRESENCE_PERSON,
    RIVERTY_PRESENCE_COMPANY,
    RIVERTY_PRESENCE_COUNTRY
} riverty_presence_t;

typedef enum {
    RIVERTY_NORMALISE_NONE,
    RIVERTY_NORMALISE_UPPER,
    RIVERTY_NORMALISE_LOWER,
    RIVERTY_NORMALISE_DOMAIN
} riverty_normalise_t;

typedef enum {
    RIVERTY_REDACT_KEEP,
    RIVERTY_REDACT_TOKEN,
    RIVERTY_REDACT_PARTIAL,
    RIVERTY_REDACT_LENGTH,
    RIVERTY_REDACT_PRESENT,
    RIVERTY_REDACT_DROP
} riverty_redaction_t;

typedef struct riverty_value_s riverty_value_t;

/*
 * A check looks at one value (check.h) and notes what rules it breaks on the
 * value itself.  It allocates nothing and keeps nothing.
 */
typedef void (*riverty_check_pt)(riverty_value_t *value);

typedef struct {
    const char *pointer;
    uint8_t parent; /* riverty_field_id_t */
    riverty_type_t type;
    riverty_presence_t presence;
    uint16_t cap; /* code points, 0: none */
    riverty_normalise_t normalise;
    riverty_shape_id_t shape; /* or of riverty_shapes_add() */
    riverty_rule_id_t shape_rule;
    const char *values; /* "A,B"; "" where any will do */
    riverty_rule_id_t values_rule;
    riverty_check_pt check; /* may be NULL */
    riverty_redaction_t redaction;
    const char *expects;
    riverty_span_t label; /* "pointer": with its quotes and colon, escaped */
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
