/*
 * The audit record (docs/audit.md).  The tables below say which members there
 * are and in which order; a member whose value is not known is left out. Names:
 * Elastic Common Schema 8.11; @timestamp: RFC 3339.
 */
#include "record.h"


#define ECS_VERSION "8.11.0"

/*
 * How much of a text a record shows that did not fit otherwise.  Then all
 * members of the tables together stay below RIVERTY_RECORD_SIZE, even with each
 * byte escaped as \u00XX.
 */
#define SHORT_TEXT 96

/* A name is copied as so many bytes, whatever its length. */
#define NAME_SIZE RIVERTY_OUT_BEFORE

typedef enum { TEXT, NUMBER } member_type_t;

typedef struct {
    char name[NAME_SIZE + 1]; /* comma, name in quotes, colon, a text's quote */
    uint8_t len;
    uint8_t type;    /* member_type_t */
    uint16_t offset; /* of its value in riverty_record_t */
} member_t;

/* What is left out, each step with the steps before it. */
typedef enum {
    LEAVE_OUT_NOTHING,
    LEAVE_OUT_DOCUMENT,
    LEAVE_OUT_CHANGES,
    LEAVE_OUT_FINDINGS,
    LEAVE_OUT_LONG_TEXT,
    LEAVE_OUT_END
} leave_out_t;

