/*
 * What every file of the contract shares: spans of bytes, the caller's
 * memory, the limits.  Plain C11; no nginx, no hidden state.
 */
#ifndef RIVERTY_H
#define RIVERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>


/* Nesting that a document may have; its outermost object is 1. */
#define RIVERTY_DEPTH_MAX 8

/* Fields of the table and declared ones; a set of them is one word. */
#define RIVERTY_FIELDS_MAX 64

/* Findings that are kept; what comes after is only counted. */
#define RIVERTY_FINDINGS_MAX 64

/* The longest body the contract takes: offsets are 32 bits wide. */
#define RIVERTY_BODY_MAX 0x7fffffff


/* Bytes that somebody else owns; not NUL-terminated.  Absent: data is NULL. */
typedef struct {
    const unsigned char *data;
    size_t len;
} riverty_span_t;

/* Of a literal: another array or a pointer does not compile. */
#define riverty_span(literal)                                \
    ((riverty_span_t){ (const unsigned char *) ("" literal), \
                       sizeof(literal) - 1 })

/* The literal, as a constant; an empty one does not compile. */
#define riverty_filled(literal) \
    (&(literal)[0 * sizeof(char[sizeof(literal) > 1 ? 1 : -1])])

/*
 * For what a scan does at each byte: compilers would call some of it, and carry
 * what it returns through memory.
 */
#define RIVERTY_INLINE static inline __attribute__((always_inline))

/*
 * The caller's memory.  allocate() returns size bytes aligned for any type,
 * or NULL.  The contract never has to free: the caller lets go of all of it at
 * once (a pool, an arena).  What is large and needed for a moment it gives back
 * by release(), which may be NULL.
 */
typedef struct {
    void *(*allocate)(void *data, size_t size);
    void *data;
    void (*release)(void *data, void *allocated);
} riverty_memory_t;


static inline riverty_span_t
riverty_span_of(const char *text)
{
    return (riverty_span_t){ (const unsigned char *) text, strlen(text) };
}


static inline bool
riverty_span_equal(riverty_span_t a, riverty_span_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

#endif
