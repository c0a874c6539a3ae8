/*
 * Markdown: what the pages have in common.
 */
#include "markdown.h"

#include <stdio.h>
#include <string.h>


void
riverty_markdown_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("|\\`*_[]<>&", *text) != NULL) {
            putchar('\\');
        }
        putchar(*text);
    }
}
