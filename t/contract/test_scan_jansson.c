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

#include <ctype.h>
#include <jansson.h>


#define DOCUMENTS     60000
#define DOCUMENT_SIZE 4096
#define SEED          UINT64_C(0x9e3779b97f4a7c15)

/* A document while it is generated. */
typedef struct {
    char text[DOCUMENT_SIZE];
    size_t len;
    uint64_t random;
} draft_t;

typedef struct {
    unsigned accepted;
    unsigned refused;
    unsigned too_deep;
    unsigned overflow;
    unsigned nul;
} tally_t;

/* clang-format off */
static const char *const strings[] = {
    "", "a", "Ray", "Bergnaum Mountains", "0123456789abcdef", "700XXX651",
    "J\xc3\xbcrgen", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xef\xbf\xbf",
    "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\uFFFF", "\x7f",
    "\\ud83d\\ude00", "a\\tb", "\\u0062", " ",
};

static const char *const bad_strings[] = {
    "\\u0000", "\\ud800", "\\udc00", "\\ud800\\u0041", "\\x", "\\u12", "\n",
    "\x1f", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf", "\xff",
};

static const char *const unknown_names[] = {
    "", "a", "b", "\\u0061", "x", "middleName", "Customer", "\xc3\xa9",
    "\\u00e9", "\\\"", "customer\\u0000",
};

static const char *const escaped_names[] = {
    "\\u0063ustomer", "e\\u006dail", "addr\\u0065ss", "\\u0069d",
};

static const char *const numbers[] = {
    "0", "-0", "1", "-17", "275122", "0.5", "1e5", "-1.25E-3", "1E+2",
    "9223372036854775807", "-9223372036854775808", "5e-324", "1e308",
};

static const char *const bad_numbers[] = {
    "01", "-", "1.", ".5", "+1", "1e", "0x1", "9223372036854775808", "1e309",
    "-1e999", "--1", "NaN",
};

static const char *const literals[] = { "true", "false", "null" };
static const char *const spaces[] = { "", "", "", " ", "\n", "\t\r\n  " };
static const char damage[] = "\"\\{}[]:,0eu-. \n\t\x80\xc3\xed\xf0tfn/";
/* clang-format on */

#define PICK(draft, table) (table)[below(draft, sizeof(table) / sizeof *(table))]


static size_t
below(draft_t *draft, size_t limit)
{
    draft->random ^= draft->random << 13;
    draft->random ^= draft->random >> 7;
    draft->random ^= draft->random << 17;
    return (size_t) (draft->random >> 11) % limit;
}


static bool
one_in(draft_t *draft, size_t chances)
{
    return below(draft, chances) == 0;
}


static void
put(draft_t *draft, const char *text)
{
    size_t len = strlen(text);

    if (draft->len + len <= DOCUMENT_SIZE) {
        memcpy(draft->text + draft->len, text, len);
        draft->len += len;
    }
}


static void
put_string(draft_t *draft)
{
    size_t pieces = below(draft, 4);

    put(draft, "\"");
    while (pieces-- > 0) {
        put(draft, one_in(draft, 200) ? PICK(draft, bad_strings)
                                      : PICK(draft, strings));
    }
    put(draft, "\"");
}


/* A name that field's object knows, or another. */
static void
put_name(draft_t *draft, const riverty_names_t *names, unsigned field)
{
    size_t known = below(draft, names->count);
    char name[64];

    if (one_in(draft, 8)) {
        put(draft, PICK(draft, unknown_names));
        return;
    }

    if (one_in(draft, 20)) {
        put(draft, PICK(draft, escaped_names));
        return;
    }

    for (size_t i = 0; i < names->count && names->parent[known] != field; i++) {
        known = (known + 1) % names->count;
    }

    snprintf(name, sizeof(name), "%.*s", (int) names->name[known].len,
             (const char *) names->name[known].data);
    put(draft, name);
}


static void put_value(draft_t *draft, const riverty_names_t *names,
                      unsigned field, unsigned depth);


/* field: whose names the object most likely has. */
static void
put_object(draft_t *draft, const riverty_names_t *names, unsigned field,
           unsigned depth)
{
    size_t members = below(draft, 5);

    put(draft, "{");
    for (size_t i = 0; i < members; i++) {
        put(draft, i > 0 ? "," : "");
        put(draft, PICK(draft, spaces));
        put(draft, "\"");
        put_name(draft, names, field);
        put(draft, "\"");
        put(draft, PICK(draft, spaces));
        put(draft, ":");
        put_value(draft, names, (unsigned) below(draft, 4), depth + 1);
    }
    put(draft, "}");
}


static void
put_array(draft_t *draft, const riverty_names_t *names, unsigned depth)
{
    size_t elements = below(draft, 4);

    put(draft, "[");
    for (size_t i = 0; i < elements; i++) {
        put(draft, i > 0 ? "," : "");
        put_value(draft, names, 0, depth + 1);
    }
    put(draft, "]");
}


static void
put_value(draft_t *draft, const riverty_names_t *names, unsigned field,
          unsigned depth)
{
    put(draft, PICK(draft, spaces));

    switch (below(draft, depth > 9 ? 4 : 9)) {
    case 0:
    case 1:
        put_string(draft);
        break;
    case 2:
        put(draft, one_in(draft, 50) ? PICK(draft, bad_numbers)
                                     : PICK(draft, numbers));
        break;
    case 3:
        put(draft, PICK(draft, literals));
        break;
    case 4:
        put_array(draft, names, depth);
        break;
    default:
        put_object(draft, names, field, depth);
        break;
    }

    put(draft, PICK(draft, spaces));
}


