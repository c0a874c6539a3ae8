/*
 * The key store: what may stand in it and what is refused, in which words.
 */
#include "stored.h"

#define STORE_MAX (16 * 1024 * 1024)
#define KEY_MAX   4096
#define DEEP      100000

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16

/* What becomes of the good store, and what is said of it then. */
typedef struct {
    const char *old;
    const char *new;
    const char *words;
} fault_t;

/* clang-format off */
#define ROOT    "the store must be an object with one member, \"apps\", an array"
#define MEMBER  "app \"billing\" has a member that is none of name, tokens, " \
                "operations, keys"
#define NAME    "app number 1: the name of an app must be 1 to 64 letters, " \
                "digits, . _ - or @"
#define GRANTS  "\"operations\" of app \"billing\" may hold create, read, " \
                "update and other"
#define TOKEN   "token 1 of app \"billing\" must be \"sha256:\" and 64 hex digits"
#define NAMED   "token 1 of app \"billing\" must have a \"sha256\" of 64 hex digits"
#define OTHER   "3338f04ae3d75006e85d61e6025a39bbd5d1a1db634ffd0c4d24e8b944cf1fd5"
#define TOKEN_ID                                                          \
    "the \"id\" of token 1 of app \"billing\" must be 1 to 64 letters, " \
    "digits, . _ - or @"

/* echo -n token-7 | sha256sum */
#define OF_TOKEN_7 \
    "e7c9583f202a49ecd684b04f6435a3cfa6788f8f541e9c09965a857802757b17"
#define KEYS    "\"keys\" of app \"billing\" must be an array with a key"
#define ID      "the \"id\" of a key of app \"billing\" must be 1 to 64 " \
                "letters, digits, . _ - or @"
#define OF(id)  "key \"" id "\" of app \"billing\" "
#define EITHER(id) OF(id) "must have either \"file\" or \"value\""
#define FOREIGN OF("primary") "has a member that is none of id, file, value, " \
                "not_before, not_after"
#define TIME    OF("secondary") "has a not_before or not_after that is not a UTC " \
                "time such as 2026-12-01T00:00:00Z"
#define NEVER   OF("secondary") "is never valid: not_after is not later than " \
                "not_before"
#define SPACE   OF("secondary") "has white space, a control character or a " \
                "character outside ASCII in it"
#define UNFILLED OF("secondary") "was never filled in: a template's " \
                "placeholder stands there"

