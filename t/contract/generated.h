/*
 * Customers as a seed has them, written twice at once: as a client may spell
 * them and as they are to be forwarded.  What is forwarded follows from how a
 * value was made, not from a look at what was sent: this is the oracle, and it
 * shares no code with the contract.
 */
#ifndef T_CONTRACT_GENERATED_H
#define T_CONTRACT_GENERATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define GENERATED_SIZE    16384
#define GENERATED_MEMBERS 24 /* of one object, at most */
#define GENERATED_TEXT    128
#define GENERATED_CHANGES 32

typedef struct {
    char bytes[GENERATED_SIZE];
    size_t len;
} generated_text_t;

/* A value that is to be forwarded in another form than it was sent in. */
typedef struct {
    const char *object; /* "customer", "address" or "paymentRegistration" */
    const char *name;
    char text[4 * GENERATED_TEXT]; /* unescaped, UTF-8 */
    size_t len;
} generated_change_t;

typedef struct {
    uint64_t random;
    generated_text_t sent;
    generated_text_t forwarded;
    generated_change_t changes[GENERATED_CHANGES];
    size_t changes_count;
    const char *object; /* which one is being written */
    bool tidy;          /* nothing in this document is to change */
    unsigned escapes;
    unsigned unknown;
} generated_t;

/* Code points: as they are sent and as they are forwarded. */
typedef struct {
    uint32_t sent[GENERATED_TEXT];
    size_t sent_len;
    uint32_t forwarded[GENERATED_TEXT];
    size_t forwarded_len;
} generated_value_t;

/* A piece of a text and its NFC; no piece starts with what composes. */
typedef struct {
    uint32_t sent[5];
    uint32_t composed[4];
} generated_piece_t;

/* clang-format off */
static const generated_piece_t generated_pieces[] = {
    { { 'R', 'a', 'y' }, { 'R', 'a', 'y' } },
    { { 'x' }, { 'x' } },
    { { 'o', ' ', 'd' }, { 'o', ' ', 'd' } },
    { { '"' }, { '"' } },
    { { '\\' }, { '\\' } },
    { { '/' }, { '/' } },
    { { '\'' }, { '\'' } },
    { { '-', '7' }, { '-', '7' } },
    { { 0xa0, 'b' }, { 0xa0, 'b' } },
    { { 0xfc }, { 0xfc } },                   /* u with diaeresis ... */
    { { 'u', 0x308 }, { 0xfc } },             /* ... in two */
    { { 'A', 0x30a }, { 0xc5 } },
    { { 0x212b }, { 0xc5 } },                 /* the Angstrom sign */
    { { 'e', 0x323, 0x302 }, { 0x1ec7 } },
    { { 'e', 0x302, 0x323 }, { 0x1ec7 } },
    { { 'q', 0x301, 0x323 }, { 'q', 0x323, 0x301 } }, /* only reordered */
    { { 0x1112, 0x1161, 0x11ab }, { 0xd55c } },       /* Hangul */
    { { 0x65e5, 0x672c }, { 0x65e5, 0x672c } },
    { { 0xfa0e }, { 0xfa0e } },               /* compatibility, but no change */
    { { 0xfb01 }, { 0xfb01 } },               /* fi: NFC is not NFKC */
    { { 0x1f3e0 }, { 0x1f3e0 } },
    { { 0x2f81a }, { 0x51ac } },              /* leaves the astral planes */
    { { 0x10fffd }, { 0x10fffd } },
    { { 0xe000 }, { 0xe000 } },
};

/* Values of unknown members, forwarded as they are. */
static const char *const generated_unknown[] = {
    "1.0", "-0", "-0.0", "0.10", "1e400", "-1E+400", "1E-7", "5e-400",
    "12345678901234567890123", "-9223372036854775809", "18446744073709551616",
    "0.1000000000000000055511151231257827021181583404541015625",
    "true", "false", "null", "\"\"", "\" de \"", "\"\\u0041\\/\\b\"",
    "\"u\xcc\x88\"", "\"\\ud83c\\udfe0\"", "[]", "{}", "[ 1.0,\t[ 1e400 ] ]",
    "{\"language\" : \" DE \",\"countryCode\":\"de\",\"a\":{\"b\":[{}]}}",
    "[{\"customer\":{\"language\":\"DE\"}},12345678901234567890123,1e400]",
};

static const char *const generated_unknown_names[] = {
    "no member", "Customers", "LANGUAGES", "", "1e400", "\\u0061ccounts",
    "\xc3\xa9", "e\xcc\x81", "\\\"", "customer ", "x/y",
};

static const char *const generated_spaces[] = {
    "", "", "", "", " ", "  ", "\n", "\t", "\r\n", "\n    ",
};
/* clang-format on */

#define GENERATED_COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define GENERATED_PICK(generated, table) \
    (table)[generated_below(generated, GENERATED_COUNT(table))]


static inline size_t
generated_below(generated_t *generated, size_t limit)
{
    generated->random ^= generated->random << 13;
    generated->random ^= generated->random >> 7;
    generated->random ^= generated->random << 17;
    return (size_t) (generated->random >> 11) % limit;
}


static inline bool
generated_one_in(generated_t *generated, size_t chances)
{
    return generated_below(generated, chances) == 0;
}


/* For a way of writing that the contract normalises. */
static inline bool
generated_untidy(generated_t *generated, size_t chances)
{
    return !generated->tidy && generated_one_in(generated, chances);
}


/* Texts that are too long fail the test: nothing compares equal to them. */
static inline void
generated_append(generated_text_t *text, const char *bytes, size_t len)
{
    if (text->len + len < sizeof(text->bytes)) {
        memcpy(text->bytes + text->len, bytes, len);
        text->len += len;
    }

    text->bytes[text->len] = '\0';
}


