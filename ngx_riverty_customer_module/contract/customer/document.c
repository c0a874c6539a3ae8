/*
 * The judgement on a document: its bytes are scanned, each field's value is
 * judged on its own, then against others, and what is found is listed in the
 * order of the field table.
 */
#include "document.h"

#include "contract/core/text.h"
#include "contract/json/json_string.h"
#include "check_decoding.h"
#include "cross.h"
#include "edit.h"
#include "findings.h"
#include "judgement.h"
#include "normalise.h"


#define SECONDS_OF_DAY 86400

static const riverty_span_t absent = { NULL, 0 };


static int64_t
day_of(int64_t seconds)
{
    int64_t day = seconds / SECONDS_OF_DAY;

    return seconds % SECONDS_OF_DAY < 0 ? day - 1 : day;
}


static const riverty_member_t *
member_of(const riverty_judgement_t *judgement, unsigned field)
{
    return &judgement->document->scan.members[field];
}


static bool
is_missing(const riverty_member_t *member)
{
    return member->type == RIVERTY_JSON_ABSENT ||
           member->type == RIVERTY_JSON_NULL;
}


bool
riverty_judgement_empty(const riverty_judgement_t *judgement, unsigned field)
{
    const riverty_member_t *member = member_of(judgement, field);

    return is_missing(member) || (member->type == RIVERTY_JSON_STRING &&
                                  judgement->values[field].text.len == 0);
}


static riverty_level_t
level_of(const riverty_judgement_t *judgement, riverty_rule_id_t rule)
{
    return judgement->contract->levels[rule];
}


bool
riverty_judgement_mended(const riverty_judgement_t *judgement,
                         const riverty_note_t *note)
{
    return note->repair &&
           level_of(judgement, note->rule) != RIVERTY_LEVEL_REJECT;
}


bool
riverty_judgement_spoiled(const riverty_judgement_t *judgement,
                          const riverty_value_t *value)
{
    for (unsigned i = 0; i < value->notes_count; i++) {
        const riverty_note_t *note = &value->notes[i];

        if ((note->repair || riverty_rule_rejects(note->rule)) &&
            !riverty_judgement_mended(judgement, note)) {
            return true;
        }
    }

    return false;
}


/* Is there a note that refuses the document here? */
static bool
is_refused(const riverty_judgement_t *judgement, const riverty_value_t *value)
{
    for (unsigned i = 0; i < value->notes_count; i++) {
        if (level_of(judgement, value->notes[i].rule) == RIVERTY_LEVEL_REJECT) {
            return true;
        }
    }

    return false;
}


/* Notes the rule; where that refuses the value, nothing more is asked of it. */
static void
note_closing(const riverty_judgement_t *judgement, riverty_value_t *value,
             riverty_rule_id_t rule)
{
    riverty_value_note(value, rule, NULL);
    value->closed = level_of(judgement, rule) == RIVERTY_LEVEL_REJECT;
}


/* The inside of the string as it stands in the body. */
static inline riverty_span_t
raw_string(const riverty_judgement_t *judgement, const riverty_member_t *member)
{
    return (riverty_span_t){
        judgement->document->input.body.data + member->start + 1,
        member->end - member->start - 2,
    };
}


/* The string's text, unescaped; absent where there is no memory. */
static riverty_span_t
read_string(const riverty_judgement_t *judgement,
            const riverty_member_t *member)
{
    riverty_span_t raw = raw_string(judgement, member);
    unsigned char *text;

    if (!member->escaped) {
        return raw;
    }

    text = judgement->memory->allocate(judgement->memory->data, raw.len);
    if (text == NULL) {
        return absent;
    }

    return (riverty_span_t){ text, riverty_string_unescape(raw, text) };
}


/*
 * Puts text into its form.  A letter in its other case may compose with what
 * follows it: J and U+030C do not, j and U+030C do.
 */
static bool
change_form(const riverty_judgement_t *judgement, const riverty_field_t *rules,
            riverty_span_t *text)
{
    const unsigned char *before = text->data;

    if (!riverty_normalise(rules->normalise, text, judgement->memory)) {
        return false;
    }

    return text->data == before || riverty_text_nfc(text, judgement->memory);
}


static bool
is_listed(const char *values, riverty_span_t text)
{
    return values == NULL || riverty_field_lists(values, text);
}


static bool
is_repaired(const riverty_judgement_t *judgement, const riverty_value_t *value)
{
    for (unsigned i = 0; i < value->notes_count; i++) {
        if (riverty_judgement_mended(judgement, &value->notes[i])) {
            return true;
        }
    }

    return false;
}


