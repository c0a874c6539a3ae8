/*
 * The field table as data, and the names that follow from it.
 */
#include "fields.h"

#include "check_codes.h"
#include "check_date.h"
#include "check_email.h"
#include "check_phone.h"
#include "check_text.h"


/* clang-format off */
#define EXPECTS(text)      riverty_filled(text)
#define TYPE(NAME)         .type = RIVERTY_TYPE_##NAME
#define PRESENCE(NAME)     .presence = RIVERTY_PRESENCE_##NAME
#define CAP(...)           CAP_OF(__VA_ARGS__, TOO_LONG, )
#define CAP_OF(number, RULE, ...)                                              \
                           .cap = number, .cap_rule = RIVERTY_RULE_##RULE
#define SPACES(NAME)       .spaces = RIVERTY_SPACES_##NAME
#define NORMALISE(NAME)    .normalise = RIVERTY_NORMALISE_##NAME
#define SHAPE(NAME, RULE)  .shape = RIVERTY_SHAPE_##NAME,                      \
                           .shape_rule = RIVERTY_RULE_##RULE
#define VALUES(list, RULE) .values = riverty_filled(list),                     \
                           .values_rule = RIVERTY_RULE_##RULE
#define CHECK(name)        .check = riverty_check_##name
#define REDACT(NAME)       .redaction = RIVERTY_REDACT_##NAME

/* The pointer as a name of the audit record: "pointer": */
#define LABEL(pointer)                                                         \
    { (const unsigned char *) "\"" pointer "\":", sizeof(pointer) + 2 }

#define FIELD(NAME, PARENT, where, what, ...)                                  \
    [RIVERTY_FIELD_##NAME] = {                                                 \
        .pointer = where, .label = LABEL(where),                               \
        .parent = RIVERTY_FIELD_##PARENT, .expects = what, __VA_ARGS__ },

const riverty_field_t riverty_fields[RIVERTY_FIELD_COUNT] = {
#include "field_table.h"
};
/* clang-format on */

static const char *const redaction_names[] = {
    [RIVERTY_REDACT_DROP] = "drop",     [RIVERTY_REDACT_KEEP] = "keep",
    [RIVERTY_REDACT_TOKEN] = "token",   [RIVERTY_REDACT_PARTIAL] = "partial",
    [RIVERTY_REDACT_LENGTH] = "length", [RIVERTY_REDACT_PRESENT] = "present",
};

#define REDACTIONS (sizeof(redaction_names) / sizeof(redaction_names[0]))


riverty_span_t
riverty_field_name(const riverty_field_t *field)
{
    const char *slash = strrchr(field->pointer, '/');

    return riverty_span_of(slash != NULL ? slash + 1 : field->pointer);
}


size_t
riverty_field_dotted(const char *pointer, char *out, size_t size)
{
    size_t len = 0;

    if (*pointer == '/') {
        pointer++;
    }

    for (; *pointer != '\0' && len + 1 < size; pointer++) {
        out[len++] = *pointer == '/' ? '.' : *pointer;
    }

    out[len] = '\0';
    return len;
}


/* The length of the first of a list's values, which are short. */
static size_t
value_length(const char *values)
{
    size_t len = 0;

    while (values[len] != ',' && values[len] != '\0') {
        len++;
    }

    return len;
}


bool
riverty_field_lists(const char *values, riverty_span_t text)
{
    size_t len;

    for (; *values != '\0'; values += len + (values[len] == ',')) {
        len = value_length(values);

        if (len == text.len && memcmp(values, text.data, len) == 0) {
            return true;
        }
    }

    return false;
}


const char *
riverty_redaction_name(riverty_redaction_t redaction)
{
    return redaction_names[redaction];
}


bool
riverty_redaction_parse(riverty_span_t word, riverty_redaction_t *redaction)
{
    for (unsigned i = 0; i < REDACTIONS; i++) {
        if (riverty_span_equal(word, riverty_span_of(redaction_names[i]))) {
            *redaction = (riverty_redaction_t) i;
            return true;
        }
    }

    return false;
}
