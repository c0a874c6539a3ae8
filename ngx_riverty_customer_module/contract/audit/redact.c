/*
 * What a log may show of a value: one form for each redaction mode of the field
 * table (docs/audit.md, redacted forms).  A log shows nothing else: of unknown
 * members it tells the number.
 */
#include "redact.h"

#include "contract/core/text.h"


/* Code points of a value that its partial form shows. */
#define PARTIAL_LENGTH 2

typedef struct {
    const riverty_field_t *field;
    riverty_span_t text;
    const riverty_pseudonym_key_t *key; /* may be NULL */
} shown_t;

/* Writes a form; returns whether there was anything to write. */
typedef bool (*form_pt)(riverty_out_t *out, const shown_t *shown);

typedef struct {
    form_pt write;
    bool invalid; /* tells nothing of the value itself, so a bad value may have
                     it */
} form_t;


static bool
form_keep(riverty_out_t *out, const shown_t *shown)
{
    riverty_out_string(out, shown->text);
    return true;
}


static bool
form_pseudonym(riverty_out_t *out, const shown_t *shown)
{
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX];
    size_t len;

    if (shown->key == NULL) {
        return false;
    }

    len = riverty_pseudonym(shown->key, riverty_span_of(shown->field->pointer),
                            shown->text, pseudonym);

    riverty_out_literal(out, "\"");
    riverty_out_bytes(out, pseudonym, len);
    riverty_out_literal(out, "\"");
    return true;
}


/* What follows the last c in text; empty where there is none. */
static riverty_span_t
behind_last(riverty_span_t text, unsigned char c)
{
    size_t pos = text.len;

    while (pos > 0 && text.data[pos - 1] != c) {
        pos--;
    }

    if (pos == 0) {
        return riverty_span("");
    }

    return (riverty_span_t){ text.data + pos, text.len - pos };
}


static riverty_span_t
last_label(riverty_span_t address)
{
    return behind_last(behind_last(address, '@'), '.');
}


/* The first code points of text; empty where they would be all of it. */
static riverty_span_t
first_characters(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;

    for (size_t i = 0; i < PARTIAL_LENGTH && pos < end; i++) {
        (void) riverty_text_next(&pos, end);
    }

    if (pos == end) {
        return riverty_span("");
    }

    return (riverty_span_t){ text.data, (size_t) (pos - text.data) };
}


/* The end of a mail address, the beginning of any other text. */
static bool
form_partial(riverty_out_t *out, const shown_t *shown)
{
    riverty_out_literal(out, "\"");

    if (shown->field->normalise == RIVERTY_NORMALISE_DOMAIN) {
        riverty_out_literal(out, "...");
        riverty_out_escaped(out, last_label(shown->text));

    } else {
        riverty_out_escaped(out, first_characters(shown->text));
        riverty_out_literal(out, "...");
    }

    riverty_out_literal(out, "\"");
    return true;
}


static bool
form_length(riverty_out_t *out, const shown_t *shown)
{
    riverty_out_literal(out, "{\"len\":");
    riverty_out_uint(out, riverty_text_length(shown->text));
    riverty_out_literal(out, "}");
    return true;
}


static bool
form_present(riverty_out_t *out, const shown_t *shown)
{
    (void) shown;
    riverty_out_literal(out, "true");
    return true;
}


static const form_t forms[] = {
    [RIVERTY_REDACT_KEEP] = { form_keep, false },
    [RIVERTY_REDACT_TOKEN] = { form_pseudonym, true },
    [RIVERTY_REDACT_PARTIAL] = { form_partial, false },
    [RIVERTY_REDACT_LENGTH] = { form_length, true },
    [RIVERTY_REDACT_PRESENT] = { form_present, true },
    [RIVERTY_REDACT_DROP] = { NULL, false },
};


static bool
is_invalid(const riverty_document_t *document, unsigned field)
{
    return (document->invalid >> field & 1) != 0;
}


/* The form that the field may be shown in, or NULL. */
static const form_t *
form_of(const riverty_document_t *document, unsigned field,
        riverty_redaction_t redaction)
{
    const form_t *form = &forms[redaction];

    if (document->values[field].len == 0 || form->write == NULL ||
        field == RIVERTY_FIELD_CUSTOMER_NUMBER ||
        (!form->invalid && is_invalid(document, field))) {
        return NULL;
    }

    return form;
}


static bool
write_field(riverty_out_t *out, const form_t *form, const shown_t *shown)
{
    riverty_out_t before = *out;

    riverty_out_span(out, shown->field->label);

    if (!form->write(out, shown)) {
        *out = before;
        return false;
    }

    return true;
}


/* Inline, since most fields are not shown. */
static inline bool
redact_field(riverty_out_t *out, const riverty_contract_t *contract,
             const riverty_document_t *document, unsigned field,
             const riverty_pseudonym_key_t *key)
{
    const riverty_field_t *rules = &contract->fields[field];
    const form_t *form = form_of(document, field, rules->redaction);
    shown_t shown;

    if (form == NULL) {
        return false;
    }

    shown = (shown_t){ rules, document->values[field], key };
    return write_field(out, form, &shown);
}


bool
riverty_redact_field(riverty_out_t *out, const riverty_contract_t *contract,
                     const riverty_document_t *document, unsigned field,
                     const riverty_pseudonym_key_t *key)
{
    return redact_field(out, contract, document, field, key);
}


/* Members, each with a comma behind it; the caller takes the last one off. */
static void
write_members(riverty_out_t *out, const riverty_contract_t *contract,
              const riverty_document_t *document,
              const riverty_pseudonym_key_t *key)
{
    uint64_t shown = document->scan.present & contract->shown;

    for (; shown != 0; shown &= shown - 1) {
        unsigned field = (unsigned) __builtin_ctzll(shown);

        if (redact_field(out, contract, document, field, key)) {
            riverty_out_literal(out, ",");
        }
    }

    if (document->scan.unknown_count > 0) {
        riverty_out_literal(out, "\"unknown\":");
        riverty_out_uint(out, document->scan.unknown_count);
        riverty_out_literal(out, ",");
    }
}


static bool
is_judged(const riverty_document_t *document)
{
    return document->verdict == RIVERTY_ACCEPTED ||
           document->verdict == RIVERTY_REJECTED;
}


void
riverty_redact_document(riverty_out_t *out, const riverty_contract_t *contract,
                        const riverty_document_t *document,
                        const riverty_pseudonym_key_t *key)
{
    riverty_out_literal(out, "{");

    if (is_judged(document)) {
        write_members(out, contract, document, key);
    }

    if (!out->full && out->pos[-1] == ',') {
        out->pos--;
    }

    riverty_out_literal(out, "}");
}
