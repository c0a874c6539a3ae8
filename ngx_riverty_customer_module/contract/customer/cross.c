/*
 * Fields that must agree: the only checks that know fields by name.  The rules
 * and their sources stand in rule_table.h.
 */
#include "cross.h"

#include "codes.h"
#include "contract/core/bytes.h"
#include "contract/core/text.h"
#include "postal_code.h"


#define COUNTRY_LENGTH 2

typedef void (*cross_pt)(riverty_judgement_t *judgement, unsigned field);

/* VAT prefixes of the European Union that are their country's code ... */
static const char vat_prefixes[] = "AT BE BG CY CZ DE DK EE ES FI FR HR HU IE "
                                   "IT LT LU LV MT NL PL PT RO SE SI SK";

/* ... and those that are not: Greece, Northern Ireland. */
static const struct {
    char prefix[COUNTRY_LENGTH];
    char country[COUNTRY_LENGTH];
} vat_others[] = {
    { { 'E', 'L' }, { 'G', 'R' } },
    { { 'X', 'I' }, { 'G', 'B' } },
};

/* A letter may follow these alone: ATU1, ESB5, FRK7; HRB 123 is a register. */
static const char vat_lettered[] = "AT ES FR";

#define VAT_OTHERS (sizeof(vat_others) / sizeof(vat_others[0]))


static void
note(riverty_judgement_t *judgement, unsigned field, riverty_rule_id_t rule)
{
    riverty_value_note(&judgement->values[field], rule, NULL);
}


static bool
is_filled(const riverty_judgement_t *judgement, unsigned field)
{
    return judgement->values[field].text.len > 0;
}


/* Is code one of the two-letter codes of a list "AT BE"? */
static bool
lists_code(const char *list, const unsigned char *code)
{
    for (; *list != '\0'; list += COUNTRY_LENGTH + (list[2] == ' ')) {
        if (memcmp(list, code, COUNTRY_LENGTH) == 0) {
            return true;
        }
    }

    return false;
}


/* Notes that a field is missing, where it is not required anyway. */
static void
note_missing(riverty_judgement_t *judgement, unsigned field,
             riverty_rule_id_t rule)
{
    if (riverty_judgement_empty(judgement, field) &&
        !riverty_cross_requires(judgement, field)) {
        note(judgement, field, rule);
    }
}


/* What Riverty's checkout asks of customers in these countries. */
static void
check_profile(riverty_judgement_t *judgement, unsigned field,
              const char *countries)
{
    if (judgement->country.data != NULL && !is_filled(judgement, field) &&
        lists_code(countries, judgement->country.data)) {
        note_missing(judgement, field, RIVERTY_RULE_COUNTRY_PROFILE);
    }
}


/*
 * A customer without its "customer" is one fault, not each of its members
 * missing.  Where the rule does not reject, the member is still required, since
 * nothing judges what stands at the top.
 */
static void
cross_customer(riverty_judgement_t *judgement, unsigned field)
{
    if (judgement->unwrapped) {
        note(judgement, field, RIVERTY_RULE_NOT_WRAPPED);
    }
}


/* Forwards a form that stands in room. */
static void
keep_form(riverty_judgement_t *judgement, riverty_value_t *value,
          riverty_span_t form)
{
    unsigned char *copy =
        judgement->memory->allocate(judgement->memory->data, form.len);

    if (copy == NULL) {
        judgement->starved = true;
        return;
    }

    memcpy(copy, form.data, form.len);
    value->text = (riverty_span_t){ copy, form.len };
}


static void
judge_postal_code(riverty_judgement_t *judgement, unsigned field)
{
    const riverty_shapes_t *shapes = judgement->contract->shapes;
    size_t row = (size_t) judgement->postal_row;
    riverty_value_t *value = &judgement->values[field];
    unsigned char room[RIVERTY_POSTAL_CODE_SIZE];
    riverty_span_t form = value->text;

    switch (riverty_postal_code_read(shapes, row, &form, room)) {
    case RIVERTY_POSTAL_CODE_NONE:
        note(judgement, field, RIVERTY_RULE_POSTAL_CODE);
        return;
    case RIVERTY_POSTAL_CODE_SUFFIXED:
        note(judgement, field, RIVERTY_RULE_POSTAL_CODE_SUFFIX);
        return;
    case RIVERTY_POSTAL_CODE_GOOD:
        break;
    }

    judgement->postal_code = true;

    if (form.data == room) {
        keep_form(judgement, value, form);
    }
}


static void
cross_postal_code(riverty_judgement_t *judgement, unsigned field)
{
    if (judgement->postal_row >= 0 && is_filled(judgement, field)) {
        judge_postal_code(judgement, field);
    }

    if (judgement->contract->fields[field].configured) {
        riverty_judgement_configured(judgement,
                                     &judgement->contract->fields[field],
                                     &judgement->values[field]);
    }
}


