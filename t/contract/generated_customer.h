/*
 * The customers that generated.h's oracle writes: the members of each object,
 * in any order and among unknown ones, and how their values are made.
 */
#ifndef T_CONTRACT_GENERATED_CUSTOMER_H
#define T_CONTRACT_GENERATED_CUSTOMER_H

#include "generated.h"

typedef void (*generated_make_pt)(generated_t *generated,
                                  generated_value_t *value);

typedef struct {
    const char *name;
    generated_make_pt make; /* NULL: an object */
    bool required;
} generated_member_t;

/* The country that this document is of: its code and its postal codes. */
typedef struct {
    const char *code;
    const char *alpha_3;
    const char *postal;
    const char *typed; /* what some write for it */
} generated_place_t;

static const generated_place_t generated_places[] = {
    { "DE", "DEU", "97687", "D-97687" },
    { "NL", "NLD", "1012 AB", "nl 1012-aB" },
    { "GB", "GBR", "SW1A 1AA", "uk- Sw1a.1aa" },
    { "CH", "CHE", "CH-8001", "ch8001" },
    { "AT", "AUT", "1010", "10 10" },
    { "SE", "SWE", "SE-114 55", "se-114  55" },
    { "DE", "DEU", "97687-7791", "97687-7791" },
    { "PL", "POL", "00-950", "pl-00950" },
};

static const generated_place_t
    *generated_place; /* of the document that is made */


static inline void
generated_make_text(generated_t *generated, generated_value_t *value)
{
    size_t pieces = generated_below(generated, 4);

    generated_add_ascii(value, "A"); /* a name has a letter */
    while (pieces-- > 0) {
        generated_add_piece(generated, value);
    }

    /* What follows the last piece composes with nothing and is no space. */
    generated_add_ascii(value, ".");
}


static inline void
generated_make_care_of(generated_t *generated, generated_value_t *value)
{
    if (!generated_one_in(generated, 4)) {
        generated_make_text(generated, value);
    }
}


/* Three letters are repaired. */
static inline void
generated_make_country(generated_t *generated, generated_value_t *value)
{
    if (!generated_untidy(generated, 6)) {
        generated_add_code(generated, value, generated_place->code);
        return;
    }

    generated_add_code(generated, value, generated_place->alpha_3);
    value->forwarded[0] = (unsigned char) generated_place->code[0];
    value->forwarded[1] = (unsigned char) generated_place->code[1];
    value->forwarded_len = 2;
}


static inline void
generated_make_postal_code(generated_t *generated, generated_value_t *value)
{
    const char *postal = generated_place->postal;

    if (!generated_untidy(generated, 3)) {
        generated_add_code(generated, value, postal);
        return;
    }

    generated_add_ascii(value, generated_place->typed);
    value->forwarded_len = strlen(postal);

    for (size_t i = 0; i < value->forwarded_len; i++) {
        value->forwarded[i] = (unsigned char) postal[i];
    }
}


static inline void
generated_make_category(generated_t *generated, generated_value_t *value)
{
    static const char *const categories[] = { "PERSON", "COMPANY" };

    generated_add_code(generated, value, GENERATED_PICK(generated, categories));
}


static inline void
generated_make_salutation(generated_t *generated, generated_value_t *value)
{
    static const char *const salutations[] = { "MR", "MRS", "MS", "MISS" };

    /* What is unknown is not put into another case. */
    if (generated_one_in(generated, 5)) {
        generated_add_ascii(value, "Frau Dr.");
    } else {
        generated_add_code(generated, value,
                           GENERATED_PICK(generated, salutations));
    }
}


static inline void
generated_make_language(generated_t *generated, generated_value_t *value)
{
    static const char *const regions[] = { "-DE", "_at", "-419" };
    const char *region = GENERATED_PICK(generated, regions);

    generated_add_code(generated, value, "de");
    if (!generated_untidy(generated, 2)) {
        return;
    }

    for (; *region != '\0'; region++) {
        generated_add_sent(value, (unsigned char) *region);
    }
}


static inline void
generated_make_birth_date(generated_t *generated, generated_value_t *value)
{
    static const char *const times[] = { "T00:00:00", "T00:00:00Z",
                                         "T00:00:00.000Z", "t00:00-00:00" };
    const char *time = GENERATED_PICK(generated, times);

    generated_add_ascii(value, "1984-11-11");
    if (!generated_untidy(generated, 2)) {
        return;
    }

    for (; *time != '\0'; time++) {
        generated_add_sent(value, (unsigned char) *time);
    }
}