static const fault_t faults[] = {
    { "{\"apps\":", "{\"" MARKER "\":1,\"apps\":", ROOT },
    { "{\"apps\":", "{\"app\":", ROOT },

    { "{\"name\":\"billing\"", "\"" MARKER "\",{\"name\":\"billing\"",
      "element 1 of \"apps\" is not an object" },
    { "{\"name\":\"other\"", "[],{\"name\":\"other\"",
      "element 2 of \"apps\" is not an object" },
    { "\"name\":\"billing\",", "", "app number 1 has no \"name\"" },
    { "\"name\":\"other\",", "", "app number 2 has no \"name\"" },
    { "\"operations\":[\"create\",\"read\"],", "",
      "app \"billing\" has no \"operations\"" },
    { "\"name\":\"other\",\"tokens\":[],\"operations\":[],\"keys\":",
      "\"name\":\"other\",\"tokens\":[],\"operations\":[],\"kies\":",
      "app \"other\" has no \"keys\"" },
    { "\"name\":\"billing\"", "\"name\":\"billing\",\"key\":\"" MARKER "\"",
      MEMBER },
    { "\"name\":\"billing\"", "\"name\":\"billing\",\"Tokens\":[]", MEMBER },

    { "\"billing\"", "\"\"", NAME },
    { "\"billing\"", "\"bill ing\"", NAME },
    { "\"billing\"", "\"bill\\ning\"", NAME },
    { "\"billing\"", "\"b\\\"\"", NAME },
    { "\"billing\"", "\"b/c\"", NAME },
    { "\"billing\"", "\"\\u00fc\"", NAME },
    { "\"billing\"", "\"x" X64 "\"", NAME },
    { "\"billing\"", "5", NAME },
    { "\"other\"", "\"billing\"", "there are two apps \"billing\"" },

    { "[\"create\",\"read\"]", "\"create\"",
      "\"operations\" of app \"billing\" is not an array" },
    { "\"create\"", "\"delete\"", GRANTS },
    { "\"create\"", "\"Create\"", GRANTS },
    { "\"create\"", "\"unknown\"", GRANTS },
    { "\"create\"", "\"\"", GRANTS },
    { "\"create\"", "1", GRANTS },
    { "\"create\"", "null", GRANTS },
    { "\"create\"", "[]", GRANTS },

    { "[\"sha256:" DIGEST "\"]", "\"sha256:" DIGEST "\"",
      "\"tokens\" of app \"billing\" is not an array" },
    { "\"sha256:" DIGEST, "\"token-" MARKER, TOKEN },
    { "\"sha256:" DIGEST, "\"sha256:" MARKER MARKER MARKER MARKER MARKER MARKER
      "4444", TOKEN },
    { "\"sha256:" DIGEST, "\"" DIGEST, TOKEN },
    { "\"sha256:" DIGEST, "\"sha512:" DIGEST, TOKEN },
    { "\"sha256:" DIGEST, "\"SHA256:" DIGEST, TOKEN },
    { "\"sha256:3", "\"sha256:", TOKEN },
    { "\"sha256:3", "\"sha256:33", TOKEN },
    { "\"sha256:3", "\"sha256:g", TOKEN },
    { "\"sha256:3", "\"sha256: ", TOKEN },
    { "\"sha256:" DIGEST "\"", "5", TOKEN },
    { "\"sha256:" DIGEST "\"", "null", TOKEN },
    { "\"sha256:" DIGEST "\"", "\"sha256:" DIGEST "\",\"sha256:" DIGEST "\"",
      "token 2 of app \"billing\" stands in the store twice" },
    { "\"sha256:" DIGEST "\"", "\"sha256:" DIGEST "\",\"sha256:"
      "3338F04AE3D75006E85D61E6025A39BBD5D1A1DB634FFD0C4D24E8B944CF1FD4\"",
      "token 2 of app \"billing\" stands in the store twice" },
    { "\"tokens\":[],", "\"tokens\":[\"sha256:" DIGEST "\"],",
      "token 1 of app \"other\" stands in the store twice" },
    { "\"sha256:" DIGEST "\"", "\"sha256:" EMPTY "\"",
      "token 1 of app \"billing\" is the digest of nothing" },
    { "\"sha256:" DIGEST "\"", "{\"id\":\"a\",\"sha256\":\"" EMPTY "\"}",
      "token 1 of app \"billing\" is the digest of nothing" },
    { "\"sha256:" DIGEST "\"", "{\"id\":\"a\",\"sha256\":\"" MARKER "\"}",
      NAMED },
    { "\"sha256:" DIGEST "\"", "{\"id\":\"a\"}", NAMED },
    { "\"sha256:" DIGEST "\"", "{\"id\":\"a\",\"sha256\":5}", NAMED },
    { "\"sha256:" DIGEST "\"", "{}", NAMED },
    { "\"sha256:" DIGEST "\"",
      "{\"id\":\"a\",\"sha256\":\"" DIGEST "\",\"name\":\"" MARKER "\"}",
      "token 1 of app \"billing\" has a member that is none of id, sha256" },
    { "\"sha256:" DIGEST "\"", "{\"id\":\"\",\"sha256\":\"" DIGEST "\"}",
      TOKEN_ID },
    { "\"sha256:" DIGEST "\"", "{\"id\":\"#1\",\"sha256\":\"" DIGEST "\"}",
      TOKEN_ID },
    { "\"sha256:" DIGEST "\"", "{\"id\":2026,\"sha256\":\"" DIGEST "\"}",
      TOKEN_ID },
    { "\"sha256:" DIGEST "\"",
      "{\"id\":\"token-7\",\"sha256\":\"" OF_TOKEN_7 "\"}",
      "token 1 of app \"billing\" has itself as its \"id\", which records would "
      "show" },
    { "\"sha256:" DIGEST "\"",
      "{\"id\":\"2026\",\"sha256\":\"" DIGEST "\"},"
      "{\"id\":\"2026\",\"sha256\":\"" OTHER "\"}",
      "app \"billing\" has two tokens \"2026\"" },
    { "\"sha256:" DIGEST "\"",
      "{\"id\":\"a\",\"sha256\":\"" DIGEST "\"},"
      "{\"id\":\"b\",\"sha256\":\"" DIGEST "\"}",
      "token 2 of app \"billing\" stands in the store twice" },

    { "\"keys\":[", "\"keys\":[],\"x\":[", KEYS },
    { "\"keys\":[", "\"keys\":\"" MARKER "\",\"x\":[", KEYS },
    { "\"keys\":[", "\"keys\":{\"id\":\"" MARKER "\"},\"x\":[", KEYS },
    { "\"keys\":[", "\"keys\":[\"" MARKER "\",", ID },
    { "\"keys\":[", "\"keys\":[null,", ID },
    { "\"id\":\"primary\",", "", ID },
    { "\"primary\"", "\"\"", ID },
    { "\"primary\"", "\"a b\"", ID },
    { "\"primary\"", "\"a\\n\"", ID },
    { "\"primary\"", "\"x" X64 "\"", ID },
    { "\"primary\"", "1", ID },
    { "\"secondary\"", "\"primary\"", "app \"billing\" has two keys \"primary\"" },
    { "\"id\":", "\"key\":\"" MARKER "\",\"id\":", FOREIGN },
    { "\"id\":", "\"Value\":\"" MARKER "\",\"id\":", FOREIGN },
    { "\"id\":", "\"" MARKER "\":1,\"id\":", FOREIGN },

    { "\"file\":", "\"value\":\"" MARKER "\",\"file\":", EITHER("primary") },
    { ",\"file\":\"primary.key\"", "", EITHER("primary") },
    { "\"primary.key\"", "1", OF("primary") "has a \"file\" that is not a string" },
    { "\"key-" MARKER "\"", "[\"" MARKER "\"]",
      OF("secondary") "has a \"value\" that is not a string" },

    { "\"2026-12-01T00:00:00Z\"", "\"\"", TIME },
    { "\"2026-12-01T00:00:00Z\"", "\"2026-12-01\"", TIME },
    { "T00:00:00Z", "T00:00:00", TIME },
    { "T00:00:00Z", "T00:00:00+00:00", TIME },
    { "T00:00:00Z", "T00:00:00.0Z", TIME },
    { "T00:00:00Z", "T00:00:00z", TIME },
    { "T00:00:00Z", " 00:00:00Z", TIME },
    { "T00:00:00Z", "T24:00:00Z", TIME },
    { "T00:00:00Z", "T00:60:00Z", TIME },
    { "T00:00:00Z", "T00:00:60Z", TIME },
    { "T00:00:00Z", "T00-00:00Z", TIME },
    { "T00:00:00Z", "T00:00-00Z", TIME },
    { "T00:00:00Z", "T/0:00:00Z", TIME },
    { "T00:00:00Z", "T00:0::00Z", TIME },
    { "2026-12-01", "2026-02-30", TIME },
    { "2026-12-01", "2026-13-01", TIME },
    { "\"2026-12-01T00:00:00Z\"", "\"" MARKER MARKER "\"", TIME },
    { "\"2026-12-01T00:00:00Z\"", "1", TIME },
    { "\"2026-12-01T00:00:00Z\"", "null", TIME },
    { "\"not_before\"", "\"not_after\":\"never\",\"not_before\"", TIME },
    { "\"not_before\"", "\"not_after\":\"2026-11-30T23:59:59Z\",\"not_before\"",
      NEVER },
    { "\"not_before\"", "\"not_after\":\"2026-12-01T00:00:00Z\",\"not_before\"",
      NEVER },

    { "\"key-" MARKER "\"", "\"\"", OF("secondary") "is empty" },
    { "\"key-" MARKER, "\"key " MARKER, SPACE },
    { "\"key-" MARKER, "\" key-" MARKER, SPACE },
    { "\"key-" MARKER, "\"key-" MARKER " ", SPACE },
    { "\"key-" MARKER, "\"key-" MARKER "\\n", SPACE },
    { "\"key-" MARKER, "\"key\\t" MARKER, SPACE },
    { "\"key-" MARKER, "\"key\\u0001" MARKER, SPACE },
    { "\"key-" MARKER, "\"key\\u007f" MARKER, SPACE },
    { "\"key-" MARKER, "\"key\\u00fc" MARKER, SPACE },
    { "\"key-" MARKER, "\"YOUR_API_SUBSCRIPTION_TOKEN", UNFILLED },
    { "\"key-" MARKER, "\"x-your_api_Subscription_token-x", UNFILLED },
    { "\"key-" MARKER, "\"${RIVERTY_KEY}", UNFILLED },
    { "\"key-" MARKER, "\"$secret://riverty/key", UNFILLED },
    { "\"key-" MARKER, "\"{{key}}", UNFILLED },
    { "\"key-" MARKER, "\"{{ key }}", UNFILLED },
    { "\"key-" MARKER, "\"vault:secret/riverty#key", UNFILLED },

    { "primary.key", "missing.key", "missing.key\" cannot be opened (2: " },
    { "primary.key", "", "\" is not a regular file" },
    { "primary.key", ".", "\" is not a regular file" },
    { "primary.key", "../" MARKER "\\n", "has a control character in the name" },
    { "primary.key", "0" MARKER "0123456789", OF("primary") "has a \"file\" "
      "that is not there, and whose name may be the key itself" },
};

