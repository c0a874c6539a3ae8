/*
 * Shapes in the JSON Schema.
 */
#ifndef RIVERTY_CLI_SCHEMA_SHAPES_H
#define RIVERTY_CLI_SCHEMA_SHAPES_H

#include <jansson.h>
#include <stdbool.h>

#include "contract/customer/shapes.h"


/*
 * What a string of that shape must be, as keywords of a schema; spaced: it is a
 * phone number before that is normalised.  The caller owns it.
 */
json_t *riverty_cli_schema_shape(riverty_shape_id_t shape, bool spaced);

#endif
