/*
 * What there is to know of each rule, and an example of it: docs/rules.md, and
 * what t/contract/test_rule_notes.c runs.  A new rule is a row in rules.h and a
 * row here.
 *
 * NOTE(NAME, on, schema, source, setting, checks, why, passes, breaks)
 *
 *   NAME     of RIVERTY_RULE_NAME
 *   on       what it is about: CREATE (an update as well), UPDATE (of the
 *            customer in RIVERTY_EXAMPLE) or ANSWER (of the API)
 *   schema   does the JSON Schema refuse what breaks it: YES, NO (a schema
 *            cannot say it, or the rule only warns), or FORM (in part)
 *   source   of RIVERTY_SOURCE_* (sources.h)
 *   setting  a directive that the example needs, or ""
 *   checks   what it asks of a document
 *   why      what would go wrong otherwise
 *   passes   members of RIVERTY_EXAMPLE by their JSON Pointers, and values that
 *   breaks   break the rule or do not; of ANSWER the answer
 */
#ifndef RIVERTY_CLI_RULE_NOTES_H
#define RIVERTY_CLI_RULE_NOTES_H

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

#define RIVERTY_RULE_NOTES(NOTE)                                               \
    NOTE(NOT_WRAPPED, CREATE, YES, CUSTOMER, "",                               \
        "the members of a customer stand in a member customer, not at the "    \
        "top of the document",                                                 \
        "a read answers a customer unwrapped, so a program that sends back "   \
        "what it has read makes this mistake; it is told once, not as each "   \
        "member missing",                                                      \
        RIVERTY_JSON({"/customer/firstName": "Ray"}),                          \
        RIVERTY_JSON({"": {"firstName": "Ray", "lastName": "Ankunding"}}))     \
    NOTE(REQUIRED, CREATE, YES, POLICY, "",                                    \
        "what the table of fields requires is there and not blank: of a "      \
        "person both names, of a company its name, where the country has "     \
        "them a postal code",                                                  \
        "the API may answer 200 first and report the gap later, where nobody " \
        "waits for it",                                                        \
        RIVERTY_JSON({"/customer/address/street": "Main Street"}),             \
        RIVERTY_JSON({"/customer/address/street": " "}))                       \
    NOTE(TYPE, CREATE, YES, CUSTOMER, "",                                      \
        "objects are objects, all else is a string",                           \
        "numbers that look like numbers are strings here (275122, 1): a "      \
        "JSON number loses leading zeros",                                     \
        RIVERTY_JSON({"/paymentRegistration/id": "275122"}),                   \
        RIVERTY_JSON({"/paymentRegistration/id": 275122}))                     \
    NOTE(NULL_VALUE, CREATE, NO, POLICY, "",                                   \
        "no member is null",                                                   \
        "null counts as absent here; what the API makes of it in an update "   \
        "is not documented",                                                   \
        RIVERTY_JSON({"/customer/phone": ""}),                                 \
        RIVERTY_JSON({"/customer/phone": null}))                               \
    NOTE(CONTROL_CHARACTER, CREATE, YES, UNICODE, "",                          \
        "no string of the table of fields holds a control character, a line "  \
        "or paragraph separator or a bidirectional control",                   \
        "they break exports line by line, and change what a reader sees of "   \
        "an invoice",                                                          \
        RIVERTY_JSON({"/customer/firstName": "Mary Ann"}),                     \
        RIVERTY_JSON({"/customer/firstName": "Mary\tAnn"}))                    \
    NOTE(TOO_LONG, CREATE, YES, CREATE_CUSTOMER, "",                           \
        "a value has no more Unicode code points than its field takes, "       \
        "blanks at both ends apart, in NFC",                                   \
        "a longer one is cut or refused behind the API, after it has "         \
        "answered",                                                            \
        RIVERTY_JSON({"/customer/address/streetNumber": "1234567890"}),        \
        RIVERTY_JSON({"/customer/address/streetNumber": "12345678901"}))       \
    NOTE(PATTERN, CREATE, NO, POLICY,                                          \
        "riverty_field /customer/loyaltyNumber pattern=[A-Z][0-9]+;",          \
        "a value matches the pattern of riverty_field, the whole of it and "   \
        "within its limits of time",                                           \
        "what a house agrees on, beyond what the API asks for",                \
        RIVERTY_JSON({"/customer/loyaltyNumber": "A17"}),                      \
        RIVERTY_JSON({"/customer/loyaltyNumber": "17"}))                       \
    NOTE(ENUMERATION, CREATE, NO, POLICY,                                      \
        "riverty_field /customer/address/countryCode enum=DE,AT;",             \
        "a value is one of those that riverty_field lists",                    \
        "what a house agrees on, such as the countries that it sells to",      \
        RIVERTY_JSON({"/customer/address/countryCode": "DE"}),                 \
        RIVERTY_JSON({"/customer/address/countryCode": "FR",                   \
                      "/customer/address/postalCode": "75001"}))               \
    NOTE(UNKNOWN_MEMBER, CREATE, NO, CREATE_CUSTOMER, "",                      \
        "objects have the members of the table of fields only",                \
        "often a name is misspelled; but the API has members that its pages "  \
        "do not tell of, so they are forwarded. How many is said, never "      \
        "their names",                                                         \
        RIVERTY_JSON({"/customer/firstName": "Ray"}),                          \
        RIVERTY_JSON({"/customer/firstname": "Ray"}))                          \
    NOTE(CUSTOMER_NUMBER, CREATE, YES, POLICY, "",                             \
        "letters, digits, . _ and -, a letter or digit first",                 \
        "the number becomes a part of paths, in which / ? # and .. mean "      \
        "something else",                                                      \
        RIVERTY_JSON({"/customer/customerNumber": "A.b_c-1"}),                 \
        RIVERTY_JSON({"/customer/customerNumber": "c/1"}))                     \
    NOTE(CUSTOMER_NUMBER_MISMATCH, UPDATE, NO, RESPONSE_CODES, "",             \
        "the number in the body of an update is the one in its path",          \
        "one customer's data would be written over another's",                 \
        RIVERTY_JSON({"/customer/customerNumber": "c1631704458"}),             \
        RIVERTY_JSON({"/customer/customerNumber": "c1631704459"}))             \
    NOTE(CUSTOMER_CATEGORY, CREATE, YES, CUSTOMER, "",                         \
        "PERSON or COMPANY, in any case of letters; upper case is forwarded",  \
        "the category decides what else is required",                          \
        RIVERTY_JSON({"/customer/customerCategory": "Person"}),                \
        RIVERTY_JSON({"/customer/customerCategory": "CLUB"}))                  \
    NOTE(SALUTATION_UNKNOWN, CREATE, NO, CREATE_ORDER, "",                     \
        "MR, MRS, MS or MISS, in any case of letters; upper case is "          \
        "forwarded",                                                           \
        "the API's list is not public, so another one is forwarded as it is",  \
        RIVERTY_JSON({"/customer/salutation": "Mrs"}),                         \
        RIVERTY_JSON({"/customer/salutation": "Herr"}))                        \
    NOTE(NAME, CREATE, YES, POLICY, "",                                        \
        "a first or last name has a letter, of whatever script",               \
        "a dash or a number in the place of a name is a form that was not "    \
        "filled in. More is not asked: people are called what they are called",\
        RIVERTY_JSON({"/customer/lastName": "O'Brien-Łuczak 3rd"}),            \
        RIVERTY_JSON({"/customer/lastName": "-"}))                             \
    NOTE(NAME_MARKUP, CREATE, NO, POLICY, "",                                  \
        "a name has no < and no >",                                            \
        "it is markup, more likely than a name, and may be executed where it " \
        "is shown",                                                            \
        RIVERTY_JSON({"/customer/firstName": "Ray"}),                          \
        RIVERTY_JSON({"/customer/firstName": "<b>Ray</b>"}))                   \
    NOTE(COMPANY_NAME, CREATE, YES, POLICY, "",                                \
        "a company's name has a letter or a digit",                            \
        "there are companies called 3M or 1&1, and none called -",             \
        RIVERTY_JSON({"/customer/customerCategory": "COMPANY",                 \
                      "/customer/birthDate": "",                               \
                      "/customer/companyName": "1&1"}),                        \
        RIVERTY_JSON({"/customer/customerCategory": "COMPANY",                 \
                      "/customer/birthDate": "",                               \
                      "/customer/companyName": "&"}))                          \
    NOTE(PERSON_COMPANY_NAME, CREATE, NO, CREATE_CUSTOMER, "",                 \
        "a person has no companyName",                                         \
        "the category may be wrong; a sample of the API has both, so it is "   \
        "forwarded",                                                           \
        RIVERTY_JSON({"/customer/companyName": ""}),                           \
        RIVERTY_JSON({"/customer/companyName": "Ankunding GmbH"}))             \
    NOTE(COMPANY_BIRTH_DATE, CREATE, NO, AFTERPAY, "",                         \
        "a company has no birthDate",                                          \
        "personal data that nobody asked for, or the wrong category",          \
        RIVERTY_JSON({"/customer/customerCategory": "COMPANY",                 \
                      "/customer/companyName": "Ankunding GmbH",               \
                      "/customer/birthDate": ""}),                             \
        RIVERTY_JSON({"/customer/customerCategory": "COMPANY",                 \
                      "/customer/companyName": "Ankunding GmbH",               \
                      "/customer/birthDate": "1984-11-11"}))                   \
    NOTE(BIRTH_DATE, CREATE, FORM, RFC3339, "",                                \
        "YYYY-MM-DD, and there is such a day",                                 \
        "11/12/1984 has two meanings, 1983-02-29 none; a time of day other "   \
        "than midnight may be another day elsewhere. A JSON Schema knows the " \
        "form, not the calendar",                                              \
        RIVERTY_JSON({"/customer/birthDate": "1984-02-29"}),                   \
        RIVERTY_JSON({"/customer/birthDate": "1983-02-29"}))                   \
    NOTE(BIRTH_DATE_TIME, CREATE, NO, CREATE_CUSTOMER, "",                     \
        "a date is not followed by a time of midnight; its date is forwarded", \
        "another page of the API has dates of birth in that form",             \
        RIVERTY_JSON({"/customer/birthDate": "1980-09-01"}),                   \
        RIVERTY_JSON({"/customer/birthDate": "1980-09-01T00:00:00Z"}))         \
    NOTE(BIRTH_DATE_FUTURE, CREATE, NO, POLICY, "",                            \
        "a date of birth is not after tomorrow (UTC)",                         \
        "a slip of the keyboard; tomorrow is today already further east",      \
        RIVERTY_JSON({"/customer/birthDate": "1984-11-11"}),                   \
        RIVERTY_JSON({"/customer/birthDate": "2984-11-11"}))                   \
    NOTE(BIRTH_DATE_AGE, CREATE, NO, POLICY, "",                               \
        "nobody is older than 125",                                            \
        "0001-01-01 and 1800-01-01 are what programs write for unknown",       \
        RIVERTY_JSON({"/customer/birthDate": "1984-11-11"}),                   \
        RIVERTY_JSON({"/customer/birthDate": "1800-01-01"}))                   \
    NOTE(BIRTH_DATE_MINOR, CREATE, NO, TERMS, "",                              \
        "a customer is 18 or older",                                           \
        "who is younger may not be taken on as a customer",                    \
        RIVERTY_JSON({"/customer/birthDate": "1984-11-11"}),                   \
        RIVERTY_JSON({"/customer/birthDate": "2020-02-29"}))                   \
    NOTE(LANGUAGE, CREATE, YES, EDI, "",                                       \
        "a code of ISO 639-1, in any case of letters; lower case is forwarded",\
        "countries are mistaken for languages: dk, at and cz are none (and "   \
        "se, ch, ee are Sami, Chamorro, Ewe)",                                 \
        RIVERTY_JSON({"/customer/language": "DA"}),                            \
        RIVERTY_JSON({"/customer/language": "dk"}))                            \
    NOTE(LANGUAGE_THREE_LETTER, CREATE, YES, ISO, "",                          \
        "the code is not one of ISO 639-2; repair: the two letters of the "    \
        "same language",                                                       \
        "the API's samples have two letters",                                  \
        RIVERTY_JSON({"/customer/language": "de"}),                            \
        RIVERTY_JSON({"/customer/language": "deu"}))                           \
    NOTE(LANGUAGE_REGION, CREATE, YES, BCP47, "",                              \
        "the code is no tag of a language and a region; repair: the language", \
        "browsers and phones say de-DE",                                       \
        RIVERTY_JSON({"/customer/language": "de"}),                            \
        RIVERTY_JSON({"/customer/language": "de-DE"}))                         \
    NOTE(EMAIL, CREATE, YES, SMTP, "",                                         \
        "one @, before it at most 64 characters without quotes, behind it a "  \
        "domain of two or more labels; the domain is forwarded in lower case", \
        "invoices go there",                                                   \
        RIVERTY_JSON({"/customer/email": "jörg.o'brien+news@müller.example"}), \
        RIVERTY_JSON({"/customer/email": "ray@localhost"}))                    \
    NOTE(EMAIL_MISSING, CREATE, NO, POLICY, "",                                \
        "there is an e-mail address",                                          \
        "without one invoices go by post; the API does not ask for it",        \
        RIVERTY_JSON({"/customer/email": "ray@example.com"}),                  \
        RIVERTY_JSON({"/customer/email": ""}))                                 \
    NOTE(PHONE, CREATE, YES, CUSTOMER, "",                                     \
        "5 to 15 digits with + ( ) . - / and spaces, perhaps an extension "    \
        "behind x, ext or #",                                                  \
        "the API's own sample is 871.790.7578 x4882; what has no such form "   \
        "is no number to call",                                                \
        RIVERTY_JSON({"/customer/phone": "+49 871/790-7578 x48"}),       \
        RIVERTY_JSON({"/customer/phone": "call me"}))                          \
    NOTE(PHONE_NOT_INTERNATIONAL, CREATE, NO, E164, "",                        \
        "a phone number starts with + and a country calling code",             \
        "of another one the country is a guess. It is never completed: a "     \
        "library makes a stranger's number of the API's sample",               \
        RIVERTY_JSON({"/customer/phone": "+49 871 7907578"}),                  \
        RIVERTY_JSON({"/customer/phone": "0871 7907578"}))                     \
    NOTE(MOBILE_PHONE, CREATE, YES, E164, "",                                  \
        "+ and 7 to 15 digits, with ( ) . - / and spaces between them; a run " \
        "of X may stand for digits",                                           \
        "messages go there, so the country must be known",                     \
        RIVERTY_JSON({"/customer/mobilePhone": "+49 151 1234-5678"}),          \
        RIVERTY_JSON({"/customer/mobilePhone": "0151 12345678"}))              \
    NOTE(MASKED_VALUE, CREATE, NO, PHONES, "",                                 \
        "no run of two or more X stands in the place of digits",               \
        "the API's samples are masked, so such values pass, as they are: a "   \
        "library takes the letters for digits (XXX for 999), and the number "  \
        "for a stranger's",                                                    \
        RIVERTY_JSON({"/customer/mobilePhone": "+37258774123"}),               \
        RIVERTY_JSON({"/customer/mobilePhone": "+37258774XXX"}))               \
    NOTE(IDENTIFICATION_NUMBER, CREATE, YES, CUSTOMER, "",                     \
        "letters, digits, spaces, . / + -, a letter or digit first, and at "   \
        "least one digit or a masked run",                                     \
        "unknown and n/a are no numbers; which country's number it is the "    \
        "document does not say, so no check digit is asked for",               \
        RIVERTY_JSON({"/customer/identificationNumber": "HRB 12345"}),         \
        RIVERTY_JSON({"/customer/identificationNumber": "unknown"}))           \
    NOTE(TAX_NUMBER, CREATE, YES, CUSTOMER, "",                                \
        "the same of taxIdentificationNumber",                                 \
        "the API's sample, 12345678L, has the form of a Spanish number with "  \
        "the wrong letter: no check digit is asked for",                       \
        RIVERTY_JSON({"/customer/taxIdentificationNumber": "12 345/678"}),     \
        RIVERTY_JSON({"/customer/taxIdentificationNumber": "none"}))           \
    NOTE(VAT_COUNTRY, CREATE, NO, VAT, "",                                     \
        "a VAT number's prefix is that of the address's country (EL for GR, "  \
        "XI for GB)",                                                          \
        "it may be another's number; companies do have numbers abroad, so it " \
        "is forwarded",                                                        \
        RIVERTY_JSON({"/customer/taxIdentificationNumber": "DE123456789"}),    \
        RIVERTY_JSON({"/customer/taxIdentificationNumber": "ATU12345678"}))    \
    NOTE(STREET_WITH_NUMBER, CREATE, NO, CUSTOMER, "",                         \
        "the house number is not part of street while streetNumber is empty",  \
        "the API keeps them apart; but streets are called 17. Juni as well, "  \
        "so nothing is taken apart here",                                      \
        RIVERTY_JSON({"/customer/address/street": "Main Street",               \
                      "/customer/address/streetNumber": "12"}),                \
        RIVERTY_JSON({"/customer/address/street": "Main Street 12",            \
                      "/customer/address/streetNumber": "",                    \
                      "/customer/address/streetNumberAdditional": ""}))        \
    NOTE(STREET_NUMBER, CREATE, YES, CREATE_CUSTOMER, "",                      \
        "letters, digits, spaces, / . and -, a letter or digit first",         \
        "house numbers look like 12 a, 12/3 or 5-7; a comma means that more "  \
        "of the address is in it",                                             \
        RIVERTY_JSON({"/customer/address/streetNumber": "12 a/b"}),            \
        RIVERTY_JSON({"/customer/address/streetNumber": "12, back"}))          \
    NOTE(STREET_NUMBER_ALONE, CREATE, NO, CREATE_CUSTOMER, "",                 \
        "streetNumberAdditional stands beside a streetNumber",                 \
        "an addition to nothing: the number may be in street",                 \
        RIVERTY_JSON({"/customer/address/streetNumberAdditional": "a"}),       \
        RIVERTY_JSON({"/customer/address/streetNumber": ""}))                  \
    NOTE(POSTAL_CODE, CREATE, YES, ADDRESSES, "",                              \
        "the postal code has the form of its country's, its prefix (CH-, "     \
        "FI-, L-) allowed; letters are forwarded in upper case",               \
        "what has another form is no code of that country: letters O for "     \
        "zeros, a digit too few, the wrong country",                           \
        RIVERTY_JSON({"/customer/address/countryCode": "NL",                   \
                      "/customer/address/postalCode": "1234 ab"}),             \
        RIVERTY_JSON({"/customer/address/postalCode": "9768"}))                \
    NOTE(POSTAL_CODE_SUFFIX, CREATE, NO, CUSTOMER, "",                         \
        "no hyphen and four digits follow a whole postal code, as in a ZIP "   \
        "code of the United States",                                           \
        "the API's own sample has 97687-7791 in Germany, so it is forwarded",  \
        RIVERTY_JSON({"/customer/address/postalCode": "97687"}),               \
        RIVERTY_JSON({"/customer/address/postalCode": "97687-7791"}))          \
    NOTE(POSTAL_PLACE, CREATE, YES, POLICY, "",                                \
        "a place has a letter, of whatever script",                            \
        "a postal code stands where the place should",                         \
        RIVERTY_JSON({"/customer/address/postalPlace": "'s-Hertogenbosch"}),   \
        RIVERTY_JSON({"/customer/address/postalPlace": "97687"}))              \
    NOTE(COUNTRY_CODE, CREATE, YES, ISO, "",                                   \
        "a code of ISO 3166-1 alpha-2, in any case of letters; upper case is " \
        "forwarded",                                                           \
        "UK and EL are common and are none (GB, GR); a name of a country "     \
        "depends on a language",                                               \
        RIVERTY_JSON({"/customer/address/countryCode": "de"}),                 \
        RIVERTY_JSON({"/customer/address/countryCode": "UK"}))                 \
    NOTE(COUNTRY_THREE_LETTER, CREATE, YES, ISO, "",                           \
        "the code is not one of alpha-3; repair: the two letters of the same " \
        "country",                                                             \
        "the API's samples have two letters",                                  \
        RIVERTY_JSON({"/customer/address/countryCode": "DE"}),                 \
        RIVERTY_JSON({"/customer/address/countryCode": "DEU"}))                \
    NOTE(COUNTRY_KOSOVO, CREATE, YES, ISO, "",                                 \
        "the code is not XK; repair: it is accepted",                          \
        "Kosovo has no code in ISO 3166-1; XK is what many agree on, so a "    \
        "house that sells there sets the rule to warn",                        \
        RIVERTY_JSON({"/customer/address/countryCode": "AL",                   \
                      "/customer/address/postalCode": "1001"}),                \
        RIVERTY_JSON({"/customer/address/countryCode": "XK",                   \
                      "/customer/address/postalCode": "10000"}))               \
    NOTE(COUNTRY_PROFILE, CREATE, NO, AFTERPAY, "",                            \
        "there is what is expected in a country: identificationNumber in FI, " \
        "SE, NO and DK; of a person birthDate in NL, DK, BE, AT and CH, and "  \
        "salutation in NL and BE",                                             \
        "credit checks there need it",                                         \
        RIVERTY_JSON({"/customer/address/countryCode": "AT",                   \
                      "/customer/address/postalCode": "1010"}),                \
        RIVERTY_JSON({"/customer/address/countryCode": "AT",                   \
                      "/customer/address/postalCode": "1010",                  \
                      "/customer/birthDate": ""}))                             \
    NOTE(PAYMENT_REGISTRATION_ID, CREATE, YES, REGISTRATION, "",               \
        "a string of letters, digits, _ and -",                                \
        "the API hands these ids out; what has another form is none of them",  \
        RIVERTY_JSON({"/paymentRegistration/id": "ACVB123455675669"}),         \
        RIVERTY_JSON({"/paymentRegistration/id": "ACVB 1234"}))                \
    NOTE(REFERENCE_MISMATCH, ANSWER, NO, CUSTOMER, "",                         \
        "the API's answer names the customer that was sent, in its "           \
        "externalCustomerReference (its customerNumber is Riverty's own)",     \
        "the answer may be another request's; it comes too late to reject "    \
        "anything, so the rule is off or warn",                                \
        RIVERTY_JSON({"externalCustomerReference": "c1631704458"}),            \
        RIVERTY_JSON({"externalCustomerReference": "700427690"}))
/* clang-format on */

typedef enum {
    RIVERTY_ON_CREATE,
    RIVERTY_ON_UPDATE,
    RIVERTY_ON_ANSWER
} riverty_on_t;

typedef enum {
    RIVERTY_SCHEMA_NO,
    RIVERTY_SCHEMA_YES,
    RIVERTY_SCHEMA_FORM
} riverty_schema_t;

typedef struct {
    riverty_on_t on;
    riverty_schema_t schema;
    riverty_source_id_t source;
    const char *setting;
    const char *checks;
    const char *why;
    const char *passes;
    const char *breaks;
} riverty_rule_note_t;

/* For a definition of the notes as an array, by RIVERTY_RULE_*. */
#define RIVERTY_RULE_NOTE_ROW(NAME, on, schema, source, setting, checks, why, \
                              passes, breaks)                                 \
    [RIVERTY_RULE_##NAME] = { RIVERTY_ON_##on,                                \
                              RIVERTY_SCHEMA_##schema,                        \
                              RIVERTY_SOURCE_##source,                        \
                              setting,                                        \
                              checks,                                         \
                              why,                                            \
                              passes,                                         \
                              breaks },

#endif