/* What may stand there. */
static const fault_t virtues[] = {
    { "", "", NULL },
    { "", " \t\r\n", NULL },
    { "\"tokens\":[],", "", NULL },
    { "[\"create\",\"read\"]", "[]", NULL },
    { "[\"create\",\"read\"]", "[\"create\",\"read\",\"update\",\"other\"]",
      NULL },
    { "\"read\"", "\"create\"", NULL },
    { "\"billing\"", "\"Bill.ing_2-x@host\"", NULL },
    { "\"billing\"", "\"" X64 "\"", NULL },
    { "\"primary\"", "\"Pri.mary_2-x@host\"", NULL },
    { "\"only\"", "\"primary\"", NULL },
    { "\"not_before\":\"2026-12-01T00:00:00Z\"",
      "\"not_after\":\"9999-12-31T23:59:59Z\"", NULL },
    { "\"key-", "\"vault\\u002d$secret:{}$", NULL },
    { good_store, "{\"apps\":[]}", NULL },
};
/* clang-format on */

#define FAULTS  (sizeof(faults) / sizeof(faults[0]))
#define VIRTUES (sizeof(virtues) / sizeof(virtues[0]))

/* No JSON; %s is a good store. */
static const char *const malformed[] = {
    " \n",
    "\"" MARKER "\"",
    "apps: " MARKER,
    "%s " MARKER,
    "%s{}",
    "/* " MARKER " */%s",
    "\xef\xbb\xbf%s",
    "{\"" MARKER "\":1,\"" MARKER "\":2}",
    "{\"apps\":[{\"name\":\"" MARKER "\",\"name\":\"" MARKER "\"}]}",
    "{\"apps\":[\"" MARKER "\xff\"]}",
    "{\"apps\":[\"" MARKER "\\u0000\"]}",
    "{\"apps\":[\"" MARKER,
    "{\"apps\":[\"" MARKER "\n\"]}",
};

