/*
 * Strings of a JSON text.  RFC 8259, sections 7 and 8; UTF-8 by RFC 3629.
 */
#include "json_string.h"

#include "contract/core/text.h"


#define UNIT_LENGTH 6 /* a backslash, u, four hex digits */


static inline bool
is_high_surrogate(unsigned unit)
{
    return unit >= 0xd800 && unit <= 0xdbff;
}


static inline bool
is_low_surrogate(unsigned unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}


/* The UTF-16 code unit that the escape at pos stands for. */
static unsigned
unit_of(const unsigned char *pos)
{
    unsigned unit = 0;

    for (size_t i = 2; i < UNIT_LENGTH; i++) {
        unit = unit << 4 | riverty_byte_hex(pos[i]);
    }

    return unit;
}


/* The status of an escaped code unit at pos: OK, TRUNCATED or ESCAPE. */
static riverty_scan_status_t
check_unit(const unsigned char *pos, const unsigned char *end)
{
    bool good;

    for (size_t i = 0; i < UNIT_LENGTH; i++) {
        if (pos + i == end) {
            return RIVERTY_SCAN_TRUNCATED;
        }

        good = i < 2 ? pos[i] == "\\u"[i]
                     : riverty_byte_is(pos[i], RIVERTY_BYTE_HEX);
        if (!good) {
            return RIVERTY_SCAN_ESCAPE;
        }
    }

    return RIVERTY_SCAN_OK;
}


/* The status of the low surrogate at pos: OK, TRUNCATED or SURROGATE. */
static riverty_scan_status_t
check_low_surrogate(const unsigned char *pos, const unsigned char *end)
{
    riverty_scan_status_t status = check_unit(pos, end);

    if (status == RIVERTY_SCAN_TRUNCATED) {
        return status;
    }

    if (status == RIVERTY_SCAN_OK && is_low_surrogate(unit_of(pos))) {
        return RIVERTY_SCAN_OK;
    }

    /* Refused rather than replaced: the API would store another text (8.2). */
    return RIVERTY_SCAN_SURROGATE;
}


static const unsigned char *
pass_unicode_escape(const unsigned char *pos, const unsigned char *end,
                    riverty_fault_t *fault)
{
    riverty_scan_status_t status = check_unit(pos, end);
    size_t len = UNIT_LENGTH;
    unsigned unit;

    if (status == RIVERTY_SCAN_OK) {
        unit = unit_of(pos);

        if (unit == 0) {
            status = RIVERTY_SCAN_NUL;

        } else if (is_low_surrogate(unit)) {
            status = RIVERTY_SCAN_SURROGATE;

        } else if (is_high_surrogate(unit)) {
            status = check_low_surrogate(pos + UNIT_LENGTH, end);
            len = 2 * UNIT_LENGTH;
        }
    }

    if (status == RIVERTY_SCAN_TRUNCATED) {
        return riverty_fault(fault, status, end);
    }

    if (status != RIVERTY_SCAN_OK) {
        return riverty_fault(fault, status, pos);
    }

    return pos + len;
}


static const unsigned char *
pass_escape(const unsigned char *pos, const unsigned char *end,
            riverty_fault_t *fault)
{
    if (end - pos >= 2 && riverty_byte_is(pos[1], RIVERTY_BYTE_ESCAPE)) {
        return pos + 2;
    }

    return pass_unicode_escape(pos, end, fault);
}


/* Could bytes behind end make what is ill-formed at pos a sequence? */
static bool
is_cut_off(const unsigned char *pos, const unsigned char *end)
{
    /* Every lead byte takes one of these two behind it. */
    static const unsigned char follow[] = { 0x80, 0xbf };
    unsigned char whole[4];
    size_t len = (size_t) (end - pos);

    if (len >= sizeof(whole)) {
        return false;
    }

    for (size_t i = 0; i < sizeof(follow); i++) {
        memset(whole, follow[i], sizeof(whole));
        memcpy(whole, pos, len);

        if (riverty_text_sequence(whole, whole + sizeof(whole)) > len) {
            return true;
        }
    }

    return false;
}


/* Passes a run of characters above U+007F. */
static const unsigned char *
pass_utf8(const unsigned char *pos, const unsigned char *end,
          riverty_fault_t *fault)
{
    size_t len;

    while (pos < end && *pos >= 0x80) {
        len = riverty_text_sequence(pos, end);

        if (len == 0) {
            if (is_cut_off(pos, end)) {
                return riverty_fault(fault, RIVERTY_SCAN_TRUNCATED, end);
            }

            return riverty_fault(fault, RIVERTY_SCAN_UTF8, pos);
        }

        pos += len;
    }

    return pos;
}


const unsigned char *
riverty_string_scan_special(riverty_window_t *window, const unsigned char *pos,
                            riverty_string_form_t *form, riverty_fault_t *fault)
{
    const unsigned char *end = window->end;

    form->escaped = false;
    form->plain = false;

    while (pos < end && *pos != '"') {
        if (*pos == '\\') {
            form->escaped = true;
            pos = pass_escape(pos, end, fault);

        } else if (*pos >= 0x80) {
            pos = pass_utf8(pos, end, fault);

        } else if (*pos == RIVERTY_BYTE_DEL) {
            pos++;

        } else {
            return riverty_fault(fault, RIVERTY_SCAN_CONTROL, pos);
        }

        if (pos == NULL) {
            return NULL;
        }

        pos = riverty_window_plain(window, pos);
    }

    if (pos == end) {
        return riverty_fault(fault, RIVERTY_SCAN_TRUNCATED, end);
    }

    return pos + 1;
}


/* Unescapes what stands at pos and returns the byte behind it. */
static const unsigned char *
unescape_one(const unsigned char *pos, unsigned char **out)
{
    static const char names[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    const char *name;
    uint32_t code;

    if (pos[1] != 'u') {
        name = memchr(names, pos[1], sizeof(names) - 1);
        if (name == NULL) {
            *(*out)++ = pos[1];
        } else {
            *(*out)++ = (unsigned char) meanings[name - names];
        }

        return pos + 2;
    }

    code = unit_of(pos);
    if (is_high_surrogate(code)) {
        pos += UNIT_LENGTH;
        code = 0x10000 + ((code - 0xd800) << 10) + (unit_of(pos) - 0xdc00);
    }

    *out += riverty_text_encode(code, *out);
    return pos + UNIT_LENGTH;
}


size_t
riverty_string_unescape(riverty_span_t raw, unsigned char *out)
{
    const unsigned char *pos = raw.data;
    const unsigned char *next;
    unsigned char *start = out;
    size_t left = raw.len;

    while (left > 0) {
        next = memchr(pos, '\\', left);
        if (next == NULL) {
            memcpy(out, pos, left);
            return (size_t) (out - start) + left;
        }

        memcpy(out, pos, (size_t) (next - pos));
        out += next - pos;
        pos = unescape_one(next, &out);
        left = raw.len - (size_t) (pos - raw.data);
    }

    return (size_t) (out - start);
}
