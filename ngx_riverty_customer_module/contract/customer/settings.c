/*
 * Settings in words: a table of options, with a small reader for each.
 */
#include "settings.h"

#include "contract/core/bytes.h"


/* A cap is counted in 16 bits. */
#define CAP_MAX 65535

/* How much of a word a message quotes. */
#define QUOTE_MAX 100

typedef struct {
    riverty_field_options_t *options;
    riverty_shapes_t *shapes;
    riverty_error_t *error;
} reader_t;

typedef bool (*read_pt)(reader_t *reader, riverty_span_t value);

/* prefix ends in = where a value follows it. */
typedef struct {
    const char *prefix;
    unsigned option;
    read_pt read;
} option_t;


static int
quoted(riverty_span_t word)
{
    return (int) (word.len > QUOTE_MAX ? QUOTE_MAX : word.len);
}


bool
riverty_setting_profile(const riverty_span_t *words, size_t count,
                        riverty_profile_t *profile, riverty_error_t *error)
{
    if (count != 1) {
        return riverty_fail(error, "takes strict, default or lenient");
    }

    if (!riverty_profile_parse(words[0], profile)) {
        return riverty_fail(
            error, "the profile \"%.*s\" must be strict, default or lenient",
            quoted(words[0]), words[0].data);
    }

    return true;
}


bool
riverty_setting_rule(const riverty_span_t *words, size_t count,
                     riverty_rule_id_t *rule, riverty_level_t *level,
                     riverty_error_t *error)
{
    if (count != 2) {
        return riverty_fail(error,
                            "takes the id of a rule and off, warn or reject");
    }

    *rule = riverty_rule_find(words[0]);
    if (*rule == RIVERTY_RULE_NONE) {
        return riverty_fail(
            error,
            "there is no rule \"%.*s\"; \"riverty-customer rules "
            "--markdown\" lists them",
            quoted(words[0]), words[0].data);
    }

    if (!riverty_level_parse(words[1], level)) {
        return riverty_fail(
            error,
            "the level \"%.*s\" of rule \"%s\" must be off, warn or "
            "reject",
            quoted(words[1]), words[1].data, riverty_rules[*rule].id);
    }

    if (riverty_rules[*rule].on == RIVERTY_ON_REPLY &&
        *level == RIVERTY_LEVEL_REJECT) {
        return riverty_fail(
            error,
            "the rule \"%s\" looks at the API's reply, when nothing "
            "can be refused any more: off or warn",
            riverty_rules[*rule].id);
    }

    return true;
}


static bool
read_required(reader_t *reader, riverty_span_t value)
{
    (void) value;
    reader->options->presence = RIVERTY_PRESENCE_REQUIRED;
    return true;
}


static bool
read_optional(reader_t *reader, riverty_span_t value)
{
    (void) value;
    reader->options->presence = RIVERTY_PRESENCE_OPTIONAL;
    return true;
}


static bool
read_max(reader_t *reader, riverty_span_t value)
{
    unsigned long number = 0;

    for (size_t i = 0; i < value.len && number <= CAP_MAX; i++) {
        if (!riverty_byte_is_digit(value.data[i])) {
            number = 0;
            break;
        }

        number = number * 10 + (value.data[i] - '0');
    }

    if (number == 0 || number > CAP_MAX) {
        return riverty_fail(reader->error, "max= must be a number from 1 to %d",
                            CAP_MAX);
    }

    reader->options->cap = (uint16_t) number;
    return true;
}


static bool
read_pattern(reader_t *reader, riverty_span_t value)
{
    riverty_pattern_error_t why;

    if (value.len == 0) {
        return riverty_fail(reader->error,
                            "pattern= must be followed by a pattern");
    }

    reader->options->pattern = riverty_shapes_add(reader->shapes, value, &why);

    if (reader->options->pattern == RIVERTY_SHAPE_NONE) {
        return riverty_fail(reader->error, "pattern= fails at offset %zu: %s",
                            why.offset, why.message);
    }

    return true;
}


static bool
read_enum(reader_t *reader, riverty_span_t value)
{
    reader->options->values = value;
    return true;
}


static bool
read_redact(reader_t *reader, riverty_span_t value)
{
    if (!riverty_redaction_parse(value, &reader->options->redaction)) {
        return riverty_fail(reader->error,
                            "redact= must be keep, token, partial, "
                            "length, present or drop");
    }

    return true;
}


static const option_t options[] = {
    { "required", RIVERTY_OPTION_PRESENCE, read_required },
    { "optional", RIVERTY_OPTION_PRESENCE, read_optional },
    { "max=", RIVERTY_OPTION_CAP, read_max },
    { "pattern=", RIVERTY_OPTION_PATTERN, read_pattern },
    { "enum=", RIVERTY_OPTION_VALUES, read_enum },
    { "redact=", RIVERTY_OPTION_REDACTION, read_redact },
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))


/* The option of a word, and the value behind its =; NULL where it is none. */
static const option_t *
find_option(riverty_span_t word, riverty_span_t *value)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        size_t len = strlen(options[i].prefix);
        bool valued = options[i].prefix[len - 1] == '=';

        if ((valued ? word.len >= len : word.len == len) &&
            memcmp(word.data, options[i].prefix, len) == 0) {
            value->data = word.data + len;
            value->len = word.len - len;
            return &options[i];
        }
    }

    return NULL;
}


bool
riverty_setting_field(const riverty_span_t *words, size_t count,
                      riverty_shapes_t *shapes,
                      riverty_field_options_t *field_options,
                      riverty_error_t *error)
{
    reader_t reader = { field_options, shapes, error };

    memset(field_options, 0, sizeof(*field_options));

    for (size_t i = 0; i < count; i++) {
        riverty_span_t value;
        const option_t *option = find_option(words[i], &value);

        if (option == NULL) {
            return riverty_fail(
                error,
                "\"%.*s\" is none of required, optional, max=N, "
                "pattern=REGEX, enum=A,B, redact=MODE",
                quoted(words[i]), words[i].data);
        }

        if ((field_options->set & option->option) != 0) {
            return riverty_fail(error,
                                "\"%.*s\" says again what was said before it",
                                quoted(words[i]), words[i].data);
        }

        field_options->set |= option->option;
        if (!option->read(&reader, value)) {
            return false;
        }
    }

    return true;
}
