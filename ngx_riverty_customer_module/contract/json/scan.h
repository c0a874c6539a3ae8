/*
 * The scanner: one strict pass over a document's bytes that notes where every
 * known member stands.  RFC 8259, UTF-8 checked (RFC 3629), and stricter where
 * a document could mean two things: see RIVERTY_SCAN_STATUSES.
 */
#ifndef RIVERTY_SCAN_H
#define RIVERTY_SCAN_H

#include "contract/core/riverty.h"
#include "names.h"
#include "scan_status.h"


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
    bool plain;     /* a string of 0x20-0x7e alone and without a backslash */
    uint32_t name;  /* its name's opening quote; 0 for the document itself */
    uint32_t start; /* the first byte of its value: a string's quote */
    uint32_t end;   /* the byte behind its value */
} riverty_member_t;

typedef struct {
    riverty_member_t members[RIVERTY_FIELDS_MAX]; /* by field */
    uint32_t unknown[RIVERTY_FIELDS_MAX]; /* unknown members, by their parent */
    uint32_t unknown_count;               /* all of them */
    uint64_t present;  /* fields that stand in the document */
    uint64_t miscased; /* fields whose name, but for the case of ASCII letters,
                          an unknown member has */
    uint64_t
        miscased_beside; /* of those: two unknown members or more have it */
    bool unwrapped;      /* a child of names->wrapper stands at the top */
    size_t error;        /* where it was refused: an offset */
} riverty_scan_t;


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

#endif
