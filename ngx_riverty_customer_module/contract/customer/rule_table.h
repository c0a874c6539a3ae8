/*
 * THE list of rules: every rule once, with all that there is to know of it.
 * Its id is what `riverty_rule`, problem documents and audit records name;
 * docs/rules.md and the JSON Schema derive from it, and a test runs its
 * examples.  A new rule is one more block here and the function that judges: in
 * check_*.c where it is about a value alone, in cross.c where fields must
 * agree.
 *
 * RULE(NAME, id, LEVEL(), ON(), SOURCE(), SCHEMA(), SAYS(), CHECKS(), WHY(),
 *      WITH(), PASSES(), BREAKS()): none may be missing
 *
 *   NAME    RIVERTY_RULE_NAME
 *   id      the public id
 *   LEVEL   the default: OFF, WARN or REJECT, or ALWAYS, which rejects in the
 *           profile `lenient` as well (riverty_rules; rules.c has the table)
 *   ON      what it is about: CREATE (an update as well), UPDATE, or REPLY (of
 *           the API, which comes too late to reject anything)
 *   SOURCE  of RIVERTY_SOURCE_* (cli/pages/sources.h)
 *   SCHEMA  does the JSON Schema refuse what breaks it: YES, NO (a schema
 *           cannot say it, or the rule only warns), or FORM (in part)
 *   SAYS    what is wrong, never with a value, and what is added to it:
 *           NOTHING, FIELD (what the field expects, from the field table, and
 *           what was meant, where that is certain), CAP (how many
 *           characters), COUNT (of members), NAME (of the field), HINT (what
 *           was meant, where that is certain)
 *   CHECKS  what it asks of a document
 *   WHY     what would go wrong otherwise
 *   WITH    a directive that the examples need, or WITH_NOTHING
 *   PASSES  members of RIVERTY_EXAMPLE (cli/pages/rule_notes.h) by their JSON
 *   BREAKS  Pointers, and values that do not break the rule or do; ON(UPDATE)
 *           of that customer, ON(REPLY) the reply
 *
 * Where a rule has a certain repair, WARN applies and notes it, REJECT refuses
 * and names it, OFF applies it in silence.
 *
 * Sources: the numbers of the traps and the table of section 4 in the notes on
 * Riverty's API (docs/fields.md names the pages).
 *
 * The rows about the document and about text of every kind come first, from
 * rule_table_document.h.  Whoever includes this file defines RULE before and
 * undefines it after.
 */

/* clang-format off */

#include "rule_table_document.h"

/* the customer */

RULE(CUSTOMER_NUMBER, customer_number,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(YES),
     SAYS("is not a customer number", FIELD),
     CHECKS("letters, digits, . _ and -, a letter or digit first"),
     WHY("the number becomes a part of paths, in which / ? # and .. mean "
         "something else"),
     WITH_NOTHING,
     PASSES({"/customer/customerNumber": "A.b_c-1"}),
     BREAKS({"/customer/customerNumber": "c/1"}))

RULE(CUSTOMER_NUMBER_MISMATCH, customer_number_mismatch,
     LEVEL(REJECT), ON(UPDATE), SOURCE(RESPONSE_CODES), SCHEMA(NO),
     SAYS("differs from the customer number in the path", NOTHING),
     CHECKS("the number in the body of an update is the one in its path"),
     WHY("one customer's data would be written over another's"),
     WITH_NOTHING,
     PASSES({"/customer/customerNumber": "c1631704458"}),
     BREAKS({"/customer/customerNumber": "c1631704459"}))

RULE(CUSTOMER_CATEGORY, customer_category,
     LEVEL(REJECT), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(YES),
     SAYS("is not a customer category", FIELD),
     CHECKS("PERSON or COMPANY, in any case of letters; upper case is "
            "forwarded"),
     WHY("the category decides what else is required"),
     WITH_NOTHING,
     PASSES({"/customer/customerCategory": "Person"}),
     BREAKS({"/customer/customerCategory": "CLUB"}))

RULE(SALUTATION_UNKNOWN, salutation_unknown,
     LEVEL(WARN), ON(CREATE), SOURCE(CREATE_ORDER), SCHEMA(NO),
     SAYS("is not a known salutation", FIELD),
     CHECKS("MR, MRS, MS or MISS, in any case of letters; upper case is "
            "forwarded"),
     WHY("the API's list is not public, so another one is forwarded as it is"),
     WITH_NOTHING,
     PASSES({"/customer/salutation": "Mrs"}),
     BREAKS({"/customer/salutation": "Herr"}))

