/*
 * Markdown: what the pages have in common.
 */

#include <stdio.h>
#include <string.h>

#include "markdown.h"


void
riverty_markdown_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("|\\`*_[]<>", *text) != NULL) {
            putchar('\\');
        }
        putchar(*text);
    }
}
