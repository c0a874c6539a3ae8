/*
 * A contract made of the tables, and what `riverty_field` changes in it.
 */
#include "contract.h"

#include "contract/core/out.h"
#include "contract/core/text.h"
#include "cross.h"


/* The options that an object may have. */
#define OBJECT_OPTIONS RIVERTY_OPTION_PRESENCE

static const char *const status_details[RIVERTY_FIELD_STATUS_COUNT] = {
#define STATUS_DETAIL(NAME, detail) detail,
    RIVERTY_FIELD_STATUSES(STATUS_DETAIL)
#undef STATUS_DETAIL
};

/* A declared field has the defaults of the table where nothing is said. */
static const riverty_field_t new_object = {
    .type = RIVERTY_TYPE_OBJECT,
    .expects = "an object",
};

static const riverty_field_t new_string = {
    .type = RIVERTY_TYPE_STRING,
    .expects = "text",
};

_Static_assert(RIVERTY_FIELD_DOCUMENT == RIVERTY_NAMES_DOCUMENT,
               "the document is the first field");


/* Puts the field into the sets that spare a judgement the other fields. */
static void
list_field(riverty_contract_t *contract, unsigned field)
{
    uint64_t bit = (uint64_t) 1 << field;

    if (field != RIVERTY_FIELD_DOCUMENT) {
        contract->members[contract->fields[field].parent] |= bit;
    }

    if (riverty_cross_knows(field)) {
        contract->crossed |= bit;
    }

    contract->required &= ~bit;
    if (contract->fields[field].presence != RIVERTY_PRESENCE_OPTIONAL) {
        contract->required |= bit;
    }

    contract->shown &= ~bit;
    if (contract->fields[field].redaction != RIVERTY_REDACT_DROP) {
        contract->shown |= bit;
    }
}


static bool
add_field(riverty_contract_t *contract, const riverty_field_t *field)
{
    if (!riverty_names_add(&contract->names, field->parent,
                           riverty_field_name(field),
                           field->type == RIVERTY_TYPE_OBJECT)) {
        return false;
    }

    contract->fields[contract->fields_count] = *field;
    contract->members[contract->fields_count] = 0;
    list_field(contract, (unsigned) contract->fields_count);
    contract->fields_count++;
    return true;
}


void
riverty_contract_init(riverty_contract_t *contract,
                      const riverty_shapes_t *shapes, const uint64_t seed[2])
{
    contract->shapes = shapes;
    contract->fields_count = 0;
    contract->required = 0;
    contract->crossed = 0;
    contract->shown = 0;
    riverty_names_init(&contract->names, seed);
    contract->names.wrapper = RIVERTY_FIELD_CUSTOMER;
    contract->names.miscased = true;

    for (size_t i = 0; i < RIVERTY_FIELD_COUNT; i++) {
        (void) add_field(contract, &riverty_fields[i]);
    }

    riverty_contract_profile(contract, RIVERTY_PROFILE_DEFAULT);
}


void
riverty_contract_profile(riverty_contract_t *contract,
                         riverty_profile_t profile)
{
    for (unsigned i = 0; i < RIVERTY_RULE_COUNT; i++) {
        contract->levels[i] = riverty_rule_level(i, profile);
    }
}


int
riverty_contract_find(const riverty_contract_t *contract,
                      riverty_span_t pointer)
{
    for (size_t i = 0; i < contract->fields_count; i++) {
        if (riverty_span_equal(riverty_span_of(contract->fields[i].pointer),
                               pointer)) {
            return (int) i;
        }
    }

    return -1;
}


/*
 * The length of the name at data, or 0 where it is empty or has a character
 * that a pointer of ours may not have: ~ would have to be unescaped.
 */
static size_t
name_length(const unsigned char *data, const unsigned char *end)
{
    const unsigned char *pos = data;
    size_t len;

    while (pos < end && *pos != '/') {
        len = riverty_text_sequence(pos, end);
        if (len == 0 || *pos == '~' || *pos < ' ') {
            return 0;
        }
        pos += len;
    }

    return (size_t) (pos - data);
}


static bool
is_pointer(riverty_span_t pointer)
{
    const unsigned char *pos = pointer.data;
    const unsigned char *end = pointer.data + pointer.len;
    unsigned names = 0;
    size_t len;

    while (pos < end) {
        len = *pos == '/' ? name_length(pos + 1, end) : 0;
        if (len == 0) {
            return false;
        }
        pos += len + 1;
        names++;
    }

    return names >= 1 && names <= RIVERTY_DEPTH_MAX;
}


static bool
is_list(riverty_span_t values)
{
    bool empty = true;

    for (size_t i = 0; i < values.len; i++) {
        if (values.data[i] == ',' && empty) {
            return false;
        }
        empty = values.data[i] == ',';
    }

    return !empty;
}


static const char *
keep(riverty_span_t text, const riverty_memory_t *memory)
{
    char *kept = memory->allocate(memory->data, text.len + 1);

    if (kept != NULL) {
        memcpy(kept, text.data, text.len);
        kept[text.len] = '\0';
    }

    return kept;
}


