/*
 * THE field table: every fact about a field once.  The checks, the edits, the
 * redaction, docs/fields.md and the JSON Schema derive from it.  A new field
 * is one more block here and nothing else.
 *
 * FIELD(NAME, PARENT, pointer, EXPECTS(text), column(value) ...)
 *
 *   NAME        its id is RIVERTY_FIELD_NAME
 *   PARENT      NAME of the object that it is a member of
 *   pointer     RFC 6901 JSON Pointer into a create or update document
 *   EXPECTS     what a good value is, for people: "expected: ..."
 *
 * The other columns say what differs from their defaults:
 *
 *   TYPE        OBJECT; else a string
 *   PRESENCE    REQUIRED, PERSON (required of a person), COMPANY (required of a
 *               company), COUNTRY (required where the country of the address
 *               uses it); else optional
 *   CAP         how many Unicode code points after NFC, else any number; and
 *               the rule that a longer value breaks, where it is not TOO_LONG
 *   SPACES      APART: they do not count in that
 *   NORMALISE   what changes in a good value: UPPER, LOWER, DOMAIN or PHONE
 *               (normalise.h), or COUNTRY (a form that the postal codes of the
 *               address's country have, postal_code.h); else nothing does
 *   SHAPE       a pattern that it must match (shapes.h), and the rule that a
 *               mismatch breaks
 *   VALUES      all the values that it may have, "A,B", and that rule
 *   CHECK       a further check of what matches: riverty_check_... (check.h)
 *   REDACT      how a log may show it: KEEP, TOKEN, PARTIAL, LENGTH, PRESENT
 *               (redact.h); else it is never shown
 *
 * Caps and presence are our policy where Riverty's pages are silent; caps
 * follow its Accounting as a Service pages (docs/fields.md, sources).
 *
 * Whoever includes this file defines FIELD before and undefines it after.
 */

/* clang-format off */

FIELD(DOCUMENT, DOCUMENT, "",
      EXPECTS("an object"),
      TYPE(OBJECT), PRESENCE(REQUIRED))

FIELD(CUSTOMER, DOCUMENT, "/customer",
      EXPECTS("an object"),
      TYPE(OBJECT), PRESENCE(REQUIRED))

FIELD(ADDRESS, CUSTOMER, "/customer/address",
      EXPECTS("an object"),
      TYPE(OBJECT), PRESENCE(REQUIRED))

FIELD(CARE_OF, ADDRESS, "/customer/address/careOf",
      EXPECTS("text"),
      CAP(40), CHECK(text))

FIELD(COUNTRY_CODE, ADDRESS, "/customer/address/countryCode",
      EXPECTS("an ISO 3166-1 alpha-2 country code such as DE"),
      PRESENCE(REQUIRED), CAP(2), NORMALISE(UPPER), CHECK(country_code),
      REDACT(KEEP))

FIELD(POSTAL_CODE, ADDRESS, "/customer/address/postalCode",
      EXPECTS("a postal code of the address's country"),
      PRESENCE(COUNTRY), CAP(10), NORMALISE(COUNTRY), REDACT(PARTIAL))

FIELD(POSTAL_PLACE, ADDRESS, "/customer/address/postalPlace",
      EXPECTS("a place name with a letter"),
      PRESENCE(REQUIRED), CAP(40), CHECK(postal_place))

FIELD(STREET, ADDRESS, "/customer/address/street",
      EXPECTS("text with a letter or a digit"),
      PRESENCE(REQUIRED), CAP(60), CHECK(text))

FIELD(STREET_NUMBER, ADDRESS, "/customer/address/streetNumber",
      EXPECTS("letters, digits and what stands between them: spaces, dashes, "
              "/ . , ; + ' ( ) # : №"),
      CAP(10), SHAPE(STREET_NUMBER, STREET_NUMBER), CHECK(street_number))

FIELD(STREET_NUMBER_ADDITIONAL, ADDRESS,
      "/customer/address/streetNumberAdditional",
      EXPECTS("letters, digits and what stands between them: spaces, dashes, "
              "/ . , ; + ' ( ) # : №"),
      CAP(10, NUMBER_TOO_LONG), SHAPE(STREET_NUMBER, STREET_NUMBER),
      CHECK(street_number))

FIELD(BIRTH_DATE, CUSTOMER, "/customer/birthDate",
      EXPECTS("a date YYYY-MM-DD that exists"),
      CAP(10), CHECK(birth_date), REDACT(PRESENT))

