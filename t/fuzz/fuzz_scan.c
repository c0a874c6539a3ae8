/*
 * The scanner against jansson: both accept or both refuse, and both see the
 * same strings in the known members.  The intents are those of
 * t/contract/test_scan_jansson.c.
 */
#include "fuzzed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* The value of a field in jansson's tree, by the field's pointer. */
static const json_t *
find(const json_t *root, const riverty_contract_t *contract, unsigned field)
{
    riverty_span_t name;
    const json_t *parent;

    if (field == RIVERTY_FIELD_DOCUMENT) {
        return root;
    }

    parent = find(root, contract, contract->fields[field].parent);
    name = riverty_field_name(&contract->fields[field]);

    return json_object_getn(parent, (const char *) name.data, name.len);
}


static void
compare(const riverty_contract_t *contract, const riverty_scan_t *scan,
        riverty_span_t body, const json_t *root)
{
    unsigned i;

    for (i = 0; i < contract->fields_count; i++) {
        const riverty_member_t *member = &scan->members[i];
        const json_t *value = find(root, contract, i);
        unsigned char text[FUZZED_BODY_MAX];
        riverty_span_t raw;
        size_t len;

        fuzzed_assert((member->type == RIVERTY_JSON_ABSENT) == (value == NULL));
        fuzzed_assert((member->type == RIVERTY_JSON_STRING) ==
                      (value != NULL && json_is_string(value)));

        if (member->type != RIVERTY_JSON_STRING) {
            continue;
        }

        raw.data = body.data + member->start + 1;
        raw.len = member->end - member->start - 2;
        len = riverty_string_unescape(raw, text);

        fuzzed_assert(len == json_string_length(value));
        fuzzed_assert(memcmp(text, json_string_value(value), len) == 0);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzzed_arena_t arena;
    const riverty_contract_t *contract = fuzzed_contract(false);
    riverty_memory_t memory = { fuzzed_allocate, &arena, NULL };
    riverty_span_t body = { data, size };
    riverty_scan_status_t status;
    riverty_scan_t scan;
    json_error_t error;
    json_t *root;

    if (size > FUZZED_BODY_MAX) {
        return 0;
    }

    if (arena.bytes == NULL) {
        arena.bytes = malloc(FUZZED_ARENA);
    }

    arena.used = 0;
    status = riverty_scan(&scan, &contract->names, body, &memory);
    fuzzed_assert(status != RIVERTY_SCAN_NO_MEMORY);
    fuzzed_assert(status == RIVERTY_SCAN_OK || scan.error <= size);

    root = json_loadb((const char *) data, size,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

    if (status == RIVERTY_SCAN_OK) {
        fuzzed_assert(root != NULL || fuzzed_is_intent(&error));
        if (root != NULL) {
            compare(contract, &scan, body, root);
        }
    } else {
        fuzzed_assert(root == NULL || status == RIVERTY_SCAN_TOO_DEEP ||
                      status == RIVERTY_SCAN_NUL);
    }

    json_decref(root);
    return 0;
}