#define MALFORMED (sizeof(malformed) / sizeof(malformed[0]))


static void
test_faults(void **state)
{
    (void) state;
    stored_put("primary.key", GOOD_KEY "\n");

    for (size_t i = 0; i < FAULTS; i++) {
        char *text = stored_changed(faults[i].old, faults[i].new);

        stored_put("apps.json", text);
        stored_refused(faults[i].words);
        free(text);
    }
}


static void
test_virtues(void **state)
{
    (void) state;
    stored_put("primary.key", GOOD_KEY);

    for (size_t i = 0; i < VIRTUES; i++) {
        char *text = stored_changed(virtues[i].old, virtues[i].new);

        stored_put("apps.json", text);
        riverty_store_free(stored_load());
        free(text);
    }
}


static void
test_no_json(void **state)
{
    char text[4096];

    (void) state;

    for (size_t i = 0; i < MALFORMED; i++) {
        const char *at = strstr(malformed[i], "%s");
        size_t before =
            at != NULL ? (size_t) (at - malformed[i]) : strlen(malformed[i]);

        snprintf(text, sizeof(text), "%.*s%s%s", (int) before, malformed[i],
                 at != NULL ? good_store : "", at != NULL ? at + 2 : "");
        stored_put("apps.json", text);
        stored_refused("not JSON, or a member name twice, at line ");
    }

    stored_put("apps.json", "[\"" MARKER "\"]");
    stored_refused(ROOT);
    stored_put("apps.json", "{}");
    stored_refused(ROOT);
    stored_put("apps.json", "{\"apps\":{}}");
    stored_refused(ROOT);
}