static void
cross_street(riverty_judgement_t *judgement, unsigned field)
{
    riverty_span_t text = judgement->values[field].text;

    if (!riverty_judgement_empty(judgement, RIVERTY_FIELD_STREET_NUMBER)) {
        return;
    }

    for (size_t i = 0; i < text.len; i++) {
        if (riverty_byte_is_digit(text.data[i])) {
            note(judgement, field, RIVERTY_RULE_STREET_WITH_NUMBER);
            return;
        }
    }
}


static void
cross_street_number_additional(riverty_judgement_t *judgement, unsigned field)
{
    if (is_filled(judgement, field) &&
        riverty_judgement_empty(judgement, RIVERTY_FIELD_STREET_NUMBER)) {
        note(judgement, field, RIVERTY_RULE_STREET_NUMBER_ALONE);
    }
}


static void
cross_birth_date(riverty_judgement_t *judgement, unsigned field)
{
    if (judgement->company && is_filled(judgement, field)) {
        note(judgement, field, RIVERTY_RULE_COMPANY_BIRTH_DATE);
    }

    if (judgement->person) {
        check_profile(judgement, field, "NL DK BE AT CH");
    }
}


/* The other one of a person's two names. */
static unsigned
other_name(unsigned field)
{
    return field == RIVERTY_FIELD_FIRST_NAME ? RIVERTY_FIELD_LAST_NAME
                                             : RIVERTY_FIELD_FIRST_NAME;
}


/* Is it dashes or dots where a name should be, beside the other name? */
static bool
stands_in(const riverty_judgement_t *judgement, unsigned field)
{
    return (field == RIVERTY_FIELD_FIRST_NAME ||
            field == RIVERTY_FIELD_LAST_NAME) &&
           judgement->values[field].blank &&
           riverty_text_dashes(
               riverty_text_trim(judgement->values[field].sent)) &&
           is_filled(judgement, other_name(field));
}


static void
cross_name(riverty_judgement_t *judgement, unsigned field)
{
    if (!judgement->person) {
        return;
    }

    if (stands_in(judgement, field) ||
        (field == RIVERTY_FIELD_LAST_NAME && is_filled(judgement, field) &&
         riverty_span_equal(
             judgement->values[field].text,
             judgement->values[RIVERTY_FIELD_FIRST_NAME].text))) {
        note(judgement, field, RIVERTY_RULE_MONONYM);
    }
}


static void
cross_company_name(riverty_judgement_t *judgement, unsigned field)
{
    if (judgement->person && is_filled(judgement, field)) {
        note(judgement, field, RIVERTY_RULE_PERSON_COMPANY_NAME);
    }
}


/* The number in the path is the one that is changed (trap 10). */
static void
cross_customer_number(riverty_judgement_t *judgement, unsigned field)
{
    const riverty_input_t *input = &judgement->document->input;

    if (input->operation == RIVERTY_UPDATE &&
        !riverty_judgement_empty(judgement, field) &&
        !riverty_span_equal(judgement->values[field].text,
                            input->customer_number)) {
        note(judgement, field, RIVERTY_RULE_CUSTOMER_NUMBER_MISMATCH);
    }
}


static void
cross_email(riverty_judgement_t *judgement, unsigned field)
{
    note_missing(judgement, field, RIVERTY_RULE_EMAIL_MISSING);
}


static void
cross_identification_number(riverty_judgement_t *judgement, unsigned field)
{
    check_profile(judgement, field, "FI SE NO DK");
}


static void
cross_salutation(riverty_judgement_t *judgement, unsigned field)
{
    if (judgement->person) {
        check_profile(judgement, field, "NL BE");
    }
}


/* The country that a VAT prefix stands for, or NULL where it is none. */
static const char *
vat_country(const char *prefix)
{
    for (size_t i = 0; i < VAT_OTHERS; i++) {
        if (memcmp(prefix, vat_others[i].prefix, COUNTRY_LENGTH) == 0) {
            return vat_others[i].country;
        }
    }

    return lists_code(vat_prefixes, (const unsigned char *) prefix) ? prefix
                                                                    : NULL;
}


/* Does a letter follow the prefix of a text that has none there? */
static bool
is_longer_word(riverty_span_t text, const char *prefix)
{
    return text.len > COUNTRY_LENGTH &&
           riverty_byte_is_letter(text.data[COUNTRY_LENGTH]) &&
           !lists_code(vat_lettered, (const unsigned char *) prefix);
}


/*
 * Every VAT number has a digit among the first three characters behind its
 * prefix; an Italian codice fiscale, which starts with six letters of a name,
 * has none there.
 */
