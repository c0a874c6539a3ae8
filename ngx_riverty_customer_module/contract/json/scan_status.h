/*
 * Why the scanner refuses a document, and at which byte.
 */
#ifndef RIVERTY_SCAN_STATUS_H
#define RIVERTY_SCAN_STATUS_H

#include "contract/core/riverty.h"


/*
 * STATUS(NAME, id, detail): why a document is refused.
 * jansson refuses the same, but for: TOO_DEEP (jansson: 2048), numbers, which
 * we take in any size and forward as they are, and a NUL right behind a number
 * or a literal, which jansson 2.14 overlooks.
 */
/* clang-format off */
#define RIVERTY_SCAN_STATUSES(STATUS)                                          \
    STATUS(OK, ok, "")                                                         \
    STATUS(EMPTY, empty, "the body is empty")                                  \
    STATUS(BOM, byte_order_mark, "a byte order mark stands before the value")  \
    STATUS(SYNTAX, syntax, "a JSON token is expected here")                    \
    STATUS(TRUNCATED, truncated, "the body ends inside a value")               \
    STATUS(TRAILING, trailing, "something follows the value")                  \
    STATUS(NUMBER, number, "not a JSON number")                                \
    STATUS(LITERAL, literal, "not true, false or null")                        \
    STATUS(CONTROL, control, "a control character stands in a string "         \
           "unescaped")                                                        \
    STATUS(ESCAPE, escape, "not a JSON escape")                                \
    STATUS(SURROGATE, surrogate, "an escaped surrogate stands alone")          \
    STATUS(NUL, nul, "a NUL character")                                        \
    STATUS(UTF8, utf8, "not UTF-8")                                            \
    STATUS(DUPLICATE, duplicate, "a member name stands twice in an object")    \
    STATUS(TOO_DEEP, too_deep, "nested deeper than 8 levels")                  \
    STATUS(TOO_LARGE, too_large, "longer than the contract takes")             \
    STATUS(NO_MEMORY, no_memory, "out of memory")

typedef enum {
#define RIVERTY_SCAN_ENUM(NAME, id, detail) RIVERTY_SCAN_##NAME,
    RIVERTY_SCAN_STATUSES(RIVERTY_SCAN_ENUM)
#undef RIVERTY_SCAN_ENUM
    RIVERTY_SCAN_STATUS_COUNT
} riverty_scan_status_t;
/* clang-format on */

/* What a function that passes some bytes notes where it cannot. */
typedef struct {
    riverty_scan_status_t status;
    const unsigned char *at; /* the offending byte; the text's end included */
} riverty_fault_t;


/* For a return: notes the fault. */
static inline const unsigned char *
riverty_fault(riverty_fault_t *fault, riverty_scan_status_t status,
              const unsigned char *at)
{
    fault->status = status;
    fault->at = at;
    return NULL;
}


/* Public id and detail of a status; static. */
const char *riverty_scan_id(riverty_scan_status_t status);
const char *riverty_scan_detail(riverty_scan_status_t status);

#endif