/* The create request's form: the whole table, each value as it comes. */
static void
put_customer(draft_t *draft, const riverty_names_t *names, unsigned field)
{
    const char *comma = "";

    put(draft, "{");
    for (unsigned child = 1; child < names->count; child++) {
        if (names->parent[child] != field || one_in(draft, 6)) {
            continue;
        }

        put(draft, comma);
        put(draft, "\"");
        put(draft, (const char *) names->name[child].data);
        put(draft, "\":");
        comma = ",";

        if (names->type[child] == RIVERTY_TYPE_OBJECT) {
            put_customer(draft, names, child);
        } else if (one_in(draft, 10)) {
            put_value(draft, names, child, 4);
        } else {
            put_string(draft);
        }
    }
    put(draft, "}");
}


/* One damage: a byte, a piece gone, a piece twice, an early end. */
static void
hurt(draft_t *draft)
{
    size_t at, len;

    if (draft->len == 0) {
        return;
    }

    at = below(draft, draft->len);
    len = 1 + below(draft, 8);
    if (len > draft->len - at) {
        len = draft->len - at;
    }

    switch (below(draft, 5)) {
    case 0:
        draft->text[at] = damage[below(draft, sizeof(damage))];
        break;
    case 1:
        draft->text[at] ^= (char) (1 << below(draft, 8));
        break;
    case 2:
        memmove(draft->text + at, draft->text + at + len,
                draft->len - at - len);
        draft->len -= len;
        break;
    case 3:
        if (draft->len + len <= DOCUMENT_SIZE) {
            memmove(draft->text + at + len, draft->text + at, draft->len - at);
            draft->len += len;
        }
        break;
    default:
        draft->len = at;
        break;
    }
}


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
    unsigned char text[DOCUMENT_SIZE];
    bool ascii = true;
    size_t len;

    len = riverty_scan_unescape(raw, text);
    assert_int_equal(len, json_string_length(value));
    assert_memory_equal(text, json_string_value(value), len);

    for (size_t i = 0; i < raw.len; i++) {
        ascii = ascii && raw.data[i] < 0x80;
    }
    assert_int_equal(member->ascii, ascii);
    assert_int_equal(member->escaped,
                     memchr(raw.data, '\\', raw.len) != NULL);
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

    spanned = json_loadb(start, member->end - member->start, JSON_DECODE_ANY,
                         NULL);
    assert_true(json_equal(spanned, value));
    json_decref(spanned);

    assert_false(strchr(" \t\r\n", *start) != NULL);
    assert_null(memchr(" \t\r\n", start[member->end - member->start - 1], 4));
    if (json_is_string(value)) {
        assert_same_string(scanned, member, value);
    }
}


static void
assert_same_document(const scanned_t *scanned, json_t *root)
{
    const riverty_names_t *names = &scanned->names;
    json_t *values[RIVERTY_FIELDS_MAX] = { root };
    size_t known[RIVERTY_FIELDS_MAX] = { 0 };
    bool unwrapped = false;

    assert_same_member(scanned, 0, root);

    for (unsigned field = 1; field < names->count; field++) {
        const riverty_span_t name = names->name[field];
        unsigned parent = names->parent[field];

        if (names->type[parent] == RIVERTY_TYPE_OBJECT) {
            values[field] = json_object_getn(
                values[parent], (const char *) name.data, name.len);
        }
        assert_same_member(scanned, field, values[field]);

        known[parent] += values[field] != NULL;
        unwrapped = unwrapped ||
                    (parent == RIVERTY_FIELD_CUSTOMER &&
                     json_object_getn(root, (const char *) name.data,
                                      name.len) != NULL);
    }

    for (unsigned field = 0; field < names->count; field++) {
        size_t members = names->type[field] == RIVERTY_TYPE_OBJECT
                             ? json_object_size(values[field])
                             : 0;

        assert_int_equal(scanned->scan.unknown[field], members - known[field]);
    }

    assert_int_equal(scanned->scan.unwrapped, unwrapped);
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
        assert_same_document(scanned, root);
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
            put_value(&draft, &scanned->names, 0, 0);
            break;
        case 1:
            put_object(&draft, &scanned->names, 0, 0);
            break;
        default:
            put_customer(&draft, &scanned->names, 0);
            break;
        }

        compare(scanned, &draft, &tally);

        for (size_t wounds = below(&draft, 3); wounds > 0; wounds--) {
            hurt(&draft);
            compare(scanned, &draft, &tally);
        }
    }

    print_message("accepted %u, refused %u; too deep %u, overflow %u, NUL %u\n",
                  tally.accepted, tally.refused, tally.too_deep, tally.overflow,
                  tally.nul);

    /* Else the generator has become one-sided, and this test says little. */
    assert_in_range(tally.accepted, DOCUMENTS / 2, DOCUMENTS);
    assert_in_range(tally.refused, DOCUMENTS / 2, DOCUMENTS);
    assert_in_range(tally.too_deep, 100, DOCUMENTS / 20);
    assert_in_range(tally.overflow, 100, DOCUMENTS / 20);
    assert_in_range(tally.nul, 1, DOCUMENTS / 20);
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
        assert_true(len <= DOCUMENT_SIZE);

        for (unsigned round = 0; round < DOCUMENTS / 8; round++) {
            memcpy(draft.text, sample, len);
            draft.len = len;
            hurt(&draft);
            compare(scanned, &draft, &tally);
        }

        free(sample);
    }

    assert_in_range(tally.accepted, DOCUMENTS / 20, DOCUMENTS);
    assert_in_range(tally.refused, DOCUMENTS / 20, DOCUMENTS);
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
