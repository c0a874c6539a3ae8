/*
 * The scanner against jansson, the judge: over documents that are generated
 * and then damaged, with a fixed seed, both accept or both refuse, and where
 * both accept they see the same.
 *
 * THE intents, where they need not agree:
 *   depth over 8          we refuse, jansson goes to 2048
 *   numbers of any size   jansson refuses what no double or long long holds
 *   a NUL                 jansson (2.14) overlooks one right behind a number or
 *                         a literal: it puts the byte back where 0 means none
 */
#include "scanned.h"
#include "draft.h"
#include "in_range.h"

#include <ctype.h>
#include <jansson.h>
#include <strings.h>


#define DOCUMENTS 60000
#define SEED      UINT64_C(0x9e3779b97f4a7c15)

typedef struct {
    unsigned accepted;
    unsigned refused;
    unsigned too_deep;
    unsigned overflow;
    unsigned nul;
    size_t miscased;
} tally_t;


static riverty_json_type_t
type_of(const json_t *value)
{
    if (value == NULL) {
        return RIVERTY_JSON_ABSENT;
    }

    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return RIVERTY_JSON_OBJECT;
    case JSON_ARRAY:
        return RIVERTY_JSON_ARRAY;
    case JSON_STRING:
        return RIVERTY_JSON_STRING;
    case JSON_INTEGER:
    case JSON_REAL:
        return RIVERTY_JSON_NUMBER;
    case JSON_TRUE:
        return RIVERTY_JSON_TRUE;
    case JSON_FALSE:
        return RIVERTY_JSON_FALSE;
    default:
        return RIVERTY_JSON_NULL;
    }
}


static void
assert_same_string(const scanned_t *scanned, const riverty_member_t *member,
                   const json_t *value)
{
    riverty_span_t raw = { scanned->body + member->start + 1,
                           member->end - member->start - 2 };
    unsigned char text[DRAFT_SIZE];
    bool plain = true;
    size_t len;

    len = riverty_string_unescape(raw, text);
    assert_int_equal(len, json_string_length(value));
    assert_memory_equal(text, json_string_value(value), len);

    for (size_t i = 0; i < raw.len; i++) {
        plain = plain && raw.data[i] >= ' ' && raw.data[i] <= '~' &&
                raw.data[i] != '\\';
    }
    assert_int_equal(member->plain, plain);
    assert_int_equal(member->escaped, memchr(raw.data, '\\', raw.len) != NULL);
}


/* The bytes that a member's note spans are its value and nothing else. */
static void
assert_same_member(const scanned_t *scanned, unsigned field,
                   const json_t *value)
{
    const riverty_member_t *member = &scanned->scan.members[field];
    const char *start = (const char *) scanned->body + member->start;
    json_t *spanned;

    assert_int_equal(member->type, type_of(value));
    if (value == NULL) {
        return;
    }

    spanned =
        json_loadb(start, member->end - member->start, JSON_DECODE_ANY, NULL);
    assert_true(json_equal(spanned, value));
    json_decref(spanned);

    assert_false(strchr(" \t\r\n", *start) != NULL);
    assert_null(memchr(" \t\r\n", start[member->end - member->start - 1], 4));
    if (json_is_string(value)) {
        assert_same_string(scanned, member, value);
    }
}


/* Members of an object that have the name but for the case of ASCII letters. */
static size_t
count_miscased(json_t *object, riverty_span_t name)
{
    const char *key;
    size_t len;
    json_t *value;
    size_t count = 0;

    json_object_keylen_foreach(object, key, len, value)
    {
        if (len == name.len &&
            strncasecmp(key, (const char *) name.data, len) == 0 &&
            memcmp(key, name.data, len) != 0) {
            count++;
        }
    }

    return count;
}


/* Returns how many members have a known name in another case of letters. */
static size_t
assert_same_document(const scanned_t *scanned, json_t *root)
{
    const riverty_names_t *names = &scanned->names;
    json_t *values[RIVERTY_FIELDS_MAX] = { root };
    size_t known[RIVERTY_FIELDS_MAX] = { 0 };
    size_t miscased = 0;
    bool unwrapped = false;

    assert_same_member(scanned, 0, root);

    for (unsigned field = 1; field < names->count; field++) {
        const riverty_span_t name = names->name[field].text;
        unsigned parent = names->parent[field];

        if (names->object[parent]) {
            values[field] = json_object_getn(
                values[parent], (const char *) name.data, name.len);
        }
        assert_same_member(scanned, field, values[field]);

        if (names->object[parent]) {
            size_t count = count_miscased(values[parent], name);

            assert_int_equal(scanned->scan.miscased >> field & 1, count > 0);
            assert_int_equal(scanned->scan.miscased_beside >> field & 1,
                             count > 1);
            miscased += count;
        }

        known[parent] += values[field] != NULL;
        unwrapped =
            unwrapped || (parent == RIVERTY_FIELD_CUSTOMER &&
                          json_object_getn(root, (const char *) name.data,
                                           name.len) != NULL);
    }

    for (unsigned field = 0; field < names->count; field++) {
        size_t members =
            names->object[field] ? json_object_size(values[field]) : 0;

        assert_int_equal(scanned->scan.unknown[field], members - known[field]);
    }

    assert_int_equal(scanned->scan.unwrapped, unwrapped);
    return miscased;
}


