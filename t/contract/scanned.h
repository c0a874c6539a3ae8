/*
 * For tests of the scanner: scans a copy of a document that ends where the
 * memory ends, so that a byte read too much is caught, with the names of the
 * field table.
 */
#ifndef T_CONTRACT_SCANNED_H
#define T_CONTRACT_SCANNED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "contract/customer/fields.h"
#include "contract/json/json_string.h"
#include "contract/json/scan.h"

typedef struct {
    riverty_names_t names;
    riverty_scan_t scan;
    riverty_scan_status_t status;
    unsigned char *body;
    void *block; /* what the scan allocated */
    size_t block_size;
    unsigned calls;
    bool refuse; /* to allocate */
} scanned_t;


static inline void *
scanned_allocate(void *data, size_t size)
{
    scanned_t *scanned = data;

    scanned->calls++;
    if (scanned->refuse) {
        return NULL;
    }

    scanned->block = malloc(size);
    scanned->block_size = size;
    assert_non_null(scanned->block);
    memset(scanned->block, 0xa5, size);
    return scanned->block;
}


/* The scan gives back what it allocated: nothing of it is read any more. */
static inline void
scanned_take_back(void *data, void *allocated)
{
    scanned_t *scanned = data;

    assert_ptr_equal(allocated, scanned->block);
    free(scanned->block);
    scanned->block = NULL;
}


static inline void
scanned_release(scanned_t *scanned)
{
    free(scanned->body);
    scanned->body = NULL;
    scanned->block_size = 0;
    scanned->calls = 0;
}


static inline riverty_scan_status_t
scanned_run(scanned_t *scanned, const void *bytes, size_t len)
{
    riverty_memory_t memory = { scanned_allocate, scanned, scanned_take_back };
    riverty_span_t body = { NULL, len };

    scanned_release(scanned);
    scanned->body = malloc(len == 0 ? 1 : len);
    assert_non_null(scanned->body);
    memcpy(scanned->body, bytes, len);
    body.data = scanned->body;

    memset(&scanned->scan, 0xa5, sizeof(scanned->scan));
    scanned->status =
        riverty_scan(&scanned->scan, &scanned->names, body, &memory);
    assert_true(scanned->calls <= 1);
    assert_null(scanned->block);
    return scanned->status;
}


static inline int
scanned_setup(void **state)
{
    static const uint64_t seed[2] = { 1, 2 };
    scanned_t *scanned = calloc(1, sizeof(*scanned));

    riverty_names_init(&scanned->names, seed);
    scanned->names.wrapper = RIVERTY_FIELD_CUSTOMER;
    scanned->names.miscased = true;

    for (size_t i = 0; i < RIVERTY_FIELD_COUNT; i++) {
        const riverty_field_t *field = &riverty_fields[i];

        assert_true(riverty_names_add(&scanned->names, field->parent,
                                      riverty_field_name(field),
                                      field->type == RIVERTY_TYPE_OBJECT));
    }

    *state = scanned;
    return 0;
}


static inline int
scanned_teardown(void **state)
{
    scanned_release(*state);
    free(*state);
    return 0;
}


/* Reads a file of t/data; the caller frees it. */
static inline unsigned char *
scanned_sample(const char *name, size_t *len)
{
    unsigned char *bytes = malloc(65536);
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "t/data/%s", name);
    file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s: run from the top of the source tree", path);
    }

    *len = fread(bytes, 1, 65536, file);
    fclose(file);
    return bytes;
}

#endif
