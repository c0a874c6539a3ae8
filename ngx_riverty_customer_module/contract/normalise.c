/*
 * The normalisers: the case of codes and of mail domains, in ASCII only.  What
 * is no ASCII letter is nobody's code, and its case depends on the language.
 */
#include "normalise.h"


static inline bool
is_upper(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z';
}


static inline bool
is_lower(unsigned char byte)
{
    return byte >= 'a' && byte <= 'z';
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


/* The first byte from start on that has the wrong case, or the end of text. */
static size_t
first_wrong(riverty_span_t text, size_t start, bool upper)
{
    size_t i;

    for (i = start; i < text.len; i++) {
        if (upper ? is_lower(text.data[i]) : is_upper(text.data[i])) {
            break;
        }
    }

    return i;
}


static bool
change_case(riverty_span_t *text, size_t start, bool upper,
            const riverty_memory_t *memory)
{
    size_t i = first_wrong(*text, start, upper);
    unsigned char *changed;

    if (i == text->len) {
        return true;
    }

    changed = memory->allocate(memory->data, text->len);
    if (changed == NULL) {
        return false;
    }

    memcpy(changed, text->data, text->len);

    for (; i < text->len; i++) {
        if (upper ? is_lower(changed[i]) : is_upper(changed[i])) {
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
        return true;
    case RIVERTY_NORMALISE_UPPER:
        return change_case(text, 0, true, memory);
    case RIVERTY_NORMALISE_LOWER:
        return change_case(text, 0, false, memory);
    case RIVERTY_NORMALISE_DOMAIN:
        return change_case(text, domain_start(*text), false, memory);
    }

    return true;
}
