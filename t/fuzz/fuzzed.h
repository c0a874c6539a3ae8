/*
 * For the fuzz targets: an arena that is emptied for each input, a contract,
 * and assertions that end the run.
 */
#ifndef T_FUZZ_FUZZED_H
#define T_FUZZ_FUZZED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "contract/customer/contract.h"
#include "contract/customer/document.h"
#include "contract/customer/edit.h"
#include "contract/json/json_string.h"

#define FUZZED_NOW 1795464942 /* 2026-11-23T20:15:42Z */

/* The longest body that the gateway lets through by default. */
#define FUZZED_BODY_MAX 65536

/* Far more than a body of that length may ask for. */
#define FUZZED_ARENA (16 * 1024 * 1024)

#define fuzzed_assert(what)                                                    \
    do {                                                                       \
        if (!(what)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
            abort();                                                           \
        }                                                                      \
    } while (0)

typedef struct {
    unsigned char *bytes;
    size_t used;
} fuzzed_arena_t;


static inline void *
fuzzed_allocate(void *data, size_t size)
{
    fuzzed_arena_t *arena = data;
    size_t start = (arena->used + 15) & ~(size_t) 15;

    fuzzed_assert(size <= FUZZED_ARENA - start);
    arena->used = start + size;
    return arena->bytes + start;
}


/* Asks of each string that it is in one case: its values are put into one. */
static inline void
fuzzed_configure(riverty_contract_t *contract, riverty_shapes_t *shapes)
{
    static const riverty_memory_t nothing = { NULL, NULL, NULL };
    riverty_field_options_t options = { .set = RIVERTY_OPTION_PATTERN };
    riverty_pattern_error_t error;

    options.pattern = riverty_shapes_add(
        shapes, riverty_span("\\P{Ll}*|\\P{Lu}*"), &error);
    fuzzed_assert(options.pattern != RIVERTY_SHAPE_NONE);

    for (size_t i = 0; i < RIVERTY_FIELD_COUNT; i++) {
        if (contract->fields[i].type == RIVERTY_TYPE_STRING) {
            fuzzed_assert(
                riverty_contract_field(
                    contract, riverty_span_of(contract->fields[i].pointer),
                    &options, &nothing) == RIVERTY_FIELD_STATUS_OK);
        }
    }
}


/*
 * The default contract, or one with a pattern for each string.  Kept until the
 * process ends: leaks are not what is looked for here.
 */
static inline const riverty_contract_t *
fuzzed_contract(bool configured)
{
    static riverty_contract_t contracts[2];
    static riverty_shapes_t *shapes;
    static const uint64_t seed[2] = { 3, 4 };

    if (shapes == NULL) {
        shapes = riverty_shapes_create();
        fuzzed_assert(shapes != NULL);
        riverty_contract_init(&contracts[0], shapes, seed);
        contracts[1] = contracts[0];
        fuzzed_configure(&contracts[1], shapes);
    }

    return &contracts[configured];
}


/* What jansson cannot hold and we forward as it is: THE intents. */
static inline bool
fuzzed_is_intent(const json_error_t *error)
{
    return json_error_code(error) == json_error_numeric_overflow ||
           json_error_code(error) == json_error_stack_overflow;
}

#endif
