/*
 * Settings in words: what riverty_rule and riverty_field take, and what they
 * say of anything else.
 */
#include "customer.h"
#include "contract/customer/settings.h"

#define WORDS_MAX 16

static riverty_span_t words[WORDS_MAX];
static size_t words_count;
static riverty_error_t error;
static riverty_field_options_t options;


/* Cuts line at its spaces. */
static void
split(const char *line)
{
    words_count = 0;

    while (*line != '\0' && words_count < WORDS_MAX) {
        riverty_span_t *word = &words[words_count++];

        word->data = (const unsigned char *) line;
        word->len = strcspn(line, " ");
        line += word->len;
        line += *line == ' ';
    }
}


static bool
read_field(const char *line)
{
    memset(&error, 0, sizeof(error));
    split(line);
    return riverty_setting_field(words, words_count, customer_shapes, &options,
                                 &error);
}


static void
assert_error(const char *part)
{
    if (strstr(error.text, part) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", part, error.text);
    }
}


static void
test_rules(void **state)
{
    static const char *const levels[] = { "off", "warn", "reject" };
    riverty_level_t level;
    riverty_rule_id_t rule;
    char line[64];

    (void) state;

    for (unsigned i = 0; i < RIVERTY_RULE_COUNT; i++) {
        for (unsigned j = 0; j < 3; j++) {
            (void) snprintf(line, sizeof(line), "%s %s", riverty_rules[i].id,
                            levels[j]);
            split(line);
            if (i == RIVERTY_RULE_REFERENCE_MISMATCH &&
                j == RIVERTY_LEVEL_REJECT) {
                continue; /* see test_bad_rules() */
            }

            assert_true(riverty_setting_rule(words, 2, &rule, &level, &error));
            assert_int_equal(rule, i);
            assert_int_equal(level, j);
        }
    }
}


static void
test_bad_rules(void **state)
{
    static const struct {
        const char *line;
        const char *says;
    } cases[] = {
        { "", "takes the id of a rule and off, warn or reject" },
        { "phone", "takes the id of a rule" },
        { "phone warn off", "takes the id of a rule" },
        { "Phone warn", "no rule \"Phone\"" },
        { "phones warn", "\"riverty-customer rules --markdown\" lists them" },
        { "phone on", "level \"on\" of rule \"phone\" must be off, warn or" },
        { "phone Warn", "level \"Warn\"" },
        { "reference_mismatch reject",
          "\"reference_mismatch\" looks at the API's reply, when nothing can "
          "be refused any more: off or warn" },
    };
    riverty_level_t level;
    riverty_rule_id_t rule;

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        split(cases[i].line);
        assert_false(
            riverty_setting_rule(words, words_count, &rule, &level, &error));
        assert_error(cases[i].says);
    }
}


/* A message stays a line, whatever it quotes. */
static void
test_long_words(void **state)
{
    static char word[10000];
    riverty_level_t level;
    riverty_rule_id_t rule;

    (void) state;

    memset(word, 'x', sizeof(word) - 1);
    words[0] = riverty_span_of(word);
    words[1] = riverty_span("warn");
    assert_false(riverty_setting_rule(words, 2, &rule, &level, &error));
    assert_error("rule \"xxx");
    assert_error("lists them");

    assert_false(
        riverty_setting_field(words, 1, customer_shapes, &options, &error));
    assert_error("is none of required");
    assert_true(strlen(error.text) < sizeof(error.text) - 1);
}


static void
test_fields(void **state)
{
    (void) state;

    assert_true(read_field(""));
    assert_int_equal(options.set, 0);

    assert_true(read_field("required"));
    assert_int_equal(options.set, RIVERTY_OPTION_PRESENCE);
    assert_int_equal(options.presence, RIVERTY_PRESENCE_REQUIRED);

    assert_true(read_field("redact=token enum=A,B pattern=[A-Z]=? max=12 "
                           "optional"));
    assert_int_equal(options.set, RIVERTY_OPTION_PRESENCE | RIVERTY_OPTION_CAP |
                                      RIVERTY_OPTION_PATTERN |
                                      RIVERTY_OPTION_VALUES |
                                      RIVERTY_OPTION_REDACTION);
    assert_int_equal(options.presence, RIVERTY_PRESENCE_OPTIONAL);
    assert_int_equal(options.cap, 12);
    assert_int_equal(options.redaction, RIVERTY_REDACT_TOKEN);
    assert_true(riverty_span_equal(options.values, riverty_span("A,B")));
    assert_int_equal(riverty_shape_match(customer_shapes, options.pattern,
                                         riverty_span("Z=")),
                     RIVERTY_MATCH_YES);
    assert_int_equal(riverty_shape_match(customer_shapes, options.pattern,
                                         riverty_span("ZZ")),
                     RIVERTY_MATCH_NO);
}


static void
test_caps(void **state)
{
    static const char *const bad[] = {
        "max=",   "max=0",  "max=65536", "max=-1",
        "max=+1", "max=1k", "max=1.5",   "max=18446744073709551617",
        "max= ",
    };

    (void) state;

    assert_true(read_field("max=1"));
    assert_int_equal(options.cap, 1);
    assert_true(read_field("max=65535"));
    assert_int_equal(options.cap, 65535);

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(read_field(bad[i]));
        assert_error("max= must be a number from 1 to 65535");
    }
}


static void
test_bad_fields(void **state)
{
    static const struct {
        const char *line;
        const char *says;
    } cases[] = {
        { "mandatory", "\"mandatory\" is none of required, optional, max=N" },
        { "required=yes", "\"required=yes\" is none of" },
        { "max", "\"max\" is none of" },
        { "Max=1", "\"Max=1\" is none of" },
        { "=1", "\"=1\" is none of" },
        { "required required", "\"required\" says again" },
        { "required optional", "\"optional\" says again" },
        { "max=1 enum=A max=2", "\"max=2\" says again" },
        { "pattern=", "pattern= must be followed by a pattern" },
        { "pattern=a(b", "pattern= fails at offset 3: " },
        { "pattern=a\\C", "pattern= fails at offset " },
        { "pattern=[z-a]", "pattern= fails at offset " },
        { "redact=", "redact= must be keep, token, partial, length, present" },
        { "redact=hash", "redact= must be keep" },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(read_field(cases[i].line));
        assert_error(cases[i].says);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),      cmocka_unit_test(test_bad_rules),
        cmocka_unit_test(test_long_words), cmocka_unit_test(test_fields),
        cmocka_unit_test(test_caps),       cmocka_unit_test(test_bad_fields),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
