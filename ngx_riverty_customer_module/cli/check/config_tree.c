/*
 * A configuration as a tree (config_tree.h).  Directives of others are passed;
 * nginx -t judges those.
 */
#define _GNU_SOURCE /* POSIX */

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "config_tree.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "cli/read.h"
#include "cli/text.h"

/* Blocks and files within one another; more is a file that includes itself. */
#define DEPTH_MAX 64

#define LUA_BLOCK "_by_lua_block"

/* What all files of a configuration share. */
typedef struct {
    riverty_span_t directory; /* of the first file, with its / */
    riverty_cli_kept_pt kept;
    riverty_cli_block_t **tail;
    unsigned depth;
} config_t;

/* A file that is being read. */
typedef struct {
    config_t *config;
    const char *path;
    riverty_cli_words_t words;
} file_t;

static bool read_block(file_t *file, riverty_cli_block_t *block, bool nested);


static bool
complain(const file_t *file, const char *what, const char *why)
{
    riverty_cli_complain("%s:%zu: %s%s%s", file->path, file->words.start_line,
                         what, what[0] != '\0' ? ": " : "", why);
    return false;
}


static size_t
kept_of(const riverty_cli_words_t *words)
{
    return words->count < RIVERTY_CLI_WORDS_MAX ? words->count
                                                : RIVERTY_CLI_WORDS_MAX;
}


/* "location = /customers" */
static char *
join(const riverty_cli_words_t *words)
{
    size_t size = 1, len = 0;
    char *text;

    for (size_t i = 0; i < kept_of(words); i++) {
        size += words->words[i].len + 1;
    }

    text = riverty_cli_allocate(size);

    for (size_t i = 0; i < kept_of(words); i++) {
        if (i > 0) {
            text[len++] = ' ';
        }
        memcpy(text + len, words->words[i].data, words->words[i].len);
        len += words->words[i].len;
    }

    text[len] = '\0';
    return text;
}


static riverty_cli_block_t *
add_block(config_t *config, riverty_cli_block_t *parent, const char *name,
          const char *path, size_t line)
{
    riverty_cli_block_t *block = riverty_cli_allocate(sizeof(*block));

    *block = (riverty_cli_block_t){
        .parent = parent, .name = name, .file = path, .line = line
    };
    block->tail = &block->settings;

    *config->tail = block;
    config->tail = &block->next;
    return block;
}


static void
add_setting(const file_t *file, riverty_cli_block_t *block)
{
    const riverty_cli_words_t *words = &file->words;
    riverty_cli_setting_t *setting = riverty_cli_allocate(sizeof(*setting));
    size_t size = words->count * sizeof(*setting->words);

    *setting = (riverty_cli_setting_t){ .file = file->path,
                                        .line = words->start_line,
                                        .words = riverty_cli_allocate(size),
                                        .count = words->count };
    memcpy(setting->words, words->words, size);

    *block->tail = setting;
    block->tail = &setting->next;
}


static bool
is_word(riverty_span_t word, const char *text)
{
    return riverty_span_equal(word, riverty_span_of(text));
}


static bool
begins(riverty_span_t word, const char *text)
{
    return word.len >= strlen(text) &&
           memcmp(word.data, text, strlen(text)) == 0;
}


/* A kept directive with a slip in its name would be passed like any other. */
static bool
is_slip(riverty_span_t name)
{
    return begins(name, "riverty_rule") || begins(name, "riverty_field") ||
           begins(name, "riverty_max");
}


static bool
read_setting(file_t *file, riverty_cli_block_t *block)
{
    const char *name = riverty_cli_copy(file->words.words[0]);

    if (file->words.closed_by == '{') {
        return complain(file, name,
                        "has a \"{\": it takes no block, and a pattern with "
                        "one needs quotes");
    }

    if (file->words.count > RIVERTY_CLI_WORDS_MAX) {
        return complain(file, name, "has too many words");
    }

    add_setting(file, block);
    return true;
}


static bool
read_file(config_t *config, const char *path, riverty_cli_block_t *block)
{
    file_t file = { .config = config, .path = path };
    riverty_span_t bytes;

    if (!riverty_cli_read(path, &bytes)) {
        return false;
    }

    riverty_cli_words_init(&file.words, bytes);
    return read_block(&file, block, false);
}