/* What is sent and forwarded alike. */
static inline void
generated_put(generated_t *generated, const char *text)
{
    generated_append(&generated->sent, text, strlen(text));
    generated_append(&generated->forwarded, text, strlen(text));
}


static inline void
generated_put_space(generated_t *generated)
{
    generated_put(generated, GENERATED_PICK(generated, generated_spaces));
}


static inline size_t
generated_utf8(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char) code;
        return 1;
    }

    if (code < 0x800) {
        out[0] = (char) (0xc0 + code / 64);
        out[1] = (char) (0x80 + code % 64);
        return 2;
    }

    if (code < 0x10000) {
        out[0] = (char) (0xe0 + code / 4096);
        out[1] = (char) (0x80 + code / 64 % 64);
        out[2] = (char) (0x80 + code % 64);
        return 3;
    }

    out[0] = (char) (0xf0 + code / 262144);
    out[1] = (char) (0x80 + code / 4096 % 64);
    out[2] = (char) (0x80 + code / 64 % 64);
    out[3] = (char) (0x80 + code % 64);
    return 4;
}


/* \u and four digits, twice where it must be. */
static inline void
generated_spell_unit(generated_t *generated, uint32_t code)
{
    const char *form = generated_one_in(generated, 2) ? "\\u%04x" : "\\u%04X";
    char escape[16];

    if (code >= 0x10000) {
        generated_spell_unit(generated, 0xd7c0 + (code >> 10));
        code = 0xdc00 + (code & 0x3ff);
    }

    generated_append(&generated->sent, escape,
                     (size_t) snprintf(escape, sizeof(escape), form, code));
}


/* One character as a client may write it. */
static inline void
generated_spell(generated_t *generated, uint32_t code)
{
    char bytes[4];

    if (generated_one_in(generated, 12)) {
        generated->escapes++;
        generated_spell_unit(generated, code);
        return;
    }

    if (code == '"' || code == '\\' ||
        (code == '/' && generated_one_in(generated, 2))) {
        generated->escapes++;
        generated_append(&generated->sent, "\\", 1);
    }

    generated_append(&generated->sent, bytes, generated_utf8(code, bytes));
}


static inline void
generated_forward(generated_t *generated, uint32_t code)
{
    char bytes[4];

    if (code == '"' || code == '\\') {
        generated_append(&generated->forwarded, "\\", 1);
    }

    generated_append(&generated->forwarded, bytes, generated_utf8(code, bytes));
}


static inline void
generated_note_change(generated_t *generated, const char *name,
                      const generated_value_t *value)
{
    generated_change_t *change = &generated->changes[generated->changes_count];

    generated->changes_count++;
    change->object = generated->object;
    change->name = name;
    change->len = 0;

    for (size_t i = 0; i < value->forwarded_len; i++) {
        change->len +=
            generated_utf8(value->forwarded[i], change->text + change->len);
    }
}


/* A string: its bytes are kept unless its characters are to change. */
static inline void
generated_put_value(generated_t *generated, const char *name,
                    const generated_value_t *value)
{
    size_t start = generated->sent.len;
    size_t count = value->sent_len;

    for (size_t i = 0; i < count; i++) {
        generated_spell(generated, value->sent[i]);
    }

    if (count == value->forwarded_len &&
        memcmp(value->sent, value->forwarded, count * sizeof(uint32_t)) == 0) {
        generated_append(&generated->forwarded, generated->sent.bytes + start,
                         generated->sent.len - start);
        return;
    }

    generated_note_change(generated, name, value);
    for (size_t i = 0; i < value->forwarded_len; i++) {
        generated_forward(generated, value->forwarded[i]);
    }
}


static inline void
generated_add_sent(generated_value_t *value, uint32_t code)
{
    value->sent[value->sent_len++] = code;
}


static inline void
generated_add(generated_value_t *value, uint32_t sent, uint32_t forwarded)
{
    value->sent[value->sent_len++] = sent;
    value->forwarded[value->forwarded_len++] = forwarded;
}


/* Spaces at an end of a value, which are not forwarded. */
static inline void
generated_add_margin(generated_t *generated, generated_value_t *value)
{
    while (generated_untidy(generated, 4)) {
        generated_add_sent(value, generated_one_in(generated, 3) ? 0xa0 : ' ');
    }
}


static inline void
generated_add_piece(generated_t *generated, generated_value_t *value)
{
    const generated_piece_t *piece =
        &GENERATED_PICK(generated, generated_pieces);

    if (generated->tidy) {
        piece = &generated_pieces[0];
    }

    for (size_t i = 0; piece->sent[i] != 0; i++) {
        value->sent[value->sent_len++] = piece->sent[i];
    }

    for (size_t i = 0; i < 4 && piece->composed[i] != 0; i++) {
        value->forwarded[value->forwarded_len++] = piece->composed[i];
    }
}


/* ASCII of which only the case of letters may differ. */
static inline void
generated_add_code(generated_t *generated, generated_value_t *value,
                   const char *code)
{
    bool other = generated_untidy(generated, 3);

    for (; *code != '\0'; code++) {
        unsigned char byte = (unsigned char) *code;
        bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        bool flip = letter && other && generated_one_in(generated, 2);

        generated_add(value, flip ? byte ^ 0x20u : byte, byte);
    }
}


static inline void
generated_add_ascii(generated_value_t *value, const char *text)
{
    for (; *text != '\0'; text++) {
        generated_add(value, (unsigned char) *text, (unsigned char) *text);
    }
}

#endif