/* Every length that a store can be cut to. */
static void
test_cut_off(void **state)
{
    riverty_error_t error;

    (void) state;

    for (size_t len = 1; len < sizeof(good_store) - 1; len++) {
        stored_write("apps.json", good_store, len, 0600);
        assert_null(
            riverty_store_load(stored_path("apps.json"), geteuid(), &error));
        assert_null(strcasestr(error.text, MARKER));
    }
}


static void
test_too_much(void **state)
{
    char *text = malloc(STORE_MAX + 1);
    char words[64];

    (void) state;
    assert_non_null(text);

    memset(text, '[', STORE_MAX + 1);
    stored_write("apps.json", text, DEEP, 0600);
    stored_refused("not JSON");
    stored_write("apps.json", text, STORE_MAX + 1, 0600);
    snprintf(words, sizeof(words), "is longer than %d bytes", STORE_MAX);
    stored_refused(words);

    memset(text, ' ', STORE_MAX);
    memcpy(text, "{\"apps\":[]}", 11);
    stored_write("apps.json", text, STORE_MAX, 0600);
    riverty_store_free(stored_load());
    free(text);
}


static void
test_a_key_of_any_length(void **state)
{
    char key[KEY_MAX + 2], store[2 * KEY_MAX];

    (void) state;
    memset(key, 'x', sizeof(key));
    stored_put("primary.key", GOOD_KEY);

    for (int len = KEY_MAX; len <= KEY_MAX + 1; len++) {
        snprintf(store, sizeof(store),
                 "{\"apps\":[{\"name\":\"a\",\"operations\":[],\"keys\":"
                 "[{\"id\":\"k\",\"value\":\"%.*s\"}]}]}",
                 len, key);
        stored_put("apps.json", store);

        if (len > KEY_MAX) {
            stored_refused("key \"k\" of app \"a\" is too long");
        } else {
            riverty_store_free(stored_load());
        }
    }
}


/* The key in a file: the line feed at its end is not part of it. */
static void
test_a_key_in_a_file(void **state)
{
    /* clang-format off */
    static const fault_t files[] = {
        { GOOD_KEY, NULL, NULL },
        { GOOD_KEY "\n", NULL, NULL },
        { "", NULL, "/primary.key\" is empty" },
        { "\n", NULL, OF("primary") "is empty" },
        { GOOD_KEY "\n\n", NULL, OF("primary") "has white space" },
        { GOOD_KEY "\r\n", NULL, OF("primary") "has white space" },
        { "\n" GOOD_KEY, NULL, OF("primary") "has white space" },
        { " " GOOD_KEY, NULL, OF("primary") "has white space" },
        { "\xef\xbb\xbf" GOOD_KEY, NULL, OF("primary") "has white space" },
        { "{{ key }}\n", NULL, OF("primary") "was never filled in" },
    };
    /* clang-format on */

    (void) state;
    stored_put("apps.json", good_store);

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        riverty_store_t *store;

        stored_put("primary.key", files[i].old);

        if (files[i].words != NULL) {
            stored_refused(files[i].words);
            continue;
        }

        store = stored_load();
        assert_int_equal(store->apps[0].keys[0].value.len, strlen(GOOD_KEY));
        assert_memory_equal(store->apps[0].keys[0].value.data, GOOD_KEY,
                            strlen(GOOD_KEY));
        riverty_store_free(store);
    }

    stored_write("primary.key", GOOD_KEY "\0x", strlen(GOOD_KEY) + 2, 0600);
    stored_refused(OF("primary") "has white space");
}