RULE(NAME, name,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(YES),
     SAYS("has no letter", FIELD),
     CHECKS("a first or last name has a letter, of whatever script and "
            "Unicode"),
     WHY("a number in the place of a name is a form that was filled in "
         "wrongly. More is not asked: people are called what they are called"),
     WITH_NOTHING,
     PASSES({"/customer/lastName": "O'Brien-Łuczak 3rd"}),
     BREAKS({"/customer/lastName": "123"}))

RULE(MONONYM, mononym,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("stands for a name that there is not: a dash, a dot or the other "
          "name once more", NOTHING),
     CHECKS("of a person firstName and lastName are two names"),
     WHY("some people have one name only; a form that asks for two gets - or . "
         "or the same name twice, so it is forwarded"),
     WITH_NOTHING,
     PASSES({"/customer/lastName": "Ankunding"}),
     BREAKS({"/customer/lastName": "-"}))

RULE(NAME_MARKUP, name_markup,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("holds < or >", NOTHING),
     CHECKS("a name has no < and no >"),
     WHY("it is markup, more likely than a name, and may be executed where it "
         "is shown"),
     WITH_NOTHING,
     PASSES({"/customer/firstName": "Ray"}),
     BREAKS({"/customer/firstName": "<b>Ray</b>"}))

RULE(COMPANY_NAME, company_name,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(YES),
     SAYS("has no letter or digit", FIELD),
     CHECKS("a company's name has a letter or a digit"),
     WHY("there are companies called 3M or 1&1, and none called -"),
     WITH_NOTHING,
     PASSES({"/customer/customerCategory": "COMPANY",
             "/customer/birthDate": "", "/customer/companyName": "1&1"}),
     BREAKS({"/customer/customerCategory": "COMPANY",
             "/customer/birthDate": "", "/customer/companyName": "★"}))

RULE(PERSON_COMPANY_NAME, person_company_name,
     LEVEL(WARN), ON(CREATE), SOURCE(CREATE_CUSTOMER), SCHEMA(NO),
     SAYS("is filled although the customer is a person", NOTHING),
     CHECKS("a person has no companyName"),
     WHY("the category may be wrong; a sample of the API has both, so it is "
         "forwarded"),
     WITH_NOTHING,
     PASSES({"/customer/companyName": ""}),
     BREAKS({"/customer/companyName": "Ankunding GmbH"}))

RULE(COMPANY_BIRTH_DATE, company_birth_date,
     LEVEL(WARN), ON(CREATE), SOURCE(AFTERPAY), SCHEMA(NO),
     SAYS("is filled although the customer is a company", NOTHING),
     CHECKS("a company has no birthDate"),
     WHY("personal data that nobody asked for, or the wrong category"),
     WITH_NOTHING,
     PASSES({"/customer/customerCategory": "COMPANY",
             "/customer/companyName": "Ankunding GmbH",
             "/customer/birthDate": ""}),
     BREAKS({"/customer/customerCategory": "COMPANY",
             "/customer/companyName": "Ankunding GmbH",
             "/customer/birthDate": "1984-11-11"}))

RULE(BIRTH_DATE, birth_date,
     LEVEL(REJECT), ON(CREATE), SOURCE(RFC3339), SCHEMA(FORM),
     SAYS("is not a date", FIELD),
     CHECKS("YYYY-MM-DD, and there is such a day"),
     WHY("11/12/1984 has two meanings, 1983-02-29 none; a time of day other "
         "than midnight may be another day elsewhere. A JSON Schema knows the "
         "form, not the calendar"),
     WITH_NOTHING,
     PASSES({"/customer/birthDate": "1984-02-29"}),
     BREAKS({"/customer/birthDate": "1983-02-29"}))

RULE(BIRTH_DATE_TIME, birth_date_time,
     LEVEL(WARN), ON(CREATE), SOURCE(CREATE_CUSTOMER), SCHEMA(NO),
     SAYS("is a date-time of midnight; its date alone is expected", NOTHING),
     CHECKS("a date is not followed by a time of midnight, T00:00 with or "
            "without seconds, their fraction and Z or an offset of zero "
            "(+00:00, -00:00, +0000); its date is forwarded"),
     WHY("another page of the API has dates of birth in that form, and each "
         "language writes it in its own way"),
     WITH_NOTHING,
     PASSES({"/customer/birthDate": "1980-09-01"}),
     BREAKS({"/customer/birthDate": "1980-09-01T00:00:00Z"}))