/* A value that does not have its field's shape is not checked further. */
static void
judge_text(const riverty_judgement_t *judgement, const riverty_field_t *field,
           riverty_value_t *value)
{
    if (!riverty_shape_fits(judgement->contract->shapes, field->shape,
                            value->text)) {
        riverty_value_note(value, field->shape_rule, NULL);

    } else if (!is_listed(field->values, value->text)) {
        riverty_value_note(value, field->values_rule, NULL);

    } else if (field->check != NULL) {
        field->check(value);
        if (value->blank) {
            value->text.len = 0;
            return;
        }
    }

    if (value->notes_count > 0 && is_repaired(judgement, value)) {
        value->text = value->repair;
    }
}


/*
 * Does a value keep its own form?  A code that breaks a rule is not known; a
 * phone number is the same one in either form, if it is one.
 */
static bool
keeps_form(const riverty_judgement_t *judgement, riverty_normalise_t normalise,
           const riverty_value_t *value)
{
    if (normalise == RIVERTY_NORMALISE_PHONE) {
        return riverty_judgement_spoiled(judgement, value);
    }

    return value->notes_count > 0 && !is_repaired(judgement, value);
}


/* The same of a value in its form. */
static void
judge_code(riverty_judgement_t *judgement, const riverty_field_t *rules,
           riverty_value_t *value)
{
    riverty_span_t before = value->text;

    if (!change_form(judgement, rules, &value->text)) {
        judgement->starved = true;
        return;
    }

    judge_text(judgement, rules, value);

    if (keeps_form(judgement, rules->normalise, value)) {
        value->text = before;
    }
}


void
riverty_judgement_configured(const riverty_judgement_t *judgement,
                             const riverty_field_t *rules,
                             riverty_value_t *value)
{
    if (value->text.len == 0 || is_refused(judgement, value)) {
        return;
    }

    if (!riverty_shape_fits(judgement->contract->shapes, rules->pattern,
                            value->text)) {
        riverty_value_note(value, RIVERTY_RULE_PATTERN, NULL);
    }

    if (!is_listed(rules->enumeration, value->text)) {
        riverty_value_note(value, RIVERTY_RULE_ENUMERATION, NULL);
    }
}


/*
 * Brings the text of a string that is not plain into NFC; false where nothing
 * more can be asked of it.
 */
static bool
read_text(riverty_judgement_t *judgement, const riverty_member_t *member,
          riverty_value_t *value)
{
    value->sent = read_string(judgement, member);
    value->text = riverty_text_trim(value->sent);

    if (riverty_text_has_control(value->text)) {
        note_closing(judgement, value, RIVERTY_RULE_CONTROL_CHARACTER);
    }

    if (!value->closed &&
        (value->sent.data == NULL ||
         !riverty_text_nfc(&value->text, judgement->memory))) {
        judgement->starved = true;
    }

    return !value->closed && !judgement->starved;
}


static inline void
judge_form(riverty_judgement_t *judgement, const riverty_field_t *rules,
           riverty_value_t *value)
{
    if (rules->normalise == RIVERTY_NORMALISE_NONE ||
        rules->normalise == RIVERTY_NORMALISE_COUNTRY) {
        judge_text(judgement, rules, value);

    } else {
        judge_code(judgement, rules, value);
    }
}


/* A string that is not plain; few are, so it is kept apart from those. */
static __attribute__((noinline)) void
judge_decoded(riverty_judgement_t *judgement, const riverty_field_t *rules,
              const riverty_member_t *member, riverty_value_t *value)
{
    if (!read_text(judgement, member, value) || value->text.len == 0) {
        return;
    }

    judge_form(judgement, rules, value);

    if (value->text.len > 0 && !is_refused(judgement, value)) {
        riverty_check_decoding(value);
    }
}


static __attribute__((noinline)) void
judge_string(riverty_judgement_t *judgement, const riverty_field_t *rules,
             const riverty_member_t *member, riverty_value_t *value)
{
    riverty_span_t text;

    value->today = judgement->today;

    if (member->plain) {
        text = raw_string(judgement, member);
        value->sent = text;
        value->text = riverty_text_trim(text);

        if (value->text.len > 0) {
            judge_form(judgement, rules, value);
        }

    } else {
        judge_decoded(judgement, rules, member, value);
    }

    /* The form of a postal code is known once its country is (cross.c). */
    if (rules->configured && rules->normalise != RIVERTY_NORMALISE_COUNTRY) {
        riverty_judgement_configured(judgement, rules, value);
    }
}


static bool
has_type(const riverty_member_t *member, riverty_type_t type)
{
    return member->type == (type == RIVERTY_TYPE_OBJECT ? RIVERTY_JSON_OBJECT
                                                        : RIVERTY_JSON_STRING);
}


