/*
 * The part of the list of rules (rule_table.h, which includes it) that is about
 * numbers of customers: phones, identification and tax numbers.
 */

/* clang-format off */

RULE(PHONE, phone,
     LEVEL(REJECT), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(YES),
     SAYS("is not a phone number", FIELD),
     CHECKS("5 to 15 digits with ( ) . - / and spaces, at most five in a row, "
            "between them, perhaps + before them and then no 0, perhaps an "
            "extension of at most 6 digits behind x, #, ext., ;ext=, or what a "
            "language has for it (poste, DW, Durchwahl, toestel, lokal, wewn., "
            "interno). Dashes and spaces of every kind are forwarded as those "
            "of ASCII, several spaces as one, and what is not seen (U+00AD, "
            "U+200B, U+2060) is taken out"),
     WHY("the API's own sample is 871.790.7578 x4882; what has no such form is "
         "no number to call. No country's code starts with 0. Some islands "
         "have numbers of four digits (Niue, Tokelau), which elsewhere are an "
         "extension or a slip"),
     WITH_NOTHING,
     PASSES({"/customer/phone": "(+49) 871/790-7578 Ext. 48"}),
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
     CHECKS("+ and 7 to 15 digits, or 6 to 15 digits, written as those of a "
            "phone number, without an extension; a run of X may stand for "
            "digits"),
     WHY("what has no such form gets no message. Which numbers a country has, "
         "and which of them are mobile, changes from year to year and is not "
         "asked"),
     WITH_NOTHING,
     PASSES({"/customer/mobilePhone": "+49 151 1234-5678"}),
     BREAKS({"/customer/mobilePhone": "+0151 12345678"}))

RULE(MOBILE_NOT_INTERNATIONAL, mobile_not_international,
     LEVEL(WARN), ON(CREATE), SOURCE(E164), SCHEMA(NO),
     SAYS("does not start with + and a country calling code", NOTHING),
     CHECKS("the same of a mobile phone number"),
     WHY("messages go there, so the country should be known; but people write "
         "the number as their country does, and the API's pages do not forbid "
         "it"),
     WITH_NOTHING,
     PASSES({"/customer/mobilePhone": "+49 151 12345678"}),
     BREAKS({"/customer/mobilePhone": "0151 12345678"}))

RULE(PHONE_DOUBLE_ZERO, phone_double_zero,
     LEVEL(WARN), ON(CREATE), SOURCE(E164), SCHEMA(NO),
     SAYS("starts with 00, which dials another country in many places, not in "
          "all; + is expected in its place", NOTHING),
     CHECKS("no number of either field starts with 00"),
     WHY("0049 871 is +49 871, but where 00 is dialled the number does not "
         "say, so it is forwarded as it is"),
     WITH_NOTHING,
     PASSES({"/customer/phone": "+49 871 7907578"}),
     BREAKS({"/customer/phone": "0049 871 7907578"}))

RULE(PHONE_PLACEHOLDER, phone_placeholder,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("has one digit only, or two in ten or more places", NOTHING),
     CHECKS("a number of either field has more than one digit, and of ten or "
            "more places more than two different ones"),
     WHY("it is what people type where a form insists on a number"),
     WITH_NOTHING,
     PASSES({"/customer/phone": "+49 871 7907578"}),
     BREAKS({"/customer/phone": "+1 111 111 1111"}))

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
     CHECKS("phone and mobilePhone have at most 20 characters, "
            "identificationNumber and taxIdentificationNumber, spaces apart, "
            "as many, and streetNumberAdditional has at most 10. A cap that "
            "riverty_field sets is one of too_long"),
     WHY("the pages tell of these lengths elsewhere than of a customer, and "
         "there are longer ones: 9e verdieping, Frankfurt/Oder GnR 12345, a "
         "phone number of 15 digits with an extension. So they are forwarded; "
         "whoever sees them cut sets the rule to reject"),
     WITH_NOTHING,
     PASSES({"/customer/identificationNumber": "1234 5678 9012 3456 7890"}),
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
