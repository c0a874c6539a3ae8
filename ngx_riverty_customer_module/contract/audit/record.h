/*
 * The audit record: one JSON line a request, in the names of the Elastic
 * Common Schema where it has one (docs/audit.md, member by member).
 */
#ifndef RIVERTY_RECORD_H
#define RIVERTY_RECORD_H

#include "contract/core/out.h"
#include "contract/core/riverty.h"
#include "contract/core/timestamp.h"
#include "contract/customer/document.h"
#include "chain.h"
#include "redact.h"


/* A line is never longer, its line feed included. */
#define RIVERTY_RECORD_SIZE 16384

#define RIVERTY_RECORD_NONE UINT64_MAX /* a number that is not known */

/* A list of what has changed in a key store. */
typedef struct {
    riverty_span_t entries; /* a JSON array */
    uint64_t total;         /* RIVERTY_RECORD_NONE: all of them are there */
} riverty_record_list_t;

/* What a record says of a version of the key store. */
typedef struct {
    riverty_span_t digest;
    uint64_t since; /* version; RIVERTY_RECORD_NONE: there was none before */
    uint64_t apps;
    uint64_t keys;
    uint64_t tokens;
    riverty_record_list_t added;
    riverty_record_list_t removed;
    riverty_record_list_t changed;
} riverty_record_store_t;

/*
 * All that is known of a request.  Spans that are absent and numbers that are
 * RIVERTY_RECORD_NONE leave their member out.  Spans are safe to show as they
 * are: the caller has pseudonyms where a value would show a person.
 */
typedef struct {
    int64_t seconds; /* @timestamp, since 1970-01-01 UTC */
    uint32_t microseconds;
    riverty_timestamp_t *time; /* of the record before; NULL: none is kept */
    riverty_span_t event_id;
    riverty_span_t request_id;    /* the client's X-Request-ID, checked */
    riverty_span_t event_type;    /* start, end, info */
    riverty_span_t action;        /* customer.create, ... */
    riverty_span_t event_outcome; /* success, failure, unknown */
    uint64_t duration;            /* nanoseconds */
    riverty_span_t method;
    riverty_span_t http_version;
    uint64_t request_bytes;
    uint64_t status;
    uint64_t response_bytes;
    riverty_span_t path; /* the template, its customer number a pseudonym */
    riverty_span_t app;
    riverty_span_t client_ip;
    riverty_span_t trace_id;
    riverty_span_t span_id;

    riverty_span_t outcome; /* forwarded, rejected, ... */
    riverty_span_t mode;
    riverty_span_t would;
    riverty_span_t problem;  /* the slug of the refusal */
    riverty_span_t cache;    /* nginx's cache answered: "HIT" and so on */
    riverty_span_t token_id; /* of the app's tokens */
    riverty_span_t key_id;
    uint64_t store_version;
    riverty_span_t version; /* of the gateway */
    const riverty_record_store_t *store; /* NULL: says nothing of it */
    riverty_span_t customer;             /* pseudonym */

    const riverty_contract_t *contract;
    const riverty_document_t *document; /* NULL where none was judged */
    const riverty_pseudonym_key_t *pseudonym_key;

    /*
     * For two records of a document about which nothing has been learnt
     * meanwhile: what the first one shows of it, its findings, changes and
     * form, which stand in that line, is absent before and shown by the second
     * one as it is.  NULL: nothing is kept.
     */
    riverty_span_t *judgement;

    riverty_span_t upstream_addr;
    uint64_t upstream_status;
    uint64_t upstream_duration; /* nanoseconds */
    bool upstream_retried;

    riverty_span_t reply_customer;  /* pseudonyms: what the API's reply calls */
    riverty_span_t reply_reference; /* the customer (reply.h) */

    riverty_chain_t *chain; /* ends the line; NULL: there is none */
} riverty_record_t;


/* A record of which nothing is known yet. */
void riverty_record_init(riverty_record_t *record);

/*
 * Writes the line, its line feed included, into out, which has
 * RIVERTY_RECORD_SIZE bytes.  Where all of it does not fit, the document's
 * form, then the changes, then the findings (but for their number) are left
 * out, then texts are cut, and a member "truncated":true of "riverty" says so;
 * out->full stays false.
 */
void riverty_record_write(riverty_out_t *out, const riverty_record_t *record);

#endif
