/*
 * Markdown: what the pages have in common.
 */
#ifndef RIVERTY_CLI_MARKDOWN_H
#define RIVERTY_CLI_MARKDOWN_H


/* Text; a backslash takes the meaning of markup away. */
void riverty_markdown_text(const char *text);

#endif
