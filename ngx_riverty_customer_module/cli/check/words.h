/*
 * The words of a configuration file, as nginx reads them.
 */
#ifndef RIVERTY_CLI_WORDS_H
#define RIVERTY_CLI_WORDS_H

#include "contract/core/riverty.h"


/* Words of one directive that are kept, its name included. */
#define RIVERTY_CLI_WORDS_MAX 16

typedef struct {
    const unsigned char *pos; /* what has not been read yet */
    const unsigned char *end;
    size_t line; /* of pos */

    riverty_span_t words[RIVERTY_CLI_WORDS_MAX];
    size_t count;      /* of all words; the first ones are kept */
    size_t start_line; /* of the first word */
    char closed_by;    /* ; or {; or the } of a block, then without words */
    const char *error; /* why no directive was read; NULL at the end */
} riverty_cli_words_t;


/* Starts to read bytes, which must stay. */
void riverty_cli_words_init(riverty_cli_words_t *words, riverty_span_t bytes);

/*
 * Reads the next directive into words and count, or the end of a block.
 * Returns false where there is none: at the end, or where start_line has an
 * error.
 */
bool riverty_cli_words_next(riverty_cli_words_t *words);

/*
 * Passes a block of Lua, behind its {, up to and with its }.  Returns false
 * where it has no end.
 */
bool riverty_cli_words_skip_lua(riverty_cli_words_t *words);

#endif
