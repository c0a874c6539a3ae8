/*
 * The directives of --config that change a contract, and the location whose
 * they are.
 */

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "config_tree.h"
#include "contract/core/bytes.h"
#include "contract/customer/settings.h"

#define PLACE_SIZE 32 /* :12 and a NUL */

#define MAX_BODY_DEFAULT (64 * 1024)
#define MAX_BODY_LIMIT   (16 * 1024 * 1024)
#define SIZE_LARGE       (UINT64_C(1) << 29) /* of a unit: more is the same */

typedef struct {
    riverty_contract_t *contract;
    riverty_shapes_t *shapes;
    bool set[RIVERTY_RULE_COUNT]; /* the rules that have a level here */
    bool profiled;                /* there was a riverty_rules */
    bool sized;                   /* ... a riverty_max_body */
    bool limited;                 /* ... a client_max_body_size */
    size_t max_body;
    size_t client_max_body; /* 0: nginx has none */
    riverty_error_t error;
} config_t;

/* Applies the words behind the directive's name. */
typedef bool (*apply_pt)(config_t *config, const riverty_span_t *words,
                         size_t count);

typedef struct {
    const char *name;
    apply_pt apply;
} directive_t;


static bool
fail(config_t *config, const char *error)
{
    (void) snprintf(config->error.text, sizeof(config->error.text), "%s",
                    error);
    return false;
}


static bool
fail_field(config_t *config, riverty_span_t pointer, const char *detail)
{
    (void) snprintf(config->error.text, sizeof(config->error.text),
                    "\"%.*s\" %s", (int) pointer.len, pointer.data, detail);
    return false;
}


static bool
apply_profile(config_t *config, const riverty_span_t *words, size_t count)
{
    riverty_profile_t profile;

    if (!riverty_setting_profile(words, count, &profile, &config->error)) {
        return false;
    }

    if (config->profiled) {
        return fail(config, "is duplicate");
    }

    config->profiled = true;

    for (unsigned i = 0; i < RIVERTY_RULE_COUNT; i++) {
        if (!config->set[i]) {
            config->contract->levels[i] = riverty_rule_level(i, profile);
        }
    }

    return true;
}


static bool
apply_rule(config_t *config, const riverty_span_t *words, size_t count)
{
    riverty_rule_id_t rule;
    riverty_level_t level;

    if (!riverty_setting_rule(words, count, &rule, &level, &config->error)) {
        return false;
    }

    if (config->set[rule]) {
        return fail(config, "the rule has a level here already");
    }

    config->set[rule] = true;
    config->contract->levels[rule] = level;
    return true;
}


static bool
apply_field(config_t *config, const riverty_span_t *words, size_t count)
{
    riverty_memory_t memory = riverty_cli_memory();
    riverty_field_options_t options;
    riverty_field_status_t status;

    if (count < 2) {
        return fail(config, "takes a pointer and what to change of the field");
    }

    if (!riverty_setting_field(words + 1, count - 1, config->shapes, &options,
                               &config->error)) {
        return false;
    }

    status =
        riverty_contract_field(config->contract, words[0], &options, &memory);

    return status == RIVERTY_FIELD_STATUS_OK ||
           fail_field(config, words[0], riverty_field_status_detail(status));
}


/* A size as nginx reads it: 512, 64k, 1m; a huge one may say 1g. */
static bool
read_size(riverty_span_t word, bool huge, size_t *size)
{
    static const char units[] = "kmg";
    size_t len = word.len, value = 0;
    unsigned shift = 0;
    const char *unit = NULL;

    if (len > 0) {
        unit = memchr(units, word.data[len - 1] | 0x20, huge ? 3 : 2);
    }

    if (unit != NULL) {
        shift = 10 * (unsigned) (unit - units + 1);
        len--;
    }

    for (size_t i = 0; i < len; i++) {
        if (!riverty_byte_is_digit(word.data[i])) {
            return false;
        }
        if (value < SIZE_LARGE) {
            value = 10 * value + (size_t) (word.data[i] - '0');
        }
    }

    *size = value << shift;
    return len > 0;
}


static bool
apply_max_body(config_t *config, const riverty_span_t *words, size_t count)
{
    if (config->sized) {
        return fail(config, "is duplicate");
    }

    if (count != 1 || !read_size(words[0], false, &config->max_body) ||
        config->max_body == 0 || config->max_body > MAX_BODY_LIMIT) {
        return fail(config, "must be between 1 byte and 16m");
    }

    config->sized = true;
    return true;
}


static bool
apply_client_max_body(config_t *config, const riverty_span_t *words,
                      size_t count)
{
    if (config->limited) {
        return fail(config, "is duplicate");
    }

    if (count != 1 || !read_size(words[0], true, &config->client_max_body)) {
        return fail(config, "takes a size, such as 1m");
    }

    config->limited = true;
    return true;
}


static const directive_t directives[] = {
    { "riverty_rules", apply_profile },
    { "riverty_rule", apply_rule },
    { "riverty_field", apply_field },
    { "riverty_max_body", apply_max_body },
    { "client_max_body_size", apply_client_max_body },
};

#define DIRECTIVES (sizeof(directives) / sizeof(directives[0]))


