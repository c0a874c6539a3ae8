/*
 * A configuration of nginx as a tree of blocks, of which only what concerns a
 * contract is kept.
 */
#ifndef RIVERTY_CLI_CONFIG_TREE_H
#define RIVERTY_CLI_CONFIG_TREE_H

#include "words.h"


typedef struct riverty_cli_block_s riverty_cli_block_t;
typedef struct riverty_cli_setting_s riverty_cli_setting_t;

/* Is that the name of a directive that is to be kept? */
typedef bool (*riverty_cli_kept_pt)(riverty_span_t name);

/* A directive that is kept, with its words. */
struct riverty_cli_setting_s {
    riverty_cli_setting_t *next; /* in the order of the file */
    const char *file;
    size_t line;
    riverty_span_t *words;
    size_t count;
};

struct riverty_cli_block_s {
    riverty_cli_block_t *parent; /* NULL: the file itself */
    riverty_cli_block_t *next;   /* of all blocks, in the order of the file */
    const char *name;            /* what stands before its { */
    const char *file;
    size_t line;
    riverty_cli_setting_t *settings;
    riverty_cli_setting_t **tail;
    bool told;      /* riverty_customer stands in it, */
    bool protected; /* and says on or monitor */
    bool proxied;   /* proxy_pass stands in it */
};


/*
 * Reads the file at path, and what it includes, relative to its directory as
 * nginx does.  Returns the file itself as a block, with all others behind it,
 * or NULL after a complaint.
 */
riverty_cli_block_t *riverty_cli_config_read(const char *path,
                                             riverty_cli_kept_pt kept);

#endif