RULE(BIRTH_DATE_FUTURE, birth_date_future,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("lies in the future", NOTHING),
     CHECKS("a date of birth is not after tomorrow (UTC)"),
     WHY("a slip of the keyboard; tomorrow is today already further east"),
     WITH_NOTHING,
     PASSES({"/customer/birthDate": "1984-11-11"}),
     BREAKS({"/customer/birthDate": "2984-11-11"}))

RULE(BIRTH_DATE_AGE, birth_date_age,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("is more than 125 years ago", NOTHING),
     CHECKS("nobody is older than 125"),
     WHY("0001-01-01 and 1800-01-01 are what programs write for unknown"),
     WITH_NOTHING,
     PASSES({"/customer/birthDate": "1984-11-11"}),
     BREAKS({"/customer/birthDate": "1800-01-01"}))

RULE(BIRTH_DATE_MINOR, birth_date_minor,
     LEVEL(WARN), ON(CREATE), SOURCE(TERMS), SCHEMA(NO),
     SAYS("is less than 18 years ago", NOTHING),
     CHECKS("a customer is 18 or older"),
     WHY("who is younger may not be taken on as a customer"),
     WITH_NOTHING,
     PASSES({"/customer/birthDate": "1984-11-11"}),
     BREAKS({"/customer/birthDate": "2020-02-29"}))

RULE(LANGUAGE, language,
     LEVEL(REJECT), ON(CREATE), SOURCE(EDI), SCHEMA(YES),
     SAYS("is not a language code", FIELD),
     CHECKS("a code of ISO 639-1, in any case of letters; lower case is "
            "forwarded. Of a former code (iw, sh), a country's (dk, at) and a "
            "name (German, Deutsch) it is told which code is meant (CLDR, "
            "iso-codes)"),
     WHY("countries are mistaken for languages: dk, at and cz are not (and "
         "se, ch, ee are Sami, Chamorro, Ewe)"),
     WITH_NOTHING,
     PASSES({"/customer/language": "DA"}),
     BREAKS({"/customer/language": "dk"}))

RULE(LANGUAGE_THREE_LETTER, language_three_letter,
     LEVEL(REJECT), ON(CREATE), SOURCE(ISO), SCHEMA(YES),
     SAYS("is a three-letter language code; two letters are expected", HINT),
     CHECKS("the code is not one of ISO 639-2; repair: the two letters of the "
            "same language"),
     WHY("the API's samples have two letters"),
     WITH_NOTHING,
     PASSES({"/customer/language": "de"}),
     BREAKS({"/customer/language": "deu"}))

RULE(LANGUAGE_REGION, language_region,
     LEVEL(REJECT), ON(CREATE), SOURCE(BCP47), SCHEMA(YES),
     SAYS("is a language tag with more than the language; the language alone "
          "is expected", HINT),
     CHECKS("the code is not a tag of a language and a region, a script, a "
            "variant or an encoding; repair: the language"),
     WHY("browsers and phones say de-DE and zh-Hans, servers en_US.UTF-8"),
     WITH_NOTHING,
     PASSES({"/customer/language": "de"}),
     BREAKS({"/customer/language": "de-DE"}))

RULE(EMAIL, email,
     LEVEL(REJECT), ON(CREATE), SOURCE(SMTP), SCHEMA(YES),
     SAYS("is not an e-mail address", FIELD),
     CHECKS("one @, before it at most 64 characters without quotes and without "
            "any that is not seen, behind it a domain of two or more labels, "
            "the last one not of digits alone and not one letter; the domain "
            "is forwarded with its ASCII letters in lower case"),
     WHY("invoices go there"),
     WITH_NOTHING,
     PASSES({"/customer/email": "jörg.o'brien+news@müller.example"}),
     BREAKS({"/customer/email": "ray@localhost"}))

RULE(EMAIL_DOMAIN, email_domain,
     LEVEL(REJECT), ON(CREATE), SOURCE(IDNA), SCHEMA(NO),
     SAYS("has a domain that cannot be looked up: write it in letters, digits "
          "and hyphens", NOTHING),
     CHECKS("a domain beyond ASCII is one of IDNA 2008, in any case of "
            "letters: no compatibility form (U+FF20, a circled letter), no "
            "sign, no mark with nothing before it"),
     WHY("no mail gets there"),
     WITH_NOTHING,
     PASSES({"/customer/email": "ray@müller.example"}),
     BREAKS({"/customer/email": "ray@ｅxample.com"}))

