/*
 * Problem documents (RFC 9457).  Every text in them comes from a table, every
 * place from an offset; no byte of the request is ever written.
 */
#include "problem.h"

#include "contract/core/text.h"
#include "finding_detail.h"


/* clang-format off */
const riverty_problem_t riverty_problems[RIVERTY_PROBLEM_COUNT] = {
#define RIVERTY_PROBLEM_ROW(NAME, slug, status, title, detail)                 \
    { #slug, status,                                                           \
      "{\"type\":\"urn:riverty-customer:problem:" #slug "\",\"title\":\""      \
      title "\",\"status\":" #status ",\"detail\":\"" detail },
    RIVERTY_PROBLEMS(RIVERTY_PROBLEM_ROW)
#undef RIVERTY_PROBLEM_ROW
};
/* clang-format on */

/* Where an offset stands; lines and columns from 1. */
typedef struct {
    size_t offset;
    size_t line;
    size_t column;
} place_t;

/* The findings that refuse, in the order of the bytes, and back. */
typedef struct {
    unsigned count;
    uint8_t order[RIVERTY_FINDINGS_MAX];
    place_t places[RIVERTY_FINDINGS_MAX]; /* by finding */
} places_t;


/* Moves place on to offset, which is not before it. */
static void
place_move(place_t *place, riverty_span_t body, size_t offset)
{
    riverty_span_t rest;
    size_t line, column;

    if (offset == place->offset) {
        return; /* an empty body has no address to begin from */
    }
    rest.data = body.data + place->offset;
    rest.len = body.len - place->offset;
    riverty_text_position(rest, offset - place->offset, &line, &column);

    place->column = line == 1 ? place->column + column - 1 : column;
    place->line += line - 1;
    place->offset = offset;
}


static void
places_insert(places_t *places, const riverty_finding_t *findings,
              unsigned finding)
{
    unsigned i = places->count++;

    while (i > 0 &&
           findings[places->order[i - 1]].start > findings[finding].start) {
        places->order[i] = places->order[i - 1];
        i--;
    }

    places->order[i] = (uint8_t) finding;
}


/*
 * Findings come in the order of the fields.  Sorted by their places, they cost
 * one walk over the body; unsorted, they would cost a walk for each, which a
 * hostile document could ask for.
 */
static void
places_find(places_t *places, const riverty_document_t *document)
{
    place_t place = { 0, 1, 1 };

    places->count = 0;

    for (unsigned i = 0; i < document->findings_count; i++) {
        if (document->findings[i].level == RIVERTY_LEVEL_REJECT) {
            places_insert(places, document->findings, i);
        }
    }

    for (unsigned i = 0; i < places->count; i++) {
        unsigned finding = places->order[i];

        place_move(&place, document->input.body,
                   document->findings[finding].start);
        places->places[finding] = place;
    }
}


/* The API's dotted form of a pointer: without its first slash. */
static void
write_dotted(riverty_out_t *out, riverty_span_t pointer)
{
    unsigned char *slash = out->pos;

    if (pointer.len > 0) {
        riverty_out_span(
            out, (riverty_span_t){ pointer.data + 1, pointer.len - 1 });
    }

    while ((slash = memchr(slash, '/', (size_t) (out->pos - slash))) != NULL) {
        *slash = '.';
    }
}


/* label is a field's: its pointer as a JSON string, with a colon behind it. */
static void
error_begin(riverty_out_t *out, riverty_span_t label, riverty_span_t rule)
{
    riverty_span_t pointer = { label.data + 1, label.len - 3 };

    riverty_out_literal(out, "{\"pointer\":\"");
    riverty_out_span(out, pointer);
    riverty_out_literal(out, "\",\"field\":\"");
    write_dotted(out, pointer);
    riverty_out_literal(out, "\",\"rule\":\"");
    riverty_out_span(out, rule);
    riverty_out_literal(out, "\",\"detail\":\"");
}


static void
error_end(riverty_out_t *out, const place_t *place)
{
    riverty_out_literal(out, "\",\"line\":");
    riverty_out_uint(out, place->line);
    riverty_out_literal(out, ",\"column\":");
    riverty_out_uint(out, place->column);
    riverty_out_literal(out, "}");
}


static void
write_findings(riverty_out_t *out, const riverty_contract_t *contract,
               const riverty_document_t *document)
{
    const char *separator = "";
    places_t places;

    places_find(&places, document);

    for (unsigned i = 0; i < document->findings_count; i++) {
        const riverty_finding_t *finding = &document->findings[i];

        if (finding->level != RIVERTY_LEVEL_REJECT) {
            continue;
        }

        riverty_out_text(out, separator);
        error_begin(out, contract->fields[finding->field].label,
                    riverty_rule_id(finding->rule));
        riverty_finding_detail_escaped(out, contract, finding);
        error_end(out, &places.places[i]);
        separator = ",";
    }
}


static void
write_scan_error(riverty_out_t *out, const riverty_document_t *document)
{
    place_t place = { 0, 1, 1 };

    place_move(&place, document->input.body, document->scan.error);

    error_begin(out, riverty_fields[RIVERTY_FIELD_DOCUMENT].label,
                riverty_span_of(riverty_scan_id(document->status)));
    riverty_out_escaped(out,
                        riverty_span_of(riverty_scan_detail(document->status)));
    error_end(out, &place);
}


static void
write_errors(riverty_out_t *out, const riverty_contract_t *contract,
             const riverty_document_t *document)
{
    riverty_out_literal(out, ",\"errors\":[");

    if (document->verdict == RIVERTY_MALFORMED) {
        write_scan_error(out, document);
    } else {
        write_findings(out, contract, document);
    }

    riverty_out_literal(out, "]");
}


/* The detail also tells where errors does not list all findings. */
static void
write_frame(riverty_out_t *out, const riverty_problem_t *problem,
            const riverty_document_t *document)
{
    riverty_out_text(out, problem->frame);

    if (document != NULL &&
        document->findings_total > document->findings_count) {
        riverty_out_literal(out, " ");
        riverty_out_uint(out, document->findings_total);
        riverty_out_literal(out, " findings were counted, warnings included; ");
        riverty_out_uint(out, document->findings_count);
        riverty_out_literal(out, " of them were kept.");
    }

    riverty_out_literal(out, "\"");
}


/* Spelled as the record's event.id is, so that one search finds both. */
static void
write_instance(riverty_out_t *out, riverty_span_t instance)
{
    if (instance.data == NULL) {
        return;
    }

    riverty_out_literal(out, ",\"instance\":");
    riverty_out_string(out, instance);
}


static void
write_problem(riverty_out_t *out, const riverty_problem_t *problem,
              riverty_span_t instance, const riverty_contract_t *contract,
              const riverty_document_t *document, bool errors)
{
    write_frame(out, problem, document);
    write_instance(out, instance);

    if (errors) {
        write_errors(out, contract, document);
    }

    riverty_out_literal(out, "}\n");
}


static bool
has_errors(const riverty_document_t *document)
{
    return document != NULL && (document->verdict == RIVERTY_MALFORMED ||
                                document->verdict == RIVERTY_REJECTED);
}


/*
 * RIVERTY_PROBLEM_SIZE is room for all that the tables can say.  Declared
 * fields can say more: then the document has no errors, rather than half of
 * them.
 */
void
riverty_problem_write(riverty_out_t *out, riverty_problem_id_t problem,
                      riverty_span_t instance,
                      const riverty_contract_t *contract,
                      const riverty_document_t *document)
{
    const riverty_problem_t *row = &riverty_problems[problem];
    riverty_out_t before = *out;

    write_problem(out, row, instance, contract, document, has_errors(document));

    if (out->full && has_errors(document)) {
        *out = before;
        write_problem(out, row, instance, contract, document, false);
    }
}


riverty_problem_id_t
riverty_problem_of_status(unsigned status)
{
    unsigned i = RIVERTY_PROBLEM_BAD_REQUEST; /* the first of them */

    while (i < RIVERTY_PROBLEM_COUNT && riverty_problems[i].status != status) {
        i++;
    }

    return (riverty_problem_id_t) i;
}
