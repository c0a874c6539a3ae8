/*
 * riverty-customer keys: what its commands share.
 */
#ifndef RIVERTY_CLI_KEYS_H
#define RIVERTY_CLI_KEYS_H

#include <jansson.h>
#include <sys/types.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "contract/store/store.h"


/* 2026-12-01T00:00:00Z and a NUL. */
#define RIVERTY_CLI_TIME_SIZE 21

/* Whom nginx's workers run as. */
typedef struct {
    const char *name;
    uid_t id;
    gid_t group;
} riverty_cli_user_t;

/* What is said of a key store. */
typedef enum {
    RIVERTY_CLI_SAYS_NOTE,
    RIVERTY_CLI_SAYS_ADVICE,
    RIVERTY_CLI_SAYS_BAD,     /* nginx takes it, and nobody is served */
    RIVERTY_CLI_SAYS_REFUSED, /* by nginx -t, in its words */
    RIVERTY_CLI_SAYS_COUNT
} riverty_cli_says_t;

/* A key store under examination. */
typedef struct {
    const char *file; /* as the caller called it */
    riverty_cli_user_t user;
    const riverty_store_t *store;
    int64_t now;
    bool strict;  /* advice is against the store, too */
    json_t *said; /* an array of all that was said; NULL: it is printed */
    size_t counts[RIVERTY_CLI_SAYS_COUNT]; /* how much was said so far */
} riverty_cli_lint_t;


/* The commands below `keys`. */
extern const riverty_cli_command_t riverty_cli_keys_commands[];

/*
 * Finds the user of that name, or UID, or UID:GID; for NULL the first one that
 * nginx is built or packaged for.  Returns false, after a complaint, where none
 * is there.
 */
bool riverty_cli_keys_user(const char *name, riverty_cli_user_t *user);

/* Can whoever runs this open the file?  Complains where not. */
bool riverty_cli_keys_opens(const char *file);

/* A time of a key, in UTC. */
void riverty_cli_keys_time(char text[RIVERTY_CLI_TIME_SIZE], int64_t time);

#endif