RULE(EMAIL_MISSING, email_missing,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("is absent or empty", NOTHING),
     CHECKS("there is an e-mail address"),
     WHY("without one invoices go by post; the API does not ask for it"),
     WITH_NOTHING,
     PASSES({"/customer/email": "ray@example.com"}),
     BREAKS({"/customer/email": ""}))

#include "rule_table_numbers.h"


/* the address */

RULE(STREET_WITH_NUMBER, street_with_number,
     LEVEL(WARN), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(NO),
     SAYS("holds digits while streetNumber is empty", NOTHING),
     CHECKS("the house number is not part of street while streetNumber is "
            "empty"),
     WHY("the API keeps them apart; but streets are called 17. Juni as well, "
         "so nothing is taken apart here"),
     WITH_NOTHING,
     PASSES({"/customer/address/street": "Main Street",
             "/customer/address/streetNumber": "12"}),
     BREAKS({"/customer/address/street": "Main Street 12",
             "/customer/address/streetNumber": "",
             "/customer/address/streetNumberAdditional": ""}))

RULE(STREET_NUMBER, street_number,
     LEVEL(REJECT), ON(CREATE), SOURCE(CREATE_CUSTOMER), SCHEMA(YES),
     SAYS("is not a street number", FIELD),
     CHECKS("a letter or a digit of whatever script, and of letters, digits, "
            "fractions, spaces, dashes, quotation marks and / . , ; + ' ( ) # "
            ": & @ № and the degree sign at most 100 characters"),
     WHY("houses are called 12 a, 5-7, 12 1/2, 42А, 12 „А“, č.p. 12, "
         "#3, and their parts 12, 2. tv, 2º B or 3. étage; what has no "
         "letter and no digit names no house"),
     WITH_NOTHING,
     PASSES({"/customer/address/streetNumber": "12, 2. tv"}),
     BREAKS({"/customer/address/streetNumber": "-"}))

RULE(STREET_NUMBER_MORE, street_number_more,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("is not a street number alone: it holds an @ or more than three "
          "words, or starts with a separator", NOTHING),
     CHECKS("a street number or its addition has no @ and three words at most, "
            "and none of , ; / . : + ) and dashes before it"),
     WHY("another field of a form, or more of the address, is in it; a flat is "
         "written - 12 in some places, so it is forwarded"),
     WITH_NOTHING,
     PASSES({"/customer/address/streetNumber": "#3"}),
     BREAKS({"/customer/address/streetNumber": "- 12"}))

RULE(STREET_NUMBER_ALONE, street_number_alone,
     LEVEL(WARN), ON(CREATE), SOURCE(CREATE_CUSTOMER), SCHEMA(NO),
     SAYS("is filled although streetNumber is empty", NOTHING),
     CHECKS("streetNumberAdditional stands beside a streetNumber"),
     WHY("an addition to nothing: the number may be in street"),
     WITH_NOTHING,
     PASSES({"/customer/address/streetNumberAdditional": "a"}),
     BREAKS({"/customer/address/streetNumber": ""}))

RULE(POSTAL_CODE, postal_code,
     LEVEL(REJECT), ON(CREATE), SOURCE(ADDRESSES), SCHEMA(YES),
     SAYS("is not a postal code of the address's country", FIELD),
     CHECKS("the postal code has a form of its country's, and is not zeros "
            "alone. Letters are forwarded in upper case, spaces and hyphens "
            "where the country has them (LV1010: LV-1010, 110 001: 110001), "
            "and what else stands before it, the code of the country or the "
            "sign of its vehicles (DK-, D-), is taken off"),
     WHY("what has another form is not a code of that country: letters O for "
         "zeros, a digit too few, the wrong country. 00000 is nowhere. A name "
         "for the code before it (PLZ, CAP) is refused with it: it is no part "
         "of an address"),
     WITH_NOTHING,
     PASSES({"/customer/address/postalCode": "D-97687"}),
     BREAKS({"/customer/address/postalCode": "9768"}))

RULE(POSTAL_CODE_SUFFIX, postal_code_suffix,
     LEVEL(WARN), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(NO),
     SAYS("is a postal code of the address's country followed by - and four "
          "digits", NOTHING),
     CHECKS("no hyphen and four digits follow a whole postal code of three to "
            "five digits, as in a ZIP code of the United States"),
     WHY("the API's own sample has 97687-7791 in Germany, so it is forwarded"),
     WITH_NOTHING,
     PASSES({"/customer/address/postalCode": "97687"}),
     BREAKS({"/customer/address/postalCode": "97687-7791"}))

