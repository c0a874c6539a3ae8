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


/* Kept until the process ends: leaks are not what is looked for here. */
static inline const riverty_contract_t *
fuzzed_contract(void)
{
    static riverty_contract_t contract;
    static riverty_shapes_t *shapes;
    static const uint64_t seed[2] = { 3, 4 };

    if (shapes == NULL) {
        shapes = riverty_shapes_create();
        fuzzed_assert(shapes != NULL);
        riverty_contract_init(&contract, shapes, seed);
    }

    return &contract;
}


/* What jansson cannot hold and we forward as it is: THE intents. */
static inline bool
fuzzed_is_intent(const json_error_t *error)
{
    return json_error_code(error) == json_error_numeric_overflow ||
           json_error_code(error) == json_error_stack_overflow;
}

#endif
