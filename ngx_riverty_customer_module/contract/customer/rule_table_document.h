/*
 * The rules about a document as a whole and about text of every kind: rows of
 * the table in rule_table.h, which includes this file and explains the columns.
 */

/* clang-format off */

RULE(NOT_WRAPPED, not_wrapped,
     LEVEL(ALWAYS), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(YES),
     SAYS("the members of a customer stand at the top of the document; they "
          "belong into a member \"customer\"", NOTHING),
     CHECKS("the members of a customer stand in a member customer, not at the "
            "top of the document"),
     WHY("a read replies with a customer unwrapped, so a program that sends "
         "back what it has read makes this mistake; it is told once, not as "
         "each member missing"),
     WITH_NOTHING,
     PASSES({"/customer/firstName": "Ray"}),
     BREAKS({"": {"firstName": "Ray", "lastName": "Ankunding"}}))

RULE(REQUIRED, required,
     LEVEL(ALWAYS), ON(CREATE), SOURCE(POLICY), SCHEMA(YES),
     SAYS("is required", FIELD),
     CHECKS("what the table of fields requires is there and not blank: of a "
            "person both names, of a company its name, where the country has "
            "them a postal code. A name, a street, a place or careOf without "
            "a letter, a digit or a symbol (-, ., U+200B, U+3164) is blank"),
     WHY("the API may reply 200 first and report the gap later, where nobody "
         "waits for it"),
     WITH_NOTHING,
     PASSES({"/customer/address/street": "Main Street"}),
     BREAKS({"/customer/address/street": "-"}))

RULE(TYPE, type,
     LEVEL(ALWAYS), ON(CREATE), SOURCE(CUSTOMER), SCHEMA(YES),
     SAYS("has the wrong JSON type", FIELD),
     CHECKS("objects are objects, all else is a string"),
     WHY("numbers that look like numbers are strings here (275122, 1): a JSON "
         "number loses leading zeros"),
     WITH_NOTHING,
     PASSES({"/paymentRegistration/id": "275122"}),
     BREAKS({"/paymentRegistration/id": 275122}))

RULE(NULL_VALUE, null_value,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("is null and counts as absent", NOTHING),
     CHECKS("no member is null"),
     WHY("null counts as absent here; what the API makes of it in an update is "
         "not documented"),
     WITH_NOTHING,
     PASSES({"/customer/phone": ""}),
     BREAKS({"/customer/phone": null}))

RULE(CONTROL_CHARACTER, control_character,
     LEVEL(REJECT), ON(CREATE), SOURCE(UNICODE), SCHEMA(YES),
     SAYS("holds a control character, a line separator, a bidirectional "
          "control, a tag or a noncharacter", NOTHING),
     CHECKS("no string of the table of fields holds a control character, a "
            "line or paragraph separator, a bidirectional control, U+FEFF, a "
            "tag (U+E0000 to U+E007F) or a noncharacter. Marks of direction "
            "and U+FEFF at both ends are taken off"),
     WHY("they break exports line by line, change what a reader sees of an "
         "invoice, or hide text from him"),
     WITH_NOTHING,
     PASSES({"/customer/firstName": "Mary Ann"}),
     BREAKS({"/customer/firstName": "Mary\tAnn"}))

RULE(REPLACEMENT_CHARACTER, replacement_character,
     LEVEL(WARN), ON(CREATE), SOURCE(UNICODE), SCHEMA(NO),
     SAYS("holds U+FFFD, which a broken decoding leaves; read the text again "
          "in its own encoding", NOTHING),
     CHECKS("no string of the table of fields holds U+FFFD"),
     WHY("it stands for a character that is lost, so whoever reads it cannot "
         "know what was meant"),
     WITH_NOTHING,
     PASSES({"/customer/lastName": "Müller"}),
     BREAKS({"/customer/lastName": "M\uFFFDller"}))

RULE(MOJIBAKE, mojibake,
     LEVEL(WARN), ON(CREATE), SOURCE(UNICODE), SCHEMA(NO),
     SAYS("is UTF-8 that was read in another encoding, as Ã¼ where ü is "
          "meant; read the text again as UTF-8", NOTHING),
     CHECKS("no string of the table of fields is UTF-8 that was read as "
            "Latin-1 or Windows-1252, once or twice, as far as that is "
            "certain: all of the text is UTF-8 when it is put back, and what "
            "comes out is letters where no language has what is there"),
     WHY("a letter or an invoice with such a name or street does not look "
         "right, or does not arrive"),
     WITH_NOTHING,
     PASSES({"/customer/lastName": "Müller"}),
     BREAKS({"/customer/lastName": "MÃ¼ller"}))

