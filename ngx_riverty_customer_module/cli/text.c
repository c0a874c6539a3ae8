/*
 * Texts that are kept (text.h).
 */

#include "text.h"
#include "memory.h"
#include "contract/core/text.h"

/* The most that a byte becomes: U+FFFD. */
#define UTF8_FACTOR 3


char *
riverty_cli_copy(riverty_span_t text)
{
    char *copy = riverty_cli_allocate(text.len + 1);

    if (text.len > 0) {
        memcpy(copy, text.data, text.len);
    }

    copy[text.len] = '\0';
    return copy;
}


char *
riverty_cli_utf8(riverty_span_t text)
{
    unsigned char *safe = riverty_cli_allocate(UTF8_FACTOR * text.len + 1);
    const unsigned char *pos = text.data;
    size_t len = 0;

    while (pos < text.data + text.len) {
        uint32_t code = riverty_text_next(&pos, text.data + text.len);

        len += riverty_text_encode(code, safe + len);
    }

    safe[len] = '\0';
    return (char *) safe;
}