/* clang-format off */
#define MEMBER(type, name, value)                                              \
    { ",\"" name "\":" type##_QUOTE,                                           \
      sizeof(",\"" name "\":" type##_QUOTE) - 1, type,                         \
      offsetof(riverty_record_t, value) }

#define TEXT_QUOTE   "\""
#define NUMBER_QUOTE ""

static const member_t top_members[] = {
    MEMBER(TEXT, "event.id", event_id),
    MEMBER(TEXT, "http.request.id", request_id),
    MEMBER(TEXT, "event.type", event_type),
    MEMBER(TEXT, "event.action", action),
    MEMBER(TEXT, "event.outcome", event_outcome),
    MEMBER(NUMBER, "event.duration", duration),
    MEMBER(TEXT, "http.request.method", method),
    MEMBER(TEXT, "http.version", http_version),
    MEMBER(NUMBER, "http.request.body.bytes", request_bytes),
    MEMBER(NUMBER, "http.response.status_code", status),
    MEMBER(NUMBER, "http.response.body.bytes", response_bytes),
    MEMBER(TEXT, "url.path", path),
    MEMBER(TEXT, "user.name", app),
    MEMBER(TEXT, "client.ip", client_ip),
    MEMBER(TEXT, "trace.id", trace_id),
    MEMBER(TEXT, "span.id", span_id),
};

static const member_t riverty_members[] = {
    MEMBER(TEXT, "outcome", outcome),
    MEMBER(TEXT, "mode", mode),
    MEMBER(TEXT, "would", would),
    MEMBER(TEXT, "problem", problem),
    MEMBER(TEXT, "cache", cache),
    MEMBER(TEXT, "token", token_id),
    MEMBER(TEXT, "key", key_id),
    MEMBER(NUMBER, "store", store_version),
    MEMBER(TEXT, "version", version),
    MEMBER(TEXT, "customer", customer),
};

static const member_t upstream_members[] = {
    MEMBER(TEXT, "addr", upstream_addr),
    MEMBER(NUMBER, "status", upstream_status),
    MEMBER(NUMBER, "duration", upstream_duration),
};

static const member_t reply_members[] = {
    MEMBER(TEXT, "customer", reply_customer),
    MEMBER(TEXT, "reference", reply_reference),
};
/* clang-format on */

#define COUNT(members) (sizeof(members) / sizeof(members[0]))


/* A comma between the elements of an array. */
static void
separate(riverty_out_t *out)
{
    if (!out->full && out->pos[-1] != '[') {
        riverty_out_literal(out, ",");
    }
}


/*
 * Each member of an object brings the comma before it.  The brace of the object
 * takes the place of the first one, which stands there.
 */
static void
close_object(riverty_out_t *out, unsigned char *first)
{
    if (out->pos > first) {
        *first = '{';
    } else {
        riverty_out_literal(out, "{");
    }

    riverty_out_literal(out, "}");
}


static inline void
write_text(riverty_out_t *out, const member_t *member, riverty_span_t text,
           leave_out_t leave_out)
{
    if (text.data == NULL) {
        return;
    }

    if (leave_out >= LEAVE_OUT_LONG_TEXT && text.len > SHORT_TEXT) {
        text.len = SHORT_TEXT;
    }

    riverty_out_string_behind(out, member->name, member->len, text);
}


static inline void
write_name(riverty_out_t *out, const member_t *member)
{
    if ((size_t) (out->end - out->pos) < NAME_SIZE) {
        riverty_out_bytes(out, member->name, member->len);
        return;
    }

    memcpy(out->pos, member->name, NAME_SIZE);
    out->pos += member->len;
}


static inline void
write_number(riverty_out_t *out, const member_t *member, uint64_t number)
{
    if (number == RIVERTY_RECORD_NONE) {
        return;
    }

    write_name(out, member);
    riverty_out_uint(out, number);
}


static void
write_members(riverty_out_t *out, const riverty_record_t *record,
              const member_t *members, size_t count, leave_out_t leave_out)
{
    for (size_t i = 0; i < count; i++) {
        const member_t *member = &members[i];
        const void *value = (const char *) record + member->offset;

        if (member->type == TEXT) {
            write_text(out, member, *(const riverty_span_t *) value, leave_out);
        } else {
            write_number(out, member, *(const uint64_t *) value);
        }
    }
}


/* A pointer as a JSON string: the field's label without its colon. */
static void
write_pointer(riverty_out_t *out, const riverty_contract_t *contract,
              unsigned field)
{
    riverty_span_t label = contract->fields[field].label;

    label.len--;
    riverty_out_span(out, label);
}


/* The beginning of a finding; its pointer and a } are to follow. */
static void
write_finding(riverty_out_t *out, riverty_span_t rule, riverty_level_t level)
{
    separate(out);
    riverty_out_literal(out, "{\"rule\":\"");
    riverty_out_span(out, rule);
    riverty_out_literal(out, "\",\"level\":\"");
    riverty_out_span(out, riverty_level_text(level));
    riverty_out_literal(out, "\",\"pointer\":");
}


static void
write_findings(riverty_out_t *out, const riverty_contract_t *contract,
               const riverty_document_t *document)
{
    riverty_out_literal(out, ",\"findings\":[");

    if (document->verdict == RIVERTY_MALFORMED) {
        write_finding(out, riverty_span_of(riverty_scan_id(document->status)),
                      RIVERTY_LEVEL_REJECT);
        riverty_out_literal(out, "\"\"}");
    }

    for (size_t i = 0; i < document->findings_count; i++) {
        const riverty_finding_t *finding = &document->findings[i];

        write_finding(out, riverty_rule_id(finding->rule),
                      (riverty_level_t) finding->level);
        write_pointer(out, contract, finding->field);
        riverty_out_literal(out, "}");
    }

    riverty_out_literal(out, "]");
}


static void
write_findings_total(riverty_out_t *out, const riverty_document_t *document,
                     leave_out_t leave_out)
{
    bool all = document->findings_total == document->findings_count &&
               leave_out < LEAVE_OUT_FINDINGS;

    if (!all) {
        riverty_out_literal(out, ",\"findings_total\":");
        riverty_out_uint(out, document->findings_total);
    }
}


static void
write_changes(riverty_out_t *out, const riverty_contract_t *contract,
              const riverty_document_t *document)
{
    riverty_out_literal(out, ",\"changes\":[");

    for (size_t i = 0; i < document->edits_count; i++) {
        separate(out);
        write_pointer(out, contract, document->edits[i].field);
    }

    riverty_out_literal(out, "]");
}


/* A malformed body has no fields, so there is a finding and nothing more. */
static void
write_judgement(riverty_out_t *out, const riverty_record_t *record,
                leave_out_t leave_out)
{
    const riverty_document_t *document = record->document;

    if (leave_out < LEAVE_OUT_FINDINGS) {
        write_findings(out, record->contract, document);
    }

    if (document->verdict == RIVERTY_MALFORMED) {
        return;
    }

    write_findings_total(out, document, leave_out);

    if (leave_out < LEAVE_OUT_CHANGES) {
        write_changes(out, record->contract, document);
    }

    if (leave_out < LEAVE_OUT_DOCUMENT) {
        riverty_out_literal(out, ",\"document\":");
        riverty_redact_document(out, record->contract, document,
                                record->pseudonym_key);
    }
}


static void
write_document(riverty_out_t *out, const riverty_record_t *record,
               leave_out_t leave_out)
{
    const riverty_document_t *document = record->document;
    riverty_span_t *kept = record->judgement;
    const unsigned char *start;

    if (document == NULL || document->verdict == RIVERTY_NO_MEMORY) {
        return;
    }

    if (kept == NULL || leave_out > LEAVE_OUT_NOTHING) {
        write_judgement(out, record, leave_out);
        return;
    }

    if (kept->data != NULL) {
        riverty_out_bytes(out, kept->data, kept->len);
        return;
    }

    start = out->pos;
    write_judgement(out, record, leave_out);
    *kept = (riverty_span_t){ start, (size_t) (out->pos - start) };
}


static void
write_upstream(riverty_out_t *out, const riverty_record_t *record,
               leave_out_t leave_out)
{
    unsigned char *first;

    if (record->upstream_addr.data == NULL &&
        record->upstream_status == RIVERTY_RECORD_NONE) {
        return;
    }

    riverty_out_literal(out, ",\"upstream\":");
    first = out->pos;
    write_members(out, record, upstream_members, COUNT(upstream_members),
                  leave_out);

    if (record->upstream_retried) {
        riverty_out_literal(out, ",\"retried\":true");
    } else {
        riverty_out_literal(out, ",\"retried\":false");
    }

    close_object(out, first);
}


static void
write_reply(riverty_out_t *out, const riverty_record_t *record,
            leave_out_t leave_out)
{
    unsigned char *first;

    if (record->reply_customer.data == NULL &&
        record->reply_reference.data == NULL) {
        return;
    }

    riverty_out_literal(out, ",\"answer\":");
    first = out->pos;
    write_members(out, record, reply_members, COUNT(reply_members), leave_out);
    close_object(out, first);
}


static void
write_optional(riverty_out_t *out, const char *name, uint64_t number)
{
    if (number != RIVERTY_RECORD_NONE) {
        riverty_out_text(out, name);
        riverty_out_uint(out, number);
    }
}


/* Its entries, and how many there are where some are not shown. */
static void
write_list(riverty_out_t *out, const char *name, const char *total,
           const riverty_record_list_t *list)
{
    riverty_out_text(out, name);
    riverty_out_bytes(out, list->entries.data, list->entries.len);
    write_optional(out, total, list->total);
}


static void
write_store(riverty_out_t *out, const riverty_record_store_t *store)
{
    if (store == NULL) {
        return;
    }

    separate(out);
    riverty_out_literal(out, "\"key_store\":{\"digest\":");
    riverty_out_string(out, store->digest);
    write_optional(out, ",\"since\":", store->since);
    write_optional(out, ",\"apps\":", store->apps);
    write_optional(out, ",\"keys\":", store->keys);
    write_optional(out, ",\"tokens\":", store->tokens);
    write_list(out, ",\"added\":", ",\"added_total\":", &store->added);
    write_list(out, ",\"removed\":", ",\"removed_total\":", &store->removed);
    write_list(out, ",\"changed\":", ",\"changed_total\":", &store->changed);
    riverty_out_literal(out, "}");
}


static void
write_riverty(riverty_out_t *out, const riverty_record_t *record,
              leave_out_t leave_out)
{
    unsigned char *first;

    riverty_out_literal(out, ",\"riverty\":");
    first = out->pos;
    write_members(out, record, riverty_members, COUNT(riverty_members),
                  leave_out);
    write_store(out, record->store);
    write_document(out, record, leave_out);
    write_upstream(out, record, leave_out);
    write_reply(out, record, leave_out);

    if (leave_out > LEAVE_OUT_NOTHING) {
        riverty_out_literal(out, ",\"truncated\":true");
    }

    close_object(out, first);
}


static void
write_time(riverty_out_t *out, const riverty_record_t *record)
{
    riverty_timestamp_t fresh = { .text = { 0 } };
    riverty_timestamp_t *time = record->time != NULL ? record->time : &fresh;

    riverty_timestamp_set(time, record->seconds, record->microseconds);
    riverty_out_bytes(out, time->text, sizeof(time->text));
}


static void
write_line(riverty_out_t *out, const riverty_record_t *record,
           leave_out_t leave_out)
{
    riverty_out_literal(out, "{\"@timestamp\":\"");
    write_time(out, record);
    riverty_out_literal(out, "\",\"ecs.version\":\"" ECS_VERSION "\"");
    write_members(out, record, top_members, COUNT(top_members), leave_out);
    write_riverty(out, record, leave_out);
}


/* Writes the end of the line; room has been kept for it. */
static void
write_end(riverty_out_t *out, const riverty_record_t *record)
{
    if (record->chain == NULL) {
        riverty_out_literal(out, "}\n");
    } else if (!riverty_chain_mac(record->chain, out)) {
        out->full = true;
    }
}


static riverty_span_t
kept_judgement(const riverty_record_t *record)
{
    return record->judgement != NULL ? *record->judgement
                                     : (riverty_span_t){ NULL, 0 };
}


/* What an attempt that did not fit has kept is not the line's. */
static void
keep_judgement(const riverty_record_t *record, riverty_span_t judgement)
{
    if (record->judgement != NULL) {
        *record->judgement = judgement;
    }
}


void
riverty_record_write(riverty_out_t *out, const riverty_record_t *record)
{
    riverty_out_t before = *out;
    riverty_span_t judgement = kept_judgement(record);
    unsigned leave_out = LEAVE_OUT_NOTHING;

    before.end -= RIVERTY_CHAIN_ROOM;

    do {
        *out = before;
        keep_judgement(record, judgement);
        write_line(out, record, (leave_out_t) leave_out);
        leave_out++;
    } while (out->full && leave_out < LEAVE_OUT_END);

    out->end += RIVERTY_CHAIN_ROOM;
    write_end(out, record);
}


void
riverty_record_init(riverty_record_t *record)
{
    memset(record, 0, sizeof(*record));

    record->duration = RIVERTY_RECORD_NONE;
    record->request_bytes = RIVERTY_RECORD_NONE;
    record->status = RIVERTY_RECORD_NONE;
    record->response_bytes = RIVERTY_RECORD_NONE;
    record->upstream_status = RIVERTY_RECORD_NONE;
    record->upstream_duration = RIVERTY_RECORD_NONE;
    record->store_version = RIVERTY_RECORD_NONE;
}
