/*
 * A pattern as a deterministic automaton: a step a character, whatever the
 * text is.
 */
#ifndef RIVERTY_AUTOMATON_H
#define RIVERTY_AUTOMATON_H

#include "contract/core/riverty.h"
#include "code_set.h"
#include "expression.h"


/* A state is where its row of steps starts; from this one no step leads out. */
#define RIVERTY_STATE_DEAD 0

/* The first steps of a row (RIVERTY_CODE_CLASS_FIRST): is the state a good end,
   and what is no ASCII, which leads nowhere: its class has to be found. */
#define RIVERTY_CLASS_END  0
#define RIVERTY_CLASS_WIDE 1

/* Steps that are taken in a row. */
#define RIVERTY_STEPS 4

typedef uint16_t riverty_state_t;

typedef struct {
    uint8_t classes[256];     /* of each byte */
    riverty_code_run_t *runs; /* the classes of all code points */
    size_t runs_count;
    riverty_state_t *steps;
    riverty_state_t start;
} riverty_automaton_t;

/* What the making of automata needs: some 400 kB. */
typedef struct riverty_automaton_space_s riverty_automaton_space_t;

typedef enum {
    RIVERTY_AUTOMATON_OK,
    RIVERTY_AUTOMATON_PATTERN, /* of another syntax (pattern.h), or too much */
    RIVERTY_AUTOMATON_NO_MEMORY
} riverty_automaton_status_t;


/* Space for one automaton after the other, or NULL; free() takes it. */
riverty_automaton_space_t *riverty_automaton_space_create(void);

/*
 * Makes the automaton of a pattern (pattern.h), one block that free() takes.
 */
riverty_automaton_status_t
riverty_automaton_create(riverty_automaton_t **automaton,
                         riverty_span_t pattern,
                         riverty_automaton_space_t *space);

/*
 * The state behind the character above U+007F at pos.  Kept apart from the walk
 * over the others, and from its registers.
 */
__attribute__((noinline)) riverty_state_t
riverty_automaton_wide(const riverty_automaton_t *automaton,
                       riverty_state_t state, const unsigned char *pos,
                       const unsigned char *end);


/* The length of a character above U+007F by its first byte. */
static inline size_t
riverty_wide_length(unsigned char lead)
{
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}


/* Are the next RIVERTY_STEPS bytes ASCII? */
RIVERTY_INLINE bool
riverty_bytes_ascii(const unsigned char *pos)
{
    uint32_t word;

    memcpy(&word, pos, sizeof(word));
    return (word & UINT32_C(0x80808080)) == 0;
}


/*
 * The state behind text, which is valid UTF-8.  From the dead state all steps
 * lead to it, so that it need not be looked for at each.
 */
static inline riverty_state_t
riverty_automaton_pass(const riverty_automaton_t *automaton,
                       riverty_state_t start, riverty_span_t text)
{
    const riverty_state_t *steps = automaton->steps;
    const uint8_t *classes = automaton->classes;
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    size_t state = start;

    while (pos < end && state != RIVERTY_STATE_DEAD) {
        if (end - pos >= RIVERTY_STEPS && riverty_bytes_ascii(pos)) {
            state = steps[state + classes[pos[0]]];
            state = steps[state + classes[pos[1]]];
            state = steps[state + classes[pos[2]]];
            state = steps[state + classes[pos[3]]];
            pos += RIVERTY_STEPS;

        } else if (*pos < 0x80) {
            state = steps[state + classes[*pos]];
            pos++;

        } else {
            state = riverty_automaton_wide(automaton, (riverty_state_t) state,
                                           pos, end);
            pos += riverty_wide_length(*pos);
        }
    }

    return (riverty_state_t) state;
}


/* May a text end in that state? */
static inline bool
riverty_automaton_ends(const riverty_automaton_t *automaton,
                       riverty_state_t state)
{
    return automaton->steps[state + RIVERTY_CLASS_END] != 0;
}

#endif
