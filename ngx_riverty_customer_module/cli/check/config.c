/*
 * The lines of --config: the directives that change a contract.
 */

#include <stdio.h>

#include "config.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "cli/read.h"
#include "words.h"
#include "contract/customer/settings.h"

typedef struct {
    riverty_contract_t *contract;
    riverty_shapes_t *shapes;
    bool set[RIVERTY_RULE_COUNT]; /* the rules that have a level here */
    bool profiled;                /* there was a riverty_rules */
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


static const directive_t directives[] = {
    { "riverty_rules", apply_profile },
    { "riverty_rule", apply_rule },
    { "riverty_field", apply_field },
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
apply_line(config_t *config, const riverty_cli_words_t *line, const char *path)
{
    const directive_t *directive = find_directive(line->words[0]);

    if (directive == NULL) {
        riverty_cli_complain(
            "%s:%zu: not riverty_rules, riverty_rule or riverty_field", path,
            line->start_line);
        return false;
    }

    if (!directive->apply(config, line->words + 1, line->count - 1)) {
        riverty_cli_complain("%s:%zu: %s: %s", path, line->start_line,
                             directive->name, config->error.text);
        return false;
    }

    return true;
}


bool
riverty_cli_config_apply(const char *path, riverty_contract_t *contract,
                         riverty_shapes_t *shapes)
{
    config_t config = { .contract = contract, .shapes = shapes };
    riverty_cli_words_t line;
    riverty_span_t bytes;

    if (!riverty_cli_read(path, &bytes)) {
        return false;
    }

    riverty_cli_words_init(&line, bytes);

    while (riverty_cli_words_next(&line)) {
        if (!apply_line(&config, &line, path)) {
            return false;
        }
    }

    if (line.error != NULL) {
        riverty_cli_complain("%s:%zu: the directive %s", path, line.start_line,
                             line.error);
    }

    return line.error == NULL;
}
