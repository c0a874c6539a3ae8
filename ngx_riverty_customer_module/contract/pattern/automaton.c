/*
 * The automaton of a pattern: its states are the pattern's derivatives.
 */
#include "automaton.h"

#include <stdlib.h>

#include "contract/core/text.h"
#include "pattern.h"


#define STEPS_MAX UINT16_MAX
#define RUNS_MAX  4096

struct riverty_automaton_space_s {
    riverty_expression_t expression;
    riverty_state_t state[RIVERTY_NODES_MAX]; /* of each node that is one */
    riverty_node_t nodes[RIVERTY_NODES_MAX];  /* of the states, in order */
    size_t states;
    size_t width; /* steps of a state */
    riverty_state_t steps[STEPS_MAX];
    riverty_code_run_t runs[RUNS_MAX];
    size_t runs_count;
};


riverty_automaton_space_t *
riverty_automaton_space_create(void)
{
    riverty_automaton_space_t *space =
        malloc(sizeof(riverty_automaton_space_t));

    if (space != NULL) {
        space->expression.sets.categories_count = 0;
        space->expression.sets.kept_count = 0;
    }

    return space;
}


/* The state of a node, a new one perhaps. */
static riverty_state_t
state_of(riverty_automaton_space_t *space, riverty_node_t node)
{
    size_t start = space->states * space->width;

    if (node == RIVERTY_NODE_NOTHING || space->state[node] != 0) {
        return space->state[node];
    }

    if (start + space->width > STEPS_MAX) {
        space->expression.full = true;
        return RIVERTY_STATE_DEAD;
    }

    space->nodes[space->states++] = node;
    space->state[node] = (riverty_state_t) start;
    return (riverty_state_t) start;
}


/* The steps out of a state. */
static void
make_steps(riverty_automaton_space_t *space, size_t state)
{
    riverty_state_t *steps = &space->steps[state * space->width];
    riverty_node_t node = space->nodes[state];

    steps[RIVERTY_CLASS_END] = space->expression.optional[node];
    steps[RIVERTY_CLASS_WIDE] = RIVERTY_STATE_DEAD;

    for (unsigned class = RIVERTY_CODE_CLASS_FIRST; class < space->width;
         class ++) {
        steps[class] = state_of(
            space, riverty_node_derive(&space->expression, node, class));
    }
}


/* All states that node leads to; false where there is no room for them. */
static bool
make_states(riverty_automaton_space_t *space, riverty_node_t node)
{
    memset(space->state, 0, sizeof(space->state));
    space->nodes[0] = RIVERTY_NODE_NOTHING;
    space->states = 1;
    (void) state_of(space, node);

    for (size_t i = 0; i < space->states && !space->expression.full; i++) {
        make_steps(space, i);
    }

    return !space->expression.full;
}


static unsigned
class_of(const riverty_code_run_t *runs, size_t count, uint32_t code)
{
    size_t first = 0;

    while (count > 1) {
        size_t half = count / 2;

        if (runs[first + half].first <= code) {
            first += half;
            count -= half;
        } else {
            count = half;
        }
    }

    return runs[first].class;
}


/* The automaton that stands in the space, in a block of its own. */
static riverty_automaton_t *
copy(const riverty_automaton_space_t *space, riverty_state_t start)
{
    size_t runs_size = space->runs_count * sizeof(space->runs[0]);
    size_t steps_size = space->states * space->width * sizeof(space->steps[0]);
    riverty_automaton_t *automaton =
        malloc(sizeof(*automaton) + runs_size + steps_size);

    if (automaton == NULL) {
        return NULL;
    }

    automaton->runs = (riverty_code_run_t *) (automaton + 1);
    automaton->runs_count = space->runs_count;
    automaton->steps =
        (riverty_state_t *) (automaton->runs + space->runs_count);
    automaton->start = start;
    memcpy(automaton->runs, space->runs, runs_size);
    memcpy(automaton->steps, space->steps, steps_size);

    for (uint32_t byte = 0; byte < sizeof(automaton->classes); byte++) {
        automaton->classes[byte] =
            byte < 0x80
                ? (uint8_t) class_of(space->runs, space->runs_count, byte)
                : RIVERTY_CLASS_WIDE;
    }

    return automaton;
}


riverty_automaton_status_t
riverty_automaton_create(riverty_automaton_t **automaton,
                         riverty_span_t pattern,
                         riverty_automaton_space_t *space)
{
    riverty_code_sets_t *sets = &space->expression.sets;
    riverty_node_t node = riverty_pattern_read(&space->expression, pattern);

    space->runs_count = riverty_code_sets_divide(sets, space->runs, RUNS_MAX);
    space->width = sets->classes;

    if (node == RIVERTY_NODE_NOTHING || space->runs_count == 0 ||
        !make_states(space, node)) {
        return RIVERTY_AUTOMATON_PATTERN;
    }

    *automaton = copy(space, space->state[node]);
    return *automaton != NULL ? RIVERTY_AUTOMATON_OK
                              : RIVERTY_AUTOMATON_NO_MEMORY;
}


riverty_state_t
riverty_automaton_wide(const riverty_automaton_t *automaton,
                       riverty_state_t state, const unsigned char *pos,
                       const unsigned char *end)
{
    uint32_t code = riverty_text_next(&pos, end);

    return automaton
        ->steps[state + class_of(automaton->runs, automaton->runs_count, code)];
}
