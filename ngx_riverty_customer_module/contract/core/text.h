/*
 * UTF-8 text: validity, code points, classes, the place of an offset.
 * Sources: RFC 3629, Unicode 15 (bidirectional controls: UAX #9).
 */
#ifndef RIVERTY_TEXT_H
#define RIVERTY_TEXT_H

#include "riverty.h"


/*
 * Reads one code point of valid UTF-8 at *pos, which is below end, and moves
 * *pos behind it.  A byte of anything else is read as U+FFFD.
 */
uint32_t riverty_text_next(const unsigned char **pos, const unsigned char *end);

/* The part of riverty_text_sequence() for what starts with a byte from 0xe0. */
size_t riverty_text_sequence_long(const unsigned char *pos,
                                  const unsigned char *end);

/*
 * The length in bytes (1 to 4) of the well-formed UTF-8 sequence at pos, or 0:
 * overlong forms, surrogates and what lies above U+10FFFF are ill-formed.
 * Inline: most are ASCII, or letters of two bytes.
 */
static inline size_t
riverty_text_sequence(const unsigned char *pos, const unsigned char *end)
{
    if (*pos < 0x80) {
        return 1;
    }

    if (*pos < 0xe0) {
        return *pos >= 0xc2 && end - pos >= 2 && (pos[1] & 0xc0) == 0x80 ? 2
                                                                         : 0;
    }

    return riverty_text_sequence_long(pos, end);
}


/* Writes code (at most U+10FFFF) at out, at most 4 bytes; returns how many. */
size_t riverty_text_encode(uint32_t code, unsigned char *out);

/* Code points in valid UTF-8. */
size_t riverty_text_length(riverty_span_t text);

/* Is every byte below 0x80? */
bool riverty_text_ascii(riverty_span_t text);

/*
 * C0, DEL, C1, U+2028, U+2029, U+FEFF, a bidirectional control, a tag or a
 * noncharacter?
 */
bool riverty_text_control(uint32_t code);

/* Does text (valid UTF-8) hold such a character? */
bool riverty_text_has_control(riverty_span_t text);

/*
 * Does text hold a letter, or (alphanumeric) a letter or a digit, or (readable)
 * any of these, a number or a symbol beyond ASCII?  By Unicode's general
 * category (libutf8proc): L* and Nl, Nd, N*, S* and Co.  What is not assigned
 * below U+40000 counts as a letter; fillers, which are not seen, do not count.
 */
bool riverty_text_has_letter(riverty_span_t text);
bool riverty_text_has_alphanumeric(riverty_span_t text);
bool riverty_text_readable(riverty_span_t text);

/* A space of any width (Zs), or a dash of any length (Pd, and U+2212)? */
bool riverty_text_space(uint32_t code);
bool riverty_text_dash(uint32_t code);

/* Does text consist of dashes and dots, of one at least? */
bool riverty_text_dashes(riverty_span_t text);

/* The part of riverty_text_trim() for a text that may end in blanks. */
riverty_span_t riverty_text_trim_spaces(riverty_span_t text);

static inline bool
riverty_text_graphic(unsigned char byte)
{
    return byte > ' ' && byte < 0x7f;
}


/*
 * text without blanks at both ends: U+0020, U+00A0, marks of direction (U+200E,
 * U+200F, U+061C) and U+FEFF.  Inline: most texts start and end with a letter
 * or a digit.
 */
static inline riverty_span_t
riverty_text_trim(riverty_span_t text)
{
    if (text.len > 0 && riverty_text_graphic(text.data[0]) &&
        riverty_text_graphic(text.data[text.len - 1])) {
        return text;
    }

    return riverty_text_trim_spaces(text);
}

/*
 * Brings text into NFC (libutf8proc).  A text in NFC stays as it is; else the
 * result is allocated from memory.  A text of code points below U+0300 takes no
 * memory, any other takes room for its code points.  A text that is not
 * stream-safe (UAX #15: more than 30 marks in a row) stays as it is, so that
 * time is linear.  Returns false where there is no memory.
 */
bool riverty_text_nfc(riverty_span_t *text, const riverty_memory_t *memory);

/* Finds line and column of an offset, both from 1, columns in code points. */
void riverty_text_position(riverty_span_t text, size_t offset, size_t *line,
                           size_t *column);

#endif