FIELD(COMPANY_NAME, CUSTOMER, "/customer/companyName",
      EXPECTS("a name with a letter or a digit"),
      PRESENCE(COMPANY), CAP(140), CHECK(company_name), REDACT(LENGTH))

FIELD(CUSTOMER_CATEGORY, CUSTOMER, "/customer/customerCategory",
      EXPECTS("PERSON or COMPANY"),
      PRESENCE(REQUIRED), NORMALISE(UPPER),
      VALUES("PERSON,COMPANY", CUSTOMER_CATEGORY), REDACT(KEEP))

FIELD(CUSTOMER_NUMBER, CUSTOMER, "/customer/customerNumber",
      EXPECTS("letters, digits, . _ -, a letter or digit first"),
      PRESENCE(REQUIRED), CAP(50), SHAPE(CUSTOMER_NUMBER, CUSTOMER_NUMBER),
      REDACT(TOKEN))

FIELD(EMAIL, CUSTOMER, "/customer/email",
      EXPECTS("local part of at most 64 characters, @, a domain of two or more "
              "labels"),
      CAP(241), NORMALISE(DOMAIN), SHAPE(EMAIL, EMAIL), CHECK(email),
      REDACT(PARTIAL))

FIELD(FIRST_NAME, CUSTOMER, "/customer/firstName",
      EXPECTS("a name with a letter"),
      PRESENCE(PERSON), CAP(40), CHECK(name), REDACT(LENGTH))

FIELD(IDENTIFICATION_NUMBER, CUSTOMER, "/customer/identificationNumber",
      EXPECTS("letters, digits, spaces, . / + - : ( ) & and commas, a letter "
              "or digit first, at least one digit"),
      CAP(20, NUMBER_TOO_LONG), SPACES(APART),
      SHAPE(IDENTIFICATION, IDENTIFICATION_NUMBER), CHECK(masked))

FIELD(LANGUAGE, CUSTOMER, "/customer/language",
      EXPECTS("an ISO 639-1 language code such as de"),
      CAP(2), NORMALISE(LOWER), CHECK(language), REDACT(KEEP))

FIELD(LAST_NAME, CUSTOMER, "/customer/lastName",
      EXPECTS("a name with a letter"),
      PRESENCE(PERSON), CAP(40), CHECK(name), REDACT(LENGTH))

FIELD(MOBILE_PHONE, CUSTOMER, "/customer/mobilePhone",
      EXPECTS("+ and 7 to 15 digits, with ( ) . - / and spaces"),
      CAP(20, NUMBER_TOO_LONG), NORMALISE(PHONE),
      SHAPE(MOBILE_PHONE, MOBILE_PHONE), CHECK(mobile_phone),
      REDACT(LENGTH))

FIELD(PHONE, CUSTOMER, "/customer/phone",
      EXPECTS("5 to 15 digits with + ( ) . - / and spaces, perhaps an "
              "extension"),
      CAP(20, NUMBER_TOO_LONG), NORMALISE(PHONE), SHAPE(PHONE, PHONE),
      CHECK(phone), REDACT(LENGTH))

FIELD(SALUTATION, CUSTOMER, "/customer/salutation",
      EXPECTS("MR, MRS, MS or MISS"),
      CAP(15), NORMALISE(UPPER), VALUES("MR,MRS,MS,MISS", SALUTATION_UNKNOWN))

FIELD(TAX_NUMBER, CUSTOMER, "/customer/taxIdentificationNumber",
      EXPECTS("letters, digits, spaces, . / + - : ( ) & and commas, a letter "
              "or digit first, at least one digit"),
      CAP(20, NUMBER_TOO_LONG), SPACES(APART),
      SHAPE(IDENTIFICATION, TAX_NUMBER), CHECK(masked))

FIELD(PAYMENT_REGISTRATION, DOCUMENT, "/paymentRegistration",
      EXPECTS("an object"),
      TYPE(OBJECT), PRESENCE(REQUIRED))

FIELD(PAYMENT_REGISTRATION_ID, PAYMENT_REGISTRATION, "/paymentRegistration/id",
      EXPECTS("a string of letters, digits, _ and -"),
      PRESENCE(REQUIRED), CAP(64),
      SHAPE(PAYMENT_REGISTRATION_ID, PAYMENT_REGISTRATION_ID), REDACT(TOKEN))

/* clang-format on */
