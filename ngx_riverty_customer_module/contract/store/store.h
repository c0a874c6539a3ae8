/*
 * The key store: the apps, their tokens' digests, their grants and their
 * subscription keys (docs/directives.md, riverty_key_store).
 */
#ifndef RIVERTY_STORE_H
#define RIVERTY_STORE_H

#include "contract/core/riverty.h"
#include "contract/core/secret.h"
#include "contract/core/sha256.h"


#define RIVERTY_DIGEST_SIZE RIVERTY_SHA256_SIZE

/* The longest name of an app, and the longest id of a key or a token. */
#define RIVERTY_STORE_ID_MAX 64

/* GRANT(NAME, name, bit): what an app may be granted; bits of a mask. */
#define RIVERTY_GRANTS(GRANT) \
    GRANT(CREATE, create, 1)  \
    GRANT(READ, read, 2)      \
    GRANT(UPDATE, update, 4)  \
    GRANT(OTHER, other, 8)

enum {
#define RIVERTY_GRANT_ENUM(NAME, name, bit) RIVERTY_GRANT_##NAME = bit,
    RIVERTY_GRANTS(RIVERTY_GRANT_ENUM)
#undef RIVERTY_GRANT_ENUM
};

#define RIVERTY_GRANT_ONE(NAME, name, bit) +1
#define RIVERTY_GRANT_COUNT                (0 RIVERTY_GRANTS(RIVERTY_GRANT_ONE))

typedef struct {
    const char *name;
    unsigned grant;
} riverty_grant_t;

/* All of them, in the order in which they are shown. */
extern const riverty_grant_t riverty_grants[RIVERTY_GRANT_COUNT];

typedef struct {
    riverty_span_t id;
    riverty_span_t value;
    int64_t not_before; /* seconds since 1970-01-01 UTC; INT64_MIN: always */
    int64_t not_after;  /* INT64_MAX: for ever */
} riverty_key_t;

typedef struct riverty_app_s riverty_app_t;
typedef struct riverty_token_s riverty_token_t;

struct riverty_app_s {
    riverty_span_t name;
    unsigned grants; /* a mask of RIVERTY_GRANT_* */
    riverty_key_t *keys;
    size_t keys_count;
    riverty_token_t *tokens;
    size_t tokens_count;
    riverty_app_t *next; /* of its bucket */
};

struct riverty_token_s {
    unsigned char digest[RIVERTY_DIGEST_SIZE];
    riverty_span_t id; /* without one: its place in the app, "#1" and so on */
    riverty_app_t *app;
    riverty_token_t *next; /* of its bucket */
};

/* A file that the store was read from. */
typedef struct riverty_store_file_s riverty_store_file_t;

struct riverty_store_file_s {
    const char *path;
    riverty_file_id_t id;
    riverty_store_file_t *next;
};

/* The store stands in its own secret memory, with all that it points to. */
typedef struct {
    riverty_secrets_t *secrets;
    unsigned char content[RIVERTY_DIGEST_SIZE]; /* of all that was read */
    riverty_store_file_t *files;                /* the store itself is last */

    riverty_app_t *apps; /* in the order of the file */
    size_t apps_count;

    riverty_token_t **tokens; /* by digest */
    riverty_app_t **names;    /* by name */
    size_t mask;              /* of both tables */
} riverty_store_t;


/*
 * May an app, a key or a token be called so: by 1 to RIVERTY_STORE_ID_MAX
 * letters, digits, . _ - and @?  Logs and records show it: nothing there may
 * need an escape.
 */
bool riverty_store_id(riverty_span_t text);

/* Wipes and frees it; NULL is fine. */
void riverty_store_free(riverty_store_t *store);

/*
 * For the loader: makes the tables for so many tokens, and adds to them.  False
 * where there is no memory, or what is added is there already.
 */
bool riverty_store_tables(riverty_store_t *store, size_t tokens);
bool riverty_store_add_token(riverty_store_t *store, riverty_token_t *token);
bool riverty_store_add_name(riverty_store_t *store, riverty_app_t *app);

/*
 * The token of that SHA-256, or NULL.  The time that it takes tells nothing
 * about tokens and does not grow with the apps.
 */
riverty_token_t *riverty_store_by_token(const riverty_store_t *store,
                                        const unsigned char *digest);

/* The app of that name, or NULL. */
riverty_app_t *riverty_store_by_name(const riverty_store_t *store,
                                     riverty_span_t name);

/* Is the key valid at that time (seconds since 1970-01-01 UTC)? */
bool riverty_key_valid(const riverty_key_t *key, int64_t now);

/* The first key of app from the index on that is valid, or NULL. */
riverty_key_t *riverty_app_key(const riverty_app_t *app, size_t from,
                               int64_t now);

/*
 * Looks whether files have changed since they were read, at most count of them,
 * from *file on (NULL: from the first); *file becomes where to go on, NULL at
 * the end.  Returns true at the first that has.
 */
bool riverty_store_changed(const riverty_store_t *store,
                           const riverty_store_file_t **file, size_t count);

#endif
