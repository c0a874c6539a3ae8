/*
 * For tests of what is made from a judged document: judges a JSON text under
 * the default contract, and reads what was written with jansson.
 */
#ifndef T_CONTRACT_JUDGED_H
#define T_CONTRACT_JUDGED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>

#include "contract/customer/contract.h"
#include "contract/customer/document.h"
#include "contract/customer/edit.h"
#include "contract/customer/findings.h"
#include "contract/core/out.h"

#define JUDGED_ARENA (1024 * 1024)
#define JUDGED_NOW   1795464942 /* 2026-11-23T20:15:42Z */

typedef struct {
    riverty_shapes_t *shapes;
    riverty_contract_t contract;
    riverty_document_t document;
    unsigned char *arena;
    size_t used;
} judged_t;


static inline void *
judged_allocate(void *data, size_t size)
{
    judged_t *judged = data;
    size_t start = (judged->used + 15) & ~(size_t) 15;

    if (size > JUDGED_ARENA - start) {
        return NULL;
    }

    judged->used = start + size;
    return judged->arena + start;
}


static inline int
judged_setup(void **state)
{
    static const uint64_t seed[2] = { 1, 2 };
    judged_t *judged = calloc(1, sizeof(*judged));

    judged->arena = malloc(JUDGED_ARENA);
    judged->shapes = riverty_shapes_create();
    riverty_contract_init(&judged->contract, judged->shapes, seed);
    *state = judged;
    return 0;
}


static inline int
judged_teardown(void **state)
{
    judged_t *judged = *state;

    riverty_shapes_free(judged->shapes);
    free(judged->arena);
    free(judged);
    return 0;
}


/* The document keeps a reference to text. */
static inline riverty_verdict_t
judge(judged_t *judged, const char *text)
{
    riverty_memory_t memory = { judged_allocate, judged, NULL };
    riverty_input_t input = { .body = riverty_span_of(text),
                              .operation = RIVERTY_CREATE,
                              .now = JUDGED_NOW };

    judged->used = 0;
    return riverty_document_check(&judged->document, &judged->contract, &input,
                                  &memory);
}


/* A file as a C string, to be freed. */
static inline char *
judged_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 65536);

    assert_non_null(file);
    assert_true(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}


/* What was written, as JSON in its order of members; to be decref'ed. */
static inline json_t *
judged_json(const riverty_out_t *out)
{
    json_error_t error;
    json_t *json =
        json_loadb((const char *) out->start, riverty_out_length(out),
                   JSON_REJECT_DUPLICATES, &error);

    if (json == NULL) {
        print_error("%s: %.*s\n", error.text, (int) riverty_out_length(out),
                    (const char *) out->start);
    }

    assert_non_null(json);
    return json;
}


static inline bool
judged_holds(const riverty_out_t *out, const char *text)
{
    size_t len = strlen(text);
    const unsigned char *pos;

    for (pos = out->start; pos + len <= out->pos; pos++) {
        if (memcmp(pos, text, len) == 0) {
            return true;
        }
    }

    return false;
}

#endif
