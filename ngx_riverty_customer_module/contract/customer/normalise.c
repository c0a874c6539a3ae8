/*
 * The normalisers: the case of codes and of mail domains, in ASCII only.  What
 * is not an ASCII letter belongs to no code, and its case depends on the
 * language.
 */
#include "normalise.h"


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
    }

    return true;
}