static inline void
generated_make_email(generated_t *generated, generated_value_t *value)
{
    static const char *const locals[] = { "Ray_Ankunding43", "A.B+c/d", "X" };

    generated_add_ascii(value, GENERATED_PICK(generated, locals));
    if (generated_one_in(generated, 4)) {
        generated_add(value, 0xc4, 0xc4); /* keeps its case */
    }

    generated_add_ascii(value, "@");
    if (generated_one_in(generated, 4)) {
        generated_add(value, 0xc4, 0xc4);
    }
    if (generated_untidy(generated, 8)) {
        generated_add_sent(value, 'J'); /* no J with a caron, but a j */
        generated_add(value, 0x30c, 0x1f0);
    }
    generated_add_code(generated, value, "mail.example-1.com");
}


/* A phone number, its spaces and hyphens as they are copied. */
static inline void
generated_add_phone(generated_t *generated, generated_value_t *value,
                    const char *phone)
{
    static const uint32_t spaces[] = { 0xa0, 0x2009, 0x202f, 0x3000 };
    static const uint32_t dashes[] = { 0x2010, 0x2011, 0x2013, 0x2212 };

    for (; *phone != '\0'; phone++) {
        uint32_t sent = (unsigned char) *phone;

        if (sent == ' ' && generated_untidy(generated, 4)) {
            generated_add_sent(value, GENERATED_PICK(generated, spaces));
        }
        if (sent == '-' && generated_untidy(generated, 2)) {
            sent = GENERATED_PICK(generated, dashes);
        }

        generated_add(value, sent, (unsigned char) *phone);

        if (*phone >= '0' && *phone <= '9' && generated_untidy(generated, 20)) {
            generated_add_sent(value, 0x2060);
        }
    }
}


static inline void
generated_make_mobile_phone(generated_t *generated, generated_value_t *value)
{
    static const char *const phones[] = { "+37258774XXX", "+4915112345678",
                                          "0151 123-45678" };

    generated_add_phone(generated, value, GENERATED_PICK(generated, phones));
}


static inline void
generated_make_phone(generated_t *generated, generated_value_t *value)
{
    static const char *const phones[] = { "871.790.7578 x4882", "0871 7907578",
                                          "+49 (871) 790/7578",
                                          "+49 871 790-7578" };

    generated_add_phone(generated, value, GENERATED_PICK(generated, phones));
}


static inline void
generated_make_number(generated_t *generated, generated_value_t *value)
{
    static const char *const numbers[] = { "700XXX651", "hrb 12a", "1",
                                           "12345678L" };

    generated_add_ascii(value, GENERATED_PICK(generated, numbers));
}


static inline void
generated_make_street_number(generated_t *generated, generated_value_t *value)
{
    static const char *const numbers[] = { "1", "12 a", "3/4", "7-9" };

    generated_add_ascii(value, GENERATED_PICK(generated, numbers));
}


static inline void
generated_make_customer_number(generated_t *generated, generated_value_t *value)
{
    (void) generated;
    generated_add_ascii(value, "c1631704458");
}


static inline void
generated_make_id(generated_t *generated, generated_value_t *value)
{
    (void) generated;
    generated_add_ascii(value, "Pay_275122-x");
}


static const generated_member_t generated_document_members[] = {
    { "customer", NULL, true },
    { "paymentRegistration", NULL, true },
};

static const generated_member_t generated_customer_object[] = {
    { "address", NULL, true },
    { "birthDate", generated_make_birth_date, false },
    { "companyName", generated_make_text, true },
    { "customerCategory", generated_make_category, true },
    { "customerNumber", generated_make_customer_number, true },
    { "email", generated_make_email, false },
    { "firstName", generated_make_text, true },
    { "identificationNumber", generated_make_number, false },
    { "language", generated_make_language, false },
    { "lastName", generated_make_text, true },
    { "mobilePhone", generated_make_mobile_phone, false },
    { "phone", generated_make_phone, false },
    { "salutation", generated_make_salutation, false },
    { "taxIdentificationNumber", generated_make_number, false },
};

