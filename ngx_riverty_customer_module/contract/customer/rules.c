/*
 * The table of rules as data, and the words for their levels.
 */
#include "rules.h"


/* clang-format off */
#define LEVEL(NAME)       RIVERTY_STANDS_##NAME
#define ON(NAME)          RIVERTY_ON_##NAME
#define SAYS(text, NAME)  .detail = riverty_filled(text),                      \
                          .says = RIVERTY_SAYS_##NAME

const riverty_rule_t riverty_rules[RIVERTY_RULE_COUNT] = {
#define RULE(NAME, name, default, about, source, schema, text, checks, why,    \
             with, passes, breaks)                                             \
    [RIVERTY_RULE_##NAME] = {                                                  \
        .id = #name, .id_len = sizeof(#name) - 1, .stands = default,           \
        .on = about, text },
#include "rule_table.h"
#undef RULE
};

#define RULE(NAME, name, default, about, ...)                                  \
    _Static_assert((about) != RIVERTY_ON_REPLY                                 \
                   || (default) < RIVERTY_STANDS_REJECT,                      \
                   #name ": a reply comes too late to reject anything");
#include "rule_table.h"
#undef RULE
/* clang-format on */

/* What each profile makes of the column LEVEL. */
/* clang-format off */
#define OFF    RIVERTY_LEVEL_OFF
#define WARN   RIVERTY_LEVEL_WARN
#define REJECT RIVERTY_LEVEL_REJECT

static const riverty_level_t
    profiles[RIVERTY_PROFILE_COUNT][RIVERTY_STANDS_COUNT] = {
    /*                          OFF  WARN     REJECT  ALWAYS */
    [RIVERTY_PROFILE_STRICT]  = { OFF, REJECT, REJECT, REJECT },
    [RIVERTY_PROFILE_DEFAULT] = { OFF, WARN,   REJECT, REJECT },
    [RIVERTY_PROFILE_LENIENT] = { OFF, WARN,   WARN,   REJECT },
};

static const char *const profile_names[RIVERTY_PROFILE_COUNT] = {
#define PROFILE_NAME(NAME, name) #name,
    RIVERTY_PROFILES(PROFILE_NAME)
#undef PROFILE_NAME
};
/* clang-format on */

#define LEVEL_NAME(name)                                 \
    {                                                    \
        (const unsigned char *) (name), sizeof(name) - 1 \
    }

static const riverty_span_t level_names[] = {
    [RIVERTY_LEVEL_OFF] = LEVEL_NAME("off"),
    [RIVERTY_LEVEL_WARN] = LEVEL_NAME("warn"),
    [RIVERTY_LEVEL_REJECT] = LEVEL_NAME("reject"),
};

#define LEVELS (sizeof(level_names) / sizeof(level_names[0]))


riverty_rule_id_t
riverty_rule_find(riverty_span_t id)
{
    for (unsigned i = 0; i < RIVERTY_RULE_COUNT; i++) {
        if (riverty_span_equal(id, riverty_span_of(riverty_rules[i].id))) {
            return (riverty_rule_id_t) i;
        }
    }

    return RIVERTY_RULE_NONE;
}


riverty_level_t
riverty_rule_level(riverty_rule_id_t rule, riverty_profile_t profile)
{
    riverty_level_t level = profiles[profile][riverty_rules[rule].stands];

    /* A reply comes too late to reject anything. */
    return riverty_rules[rule].on == RIVERTY_ON_REPLY && level == REJECT
               ? WARN
               : level;
}


bool
riverty_profile_parse(riverty_span_t word, riverty_profile_t *profile)
{
    for (unsigned i = 0; i < RIVERTY_PROFILE_COUNT; i++) {
        if (riverty_span_equal(word, riverty_span_of(profile_names[i]))) {
            *profile = (riverty_profile_t) i;
            return true;
        }
    }

    return false;
}


const char *
riverty_profile_name(riverty_profile_t profile)
{
    return profile_names[profile];
}


bool
riverty_level_parse(riverty_span_t word, riverty_level_t *level)
{
    for (unsigned i = 0; i < LEVELS; i++) {
        if (riverty_span_equal(word, level_names[i])) {
            *level = (riverty_level_t) i;
            return true;
        }
    }

    return false;
}


const char *
riverty_level_name(riverty_level_t level)
{
    return (const char *) level_names[level].data;
}


riverty_span_t
riverty_level_text(riverty_level_t level)
{
    return level_names[level];
}