/* As nginx: of a pattern all files that there are, in their order. */
static bool
include(file_t *file, riverty_cli_block_t *block)
{
    riverty_span_t name = file->words.words[1];
    riverty_span_t directory = file->config->directory;
    char *path = riverty_cli_allocate(directory.len + name.len + 1);
    size_t before = name.len > 0 && name.data[0] == '/' ? 0 : directory.len;
    glob_t found;
    bool good = true;

    memcpy(path, directory.data, before);
    memcpy(path + before, name.data, name.len);
    path[before + name.len] = '\0';

    if (strpbrk(path, "*?[") == NULL) {
        return read_file(file->config, path, block);
    }

    if (glob(path, 0, NULL, &found) != 0) {
        return true;
    }

    for (size_t i = 0; good && i < found.gl_pathc; i++) {
        name = riverty_span_of(found.gl_pathv[i]);
        good = read_file(file->config, riverty_cli_copy(name), block);
    }

    globfree(&found);
    return good;
}


static bool
read_simple(file_t *file, riverty_cli_block_t *block)
{
    const riverty_cli_words_t *words = &file->words;

    if (is_word(words->words[0], "include") && words->count == 2) {
        return include(file, block);
    }

    if (is_word(words->words[0], "proxy_pass")) {
        block->proxied = true;
    }

    if (is_word(words->words[0], "riverty_customer") && words->count == 2) {
        block->told = true;
        block->protected = !is_word(words->words[1], "off");
    }

    return true;
}


static bool
is_lua(riverty_span_t name)
{
    size_t len = sizeof(LUA_BLOCK) - 1;

    return name.len > len &&
           memcmp(name.data + name.len - len, LUA_BLOCK, len) == 0;
}


static bool
read_nested(file_t *file, riverty_cli_block_t *block)
{
    const char *name = join(&file->words);
    size_t line = file->words.start_line;

    if (is_lua(file->words.words[0])) {
        return riverty_cli_words_skip_lua(&file->words) ||
               complain(file, name, "has a block without its end");
    }

    return read_block(
        file, add_block(file->config, block, name, file->path, line), true);
}


/* A map has any words as directives; outside of blocks there is none. */
static bool
is_name(riverty_span_t word)
{
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = word.data[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') {
            return false;
        }
    }

    return word.len > 0;
}


static bool
read_directive(file_t *file, riverty_cli_block_t *block)
{
    if (block->parent == NULL && !is_name(file->words.words[0])) {
        return complain(file, "", "there is no such directive");
    }

    if (file->config->kept(file->words.words[0])) {
        return read_setting(file, block);
    }

    if (is_slip(file->words.words[0])) {
        return complain(file, riverty_cli_copy(file->words.words[0]),
                        "there is no such directive");
    }

    return file->words.closed_by == '{' ? read_nested(file, block)
                                        : read_simple(file, block);
}


/* Reads up to the } of a nested block, or to the end of the file. */
static bool
read_directives(file_t *file, riverty_cli_block_t *block, bool nested)
{
    riverty_cli_words_t *words = &file->words;

    while (riverty_cli_words_next(words)) {
        if (words->closed_by == '}') {
            return nested || complain(file, "", "a \"}\" that ends no block");
        }

        if (!read_directive(file, block)) {
            return false;
        }
    }

    if (words->error != NULL) {
        riverty_cli_complain("%s:%zu: the directive %s", file->path,
                             words->start_line, words->error);
        return false;
    }

    if (nested) {
        words->start_line = words->line;
        return complain(file, block->name, "its block has no end");
    }

    return true;
}


static bool
read_block(file_t *file, riverty_cli_block_t *block, bool nested)
{
    bool good;

    if (++file->config->depth > DEPTH_MAX) {
        return complain(file, "", "too many blocks or files in one another");
    }

    good = read_directives(file, block, nested);
    file->config->depth--;
    return good;
}


riverty_cli_block_t *
riverty_cli_config_read(const char *path, riverty_cli_kept_pt kept)
{
    riverty_cli_block_t *all = NULL;
    config_t config = { .directory = riverty_span_of(path),
                        .kept = kept,
                        .tail = &all };

    while (config.directory.len > 0 && path[config.directory.len - 1] != '/') {
        config.directory.len--;
    }

    (void) add_block(&config, NULL, "", path, 1);
    return read_file(&config, path, all) ? all : NULL;
}
