/*
 * Who can read the files of a key store.
 */
#ifndef RIVERTY_CLI_KEYS_FILES_H
#define RIVERTY_CLI_KEYS_FILES_H

#include "keys.h"


/*
 * The first of the store's files that lint->user cannot open, or NULL.  Asked
 * by becoming that user, so root's to ask; for others always NULL.
 */
const char *riverty_cli_keys_unreadable(const riverty_cli_lint_t *lint);

/* Who can read the store's files, and advice on them and their directories. */
void riverty_cli_keys_advise_files(riverty_cli_lint_t *lint);

#endif
