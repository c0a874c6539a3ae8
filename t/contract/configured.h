/*
 * Fields of the customer's contract (customer.h) as `riverty_field` changes
 * them.
 */
#ifndef RIVERTY_TEST_CONFIGURED_H
#define RIVERTY_TEST_CONFIGURED_H

#include "customer.h"


static inline riverty_field_status_t
configured_field(const char *pointer, riverty_field_options_t options)
{
    return riverty_contract_field(&customer_contract, riverty_span_of(pointer),
                                  &options, &customer_memory);
}


static inline void
configured_presence(const char *pointer, riverty_presence_t presence)
{
    riverty_field_options_t options = { .set = RIVERTY_OPTION_PRESENCE,
                                        .presence = presence };

    assert_int_equal(configured_field(pointer, options),
                     RIVERTY_FIELD_STATUS_OK);
}


static inline void
configured_pattern(const char *pointer, const char *pattern)
{
    riverty_pattern_error_t error;
    riverty_field_options_t options = { .set = RIVERTY_OPTION_PATTERN };

    options.pattern =
        riverty_shapes_add(customer_shapes, riverty_span_of(pattern), &error);
    assert_int_not_equal(options.pattern, RIVERTY_SHAPE_NONE);
    assert_int_equal(configured_field(pointer, options),
                     RIVERTY_FIELD_STATUS_OK);
}


static inline void
configured_values(const char *pointer, const char *values)
{
    riverty_field_options_t options = { .set = RIVERTY_OPTION_VALUES,
                                        .values = riverty_span_of(values) };

    assert_int_equal(configured_field(pointer, options),
                     RIVERTY_FIELD_STATUS_OK);
}

#endif