/* What is no string where one is expected, or is expected to be an object. */
static __attribute__((noinline)) void
judge_other(riverty_judgement_t *judgement, unsigned field)
{
    riverty_type_t type = judgement->contract->fields[field].type;
    const riverty_member_t *member = member_of(judgement, field);
    riverty_value_t *value = &judgement->values[field];

    if (member->type == RIVERTY_JSON_NULL) {
        riverty_value_note(value, RIVERTY_RULE_NULL_VALUE, NULL);

    } else if (!has_type(member, type)) {
        note_closing(judgement, value, RIVERTY_RULE_TYPE);

    } else {
        judgement->judged |= judgement->contract->members[field];
    }
}


/* Is it forwarded as it was sent, with nothing to be said of it? */
static inline bool
is_settled(const riverty_field_t *rules, const riverty_value_t *value)
{
    return value->notes_count == 0 && value->text.len > 0 &&
           value->text.data == value->sent.data &&
           value->text.len == value->sent.len &&
           (value->text.len <= rules->cap || rules->cap == 0);
}


/* Takes the first field out of a set that has one. */
static inline unsigned
take_field(uint64_t *fields)
{
    unsigned first = (unsigned) __builtin_ctzll(*fields);

    *fields &= *fields - 1;
    return first;
}


static inline void
clear_value(riverty_value_t *value)
{
    value->text = absent;
    value->notes_count = 0;
    value->blank = false;
    value->closed = false;
}


/* Clears the values that are asked for: of declared fields few are. */
static void
clear_values(riverty_judgement_t *judgement, uint64_t asked)
{
    uint64_t declared = asked >> RIVERTY_FIELD_COUNT << RIVERTY_FIELD_COUNT;

    for (unsigned i = 0; i < RIVERTY_FIELD_COUNT; i++) {
        clear_value(&judgement->values[i]);
    }

    while (declared != 0) {
        clear_value(&judgement->values[take_field(&declared)]);
    }
}


/*
 * Each value on its own.  Returns the fields that are settled thereby, unless
 * others have to do with them.
 */
static __attribute__((noinline)) uint64_t
judge_each(riverty_judgement_t *judgement, uint64_t present)
{
    const riverty_contract_t *contract = judgement->contract;
    riverty_document_t *document = judgement->document;
    uint64_t settled = 0;

    while (present != 0) {
        size_t field = take_field(&present);
        const riverty_field_t *rules = &contract->fields[field];
        const riverty_member_t *member = &document->scan.members[field];
        riverty_value_t *value = &judgement->values[field];

        if (rules->type != RIVERTY_TYPE_STRING ||
            member->type != RIVERTY_JSON_STRING) {
            judge_other(judgement, (unsigned) field);
            continue;
        }

        judge_string(judgement, rules, member, value);

        if (is_settled(rules, value)) {
            document->values[field] = value->text;
            settled |= (uint64_t) 1 << field;
        }
    }

    return settled;
}


/* The code points of text that count. */
static size_t
length_of(riverty_span_t text, riverty_spaces_t spaces)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    size_t length = riverty_text_length(text);

    while (spaces == RIVERTY_SPACES_APART && pos < end) {
        length -= riverty_text_space(riverty_text_next(&pos, end));
    }

    return length;
}


static bool
is_too_long(const riverty_judgement_t *judgement, unsigned field)
{
    const riverty_field_t *rules = &judgement->contract->fields[field];
    size_t cap = rules->cap;
    const riverty_value_t *value = &judgement->values[field];

    return cap != 0 && value->text.len > cap && !value->closed &&
           !riverty_cross_bounds(judgement, field) &&
           !riverty_judgement_spoiled(judgement, value) &&
           length_of(value->text, rules->spaces) > cap;
}


/* What is left to be asked of a field that is not settled. */
static void
judge_rest(riverty_judgement_t *judgement, unsigned field)
{
    riverty_value_t *value = &judgement->values[field];

    if (is_too_long(judgement, field)) {
        riverty_value_note(value, judgement->contract->fields[field].cap_rule,
                           NULL);
    }

    if (value->text.len == 0 && riverty_judgement_empty(judgement, field) &&
        riverty_cross_requires(judgement, field) &&
        !is_refused(judgement, value)) {
        riverty_value_note(value, RIVERTY_RULE_REQUIRED, NULL);
    }

    /* An unwrapped customer has all its members at the top: it is told once. */
    if (judgement->document->scan.unknown[field] > 0 &&
        !(field == RIVERTY_FIELD_DOCUMENT && judgement->unwrapped)) {
        riverty_value_note(value, RIVERTY_RULE_UNKNOWN_MEMBER, NULL);
    }
}


