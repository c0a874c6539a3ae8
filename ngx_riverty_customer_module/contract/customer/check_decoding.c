/*
 * Checks of text that was read in a wrong encoding: what is lost, and UTF-8
 * whose bytes were read as Latin-1 or Windows-1252 (WHATWG Encoding Standard,
 * index windows-1252).  The bytes are put back and read as UTF-8; that they are
 * UTF-8 proves nothing yet, for CAFÉ® is, too.
 */
#include "check_decoding.h"

#include "contract/core/bytes.h"
#include "contract/core/text.h"


/* A longer text is not looked at; caps are shorter by far. */
#define TEXT_MAX 1024

/* Times that a text may have been read wrongly. */
#define TIMES_MAX 3

#define REPLACEMENT      0xfffd
#define REPLACEMENT_LEAD 0xef

/* What Windows-1252 has at 0x80 to 0x9f; 0: nothing. */
static const uint16_t windows_1252[] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* One character of a text that was put back. */
typedef struct {
    riverty_span_t bytes; /* its own */
    uint32_t code;
    bool lower_before, letter_before; /* ASCII letters at its sides */
    bool lower_behind, letter_behind;
    uint32_t before; /* the character before it, 0 where that is ASCII */
} character_t;


/* The byte that was read as code, or -1. */
static int
byte_of(uint32_t code)
{
    if (code <= 0xff) {
        return (int) code;
    }

    for (unsigned i = 0; i < sizeof(windows_1252) / sizeof(windows_1252[0]);
         i++) {
        if (windows_1252[i] == code) {
            return (int) (0x80 + i);
        }
    }

    return -1;
}


/* Is every byte a part of well-formed UTF-8, and one beyond ASCII? */
static bool
is_utf8(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    size_t len;

    while (pos < end) {
        len = riverty_text_sequence(pos, end);
        if (len == 0) {
            return false;
        }
        pos += len;
    }

    return !riverty_text_ascii(text);
}


/*
 * Puts text back into the bytes that it was read from, at out, which may be
 * where it stands.  Returns them, absent where they are not UTF-8.
 */
static riverty_span_t
put_back(riverty_span_t text, unsigned char *out)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    riverty_span_t bytes = { out, 0 };
    int byte;

    while (pos < end) {
        byte = byte_of(riverty_text_next(&pos, end));
        if (byte < 0) {
            return (riverty_span_t){ NULL, 0 };
        }
        out[bytes.len++] = (unsigned char) byte;
    }

    return is_utf8(bytes) ? bytes : (riverty_span_t){ NULL, 0 };
}


/*
 * Did Ä stand there with one of Š Œ Ž š œ ž behind it?  Estonian and
 * Slovak have such letters.
 */
static bool
has_caron(const character_t *character)
{
    return character->bytes.data[0] == 0xc4 &&
           memchr("\x8a\x8c\x8e\x9a\x9c\x9e", character->bytes.data[1], 6) !=
               NULL;
}


/*
 * Is the character surely what was meant?  What stood in its place is then
 * what no language has: a capital Ã, Ä or Å with another letter or a sign
 * behind it within small letters; â and the sign of the euro; two letters of
 * one script in a row, each from a capital letter and a sign.
 */
static bool
is_certain(const character_t *character)
{
    uint32_t code = character->code;
    bool within = character->lower_before || character->lower_behind;

    if (character->bytes.len == 3 && code >= 0x2010 && code <= 0x2122) {
        return true;
    }

    if (code >= 0xa0 && code <= 0xbf) {
        return character->lower_before;
    }

    if (code >= 0xc0 && code <= 0xff) {
        return within || character->letter_before || character->letter_behind;
    }

    if (code >= 0x100 && code <= 0x17f) {
        return within && !has_caron(character);
    }

    return riverty_text_has_letter(character->bytes) &&
           character->before != 0 && character->before >> 8 == code >> 8;
}


/* Reads the character at pos of text; returns what follows. */
static const unsigned char *
read_character(riverty_span_t text, const unsigned char *pos,
               character_t *character)
{
    const unsigned char *end = text.data + text.len;
    const unsigned char *start = pos;
    unsigned char before = start > text.data ? start[-1] : ' ';
    unsigned char behind;

    character->before = before < 0x80 ? 0 : character->code;
    character->code = riverty_text_next(&pos, end);
    character->bytes = (riverty_span_t){ start, (size_t) (pos - start) };

    behind = pos < end ? *pos : ' ';
    character->lower_before = riverty_byte_is_lower(before);
    character->letter_before = riverty_byte_is_letter(before);
    character->lower_behind = riverty_byte_is_lower(behind);
    character->letter_behind = riverty_byte_is_letter(behind);

    return pos;
}


/* Is one character of text certain, and none a control? */
static bool
is_meant(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    character_t character = { .code = 0 };
    bool certain = false;

    if (riverty_text_has_control(text)) {
        return false;
    }

    while (pos < end) {
        pos = read_character(text, pos, &character);
        certain =
            certain || (character.bytes.len > 1 && is_certain(&character));
    }

    return certain;
}


/*
 * May it be UTF-8 that was read wrongly?  Then its first character beyond ASCII
 * stands for a lead byte, and the next one for what follows that.  Most texts
 * are told apart here.
 */
static bool
may_be_mojibake(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    uint32_t lead;

    while (*pos < 0x80) {
        pos++;
    }

    lead = riverty_text_next(&pos, end);
    return lead >= 0xc2 && lead <= 0xf4 && pos < end && *pos >= 0x80;
}


static bool
is_mojibake(riverty_span_t text)
{
    unsigned char bytes[TEXT_MAX];

    if (text.len > sizeof(bytes) || !may_be_mojibake(text)) {
        return false;
    }

    for (unsigned times = 0; times < TIMES_MAX; times++) {
        text = put_back(text, bytes);
        if (text.data == NULL) {
            return false;
        }

        if (is_meant(text)) {
            return true;
        }
    }

    return false;
}


static bool
has_replacement(riverty_span_t text)
{
    const unsigned char *end = text.data + text.len;
    const unsigned char *pos = memchr(text.data, REPLACEMENT_LEAD, text.len);

    while (pos != NULL && pos < end) {
        if (riverty_text_next(&pos, end) == REPLACEMENT) {
            return true;
        }
    }

    return false;
}


void
riverty_check_decoding(riverty_value_t *value)
{
    if (riverty_text_ascii(value->text)) {
        return;
    }

    if (has_replacement(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_REPLACEMENT_CHARACTER, NULL);
    }

    if (is_mojibake(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_MOJIBAKE, NULL);
    }
}
