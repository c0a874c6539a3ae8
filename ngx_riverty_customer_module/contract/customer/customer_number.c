/*
 * The customer number, which a path and a document both may name.
 */
#include "customer_number.h"


bool
riverty_customer_number_valid(const riverty_contract_t *contract,
                              riverty_span_t customer_number)
{
    const riverty_field_t *field;

    field = &contract->fields[RIVERTY_FIELD_CUSTOMER_NUMBER];

    /* A path has ASCII only, so bytes are code points. */
    return customer_number.len != 0 &&
           (field->cap == 0 || customer_number.len <= field->cap) &&
           riverty_shape_fits(contract->shapes, field->shape,
                              customer_number) &&
           riverty_shape_fits(contract->shapes, field->pattern,
                              customer_number);
}


riverty_span_t
riverty_document_customer_number(const riverty_document_t *document)
{
    if (document->verdict == RIVERTY_MALFORMED ||
        document->invalid >> RIVERTY_FIELD_CUSTOMER_NUMBER & 1) {
        return (riverty_span_t){ NULL, 0 };
    }

    return document->values[RIVERTY_FIELD_CUSTOMER_NUMBER];
}
