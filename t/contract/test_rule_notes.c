/*
 * The examples of the rules (docs/rules.md) do what they say.
 */
#include "customer.h"

#include <jansson.h>

#include "cli/pages/rule_notes.h"
#include "contract/customer/settings.h"

#define REFERENCE "externalCustomerReference"
#define WORDS_MAX 8


static json_t *
read_json(const char *text)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    if (json == NULL) {
        fail_msg("no JSON: %s", text);
    }

    return json;
}


/* Sets the member at pointer; value is borrowed. */
static void
set_member(json_t **document, const char *pointer, json_t *value)
{
    json_t *object = *document;
    char name[64];
    size_t len;

    if (*pointer == '\0') {
        json_decref(*document);
        *document = json_incref(value);
        return;
    }

    for (;;) {
        len = strcspn(++pointer, "/");
        assert_true(len < sizeof(name));
        memcpy(name, pointer, len);
        name[len] = '\0';
        pointer += len;

        if (*pointer == '\0') {
            break;
        }
        object = json_object_get(object, name);
    }

    assert_int_equal(json_object_set(object, name, value), 0);
}


/* The example with those members changed, to be freed. */
static char *
changed(const char *members)
{
    json_t *document = read_json(RIVERTY_EXAMPLE);
    json_t *changes = read_json(members);
    void *change = json_object_iter(changes);
    char *text;

    while (change != NULL) {
        set_member(&document, json_object_iter_key(change),
                   json_object_iter_value(change));
        change = json_object_iter_next(changes, change);
    }

    text = json_dumps(document, 0);
    assert_non_null(text);
    json_decref(changes);
    json_decref(document);

    return text;
}


/* A directive riverty_field POINTER OPTION...; without quotes. */
static void
apply(const char *setting)
{
    riverty_span_t words[WORDS_MAX];
    riverty_field_options_t options;
    riverty_error_t error;
    size_t count = 0;

    for (const char *pos = setting; *pos != '\0' && count < WORDS_MAX;
         count++) {
        words[count].data = (const unsigned char *) pos;
        words[count].len = strcspn(pos, " ;");
        pos += words[count].len;
        pos += strspn(pos, " ;");
    }

    assert_true(riverty_span_equal(words[0], riverty_span("riverty_field")));
    assert_true(riverty_setting_field(words + 2, count - 2, customer_shapes,
                                      &options, &error));
    assert_int_equal(riverty_contract_field(&customer_contract, words[1],
                                            &options, &customer_memory),
                     RIVERTY_FIELD_STATUS_OK);
}


static bool
has_rule(riverty_rule_id_t rule)
{
    for (size_t i = 0; i < customer_document.findings_count; i++) {
        if (customer_document.findings[i].rule == rule) {
            return true;
        }
    }

    return false;
}


/* Judges what the API replies to the example. */
static void
judge_reply(const char *example)
{
    json_t *reply = read_json(example);
    const char *reference =
        json_string_value(json_object_get(reply, REFERENCE));

    assert_non_null(reference);
    (void) customer_check(&customer_document, riverty_span(RIVERTY_EXAMPLE),
                          NULL);
    riverty_document_replied(&customer_document, &customer_contract,
                             riverty_span_of(reference));
    json_decref(reply);
}


static bool
breaks(riverty_rule_id_t rule, const char *example)
{
    riverty_on_t on = riverty_rules[rule].on;
    char *body;

    if (on == RIVERTY_ON_REPLY) {
        judge_reply(example);
        return has_rule(rule);
    }

    body = changed(example);
    (void) customer_check(&customer_document, riverty_span_of(body),
                          on == RIVERTY_ON_UPDATE ? "c1631704458" : NULL);
    free(body);

    return has_rule(rule);
}


static void
test_base(void **state)
{
    (void) state;

    assert_string_equal(customer_judge(RIVERTY_EXAMPLE, NULL), "");
    assert_string_equal(customer_judge(RIVERTY_EXAMPLE, "c1631704458"), "");
    assert_int_equal(customer_document.edits_count, 0);
}


static void
test_examples(void **state)
{
    for (unsigned i = 0; i < RIVERTY_RULE_COUNT; i++) {
        const riverty_rule_note_t *note = &riverty_rule_notes[i];

        (void) customer_setup(state);

        if (riverty_rules[i].stands == RIVERTY_STANDS_OFF) {
            customer_level((riverty_rule_id_t) i, RIVERTY_LEVEL_WARN);
        }

        if (note->setting != NULL) {
            apply(note->setting);
        }

        if (!breaks((riverty_rule_id_t) i, note->breaks)) {
            fail_msg("%s: what breaks it does not", riverty_rules[i].id);
        }

        if (breaks((riverty_rule_id_t) i, note->passes) ||
            customer_document.verdict != RIVERTY_ACCEPTED) {
            fail_msg("%s: what passes does not", riverty_rules[i].id);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_base, customer_setup),
        cmocka_unit_test_setup(test_examples, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