static bool
read_vat_prefix(riverty_span_t text, char *prefix)
{
    if (text.len < COUNTRY_LENGTH || text.data[0] < 'A') {
        return false;
    }

    for (size_t i = 0; i < COUNTRY_LENGTH; i++) {
        prefix[i] = (char) (text.data[i] & ~0x20); /* upper case */
    }

    for (size_t i = COUNTRY_LENGTH; i < text.len && i < COUNTRY_LENGTH + 3;
         i++) {
        if (riverty_byte_is_digit(text.data[i])) {
            return !is_longer_word(text, prefix);
        }
    }

    return false;
}


static void
cross_tax_number(riverty_judgement_t *judgement, unsigned field)
{
    char prefix[COUNTRY_LENGTH];
    const char *country;

    if (judgement->country.data == NULL ||
        !read_vat_prefix(judgement->values[field].text, prefix)) {
        return;
    }

    country = vat_country(prefix);
    if (country != NULL &&
        memcmp(country, judgement->country.data, COUNTRY_LENGTH) != 0) {
        note(judgement, field, RIVERTY_RULE_VAT_COUNTRY);
    }
}


static const cross_pt crosses[RIVERTY_FIELD_COUNT] = {
    [RIVERTY_FIELD_CUSTOMER] = cross_customer,
    [RIVERTY_FIELD_POSTAL_CODE] = cross_postal_code,
    [RIVERTY_FIELD_STREET] = cross_street,
    [RIVERTY_FIELD_STREET_NUMBER_ADDITIONAL] = cross_street_number_additional,
    [RIVERTY_FIELD_BIRTH_DATE] = cross_birth_date,
    [RIVERTY_FIELD_COMPANY_NAME] = cross_company_name,
    [RIVERTY_FIELD_CUSTOMER_NUMBER] = cross_customer_number,
    [RIVERTY_FIELD_EMAIL] = cross_email,
    [RIVERTY_FIELD_FIRST_NAME] = cross_name,
    [RIVERTY_FIELD_LAST_NAME] = cross_name,
    [RIVERTY_FIELD_IDENTIFICATION_NUMBER] = cross_identification_number,
    [RIVERTY_FIELD_SALUTATION] = cross_salutation,
    [RIVERTY_FIELD_TAX_NUMBER] = cross_tax_number,
};


/* A value that other judgements may rest on; absent where it is not good. */
static riverty_span_t
certain(const riverty_judgement_t *judgement, unsigned field)
{
    const riverty_value_t *value = &judgement->values[field];

    if (riverty_judgement_spoiled(judgement, value)) {
        return (riverty_span_t){ NULL, 0 };
    }

    return value->text;
}


void
riverty_cross_learn(riverty_judgement_t *judgement)
{
    riverty_span_t category =
        certain(judgement, RIVERTY_FIELD_CUSTOMER_CATEGORY);
    riverty_span_t country = certain(judgement, RIVERTY_FIELD_COUNTRY_CODE);

    judgement->unwrapped =
        judgement->document->scan.unwrapped &&
        riverty_judgement_empty(judgement, RIVERTY_FIELD_CUSTOMER);

    judgement->person = riverty_span_equal(category, riverty_span("PERSON"));
    judgement->company = riverty_span_equal(category, riverty_span("COMPANY"));

    judgement->country = (riverty_span_t){ NULL, 0 };
    judgement->postal_row = -1;
    judgement->postal_code = false;

    if (country.len == COUNTRY_LENGTH) {
        judgement->country = country;
        judgement->postal_row = riverty_postal_code_row(country);
    }
}


bool
riverty_cross_requires(const riverty_judgement_t *judgement, unsigned field)
{
    switch (judgement->contract->fields[field].presence) {
    case RIVERTY_PRESENCE_OPTIONAL:
        return false;
    case RIVERTY_PRESENCE_REQUIRED:
        return true;
    case RIVERTY_PRESENCE_PERSON:
        return judgement->person && !stands_in(judgement, field);
    case RIVERTY_PRESENCE_COMPANY:
        return judgement->company;
    case RIVERTY_PRESENCE_COUNTRY:
        return judgement->postal_row >= 0 &&
               riverty_postal_codes[judgement->postal_row].required;
    }

    return false;
}


bool
riverty_cross_knows(unsigned field)
{
    return field < RIVERTY_FIELD_COUNT && crosses[field] != NULL;
}


void
riverty_cross_check(riverty_judgement_t *judgement, unsigned field)
{
    if (!judgement->values[field].closed) {
        crosses[field](judgement, field);
    }
}


bool
riverty_cross_bounds(const riverty_judgement_t *judgement, unsigned field)
{
    return field == RIVERTY_FIELD_POSTAL_CODE && judgement->postal_code &&
           judgement->contract->fields[field].cap == riverty_fields[field].cap;
}
