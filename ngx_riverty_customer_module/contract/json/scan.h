/*
 * The scanner: one strict pass over a document's bytes that notes where every
 * known member stands.  RFC 8259, UTF-8 checked (RFC 3629), and stricter where
 * a document could mean two things: see RIVERTY_SCAN_STATUSES.
 */
#ifndef RIVERTY_SCAN_H
#define RIVERTY_SCAN_H

#include "contract/core/riverty.h"
#include "contract/customer/fields.h"


/*
 * STATUS(NAME, id, detail): why a document is no JSON that we take.
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

typedef enum {
    RIVERTY_JSON_ABSENT,
    RIVERTY_JSON_OBJECT,
    RIVERTY_JSON_ARRAY,
    RIVERTY_JSON_STRING,
    RIVERTY_JSON_NUMBER,
    RIVERTY_JSON_TRUE,
    RIVERTY_JSON_FALSE,
    RIVERTY_JSON_NULL
} riverty_json_type_t;

/* Where a known member stands; offsets into the scanned bytes. */
typedef struct {
    uint8_t type;   /* riverty_json_type_t */
    bool escaped;   /* a string with a backslash */
    bool ascii;     /* a string whose raw bytes are all below 0x80 */
    bool plain;     /* a string of 0x20-0x7e alone and without a backslash */
    uint32_t name;  /* its name's opening quote; 0 for the document itself */
    uint32_t start; /* the first byte of its value: a string's quote */
    uint32_t end;   /* the byte behind its value */
} riverty_member_t;

/*
 * How names are found: from (parent field, name) to a field.  The contract
 * fills it (contract.h); the scanner only reads.
 */
#define RIVERTY_NAMES_SIZE 256

typedef struct {
    uint8_t slot[RIVERTY_NAMES_SIZE]; /* field + 1, 0: free */
    riverty_span_t name[RIVERTY_FIELDS_MAX];
    uint8_t parent[RIVERTY_FIELDS_MAX];
    uint8_t type[RIVERTY_FIELDS_MAX]; /* riverty_type_t */
    size_t count;
    uint64_t seed[2]; /* keys the hash that finds duplicates (SipHash) */
} riverty_names_t;

typedef struct {
    riverty_member_t members[RIVERTY_FIELDS_MAX]; /* by field */
    uint32_t unknown[RIVERTY_FIELDS_MAX]; /* unknown members, by their parent */
    bool unwrapped; /* a child of /customer stands at the top */
    size_t error;   /* where it was refused: an offset */
} riverty_scan_t;


/* Starts with no name; seed (16 random bytes) keys the hash of duplicates. */
void riverty_names_init(riverty_names_t *names, const uint64_t seed[2]);

/*
 * Adds the next field: its number is the count so far (the first is the
 * document).  The name is kept by reference.  Returns false when there are
 * RIVERTY_FIELDS_MAX already.
 */
bool riverty_names_add(riverty_names_t *names, unsigned parent,
                       riverty_span_t name, riverty_type_t type);

/* The field of that parent and (unescaped) name, or -1. */
int riverty_names_find(const riverty_names_t *names, unsigned parent,
                       riverty_span_t name);

/*
 * Scans body; names holds the document at least.  On RIVERTY_SCAN_OK scan says
 * where every known member stands, of the first names->count entries; else
 * scan->error is the offset of the offending byte: of an escape its backslash,
 * of a duplicate its name's quote, body.len where the body ends too early.
 * memory serves at most one allocation, of 14 bytes for each of body and 256
 * at most, and only for a document with unknown members or escaped names;
 * nothing is kept.  Time is linear in body.
 */
riverty_scan_status_t riverty_scan(riverty_scan_t *scan,
                                   const riverty_names_t *names,
                                   riverty_span_t body,
                                   const riverty_memory_t *memory);

/* Public id and detail of a status; static. */
const char *riverty_scan_id(riverty_scan_status_t status);
const char *riverty_scan_detail(riverty_scan_status_t status);

/*
 * Unescapes the inside of a scanned string (without its quotes) into out,
 * which has room for raw.len bytes; returns the length written.  What is
 * written is valid UTF-8 without NUL.
 */
size_t riverty_scan_unescape(riverty_span_t raw, unsigned char *out);

#endif
