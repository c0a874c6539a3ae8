/*
 * The normalisers: the case of codes and of mail domains, in ASCII only.  What
 * is not an ASCII letter belongs to no code, and its case depends on the
 * language.  And what stands between the digits of a phone number: a copied
 * number has typographic spaces and dashes, and characters that nobody sees.
 */
#include "normalise.h"

#include "contract/core/bytes.h"
#include "contract/core/text.h"


#define LETTERS 26


/* Is byte one of the letters from first, A or a, on? */
static inline bool
is_letter(unsigned char byte, unsigned char first)
{
    return (unsigned char) (byte - first) < LETTERS;
}


/* Where a mail address's domain starts; the end of text where it has none. */
static size_t
domain_start(riverty_span_t text)
{
    size_t pos = text.len;

    while (pos > 0) {
        if (text.data[pos - 1] == '@') {
            return pos;
        }
        pos--;
    }

    return text.len;
}


/* Changes the case of letters from start on that have that of wrong, A or a. */
static bool
change_case(riverty_span_t *text, size_t start, unsigned char wrong,
            const riverty_memory_t *memory)
{
    size_t i = start;
    unsigned char *changed;

    while (i < text->len && !is_letter(text->data[i], wrong)) {
        i++;
    }

    if (i == text->len) {
        return true;
    }

    changed = memory->allocate(memory->data, text->len);
    if (changed == NULL) {
        return false;
    }

    memcpy(changed, text->data, text->len);

    for (; i < text->len; i++) {
        if (is_letter(changed[i], wrong)) {
            changed[i] ^= 'a' - 'A';
        }
    }

    text->data = changed;
    return true;
}


/* Has word a byte that is not ASCII, or two spaces in a row? */
static inline bool
word_untidy(uint64_t word)
{
    uint64_t others = (word ^ riverty_word_of(' ')) + riverty_word_of(0x7f);
    uint64_t spaces = ~others & riverty_word_of(0x80);

    /* Of ASCII, no byte's sum is carried into the next one. */
    return (word & riverty_word_of(0x80)) != 0 || (spaces & spaces >> 8) != 0;
}


/* Is text ASCII, without two spaces in a row?  The words have a byte in common,
   the last two perhaps more. */
static bool
is_tidy(riverty_span_t text)
{
    uint64_t word = 0;

    if (text.len < sizeof(word)) {
        memcpy(&word, text.data, text.len);
        return !word_untidy(word);
    }

    for (size_t i = 0; i + sizeof(word) < text.len; i += sizeof(word) - 1) {
        if (word_untidy(riverty_word_load(text.data + i))) {
            return false;
        }
    }

    return !word_untidy(riverty_word_load(text.data + text.len - sizeof(word)));
}


/* A soft hyphen, a space without width, a word joiner. */
static bool
is_unseen(uint32_t code)
{
    return code == 0xad || code == 0x200b || code == 0x2060;
}


/* May what is not seen stand behind that byte of a phone number? */
static bool
is_between(unsigned char byte)
{
    return byte != '\0' && strchr("0123456789().-/ +", byte) != NULL;
}


/* What becomes of code, behind a byte: a character, or NUL where nothing. */
static uint32_t
tidy_code(uint32_t code, unsigned char before)
{
    if (code >= 0x80) {
        if (is_unseen(code) && is_between(before)) {
            return '\0';
        }
        code = riverty_text_space(code) ? ' ' : code;
        code = riverty_text_dash(code) ? '-' : code;
    }

    return code == ' ' && before == ' ' ? '\0' : code;
}


static bool
tidy_phone(riverty_span_t *text, const riverty_memory_t *memory)
{
    const unsigned char *pos = text->data;
    const unsigned char *end = text->data + text->len;
    riverty_span_t tidied = { NULL, 0 };
    unsigned char *out;

    if (is_tidy(*text)) {
        return true;
    }

    out = memory->allocate(memory->data, text->len);
    if (out == NULL) {
        return false;
    }

    tidied.data = out;

    while (pos < end) {
        unsigned char before = tidied.len > 0 ? out[tidied.len - 1] : '\0';
        uint32_t code = tidy_code(riverty_text_next(&pos, end), before);

        if (code != '\0') {
            tidied.len += riverty_text_encode(code, out + tidied.len);
        }
    }

    tidied = riverty_text_trim(tidied);
    if (tidied.len > 0) {
        *text = tidied;
    }

    return true;
}


bool
riverty_normalise(riverty_normalise_t normaliser, riverty_span_t *text,
                  const riverty_memory_t *memory)
{
    switch (normaliser) {
    case RIVERTY_NORMALISE_NONE:
    case RIVERTY_NORMALISE_COUNTRY:
        return true;
    case RIVERTY_NORMALISE_UPPER:
        return change_case(text, 0, 'a', memory);
    case RIVERTY_NORMALISE_LOWER:
        return change_case(text, 0, 'A', memory);
    case RIVERTY_NORMALISE_DOMAIN:
        return change_case(text, domain_start(*text), 'A', memory);
    case RIVERTY_NORMALISE_PHONE:
        return tidy_phone(text, memory);
    }

    return true;
}
