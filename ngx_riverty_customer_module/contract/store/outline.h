/*
 * The outline of a key store: what anybody may know of it, without keys and
 * without the digests of tokens.  Two of them tell what has changed (change.h).
 */
#ifndef RIVERTY_OUTLINE_H
#define RIVERTY_OUTLINE_H

#include "contract/core/out.h"
#include "store.h"


/* A key or a token. */
typedef struct {
    riverty_span_t id;
    int64_t not_before; /* as of a key; tokens are always valid */
    int64_t not_after;
    unsigned char value[RIVERTY_DIGEST_SIZE]; /* is it still the same one? */
} riverty_outline_item_t;

typedef struct {
    riverty_span_t name;
    unsigned grants;
    riverty_outline_item_t *keys; /* in the store's order, as tokens are */
    size_t keys_count;
    riverty_outline_item_t *tokens;
    size_t tokens_count;
} riverty_outline_app_t;

/* In secret memory of its own, since keys have digests in it. */
typedef struct {
    riverty_secrets_t *secrets;
    unsigned char content[RIVERTY_DIGEST_SIZE]; /* the store's */
    unsigned char digest[RIVERTY_DIGEST_SIZE];  /* of all that is public */
    riverty_outline_app_t *apps;                /* by their names */
    size_t apps_count;
    size_t keys_count;
    size_t tokens_count;
} riverty_outline_t;

/* Returns the outline of a store, which may be freed then; NULL: no memory. */
riverty_outline_t *riverty_outline(const riverty_store_t *store);

/*
 * By bytes, as memcmp() does; what another one begins with comes before it.
 */
int riverty_outline_compare(riverty_span_t name, riverty_span_t other);

/* Takes a line, its line feed included. */
typedef void (*riverty_outline_take_pt)(void *data, riverty_span_t line);

/*
 * The text that the digest is of (docs/audit.md, "The key store"): a line for
 * each app, by name, and behind it one for each of its keys and tokens, in the
 * store's order.
 */
void riverty_outline_lines(const riverty_outline_t *outline,
                           riverty_outline_take_pt take, void *data);

/*
 * Write what an app may do, as create,read, or - for nothing; and when a key is
 * valid, as an interval of ISO 8601 whose open ends are two dots.
 */
void riverty_outline_grants(riverty_out_t *out, unsigned mask);
void riverty_outline_validity(riverty_out_t *out,
                              const riverty_outline_item_t *key);

/* NULL is fine. */
void riverty_outline_free(riverty_outline_t *outline);

#endif
