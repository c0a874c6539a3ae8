/*
 * The words of a configuration file, as nginx reads them (1.22,
 * ngx_conf_read_token()): words in quotes and without, \ before any character,
 * # to the end of the line where a word could start.
 */

#include "words.h"
#include "cli/cli.h"
#include "cli/memory.h"


static bool
is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


static bool
at_end(const riverty_cli_words_t *words)
{
    return words->pos == words->end;
}


/* Passes one character, and counts lines. */
static void
pass(riverty_cli_words_t *words)
{
    words->line += *words->pos++ == '\n';
}


static bool
fail(riverty_cli_words_t *words, const char *error)
{
    if (words->count == 0) {
        words->start_line = words->line;
    }

    words->error = error;
    return false;
}


static void
pass_comment(riverty_cli_words_t *words)
{
    while (!at_end(words) && *words->pos != '\n') {
        pass(words);
    }
}


static void
pass_space(riverty_cli_words_t *words)
{
    while (!at_end(words)) {
        if (*words->pos == '#') {
            pass_comment(words);
        } else if (is_space(*words->pos)) {
            pass(words);
        } else {
            return;
        }
    }
}


/*
 * The character that a backslash and c mean, or 0 where both mean themselves.
 */
static unsigned char
escaped(unsigned char c)
{
    switch (c) {
    case '"':
    case '\'':
    case '\\':
        return c;
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    default:
        return 0;
    }
}


static riverty_span_t
unescape(const unsigned char *start, const unsigned char *end)
{
    unsigned char *text = riverty_cli_allocate((size_t) (end - start) + 1);
    unsigned char *out = text;

    while (start < end) {
        if (*start == '\\' && end - start > 1 && escaped(start[1]) != 0) {
            *out++ = escaped(start[1]);
            start += 2;
        } else {
            *out++ = *start++;
        }
    }

    return (riverty_span_t){ text, (size_t) (out - text) };
}


static void
add_word(riverty_cli_words_t *words, const unsigned char *start,
         const unsigned char *end, size_t line)
{
    if (words->count == 0) {
        words->start_line = line;
    }

    if (words->count < RIVERTY_CLI_WORDS_MAX) {
        words->words[words->count] = unescape(start, end);
    }

    words->count++;
}


/* Passes a backslash and what follows it. */
static void
pass_escape(riverty_cli_words_t *words)
{
    pass(words);
    if (!at_end(words)) {
        pass(words);
    }
}


/* Passes a quote and what it encloses, up to the one that closes it. */
static void
pass_quoted(riverty_cli_words_t *words)
{
    unsigned char quote = *words->pos;

    pass(words);

    while (!at_end(words) && *words->pos != quote) {
        if (*words->pos == '\\') {
            pass_escape(words);
        } else {
            pass(words);
        }
    }
}


static bool
may_follow_quote(unsigned char c)
{
    return is_space(c) || c == ';' || c == '{' || c == ')';
}


static bool
read_quoted(riverty_cli_words_t *words)
{
    const unsigned char *start = words->pos + 1;
    size_t line = words->line;

    pass_quoted(words);

    if (at_end(words)) {
        return fail(words, "has a quote without its end");
    }

    add_word(words, start, words->pos, line);
    pass(words);

    if (!at_end(words) && !may_follow_quote(*words->pos)) {
        return fail(words, "has something right behind a closing quote");
    }

    return true;
}


/* Passes the next character of a word; ${ is a part of the word. */
static void
pass_character(riverty_cli_words_t *words)
{
    bool variable = *words->pos == '$';

    if (*words->pos == '\\') {
        pass_escape(words);
        return;
    }

    pass(words);

    if (variable && !at_end(words) && *words->pos == '{') {
        pass(words);
    }
}


static void
read_bare(riverty_cli_words_t *words)
{
    const unsigned char *start = words->pos;
    size_t line = words->line;

    do {
        pass_character(words);
    } while (!at_end(words) && !is_space(*words->pos) && *words->pos != ';' &&
             *words->pos != '{');

    add_word(words, start, words->pos, line);
}


static bool
read_word(riverty_cli_words_t *words)
{
    if (*words->pos == '"' || *words->pos == '\'') {
        return read_quoted(words);
    }

    read_bare(words);
    return true;
}


/* Passes the character that ends a directive or a block. */
static bool
read_end(riverty_cli_words_t *words)
{
    bool block_ends = *words->pos == '}';

    if (words->count == 0 && !block_ends) {
        return fail(words, *words->pos == ';'
                               ? "has a \";\" with nothing before it"
                               : "has a \"{\" with nothing before it");
    }

    if (words->count > 0 && block_ends) {
        return fail(words, "is not ended by \";\"");
    }

    if (block_ends) {
        words->start_line = words->line;
    }

    words->closed_by = (char) *words->pos;
    pass(words);
    return true;
}


/* }, where a word could start: within one it is a part of it. */
static bool
is_end(unsigned char c)
{
    return c == ';' || c == '{' || c == '}';
}


void
riverty_cli_words_init(riverty_cli_words_t *words, riverty_span_t bytes)
{
    words->pos = bytes.data;
    words->end = bytes.data + bytes.len;
    words->line = 1;
    words->start_line = 1;
    words->count = 0;
    words->error = NULL;
}


bool
riverty_cli_words_next(riverty_cli_words_t *words)
{
    words->count = 0;

    for (pass_space(words); !at_end(words); pass_space(words)) {
        if (is_end(*words->pos)) {
            return read_end(words);
        }

        if (!read_word(words)) {
            return false;
        }
    }

    return words->count == 0 ? false : fail(words, "is not ended by \";\"");
}


/* The length of what opens a long text of Lua, as [[ and [==[, or 0. */
static size_t
long_bracket(const riverty_cli_words_t *words, unsigned char bracket)
{
    const unsigned char *pos = words->pos;

    if (pos == words->end || *pos++ != bracket) {
        return 0;
    }

    while (pos < words->end && *pos == '=') {
        pos++;
    }

    return pos < words->end && *pos == bracket
               ? (size_t) (pos + 1 - words->pos)
               : 0;
}


/* Passes a long text, up to and with the bracket that is as long. */
static void
pass_long(riverty_cli_words_t *words, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        pass(words);
    }

    while (!at_end(words) && long_bracket(words, ']') != len) {
        pass(words);
    }

    for (size_t i = 0; i < len && !at_end(words); i++) {
        pass(words);
    }
}


static void
pass_lua_comment(riverty_cli_words_t *words)
{
    size_t len;

    pass(words);
    pass(words);
    len = long_bracket(words, '[');

    if (len > 0) {
        pass_long(words, len);
    } else {
        pass_comment(words);
    }
}


bool
riverty_cli_words_skip_lua(riverty_cli_words_t *words)
{
    size_t depth = 1;

    while (!at_end(words) && depth > 0) {
        const unsigned char *pos = words->pos;
        size_t len = long_bracket(words, '[');

        if (len > 0) {
            pass_long(words, len);
        } else if (*pos == '"' || *pos == '\'') {
            pass_quoted(words);
            if (!at_end(words)) {
                pass(words);
            }
        } else if (*pos == '-' && words->end - pos > 1 && pos[1] == '-') {
            pass_lua_comment(words);
        } else {
            depth += *pos == '{';
            depth -= *pos == '}';
            pass(words);
        }
    }

    return depth == 0;
}
