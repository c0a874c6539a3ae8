/*
 * The shapes: patterns in PCRE2's syntax, compiled once with its JIT, anchored
 * at both ends, matched under limits.  The same text stands in the JSON Schema.
 *
 * SHAPE(NAME, pattern)
 *
 * In a field that may be masked one run of two or more X stands for digits
 * (trap 3), so the matcher is shown zeros in its place.
 */
#ifndef RIVERTY_SHAPES_H
#define RIVERTY_SHAPES_H

#include "riverty.h"


/* clang-format off */
#define RIVERTY_SHAPES(SHAPE)                                                  \
    SHAPE(CUSTOMER_NUMBER, "[A-Za-z0-9][A-Za-z0-9._-]*")                       \
    SHAPE(EMAIL,                                                               \
          "(?=[^@]{1,64}@)"                                                    \
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\x{80}-\\x{10ffff}-]+"                 \
          "(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\x{80}-\\x{10ffff}-]+)*@"        \
          "(?:[A-Za-z0-9\\x{80}-\\x{10ffff}]"                                  \
          "(?:[A-Za-z0-9\\x{80}-\\x{10ffff}-]{0,61}"                           \
          "[A-Za-z0-9\\x{80}-\\x{10ffff}])?\\.)+"                              \
          "[A-Za-z0-9\\x{80}-\\x{10ffff}]"                                     \
          "(?:[A-Za-z0-9\\x{80}-\\x{10ffff}-]{0,61}"                           \
          "[A-Za-z0-9\\x{80}-\\x{10ffff}])?")                                  \
    SHAPE(IDENTIFICATION, "(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9 ./+-]*")      \
    SHAPE(MOBILE_PHONE,                                                        \
          "\\+(?:[().\\-/ ]*[0-9]){7,15}[().\\-/ ]*")                          \
    SHAPE(PAYMENT_REGISTRATION_ID, "[A-Za-z0-9_-]+")                           \
    SHAPE(PHONE,                                                               \
          "(?=\\+?(?:[().\\-/ ]*[0-9]){5,15}[().\\-/ ]*(?:[xX#e]|$))"          \
          "\\+?[0-9(][0-9().\\-/ ]*[0-9](?: ?(?:x|X|ext\\.?|#) ?[0-9]{1,6})?") \
    SHAPE(STREET_NUMBER, "[0-9A-Za-z][0-9A-Za-z /.-]*")
/* clang-format on */


typedef enum {
#define RIVERTY_SHAPE_ENUM(NAME, pattern) RIVERTY_SHAPE_##NAME,
    RIVERTY_SHAPES(RIVERTY_SHAPE_ENUM)
#undef RIVERTY_SHAPE_ENUM
    RIVERTY_SHAPE_COUNT,
    RIVERTY_SHAPE_NONE = RIVERTY_SHAPE_COUNT
} riverty_shape_id_t;

typedef enum {
    RIVERTY_MATCH_YES,
    RIVERTY_MATCH_NO,
    RIVERTY_MATCH_LIMIT /* given up: too much backtracking or depth */
} riverty_match_t;

/* All compiled patterns and what PCRE2 needs to match them. */
typedef struct riverty_shapes_s riverty_shapes_t;


/*
 * Compiles the shapes and the postal codes of every country.  Returns NULL
 * when there is no memory.  The owner calls riverty_shapes_free().  Not for
 * two threads at once: it holds the space that a match works in.
 */
riverty_shapes_t *riverty_shapes_create(void);
void riverty_shapes_free(riverty_shapes_t *shapes);

/* Does the whole of text (valid UTF-8) have that shape? */
riverty_match_t riverty_shape_match(const riverty_shapes_t *shapes,
    riverty_shape_id_t shape, riverty_span_t text);

/* The same for the postal code of postal_codes.h's row. */
riverty_match_t riverty_postal_code_match(const riverty_shapes_t *shapes,
    size_t row, riverty_span_t text);

/* The pattern's text; static. */
const char *riverty_shape_pattern(riverty_shape_id_t shape);

#endif
