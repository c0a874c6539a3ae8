/*
 * Edits, proved on documents that a fixed seed generates: whatever the order
 * of members, the white space, the escapes and the numbers in unknown members,
 * the bytes that are forwarded are those that were sent with the normalised
 * values replaced, jansson reads the same tree with those values changed, and
 * judging it again changes nothing.
 */
#include <jansson.h>

#include "customer.h"
#include "generated_customer.h"
#include "in_range.h"

#define DOCUMENTS 6000
#define SEED      UINT64_C(0x2545f4914f6cdd1d)


/* jansson's tree; it cannot hold 1e400, so that is made 1e300 before. */
static json_t *
load(const char *bytes, size_t len)
{
    char *tame = malloc(len + 1);
    json_error_t error;
    json_t *root;
    char *pos;

    memcpy(tame, bytes, len);
    tame[len] = '\0';
    while ((pos = strstr(tame, "400")) != NULL) {
        *pos = '3';
    }

    root = json_loadb(tame, len,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (root == NULL) {
        fail_msg("%s: %s", error.text, tame);
    }

    free(tame);
    return root;
}


static json_t *
find_object(json_t *root, const char *name)
{
    if (strcmp(name, "address") == 0) {
        root = json_object_get(root, "customer");
    }

    return json_object_get(root, name);
}


/* The tree that was sent, its values changed, is the tree of the result. */
static void
assert_tree(const generated_t *generated, const char *result)
{
    json_t *expected = load(generated->sent.bytes, generated->sent.len);
    json_t *actual = load(result, strlen(result));

    for (size_t i = 0; i < generated->changes_count; i++) {
        const generated_change_t *change = &generated->changes[i];
        json_t *object = find_object(expected, change->object);

        assert_non_null(json_object_get(object, change->name));
        assert_int_equal(
            json_object_set_new(object, change->name,
                                json_stringn(change->text, change->len)),
            0);
    }

    assert_true(json_equal(expected, actual));
    json_decref(expected);
    json_decref(actual);
}


static void
judge_generated(const generated_t *generated, const char *number)
{
    const char *result;

    customer_used = 0;
    (void) customer_judge(generated->sent.bytes, number); /* and once more */

    if (customer_document.verdict != RIVERTY_ACCEPTED) {
        fail_msg("%s: %s", customer_found, generated->sent.bytes);
    }

    result = customer_edited();
    assert_string_equal(result, generated->forwarded.bytes);
    assert_int_equal(customer_document.edits_count, generated->changes_count);
    assert_tree(generated, result);
}


static void
test_generated_documents(void **state)
{
    static generated_t generated = { .random = SEED };
    size_t unchanged = 0;
    size_t edits = 0;

    (void) state;
    customer_level(RIVERTY_RULE_COUNTRY_THREE_LETTER, RIVERTY_LEVEL_WARN);
    customer_level(RIVERTY_RULE_LANGUAGE_REGION, RIVERTY_LEVEL_OFF);

    for (unsigned i = 0; i < DOCUMENTS; i++) {
        generated_make(&generated);
        judge_generated(&generated, i % 2 == 0 ? NULL : "c1631704458");
        edits += generated.changes_count;
        unchanged += generated.changes_count == 0;
    }

    print_message("%zu edits, %zu documents without one, %u escapes, %u "
                  "unknown members\n",
                  edits, unchanged, generated.escapes, generated.unknown);

    /* Else the generator has become one-sided, and this test says little. */
    assert_true(edits > 4 * DOCUMENTS);
    assert_uint_in_range(unchanged, DOCUMENTS / 20, DOCUMENTS / 4);
    assert_true(generated.escapes > DOCUMENTS);
    assert_true(generated.unknown > DOCUMENTS);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_generated_documents, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
