/*
 * What an audit record tells about a document: written as the gateway writes
 * it; the part that comes from the document is taken out.
 */

#include <stdlib.h>

#include "recorded.h"
#include "cli/cli.h"
#include "contract/audit/record.h"
#include "contract/customer/customer_number.h"

static const char made_up_id[] = "example";
static const char made_up_secret[] = "a made-up key, as everybody knows it";


static riverty_pseudonym_key_t *
made_up_key(void)
{
    riverty_pseudonym_key_t *key = riverty_pseudonym_key_create(
        riverty_span_of(made_up_id), riverty_span_of(made_up_secret));

    if (key == NULL) {
        riverty_cli_complain("no key for pseudonyms can be made");
        exit(2);
    }

    return key;
}


/* A record names the customer number of the path. */
static riverty_span_t
number_of(const riverty_document_t *document)
{
    return document->input.customer_number.len > 0
               ? document->input.customer_number
               : riverty_document_customer_number(document);
}


static size_t
write_record(const riverty_contract_t *contract,
             const riverty_document_t *document,
             const riverty_pseudonym_key_t *key, unsigned char *line)
{
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX];
    riverty_span_t number = number_of(document);
    riverty_out_t out;
    riverty_record_t record = {
        .duration = RIVERTY_RECORD_NONE,
        .request_bytes = RIVERTY_RECORD_NONE,
        .status = RIVERTY_RECORD_NONE,
        .response_bytes = RIVERTY_RECORD_NONE,
        .store_version = RIVERTY_RECORD_NONE,
        .upstream_status = RIVERTY_RECORD_NONE,
        .upstream_duration = RIVERTY_RECORD_NONE,
        .contract = contract,
        .document = document,
        .pseudonym_key = key,
    };

    if (number.len > 0) {
        record.customer.data = pseudonym;
        record.customer.len = riverty_pseudonym(
            key, riverty_span(RIVERTY_DOMAIN_CUSTOMER), number, pseudonym);
    }

    riverty_out_init(&out, line, RIVERTY_RECORD_SIZE);
    riverty_record_write(&out, &record);

    return riverty_out_length(&out);
}


json_t *
riverty_cli_recorded(const riverty_contract_t *contract,
                     const riverty_document_t *document)
{
    unsigned char line[RIVERTY_RECORD_SIZE];
    riverty_pseudonym_key_t *key = made_up_key();
    size_t len = write_record(contract, document, key, line);
    json_t *record = json_loadb((const char *) line, len, 0, NULL);
    json_t *audit = json_incref(json_object_get(record, "riverty"));

    json_decref(record);
    riverty_pseudonym_key_free(key);

    return audit;
}
