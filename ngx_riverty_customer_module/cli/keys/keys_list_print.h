/*
 * The two forms of `keys list`.
 */
#ifndef RIVERTY_CLI_KEYS_LIST_PRINT_H
#define RIVERTY_CLI_KEYS_LIST_PRINT_H

#include "keys_list.h"


/* For people: a line a key. */
void riverty_cli_list_text(FILE *file, const riverty_cli_list_t *list);

/* For programs: one JSON object. */
void riverty_cli_list_json(FILE *file, const riverty_cli_list_t *list);

#endif