RULE(TEMPLATE_LEFTOVER, template_leftover,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("is what a program writes where it has no value", NOTHING),
     CHECKS("a text or a street number is not null, NULL, (null), undefined "
            "or NaN, and holds no name that a value was to take the place "
            "of: ${name}, {{ name }}, {0}, [[name]], %name%, *|NAME|*, "
            "[object Object]"),
     WHY("somebody has filled in the field, and a program has lost it"),
     WITH_NOTHING,
     PASSES({"/customer/address/street": "Null Street"}),
     BREAKS({"/customer/address/street": "${street}"}))

RULE(MARKUP, markup,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("holds markup", NOTHING),
     CHECKS("a street, a place, careOf or a company's name has no < that a "
            "letter, /, ! or ? follows, and > behind it; these and names have "
            "no reference to a character, &amp; or &#39;"),
     WHY("it may be executed where it is shown, or is shown as it stands"),
     WITH_NOTHING,
     PASSES({"/customer/address/street": "Street < 3"}),
     BREAKS({"/customer/address/street": "<b>Main Street</b>"}))

RULE(FORMULA, formula,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("is a formula of a spreadsheet", NOTHING),
     CHECKS("a name, a street, a place or careOf does not start with = + or @ "
            "and call a function, NAME(, or another program, NAME|...!"),
     WHY("a spreadsheet that opens an export computes it"),
     WITH_NOTHING,
     PASSES({"/customer/firstName": "=Ray"}),
     BREAKS({"/customer/firstName": "=HYPERLINK(A1)"}))

RULE(TOO_LONG, too_long,
     LEVEL(REJECT), ON(CREATE), SOURCE(CREATE_CUSTOMER), SCHEMA(YES),
     SAYS("is too long", CAP),
     CHECKS("a value has no more Unicode code points than its field takes, "
            "blanks at both ends apart, in NFC; a postal code that has its "
            "country's form is never too long"),
     WHY("a longer one is cut or refused behind the API, after it has "
         "replied"),
     WITH_NOTHING,
     PASSES({"/customer/address/streetNumber": "1234567890"}),
     BREAKS({"/customer/address/streetNumber": "12345678901"}))

RULE(PATTERN, pattern,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("does not match its pattern", FIELD),
     CHECKS("a value matches the pattern of riverty_field, the whole of it and "
            "within its limits of time"),
     WHY("what a house agrees on, beyond what the API asks for"),
     WITH("riverty_field /customer/loyaltyNumber pattern=[A-Z][0-9]+;"),
     PASSES({"/customer/loyaltyNumber": "A17"}),
     BREAKS({"/customer/loyaltyNumber": "17"}))

RULE(ENUMERATION, enumeration,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("is not one of its values", FIELD),
     CHECKS("a value is one of those that riverty_field lists"),
     WHY("what a house agrees on, such as the countries that it sells to"),
     WITH("riverty_field /customer/address/countryCode enum=DE,AT;"),
     PASSES({"/customer/address/countryCode": "DE"}),
     BREAKS({"/customer/address/countryCode": "FR",
             "/customer/address/postalCode": "75001"}))

RULE(UNKNOWN_MEMBER, unknown_member,
     LEVEL(WARN), ON(CREATE), SOURCE(CREATE_CUSTOMER), SCHEMA(NO),
     SAYS("has members that the contract does not know", COUNT),
     CHECKS("objects have the members of the table of fields only"),
     WHY("often a name is misspelled; but the API has members that its pages "
         "do not tell of, so they are forwarded. How many is said, never their "
         "names"),
     WITH_NOTHING,
     PASSES({"/customer/firstName": "Ray"}),
     BREAKS({"/customer/nickname": "Ray"}))

RULE(MEMBER_CASE, member_case,
     LEVEL(WARN), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("stands under a name whose letters are of another case", NAME),
     CHECKS("no name differs from one of the table of fields in the case of "
            "ASCII letters only"),
     WHY("such a member is none that the contract knows, so nothing judges its "
         "value; a reader that ignores the case of letters takes it all the "
         "same"),
     WITH_NOTHING,
     PASSES({"/customer/address": {"countryCode": "DE", "postalCode": "97687",
             "postalPlace": "Schadenville", "street": "Bergnaum Mountains",
             "careOf": "Mary"}}),
     BREAKS({"/customer/address": {"countryCode": "DE", "postalCode": "97687",
             "postalPlace": "Schadenville", "street": "Bergnaum Mountains",
             "careof": "Mary"}}))

RULE(MEMBER_CASE_TWICE, member_case_twice,
     LEVEL(REJECT), ON(CREATE), SOURCE(POLICY), SCHEMA(NO),
     SAYS("stands twice, under names that differ in the case of letters only",
          NAME),
     CHECKS("no two names of an object differ from one of the table of fields "
            "in the case of ASCII letters only, that one included"),
     WHY("one of them is judged here, and a reader that ignores the case of "
         "letters may take the other"),
     WITH_NOTHING,
     PASSES({"/customer/firstName": "Ray"}),
     BREAKS({"/customer/firstname": "Mary"}))

/* clang-format on */