RULE(POSTAL_PLACE, postal_place,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(YES),
     SAYS("has no letter", FIELD),
     CHECKS("a place has a letter, of whatever script"),
     WHY("a postal code stands where the place should"),
     WITH_NOTHING,
     PASSES({"/customer/address/postalPlace": "'s-Hertogenbosch"}),
     BREAKS({"/customer/address/postalPlace": "97687"}))

RULE(COUNTRY_CODE, country_code,
     LEVEL(REJECT), ON(CREATE), SOURCE(ISO), SCHEMA(YES),
     SAYS("is not an ISO 3166-1 alpha-2 country code", HINT),
     CHECKS("a code of ISO 3166-1 alpha-2, in any case of letters; upper case "
            "is forwarded"),
     WHY("UK and EL are common but not among them (GB, GR), nor are 276, "
         "DE-BY, DD, Germany and Deutschland (DE): it is told which code is "
         "meant"),
     WITH_NOTHING,
     PASSES({"/customer/address/countryCode": "de"}),
     BREAKS({"/customer/address/countryCode": "UK"}))

RULE(COUNTRY_THREE_LETTER, country_three_letter,
     LEVEL(REJECT), ON(CREATE), SOURCE(ISO), SCHEMA(YES),
     SAYS("is a three-letter country code; two letters are expected", HINT),
     CHECKS("the code is not one of alpha-3; repair: the two letters of the "
            "same country"),
     WHY("the API's samples have two letters"),
     WITH_NOTHING,
     PASSES({"/customer/address/countryCode": "DE"}),
     BREAKS({"/customer/address/countryCode": "DEU"}))

RULE(COUNTRY_KOSOVO, country_kosovo,
     LEVEL(REJECT), ON(CREATE), SOURCE(ISO), SCHEMA(YES),
     SAYS("names Kosovo, whose code XK is user-assigned and not in ISO 3166-1",
          HINT),
     CHECKS("the code is not XK, nor XKX, KOS or XKK; repair: XK is accepted"),
     WHY("Kosovo has no code in ISO 3166-1; XK is what many agree on, so a "
         "house that sells there sets the rule to warn"),
     WITH_NOTHING,
     PASSES({"/customer/address/countryCode": "AL",
             "/customer/address/postalCode": "1001"}),
     BREAKS({"/customer/address/countryCode": "XK",
             "/customer/address/postalCode": "10000"}))

RULE(COUNTRY_PROFILE, country_profile,
     LEVEL(WARN), ON(CREATE), SOURCE(AFTERPAY), SCHEMA(NO),
     SAYS("is expected for customers of the address's country", NOTHING),
     CHECKS("there is what is expected in a country: identificationNumber in "
            "FI, SE, NO and DK; of a person birthDate in NL, DK, BE, AT and "
            "CH, and salutation in NL and BE"),
     WHY("credit checks there need it"),
     WITH_NOTHING,
     PASSES({"/customer/address/countryCode": "AT",
             "/customer/address/postalCode": "1010"}),
     BREAKS({"/customer/address/countryCode": "AT",
             "/customer/address/postalCode": "1010",
             "/customer/birthDate": ""}))


/* the payment registration */

RULE(PAYMENT_REGISTRATION_ID, payment_registration_id,
     LEVEL(REJECT), ON(CREATE), SOURCE(REGISTRATION), SCHEMA(YES),
     SAYS("is not a payment registration id", FIELD),
     CHECKS("a string of letters, digits, _ and -"),
     WHY("the API hands these ids out; what has another form is none of them"),
     WITH_NOTHING,
     PASSES({"/paymentRegistration/id": "ACVB123455675669"}),
     BREAKS({"/paymentRegistration/id": "ACVB 1234"}))


/* the reply */

RULE(REFERENCE_MISMATCH, reference_mismatch,
     LEVEL(WARN), ON(REPLY), SOURCE(CUSTOMER), SCHEMA(NO),
     SAYS("differs from the customer number of the request", NOTHING),
     CHECKS("the API's reply names the customer that was sent, in its "
            "externalCustomerReference (its customerNumber is Riverty's own)"),
     WHY("the reply may be another request's; it comes too late to reject "
         "anything, so the rule is off or warn"),
     WITH_NOTHING,
     PASSES({"externalCustomerReference": "c1631704458"}),
     BREAKS({"externalCustomerReference": "700427690"}))

/* clang-format on */
