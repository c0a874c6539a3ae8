/*
 * Who can read the files of a key store.
 */
#ifndef RIVERTY_CLI_KEYS_FILES_H
#define RIVERTY_CLI_KEYS_FILES_H

#include "keys.h"


/*
 * The first of the store's files that lint->user cannot open, or NULL.  It
 * becomes that user to find out, so only root gets an answer; for others it is
 * always NULL.
 */
const char *riverty_cli_keys_unreadable(const riverty_cli_lint_t *lint);

/* Tells who can read the store's files, and gives advice on them. */
void riverty_cli_keys_advise_files(riverty_cli_lint_t *lint);

#endif
