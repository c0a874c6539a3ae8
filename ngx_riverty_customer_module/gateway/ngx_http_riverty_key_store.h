/*
 * The key store: the apps, their tokens' digests, their grants and their
 * subscription keys (docs/directives.md, riverty_key_store).
 */
#ifndef NGX_HTTP_RIVERTY_KEY_STORE_H
#define NGX_HTTP_RIVERTY_KEY_STORE_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_secret.h"


#define NGX_HTTP_RIVERTY_DIGEST_LEN  32  /* SHA-256 */


struct ngx_http_riverty_key_s {
    ngx_str_t                      id;
    ngx_str_t                      value;
    time_t                         not_before;  /* 0: always was */
    time_t                         not_after;   /* 0: always will be */
};


struct ngx_http_riverty_app_s {
    ngx_str_t                      name;
    ngx_uint_t                     operations;  /* a mask */
    ngx_http_riverty_key_t        *keys;
    ngx_uint_t                     keys_n;
    ngx_http_riverty_app_t        *next;        /* of its bucket */
};


typedef struct ngx_http_riverty_token_s  ngx_http_riverty_token_t;

struct ngx_http_riverty_token_s {
    u_char                         digest[NGX_HTTP_RIVERTY_DIGEST_LEN];
    ngx_http_riverty_app_t        *app;
    ngx_http_riverty_token_t      *next;        /* of its bucket */
};


/* All of it, itself included, stands in its own secret memory. */
struct ngx_http_riverty_key_store_s {
    ngx_http_riverty_secrets_t    *secrets;
    ngx_uint_t                     version;
    u_char                         content[NGX_HTTP_RIVERTY_DIGEST_LEN];

    ngx_http_riverty_app_t        *apps;
    ngx_uint_t                     apps_n;

    ngx_http_riverty_token_t     **tokens;      /* by digest */
    ngx_http_riverty_app_t       **names;       /* by name */
    ngx_uint_t                     mask;        /* of both tables */
};


/*
 * Loads a store, whose files may belong to user (secret.h).  Returns it, or NULL with error filled; the error names the
 * app and the key id, never a value.  Free with
 * ngx_http_riverty_key_store_free(), which wipes.
 */
ngx_http_riverty_key_store_t *ngx_http_riverty_key_store_load(ngx_str_t *file,
    ngx_uid_t user, ngx_http_riverty_error_t *error);
void ngx_http_riverty_key_store_free(ngx_http_riverty_key_store_t *store);

/* The app that has the token of that SHA-256, in time that tells nothing. */
ngx_http_riverty_app_t *ngx_http_riverty_key_store_by_token(
    ngx_http_riverty_key_store_t *store, const u_char *digest);

/* The app of that name, or NULL. */
ngx_http_riverty_app_t *ngx_http_riverty_key_store_by_name(
    ngx_http_riverty_key_store_t *store, ngx_str_t *name);

/* The first key of app that is valid at now, or NULL. */
ngx_http_riverty_key_t *ngx_http_riverty_key_store_key(
    ngx_http_riverty_app_t *app, time_t now);

/* Adds to the tables; used by the loader.  NGX_DECLINED: there already. */
ngx_int_t ngx_http_riverty_key_store_tables(
    ngx_http_riverty_key_store_t *store, ngx_uint_t tokens);
ngx_int_t ngx_http_riverty_key_store_add_token(
    ngx_http_riverty_key_store_t *store, ngx_http_riverty_token_t *token);
ngx_int_t ngx_http_riverty_key_store_add_name(
    ngx_http_riverty_key_store_t *store, ngx_http_riverty_app_t *app);

#endif