static const directive_t *
find_directive(riverty_span_t name)
{
    for (size_t i = 0; i < DIRECTIVES; i++) {
        if (riverty_span_equal(name, riverty_span_of(directives[i].name))) {
            return &directives[i];
        }
    }

    return NULL;
}


static bool
is_setting(riverty_span_t name)
{
    return find_directive(name) != NULL;
}


static bool
apply_setting(config_t *config, const riverty_cli_setting_t *setting)
{
    const directive_t *directive = find_directive(setting->words[0]);

    if (!directive->apply(config, setting->words + 1, setting->count - 1)) {
        riverty_cli_complain("%s:%zu: %s: %s", setting->file, setting->line,
                             directive->name, config->error.text);
        return false;
    }

    return true;
}


/* Outer blocks first: what stands further in takes their place. */
static bool
apply_blocks(config_t *config, const riverty_cli_block_t *block)
{
    const riverty_cli_setting_t *setting;

    if (block == NULL) {
        return true;
    }

    if (!apply_blocks(config, block->parent)) {
        return false;
    }

    memset(config->set, 0, sizeof(config->set));
    config->profiled = false;
    config->sized = false;
    config->limited = false;

    for (setting = block->settings; setting != NULL; setting = setting->next) {
        if (!apply_setting(config, setting)) {
            return false;
        }
    }

    return true;
}


/* Is it a location whose requests are judged? */
static bool
is_protected(const riverty_cli_block_t *block)
{
    const riverty_cli_block_t *it = block;

    while (it->parent != NULL && !it->told) {
        it = it->parent;
    }

    return block->proxied && it->protected;
}


/* "/customers" of "location /customers" */
static const char *
location_of(const riverty_cli_block_t *block)
{
    static const char word[] = "location ";

    return strncmp(block->name, word, sizeof(word) - 1) == 0
               ? block->name + sizeof(word) - 1
               : block->name;
}


/* By its name, or by where it stands, as nginx.conf:12. */
static bool
is_asked_for(const riverty_cli_block_t *block, const char *location)
{
    size_t size = strlen(block->file) + PLACE_SIZE;
    char *place;

    if (location == NULL || strcmp(location, location_of(block)) == 0) {
        return true;
    }

    place = riverty_cli_allocate(size);
    (void) snprintf(place, size, "%s:%zu", block->file, block->line);

    return strcmp(location, place) == 0;
}


static bool
same_words(const riverty_cli_setting_t *a, const riverty_cli_setting_t *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        same = riverty_span_equal(a->words[i], b->words[i]);
    }

    return same;
}


static bool
same_settings(const riverty_cli_block_t *a, const riverty_cli_block_t *b)
{
    const riverty_cli_setting_t *left = a->settings, *right = b->settings;

    while (left != NULL && right != NULL && same_words(left, right)) {
        left = left->next;
        right = right->next;
    }

    return left == NULL && right == NULL;
}


/* The nearest block from here on outwards that has settings. */
static const riverty_cli_block_t *
with_settings(const riverty_cli_block_t *block)
{
    while (block != NULL && block->settings == NULL) {
        block = block->parent;
    }

    return block;
}


/* Are the settings of both locations the same, block by block? */
static bool
are_alike(const riverty_cli_block_t *a, const riverty_cli_block_t *b)
{
    a = with_settings(a);
    b = with_settings(b);

    while (a != b) {
        if (a == NULL || b == NULL || !same_settings(a, b)) {
            return false;
        }

        a = with_settings(a->parent);
        b = with_settings(b->parent);
    }

    return true;
}


/*
 * The location to judge by, where all that are asked for are alike.  A file
 * without blocks is what stands in one.
 */
static const riverty_cli_block_t *
choose(const riverty_cli_block_t *all, const char *location)
{
    const riverty_cli_block_t *found = NULL;

    if (all->next == NULL && location == NULL) {
        return all;
    }

    for (const riverty_cli_block_t *it = all; it != NULL; it = it->next) {
        if (!is_protected(it) || !is_asked_for(it, location)) {
            continue;
        }

        if (found != NULL && !are_alike(found, it)) {
            riverty_cli_complain("%s:%zu: location %s: has other rules, "
                                 "fields or limits than location %s of "
                                 "%s:%zu; name one of them: --location %s:%zu",
                                 it->file, it->line, location_of(it),
                                 location_of(found), found->file, found->line,
                                 it->file, it->line);
            return NULL;
        }

        found = found == NULL ? it : found;
    }

    if (found == NULL) {
        riverty_cli_complain("%s: no%s location has riverty_customer and "
                             "proxy_pass",
                             all->file, location != NULL ? " such" : "");
    }

    return found;
}


bool
riverty_cli_config_apply(const char *path, const char *location,
                         riverty_contract_t *contract, riverty_shapes_t *shapes,
                         size_t *max_body)
{
    config_t config = { .contract = contract,
                        .shapes = shapes,
                        .max_body = MAX_BODY_DEFAULT };
    const riverty_cli_block_t *block =
        riverty_cli_config_read(path, is_setting);

    if (block != NULL) {
        block = choose(block, location);
    }

    if (block == NULL || !apply_blocks(&config, block)) {
        return false;
    }

    /* the smaller one counts */
    *max_body = config.max_body;
    if (config.client_max_body > 0 && config.client_max_body < *max_body) {
        *max_body = config.client_max_body;
    }

    return true;
}
