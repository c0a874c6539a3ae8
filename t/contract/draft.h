/*
 * Documents for the comparison with jansson: customers and other values as a
 * seed has them, mostly good, and ways to damage them.
 */
#ifndef T_CONTRACT_DRAFT_H
#define T_CONTRACT_DRAFT_H

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "contract/json/scan.h"

#define DRAFT_SIZE 4096

/* A document while it is generated. */
typedef struct {
    char text[DRAFT_SIZE];
    size_t len;
    uint64_t random;
} draft_t;

/* clang-format off */
static const char *const draft_strings[] = {
    "", "a", "Ray", "Bergnaum Mountains", "0123456789abcdef", "700XXX651",
    "J\xc3\xbcrgen", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xef\xbf\xbf",
    "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\uFFFF", "\x7f",
    "\\ud83d\\ude00", "a\\tb", "\\u0062", " ",
};

static const char *const draft_bad_strings[] = {
    "\\u0000", "\\ud800", "\\udc00", "\\ud800\\u0041", "\\x", "\\u12", "\n",
    "\x1f", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf", "\xff",
};

static const char *const draft_unknown_names[] = {
    "", "a", "b", "\\u0061", "x", "no member", "Customer", "\xc3\xa9",
    "\\u00e9", "\\\"", "customer\\u0000",
};

static const char *const draft_escaped_names[] = {
    "\\u0063ustomer", "e\\u006dail", "addr\\u0065ss", "\\u0069d",
};

static const char *const draft_numbers[] = {
    "0", "-0", "1", "-17", "275122", "0.5", "1e5", "-1.25E-3", "1E+2",
    "9223372036854775807", "-9223372036854775808", "5e-324", "1e308",
};

static const char *const draft_bad_numbers[] = {
    "01", "-", "1.", ".5", "+1", "1e", "0x1", "9223372036854775808", "1e309",
    "-1e999", "--1", "NaN",
};

static const char *const draft_literals[] = { "true", "false", "null" };
static const char *const draft_spaces[] = { "", "", "", " ", "\n", "\t\r\n  " };
static const char draft_damage[] = "\"\\{}[]:,0eu-. \n\t\x80\xc3\xed\xf0tfn/";
/* clang-format on */

#define DRAFT_PICK(draft, table) \
    (table)[draft_below(draft, sizeof(table) / sizeof *(table))]


static inline size_t
draft_below(draft_t *draft, size_t limit)
{
    draft->random ^= draft->random << 13;
    draft->random ^= draft->random >> 7;
    draft->random ^= draft->random << 17;
    return (size_t) (draft->random >> 11) % limit;
}


static inline bool
draft_one_in(draft_t *draft, size_t chances)
{
    return draft_below(draft, chances) == 0;
}


static inline void
draft_put(draft_t *draft, const char *text)
{
    size_t len = strlen(text);

    if (draft->len + len <= DRAFT_SIZE) {
        memcpy(draft->text + draft->len, text, len);
        draft->len += len;
    }
}


static inline void
draft_put_string(draft_t *draft)
{
    size_t pieces = draft_below(draft, 4);

    draft_put(draft, "\"");
    while (pieces-- > 0) {
        draft_put(draft, draft_one_in(draft, 200)
                             ? DRAFT_PICK(draft, draft_bad_strings)
                             : DRAFT_PICK(draft, draft_strings));
    }
    draft_put(draft, "\"");
}


/* One letter of it, or each, in the other case. */
static inline void
draft_change_case(draft_t *draft, char *name)
{
    size_t one = draft_below(draft, strlen(name) + 1);

    for (size_t i = 0; name[i] != '\0'; i++) {
        if (isalpha((unsigned char) name[i]) &&
            (i == one || name[one] == '\0')) {
            name[i] ^= 0x20;
        }
    }
}


/* A name that field's object knows, in another case now and then, or another.
 */
static inline void
draft_put_name(draft_t *draft, const riverty_names_t *names, unsigned field)
{
    size_t known = draft_below(draft, names->count);
    char name[64];

    if (draft_one_in(draft, 8)) {
        draft_put(draft, DRAFT_PICK(draft, draft_unknown_names));
        return;
    }

    if (draft_one_in(draft, 20)) {
        draft_put(draft, DRAFT_PICK(draft, draft_escaped_names));
        return;
    }

    for (size_t i = 0; i < names->count && names->parent[known] != field; i++) {
        known = (known + 1) % names->count;
    }

    snprintf(name, sizeof(name), "%.*s", (int) names->name[known].text.len,
             (const char *) names->name[known].text.data);
    if (draft_one_in(draft, 10)) {
        draft_change_case(draft, name);
    }
    draft_put(draft, name);
}


