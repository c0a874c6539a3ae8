/*
 * The part of the list of rules (rule_table.h, which includes it) that is about
 * numbers of customers: phones, identification and tax numbers.
 */

/* clang-format off */

RULE(PHONE, phone,
     LEVEL(REJECT), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(YES),
     SAYS("is not a phone number", FIELD),
     CHECKS("5 to 15 digits with + ( ) . - / and spaces, perhaps an extension "
            "behind x, ext or #"),
     WHY("the API's own sample is 871.790.7578 x4882; what has no such form is "
         "no number to call"),
     WITH_NOTHING,
     PASSES({"/customer/phone": "+49 871/790-7578 x48"}),
     BREAKS({"/customer/phone": "call me"}))

RULE(PHONE_NOT_INTERNATIONAL, phone_not_international,
     LEVEL(WARN), ON(CREATE), SOURCE(E164), SCHEMA(NO),
     SAYS("does not start with + and a country calling code", NOTHING),
     CHECKS("a phone number starts with + and a country calling code"),
     WHY("of another one the country is a guess. It is never completed: a "
         "library makes a stranger's number of the API's sample"),
     WITH_NOTHING,
     PASSES({"/customer/phone": "+49 871 7907578"}),
     BREAKS({"/customer/phone": "0871 7907578"}))

RULE(MOBILE_PHONE, mobile_phone,
     LEVEL(REJECT), ON(CREATE), SOURCE(E164), SCHEMA(YES),
     SAYS("is not a mobile phone number", FIELD),
     CHECKS("+ and 7 to 15 digits, with ( ) . - / and spaces between them; a "
            "run of X may stand for digits"),
     WHY("messages go there, so the country must be known"),
     WITH_NOTHING,
     PASSES({"/customer/mobilePhone": "+49 151 1234-5678"}),
     BREAKS({"/customer/mobilePhone": "0151 12345678"}))

RULE(MASKED_VALUE, masked_value,
     LEVEL(WARN), ON(CREATE), SOURCE(PHONES), SCHEMA(NO),
     SAYS("is masked with X; it is forwarded as it is", NOTHING),
     CHECKS("no run of two or more X stands in the place of digits"),
     WHY("the API's samples are masked, so such values pass, as they are: a "
         "library takes the letters for digits (XXX for 999), and the number "
         "for a stranger's"),
     WITH_NOTHING,
     PASSES({"/customer/mobilePhone": "+37258774123"}),
     BREAKS({"/customer/mobilePhone": "+37258774XXX"}))

RULE(NUMBER_TOO_LONG, number_too_long,
     LEVEL(WARN), ON(CREATE), SOURCE(CREATE_CUSTOMER), SCHEMA(NO),
     SAYS("is longer than Riverty's pages tell", CAP),
     CHECKS("identificationNumber and taxIdentificationNumber have at most 20 "
            "characters, spaces apart, and streetNumberAdditional has at most "
            "10. A cap that riverty_field sets is one of too_long"),
     WHY("the pages tell of these lengths elsewhere than of a customer, and "
         "there are longer ones: 9e verdieping, Frankfurt/Oder GnR 12345. So "
         "they are forwarded; whoever sees them cut sets the rule to reject"),
     WITH_NOTHING,
     PASSES({"/customer/identificationNumber":
             "12 34 56 78 90 12 34 56 78 90"}),
     BREAKS({"/customer/identificationNumber": "123456789012345678901"}))

RULE(IDENTIFICATION_NUMBER, identification_number,
     LEVEL(REJECT), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(YES),
     SAYS("is not an identification number", FIELD),
     CHECKS("letters and digits of whatever script, spaces, dashes and . / + : "
            "( ) & and commas, a letter or digit first, at least one digit or "
            "a masked run, and at most 100 characters"),
     WHY("unknown and n/a are not numbers; which country's number it is the "
         "document does not say, so no check digit is asked for, and "
         "Köln HRB 49263 and A494866(4) are numbers as well"),
     WITH_NOTHING,
     PASSES({"/customer/identificationNumber": "Köln HRB 12345"}),
     BREAKS({"/customer/identificationNumber": "unknown"}))

RULE(TAX_NUMBER, tax_number,
     LEVEL(REJECT), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(YES),
     SAYS("is not a tax identification number", FIELD),
     CHECKS("the same of taxIdentificationNumber"),
     WHY("the API's sample, 12345678L, has the form of a Spanish number with "
         "the wrong letter: no check digit is asked for"),
     WITH_NOTHING,
     PASSES({"/customer/taxIdentificationNumber": "12 345/678"}),
     BREAKS({"/customer/taxIdentificationNumber": "none"}))

RULE(VAT_COUNTRY, vat_country,
     LEVEL(WARN), ON(CREATE), SOURCE(VAT), SCHEMA(NO),
     SAYS("starts with the VAT prefix of another country than the "
          "address", NOTHING),
     CHECKS("a VAT number's prefix is that of the address's country (EL for "
            "GR, XI for GB)"),
     WHY("it may be another's number; companies do have numbers abroad, so it "
         "is forwarded"),
     WITH_NOTHING,
     PASSES({"/customer/taxIdentificationNumber": "DE123456789"}),
     BREAKS({"/customer/taxIdentificationNumber": "ATU12345678"}))

/* clang-format on */
