/*
 * The whole contract on any bytes: scan, checks, edits, problem document,
 * redacted record.  Whatever comes in, what goes out is JSON, judging it again
 * changes nothing, and what is for logs and clients holds no value.
 *
 * The first byte chooses the operation, and whether each string has a pattern
 * of `riverty_field`, too.
 */
#include "fuzzed.h"

#include "contract/customer/problem.h"
#include "contract/audit/record.h"

/* Seeds and dictionary put it into values; no code or text of ours has it. */
#define MARKER "Qz7Jx"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    fuzzed_arena_t arena;
    riverty_memory_t memory;
    riverty_document_t document;
    riverty_document_t again;
    riverty_pseudonym_key_t *key;
} run_t;


static bool
has_marker(riverty_span_t text)
{
    return text.len != 0 &&
           memmem(text.data, text.len, MARKER, sizeof(MARKER) - 1) != NULL;
}


/* JSON that jansson reads, but for numbers that it cannot hold. */
static void
assert_json(riverty_span_t text)
{
    json_error_t error;
    json_t *root = json_loadb((const char *) text.data, text.len,
                              JSON_REJECT_DUPLICATES, &error);

    fuzzed_assert(root != NULL || fuzzed_is_intent(&error));
    json_decref(root);
}


/* Edits stand in the order of the bytes and touch only insides of strings. */
static void
assert_edits(const riverty_document_t *document)
{
    size_t i;
    uint32_t end = 0;

    for (i = 0; i < document->edits_count; i++) {
        const riverty_edit_t *edit = &document->edits[i];
        const riverty_member_t *member = &document->scan.members[edit->field];

        fuzzed_assert(edit->start >= end && edit->start <= edit->end);
        fuzzed_assert(member->type == RIVERTY_JSON_STRING);
        fuzzed_assert(edit->start == member->start + 1);
        fuzzed_assert(edit->end == member->end - 1);
        end = edit->end;
    }
}


static void
assert_idempotent(run_t *run, const riverty_contract_t *contract)
{
    size_t len = riverty_document_length(&run->document);
    unsigned char *text = fuzzed_allocate(&run->arena, len + 1);
    riverty_input_t input = run->document.input;

    fuzzed_assert(riverty_document_write(&run->document, text) == text + len);

    input.body = (riverty_span_t){ text, len };
    assert_json(input.body);

    fuzzed_assert(riverty_document_check(&run->again, contract, &input,
                                         &run->memory) == RIVERTY_ACCEPTED);
    fuzzed_assert(run->again.edits_count == 0);
}


static void
assert_problem(run_t *run, const riverty_contract_t *contract)
{
    unsigned char *text = fuzzed_allocate(&run->arena, RIVERTY_PROBLEM_SIZE);
    riverty_span_t problem;
    riverty_out_t out;

    riverty_out_init(&out, text, RIVERTY_PROBLEM_SIZE);
    riverty_problem_write(&out,
                          run->document.verdict == RIVERTY_MALFORMED
                              ? RIVERTY_PROBLEM_MALFORMED_JSON
                              : RIVERTY_PROBLEM_CONTRACT_BROKEN,
                          riverty_span("0123456789abcdef0123456789abcdef"),
                          contract, &run->document);

    problem = (riverty_span_t){ text, riverty_out_length(&out) };
    fuzzed_assert(!out.full);
    fuzzed_assert(!has_marker(problem));
    assert_json(problem);
}


static void
assert_record(run_t *run, const riverty_contract_t *contract)
{
    unsigned char *text = fuzzed_allocate(&run->arena, RIVERTY_RECORD_SIZE);
    riverty_record_t record;
    riverty_span_t line;
    riverty_out_t out;

    memset(&record, 0, sizeof(record));
    record.contract = contract;
    record.document = &run->document;
    record.pseudonym_key = run->key;
    record.event_type = riverty_span("end");

    riverty_out_init(&out, text, RIVERTY_RECORD_SIZE);
    riverty_record_write(&out, &record);

    line = (riverty_span_t){ text, riverty_out_length(&out) };
    fuzzed_assert(!out.full && line.len > 0);
    fuzzed_assert(memchr(text, '\n', line.len) == text + line.len - 1);
    fuzzed_assert(!has_marker(line));
    assert_json(line);
}


static void
start(run_t *run)
{
    if (run->arena.bytes == NULL) {
        run->arena.bytes = malloc(FUZZED_ARENA);
        run->memory = (riverty_memory_t){ fuzzed_allocate, &run->arena, NULL };
        run->key = riverty_pseudonym_key_create(
            riverty_span("k1"),
            riverty_span("0123456789abcdef0123456789abcdef"));
        fuzzed_assert(run->key != NULL);
    }

    run->arena.used = 0;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static run_t run;
    const riverty_contract_t *contract;
    riverty_input_t input = { .now = FUZZED_NOW };

    if (size == 0 || size > FUZZED_BODY_MAX) {
        return 0;
    }

    start(&run);
    contract = fuzzed_contract((data[0] & 2) != 0);

    input.operation = data[0] & 1 ? RIVERTY_UPDATE : RIVERTY_CREATE;
    input.customer_number = riverty_span("c1631704458");
    input.body = (riverty_span_t){ data + 1, size - 1 };

    switch (riverty_document_check(&run.document, contract, &input,
                                   &run.memory)) {
    case RIVERTY_ACCEPTED:
        assert_edits(&run.document);
        assert_idempotent(&run, contract);
        break;
    case RIVERTY_MALFORMED:
    case RIVERTY_REJECTED:
        assert_problem(&run, contract);
        break;
    case RIVERTY_NO_MEMORY:
        fuzzed_assert(!"there is memory");
    }

    assert_record(&run, contract);
    return 0;
}
