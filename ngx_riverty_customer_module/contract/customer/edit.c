/*
 * Edits: what changes in a body, and the body with it changed.  All else is
 * the client's own bytes.
 */
#include "edit.h"

#include "contract/core/out.h"
#include "contract/core/runs.h"


/* Can text stand in a JSON string without an escape? */
static bool
is_plain(riverty_span_t text)
{
    const unsigned char *end = text.data + text.len;
    const unsigned char *pos = riverty_bytes_plain(text.data, end);

    for (; pos < end; pos++) {
        if (*pos < ' ' || *pos == '"' || *pos == '\\') {
            return false;
        }
    }

    return true;
}


/* Brings text into the form that stands between a JSON string's quotes. */
static bool
escape(riverty_span_t *text, const riverty_memory_t *memory)
{
    size_t size = text->len * RIVERTY_OUT_ESCAPE;
    riverty_out_t out;
    void *escaped;

    if (is_plain(*text)) {
        return true;
    }

    escaped = memory->allocate(memory->data, size);
    if (escaped == NULL) {
        return false;
    }

    riverty_out_init(&out, escaped, size);
    riverty_out_escaped(&out, *text);
    *text = (riverty_span_t){ escaped, riverty_out_length(&out) };

    return true;
}


/* Room for an edit of each field that is there; most documents need none. */
static bool
has_room(riverty_document_t *document, const riverty_memory_t *memory)
{
    size_t most = (size_t) __builtin_popcountll(document->scan.present);

    if (document->edits == NULL) {
        document->edits = memory->allocate(memory->data,
                                           most * sizeof(*document->edits));
    }

    return document->edits != NULL;
}


/* Makes room for an edit that starts there, in the order of the bytes. */
static riverty_edit_t *
insert_edit(riverty_document_t *document, uint32_t start)
{
    riverty_edit_t *edits = document->edits;
    size_t i = document->edits_count++;

    while (i > 0 && edits[i - 1].start > start) {
        edits[i] = edits[i - 1];
        i--;
    }

    return &edits[i];
}


bool
riverty_edit_add(riverty_document_t *document, unsigned field,
                 riverty_span_t text, const riverty_memory_t *memory)
{
    const riverty_member_t *member = &document->scan.members[field];
    riverty_edit_t *edit;

    if (!has_room(document, memory) || !escape(&text, memory)) {
        return false;
    }

    edit = insert_edit(document, member->start + 1);
    edit->field = (uint8_t) field;
    edit->start = member->start + 1;
    edit->end = member->end - 1;
    edit->text = text;

    return true;
}


size_t
riverty_document_length(const riverty_document_t *document)
{
    size_t len = document->input.body.len;

    for (size_t i = 0; i < document->edits_count; i++) {
        const riverty_edit_t *edit = &document->edits[i];

        len = len - (edit->end - edit->start) + edit->text.len;
    }

    return len;
}


/* From start to end, where the text may have no address if that is nothing. */
static unsigned char *
copy(unsigned char *out, const riverty_span_t *text, size_t start, size_t end)
{
    if (start < end) {
        memcpy(out, text->data + start, end - start);
    }

    return out + (end - start);
}


unsigned char *
riverty_document_write(const riverty_document_t *document, unsigned char *out)
{
    const riverty_span_t *body = &document->input.body;
    size_t pos = 0;

    for (size_t i = 0; i < document->edits_count; i++) {
        const riverty_edit_t *edit = &document->edits[i];

        out = copy(out, body, pos, edit->start);
        out = copy(out, &edit->text, 0, edit->text.len);
        pos = edit->end;
    }

    return copy(out, body, pos, body->len);
}