/* Most values still stand in the body, which spares the comparison. */
static bool
is_as_sent(const riverty_value_t *value)
{
    return value->text.len == value->sent.len &&
           (value->text.data == value->sent.data ||
            riverty_span_equal(value->text, value->sent));
}


/* Notes what is forwarded of the field. */
static void
conclude(riverty_judgement_t *judgement, unsigned field)
{
    const riverty_value_t *value = &judgement->values[field];

    judgement->document->values[field] = value->text;

    /* What is blank is left as it is: "" may mean something in an update. */
    if (value->text.len > 0 && !is_refused(judgement, value) &&
        !is_as_sent(value) &&
        !riverty_edit_add(judgement->document, field, value->text,
                          judgement->memory)) {
        judgement->starved = true;
    }
}


/*
 * Members whose names differ from a known one in the case of letters.  One
 * alone is a slip; of two, nobody knows which one the API would take.
 */
static void
judge_miscased(riverty_judgement_t *judgement)
{
    const riverty_scan_t *scan = &judgement->document->scan;
    uint64_t twice = scan->miscased_beside | scan->present;
    uint64_t miscased = scan->miscased;

    while (miscased != 0) {
        unsigned field = take_field(&miscased);

        riverty_value_note(&judgement->values[field],
                           (twice >> field & 1) != 0
                               ? RIVERTY_RULE_MEMBER_CASE_TWICE
                               : RIVERTY_RULE_MEMBER_CASE,
                           NULL);
    }
}


static __attribute__((noinline)) void
finish(riverty_judgement_t *judgement, unsigned field)
{
    judge_rest(judgement, field);

    if (judgement->values[field].notes_count > 0) {
        riverty_findings_add(judgement, field);
    }

    conclude(judgement, field);
}


/* The fields against the rest of the document, which may unsettle one. */
static __attribute__((noinline)) void
judge_together(riverty_judgement_t *judgement, uint64_t fields,
               uint64_t settled)
{
    const riverty_contract_t *contract = judgement->contract;

    while (fields != 0) {
        unsigned field = take_field(&fields);
        const riverty_value_t *value = &judgement->values[field];
        const unsigned char *before = value->text.data;

        if ((contract->crossed >> field & 1) != 0) {
            riverty_cross_check(judgement, field);
        }

        if ((settled >> field & 1) == 0 || value->notes_count > 0 ||
            value->text.data != before) {
            finish(judgement, field);
        }
    }
}


/*
 * Nothing can be said of a field that is absent, unless it is required, judged
 * against others, or there in another case of letters.
 */
static void
judge(riverty_judgement_t *judgement)
{
    const riverty_contract_t *contract = judgement->contract;
    const riverty_scan_t *scan = &judgement->document->scan;
    uint64_t together = scan->miscased | contract->crossed;
    uint64_t asked = scan->present | contract->required | together;
    uint64_t settled;

    clear_values(judgement, asked);
    settled = judge_each(judgement, scan->present);
    riverty_cross_learn(judgement);

    if (scan->miscased != 0) {
        judge_miscased(judgement);
    }

    judge_together(judgement,
                   asked & judgement->judged & (together | ~settled), settled);
}


static void
start(riverty_document_t *document, const riverty_contract_t *contract,
      const riverty_input_t *input)
{
    document->input = *input;
    document->verdict = RIVERTY_ACCEPTED;
    document->invalid = 0;
    document->findings_count = 0;
    document->findings_total = 0;
    document->edits = NULL;
    document->edits_count = 0;
    memset(document->values, 0,
           contract->fields_count * sizeof(document->values[0]));
}


riverty_verdict_t
riverty_document_check(riverty_document_t *document,
                       const riverty_contract_t *contract,
                       const riverty_input_t *input,
                       const riverty_memory_t *memory)
{
    riverty_judgement_t judgement;

    start(document, contract, input);

    document->status =
        riverty_scan(&document->scan, &contract->names, input->body, memory);

    if (document->status == RIVERTY_SCAN_NO_MEMORY) {
        return document->verdict = RIVERTY_NO_MEMORY;
    }

    if (document->status != RIVERTY_SCAN_OK) {
        return document->verdict = RIVERTY_MALFORMED;
    }

    judgement.contract = contract;
    judgement.memory = memory;
    judgement.document = document;
    judgement.judged = (uint64_t) 1 << RIVERTY_FIELD_DOCUMENT;
    judgement.starved = false;
    judgement.today = day_of(input->now);

    judge(&judgement);

    if (judgement.starved) {
        document->verdict = RIVERTY_NO_MEMORY;
    }

    return document->verdict;
}