static const generated_member_t generated_address_object[] = {
    { "careOf", generated_make_care_of, false },
    { "countryCode", generated_make_country, true },
    { "postalCode", generated_make_postal_code, true },
    { "postalPlace", generated_make_text, true },
    { "street", generated_make_text, true },
    { "streetNumber", generated_make_street_number, false },
    { "streetNumberAdditional", generated_make_street_number, false },
};

static const generated_member_t generated_payment_object[] = {
    { "id", generated_make_id, true },
};


static inline void generated_put_object(generated_t *generated,
                                        const char *name);


/* Sometimes its first letter is an escape. */
static inline void
generated_put_name(generated_t *generated, const char *name)
{
    char escape[16];

    generated_put(generated, "\"");
    if (*name >= 'a' && *name <= 'z' && generated_one_in(generated, 20)) {
        (void) snprintf(escape, sizeof(escape), "\\u%04x", *name);
        generated_put(generated, escape);
        name++;
    }
    generated_put(generated, name);
    generated_put(generated, "\"");
}


static inline void
generated_put_string(generated_t *generated, const generated_member_t *member)
{
    generated_value_t value = { .sent_len = 0, .forwarded_len = 0 };

    if (!member->required && generated_one_in(generated, 12)) {
        generated_put(generated, "null");
        return;
    }

    generated_put(generated, "\"");
    if (!member->required && generated_one_in(generated, 12)) {
        generated_put(generated, "  "); /* blank: left as it is */

    } else {
        generated_add_margin(generated, &value);
        member->make(generated, &value);
        if (value.forwarded_len > 0) {
            generated_add_margin(generated, &value);
        } else {
            value.sent_len = 0;
        }
        generated_put_value(generated, member->name, &value);
    }
    generated_put(generated, "\"");
}


/* NULL: an unknown member, the number of it tells which. */
static inline void
generated_put_member(generated_t *generated, const generated_member_t *member,
                     size_t number)
{
    generated_put_space(generated);
    if (member == NULL) {
        generated_put_name(generated, generated_unknown_names[number]);
    } else {
        generated_put_name(generated, member->name);
    }
    generated_put_space(generated);
    generated_put(generated, ":");
    generated_put_space(generated);

    if (member == NULL) {
        generated->unknown++;
        generated_put(generated, GENERATED_PICK(generated, generated_unknown));
    } else if (member->make == NULL) {
        generated_put_object(generated, member->name);
    } else {
        generated_put_string(generated, member);
    }
    generated_put_space(generated);
}


/* Members of the table and unknown ones, in any order. */
static inline void
generated_put_members(generated_t *generated, const generated_member_t *members,
                      size_t count)
{
    const generated_member_t *chosen[GENERATED_MEMBERS];
    size_t unknown = generated_below(generated, 3);
    size_t first = generated_below(generated, 8);
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        if (members[i].required || !generated_one_in(generated, 5)) {
            chosen[len++] = &members[i];
        }
    }

    while (unknown-- > 0) {
        chosen[len++] = NULL;
    }

    for (size_t i = 0; i < len; i++) {
        size_t other = i + generated_below(generated, len - i);
        const generated_member_t *member = chosen[other];

        chosen[other] = chosen[i];
        generated_put(generated, i > 0 ? "," : "");
        generated_put_member(generated, member, first);
        first += member == NULL;
    }
}


static inline void
generated_put_object(generated_t *generated, const char *name)
{
    const char *above = generated->object;

    generated->object = name;
    generated_put(generated, "{");

    if (strcmp(name, "customer") == 0) {
        generated_put_members(generated, generated_customer_object,
                              GENERATED_COUNT(generated_customer_object));
    } else if (strcmp(name, "address") == 0) {
        generated_put_members(generated, generated_address_object,
                              GENERATED_COUNT(generated_address_object));
    } else if (strcmp(name, "paymentRegistration") == 0) {
        generated_put_members(generated, generated_payment_object,
                              GENERATED_COUNT(generated_payment_object));
    } else {
        generated_put_members(generated, generated_document_members,
                              GENERATED_COUNT(generated_document_members));
    }

    generated_put(generated, "}");
    generated->object = above;
}


static inline void
generated_make(generated_t *generated)
{
    generated->sent.len = 0;
    generated->forwarded.len = 0;
    generated->changes_count = 0;
    generated->tidy = generated_one_in(generated, 8);
    generated_place = &GENERATED_PICK(generated, generated_places);

    generated_put_space(generated);
    generated_put_object(generated, "");
    generated_put_space(generated);
}

#endif