static inline void draft_put_value(draft_t *draft, const riverty_names_t *names,
                                   unsigned field, unsigned depth);


/* field: whose names the object most likely has. */
static inline void
draft_put_object(draft_t *draft, const riverty_names_t *names, unsigned field,
                 unsigned depth)
{
    size_t members = draft_below(draft, 5);

    draft_put(draft, "{");
    for (size_t i = 0; i < members; i++) {
        draft_put(draft, i > 0 ? "," : "");
        draft_put(draft, DRAFT_PICK(draft, draft_spaces));
        draft_put(draft, "\"");
        draft_put_name(draft, names, field);
        draft_put(draft, "\"");
        draft_put(draft, DRAFT_PICK(draft, draft_spaces));
        draft_put(draft, ":");
        draft_put_value(draft, names, (unsigned) draft_below(draft, 4),
                        depth + 1);
    }
    draft_put(draft, "}");
}


static inline void
draft_put_array(draft_t *draft, const riverty_names_t *names, unsigned depth)
{
    size_t elements = draft_below(draft, 4);

    draft_put(draft, "[");
    for (size_t i = 0; i < elements; i++) {
        draft_put(draft, i > 0 ? "," : "");
        draft_put_value(draft, names, 0, depth + 1);
    }
    draft_put(draft, "]");
}


static inline void
draft_put_value(draft_t *draft, const riverty_names_t *names, unsigned field,
                unsigned depth)
{
    draft_put(draft, DRAFT_PICK(draft, draft_spaces));

    switch (draft_below(draft, depth > 9 ? 4 : 9)) {
    case 0:
    case 1:
        draft_put_string(draft);
        break;
    case 2:
        draft_put(draft, draft_one_in(draft, 50)
                             ? DRAFT_PICK(draft, draft_bad_numbers)
                             : DRAFT_PICK(draft, draft_numbers));
        break;
    case 3:
        draft_put(draft, DRAFT_PICK(draft, draft_literals));
        break;
    case 4:
        draft_put_array(draft, names, depth);
        break;
    default:
        draft_put_object(draft, names, field, depth);
        break;
    }

    draft_put(draft, DRAFT_PICK(draft, draft_spaces));
}


/* The create request's form: the whole table, each value as it comes. */
static inline void
draft_put_customer(draft_t *draft, const riverty_names_t *names, unsigned field)
{
    const char *comma = "";

    draft_put(draft, "{");
    for (unsigned child = 1; child < names->count; child++) {
        if (names->parent[child] != field || draft_one_in(draft, 6)) {
            continue;
        }

        draft_put(draft, comma);
        draft_put(draft, "\"");
        draft_put(draft, (const char *) names->name[child].text.data);
        draft_put(draft, "\":");
        comma = ",";

        if (names->object[child]) {
            draft_put_customer(draft, names, child);
        } else if (draft_one_in(draft, 10)) {
            draft_put_value(draft, names, child, 4);
        } else {
            draft_put_string(draft);
        }
    }
    draft_put(draft, "}");
}


/* One damage: a byte, a piece gone, a piece twice, an early end. */
static inline void
draft_hurt(draft_t *draft)
{
    size_t at, len;

    if (draft->len == 0) {
        return;
    }

    at = draft_below(draft, draft->len);
    len = 1 + draft_below(draft, 8);
    if (len > draft->len - at) {
        len = draft->len - at;
    }

    switch (draft_below(draft, 5)) {
    case 0:
        draft->text[at] =
            draft_damage[draft_below(draft, sizeof(draft_damage))];
        break;
    case 1:
        draft->text[at] ^= (char) (1 << draft_below(draft, 8));
        break;
    case 2:
        memmove(draft->text + at, draft->text + at + len,
                draft->len - at - len);
        draft->len -= len;
        break;
    case 3:
        if (draft->len + len <= DRAFT_SIZE) {
            memmove(draft->text + at + len, draft->text + at, draft->len - at);
            draft->len += len;
        }
        break;
    default:
        draft->len = at;
        break;
    }
}

#endif