/* Did we refuse a NUL that stands right behind a number or a literal? */
static bool
refused_overlooked_nul(const scanned_t *scanned)
{
    size_t error = scanned->scan.error;

    return scanned->status == RIVERTY_SCAN_NUL && error > 0 &&
           scanned->body[error] == 0 && isalnum(scanned->body[error - 1]);
}


static void
compare(scanned_t *scanned, const draft_t *draft, tally_t *tally)
{
    json_error_t error;
    json_t *root;

    scanned_run(scanned, draft->text, draft->len);
    assert_true(scanned->status == RIVERTY_SCAN_OK ||
                scanned->scan.error <= draft->len);

    root = json_loadb(draft->text, draft->len,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

    if (scanned->status == RIVERTY_SCAN_TOO_DEEP) {
        tally->too_deep++;

    } else if (root == NULL &&
               json_error_code(&error) == json_error_numeric_overflow) {
        tally->overflow++;

    } else if (refused_overlooked_nul(scanned)) {
        tally->nul++;

    } else if ((root == NULL) != (scanned->status != RIVERTY_SCAN_OK)) {
        fail_msg("jansson: %s, we: %s at %zu: %.*s",
                 root == NULL ? error.text : "good",
                 riverty_scan_id(scanned->status), scanned->scan.error,
                 (int) draft->len, draft->text);

    } else if (root == NULL) {
        tally->refused++;

    } else {
        tally->accepted++;
        tally->miscased += assert_same_document(scanned, root);
    }

    json_decref(root);
}


static void
test_generated_documents(void **state)
{
    scanned_t *scanned = *state;
    draft_t draft = { .random = SEED };
    tally_t tally = { .accepted = 0 };

    for (unsigned i = 0; i < DOCUMENTS; i++) {
        draft.len = 0;
        switch (i % 3) {
        case 0:
            draft_put_value(&draft, &scanned->names, 0, 0);
            break;
        case 1:
            draft_put_object(&draft, &scanned->names, 0, 0);
            break;
        default:
            draft_put_customer(&draft, &scanned->names, 0);
            break;
        }

        compare(scanned, &draft, &tally);

        for (size_t wounds = draft_below(&draft, 3); wounds > 0; wounds--) {
            draft_hurt(&draft);
            compare(scanned, &draft, &tally);
        }
    }

    print_message("accepted %u, refused %u; too deep %u, overflow %u, NUL %u\n",
                  tally.accepted, tally.refused, tally.too_deep, tally.overflow,
                  tally.nul);

    /* Else the generator has become one-sided, and this test says little. */
    assert_true(tally.accepted > DOCUMENTS / 2);
    assert_true(tally.refused > DOCUMENTS / 2);
    assert_uint_in_range(tally.too_deep, 100, DOCUMENTS / 20);
    assert_uint_in_range(tally.overflow, 100, DOCUMENTS / 20);
    assert_uint_in_range(tally.nul, 100, DOCUMENTS / 20);
    assert_true(tally.miscased > 1000);
}


static void
test_damaged_samples(void **state)
{
    static const char *const names[] = { "create-request.json",
                                         "update-request.json" };
    scanned_t *scanned = *state;
    draft_t draft = { .random = SEED };
    tally_t tally = { .accepted = 0 };
    unsigned char *sample;
    size_t len;

    for (size_t i = 0; i < 2; i++) {
        sample = scanned_sample(names[i], &len);
        assert_true(len <= DRAFT_SIZE);

        for (unsigned round = 0; round < DOCUMENTS / 8; round++) {
            memcpy(draft.text, sample, len);
            draft.len = len;
            draft_hurt(&draft);
            compare(scanned, &draft, &tally);
        }

        free(sample);
    }

    assert_true(tally.accepted > DOCUMENTS / 20);
    assert_true(tally.refused > DOCUMENTS / 20);
}


/* Every pair and triple of these, in a string and outside of one. */
static void
test_short_texts(void **state)
{
    static const char bytes[] = "{}[]\":,\\u0-1.eE+ \nntrula\x80\xc3\xe2\xed";
    static const size_t count = sizeof(bytes); /* the NUL too */
    scanned_t *scanned = *state;
    draft_t draft = { .len = 0 };
    tally_t tally = { .accepted = 0 };

    for (size_t i = 0; i < count * count * count; i++) {
        char triple[] = { bytes[i / count / count], bytes[i / count % count],
                          bytes[i % count] };

        memcpy(draft.text, triple, 3);
        draft.len = 3;
        compare(scanned, &draft, &tally);

        memcpy(draft.text, "[\"", 2);
        memcpy(draft.text + 2, triple, 3);
        memcpy(draft.text + 5, "\"]", 2);
        draft.len = 7;
        compare(scanned, &draft, &tally);
    }

    assert_true(tally.accepted > 0);
    assert_true(tally.refused > 0);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generated_documents),
        cmocka_unit_test(test_damaged_samples),
        cmocka_unit_test(test_short_texts),
    };

    return cmocka_run_group_tests(tests, scanned_setup, scanned_teardown);
}
