/*
 * The rules, from their table (rule_table.h), and the words for their levels.
 */
#ifndef RIVERTY_RULES_H
#define RIVERTY_RULES_H

#include "contract/core/riverty.h"


typedef enum {
#define RULE(NAME, ...) RIVERTY_RULE_##NAME,
#include "rule_table.h"
#undef RULE
    RIVERTY_RULE_COUNT,
    RIVERTY_RULE_NONE = RIVERTY_RULE_COUNT
} riverty_rule_id_t;

typedef enum {
    RIVERTY_LEVEL_OFF,
    RIVERTY_LEVEL_WARN,
    RIVERTY_LEVEL_REJECT
} riverty_level_t;

typedef enum {
    RIVERTY_SAYS_NOTHING,
    RIVERTY_SAYS_FIELD,
    RIVERTY_SAYS_CAP,
    RIVERTY_SAYS_COUNT,
    RIVERTY_SAYS_NAME,
    RIVERTY_SAYS_HINT
} riverty_says_t;

typedef enum {
    RIVERTY_ON_CREATE,
    RIVERTY_ON_UPDATE,
    RIVERTY_ON_REPLY
} riverty_on_t;

/*
 * Profiles of levels: as the rows say, what those warn of rejects as well, or
 * only what is no document at all rejects.
 */
/* clang-format off */
#define RIVERTY_PROFILES(PROFILE)                                              \
    PROFILE(DEFAULT, default)                                                  \
    PROFILE(STRICT, strict)                                                    \
    PROFILE(LENIENT, lenient)

typedef enum {
#define RIVERTY_PROFILE_ENUM(NAME, name) RIVERTY_PROFILE_##NAME,
    RIVERTY_PROFILES(RIVERTY_PROFILE_ENUM)
#undef RIVERTY_PROFILE_ENUM
    RIVERTY_PROFILE_COUNT
} riverty_profile_t;
/* clang-format on */

/* The column LEVEL: what each profile makes a level of (rules.c). */
typedef enum {
    RIVERTY_STANDS_OFF,
    RIVERTY_STANDS_WARN,
    RIVERTY_STANDS_REJECT,
    RIVERTY_STANDS_ALWAYS,
    RIVERTY_STANDS_COUNT
} riverty_stands_t;

/* The columns that the module works by; the others are for people. */
typedef struct {
    const char *id;
    size_t id_len;
    riverty_stands_t stands;
    riverty_on_t on;
    riverty_says_t says;
    const char *detail;
} riverty_rule_t;


/* The rules, in the order of their ids; static, never freed. */
extern const riverty_rule_t riverty_rules[RIVERTY_RULE_COUNT];

/* The rule of that id, or RIVERTY_RULE_NONE. */
riverty_rule_id_t riverty_rule_find(riverty_span_t id);

/* Its id as a span. */
static inline riverty_span_t
riverty_rule_id(riverty_rule_id_t rule)
{
    return (riverty_span_t){ (const unsigned char *) riverty_rules[rule].id,
                             riverty_rules[rule].id_len };
}

/* Is the rule's default level REJECT? */
static inline bool
riverty_rule_rejects(riverty_rule_id_t rule)
{
    return riverty_rules[rule].stands >= RIVERTY_STANDS_REJECT;
}

/* The rule's level in that profile. */
riverty_level_t riverty_rule_level(riverty_rule_id_t rule,
                                   riverty_profile_t profile);

/*
 * Reads strict, default or lenient into *profile.  Returns false, and leaves
 * *profile alone, for any other word.
 */
bool riverty_profile_parse(riverty_span_t word, riverty_profile_t *profile);

/* "strict", "default" or "lenient"; static. */
const char *riverty_profile_name(riverty_profile_t profile);


/*
 * Reads off, warn or reject into *level.  Returns false, and leaves *level
 * alone, for any other word.
 */
bool riverty_level_parse(riverty_span_t word, riverty_level_t *level);

/* "off", "warn" or "reject"; static. */
const char *riverty_level_name(riverty_level_t level);

/* The same as a span. */
riverty_span_t riverty_level_text(riverty_level_t level);

#endif