static void
test_what_is_loaded(void **state)
{
    riverty_store_t *store;
    const riverty_app_t *app;

    (void) state;
    stored_put("apps.json", good_store);
    stored_put("primary.key", GOOD_KEY "\n");
    store = stored_load();

    assert_int_equal(store->apps_count, 2);
    app = &store->apps[0];
    assert_true(riverty_span_equal(app->name, riverty_span("billing")));
    assert_int_equal(app->grants, RIVERTY_GRANT_CREATE | RIVERTY_GRANT_READ);
    assert_int_equal(app->tokens_count, 1);
    assert_int_equal(app->keys_count, 2);
    assert_true(riverty_span_equal(app->keys[1].id, riverty_span("secondary")));
    assert_true(
        riverty_span_equal(app->keys[1].value, riverty_span("key-" MARKER)));
    assert_int_equal(app->keys[1].not_before, 1796083200);
    assert_true(app->keys[1].not_after == INT64_MAX);
    assert_int_equal(store->apps[1].grants, 0);
    assert_int_equal(store->apps[1].tokens_count, 0);

    /* the store itself is last */
    assert_string_equal(store->files->path, stored_path("primary.key"));
    assert_string_equal(store->files->next->path, stored_path("apps.json"));
    assert_null(store->files->next->next);
    riverty_store_free(store);
}


/* Either form; a token without an id is called by its place. */
static void
test_tokens(void **state)
{
    static const char *const ids[] = { "#1", "2026", "#3", "x@y" };
    riverty_store_t *store;
    const riverty_app_t *app;

    (void) state;
    stored_put(
        "apps.json",
        "{\"apps\":[{\"name\":\"a\",\"tokens\":["
        "\"sha256:" DIGEST "\",{\"id\":\"2026\",\"sha256\":\"" OTHER
        "\"},{\"sha256\":\"" OF_TOKEN_7 "\"},{\"sha256\":\"sha256:"
        "5838f04ae3d75006e85d61e6025a39bbd5d1a1db634ffd0c4d24e8b944cf1fd5"
        "\",\"id\":\"x@y\"}],\"operations\":[],"
        "\"keys\":[{\"id\":\"k\",\"value\":\"key-" MARKER "\"}]}]}");
    store = stored_load();
    app = &store->apps[0];
    assert_int_equal(app->tokens_count, 4);

    for (size_t i = 0; i < 4; i++) {
        const riverty_token_t *token = &app->tokens[i];

        assert_true(riverty_span_equal(token->id, riverty_span_of(ids[i])));
        assert_ptr_equal(token->app, app);
        assert_ptr_equal(riverty_store_by_token(store, token->digest), token);
    }

    riverty_store_free(store);
}


/* A version of the store is a content, not a time or a place. */
static void
test_content(void **state)
{
    unsigned char content[RIVERTY_DIGEST_SIZE];
    riverty_store_t *store;

    (void) state;
    stored_put("apps.json", good_store);
    stored_put("primary.key", GOOD_KEY);
    store = stored_load();
    memcpy(content, store->content, sizeof(content));
    riverty_store_free(store);

    assert_int_equal(rename(stored_path("primary.key"), stored_path("old")), 0);
    stored_put("primary.key", GOOD_KEY);
    store = stored_load();
    assert_memory_equal(content, store->content, sizeof(content));
    riverty_store_free(store);

    stored_put("primary.key", GOOD_KEY "x");
    store = stored_load();
    assert_memory_not_equal(content, store->content, sizeof(content));
    riverty_store_free(store);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_virtues),
        cmocka_unit_test(test_no_json),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_a_key_of_any_length),
        cmocka_unit_test(test_a_key_in_a_file),
        cmocka_unit_test(test_what_is_loaded),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_content),
    };

    return cmocka_run_group_tests(tests, stored_setup, stored_teardown);
}