/* A member's name and its colon as JSON has them; absent without memory. */
static riverty_span_t
label_of(const char *pointer, const riverty_memory_t *memory)
{
    size_t size = strlen(pointer) * RIVERTY_OUT_ESCAPE + sizeof("\"\":");
    unsigned char *label = memory->allocate(memory->data, size);
    riverty_out_t out;

    if (label == NULL) {
        return (riverty_span_t){ NULL, 0 };
    }

    riverty_out_init(&out, label, size);
    riverty_out_string(&out, riverty_span_of(pointer));
    riverty_out_literal(&out, ":");

    return (riverty_span_t){ label, riverty_out_length(&out) };
}


static riverty_field_status_t
change_field(riverty_field_t *field, const riverty_field_options_t *options,
             const riverty_memory_t *memory)
{
    if (field->type == RIVERTY_TYPE_OBJECT &&
        (options->set & ~(unsigned) OBJECT_OPTIONS) != 0) {
        return RIVERTY_FIELD_STATUS_OBJECT;
    }

    if (options->set & RIVERTY_OPTION_PRESENCE) {
        field->presence = options->presence;
    }

    if (options->set & RIVERTY_OPTION_CAP) {
        field->cap = options->cap;
        field->cap_rule = RIVERTY_RULE_TOO_LONG;
    }

    if (options->set & RIVERTY_OPTION_PATTERN) {
        field->shape = RIVERTY_SHAPE_NONE;
        field->configured = true;
        field->pattern = options->pattern;
        field->expects = "text that matches the configured pattern";
    }

    if (options->set & RIVERTY_OPTION_REDACTION) {
        field->redaction = options->redaction;
    }

    if (options->set & RIVERTY_OPTION_VALUES) {
        field->values = NULL;
        field->configured = true;
        field->enumeration = keep(options->values, memory);
        field->expects = field->enumeration;

        if (field->enumeration == NULL) {
            return RIVERTY_FIELD_STATUS_NO_MEMORY;
        }
    }

    return RIVERTY_FIELD_STATUS_OK;
}


static riverty_field_status_t
declare_one(riverty_contract_t *contract, const riverty_field_t *kind,
            unsigned parent, riverty_span_t pointer,
            riverty_presence_t presence, const riverty_memory_t *memory)
{
    riverty_field_t field = *kind;

    field.pointer = keep(pointer, memory);
    field.parent = (uint8_t) parent;
    field.presence = presence;

    if (field.pointer == NULL) {
        return RIVERTY_FIELD_STATUS_NO_MEMORY;
    }

    field.label = label_of(field.pointer, memory);
    if (field.label.data == NULL) {
        return RIVERTY_FIELD_STATUS_NO_MEMORY;
    }

    return add_field(contract, &field) ? RIVERTY_FIELD_STATUS_OK
                                       : RIVERTY_FIELD_STATUS_FULL;
}


/* Declares the field of pointer and the objects above it that are missing. */
static riverty_field_status_t
declare(riverty_contract_t *contract, riverty_span_t pointer,
        riverty_presence_t presence, const riverty_memory_t *memory)
{
    riverty_field_status_t status = RIVERTY_FIELD_STATUS_OK;
    unsigned parent = RIVERTY_FIELD_DOCUMENT;
    riverty_span_t above = pointer;
    int found;

    for (size_t i = 1; i < pointer.len && status == RIVERTY_FIELD_STATUS_OK;
         i++) {
        if (pointer.data[i] != '/') {
            continue;
        }

        above.len = i;
        found = riverty_contract_find(contract, above);

        if (found < 0) {
            found = (int) contract->fields_count;
            status = declare_one(contract, &new_object, parent, above, presence,
                                 memory);

        } else if (contract->fields[found].type != RIVERTY_TYPE_OBJECT) {
            return RIVERTY_FIELD_STATUS_PARENT;
        }

        parent = (unsigned) found;
    }

    if (status != RIVERTY_FIELD_STATUS_OK) {
        return status;
    }

    return declare_one(contract, &new_string, parent, pointer, presence,
                       memory);
}


static riverty_field_status_t
change_or_declare(riverty_contract_t *contract, riverty_span_t pointer,
                  const riverty_field_options_t *options,
                  const riverty_memory_t *memory)
{
    riverty_presence_t presence = RIVERTY_PRESENCE_OPTIONAL;
    riverty_field_status_t status;
    int field = riverty_contract_find(contract, pointer);

    if (field < 0) {
        if (options->set & RIVERTY_OPTION_PRESENCE) {
            presence = options->presence;
        }

        status = declare(contract, pointer, presence, memory);
        if (status != RIVERTY_FIELD_STATUS_OK) {
            return status;
        }

        field = (int) contract->fields_count - 1;
    }

    status = change_field(&contract->fields[field], options, memory);
    list_field(contract, (unsigned) field);
    return status;
}


riverty_field_status_t
riverty_contract_field(riverty_contract_t *contract, riverty_span_t pointer,
                       const riverty_field_options_t *options,
                       const riverty_memory_t *memory)
{
    riverty_contract_t before = *contract;
    riverty_field_status_t status;

    if (!is_pointer(pointer)) {
        return RIVERTY_FIELD_STATUS_POINTER;
    }

    if ((options->set & RIVERTY_OPTION_VALUES) && !is_list(options->values)) {
        return RIVERTY_FIELD_STATUS_VALUES;
    }

    status = change_or_declare(contract, pointer, options, memory);
    if (status != RIVERTY_FIELD_STATUS_OK) {
        *contract = before;
    }

    return status;
}


const char *
riverty_field_status_detail(riverty_field_status_t status)
{
    return status_details[status];
}
