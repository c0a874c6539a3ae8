/*
 * The shapes: automata of the tables' patterns, and what is configured compiled
 * by PCRE2, with its JIT where the system lets it write code, else for its
 * interpreter, which matches the same and more slowly.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "shapes.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "check_phone.h"
#include "contract/pattern/automaton.h"
#include "postal_codes.h"


/*
 * The limits bound what a configured pattern may cost to about a millisecond
 * (PCRE2's own limit is 10,000,000 steps).
 */
#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT  1024 /* KiB */

/* Room for the longest postal code: the United Kingdom's is 600 bytes. */
#define POSTAL_PATTERN_SIZE 2048

typedef enum { CLEAR, MASKED } mask_t;

typedef struct {
    pcre2_code *code;
    bool jit; /* there is machine code of it */
} compiled_t;

struct riverty_shapes_s {
    pcre2_match_context *context;
    pcre2_match_data *data;
    riverty_automaton_t *known[RIVERTY_SHAPE_COUNT];
    riverty_automaton_t **postal;
    compiled_t *added; /* of the configuration; their ids follow the table's */
    size_t added_count;
};

typedef struct {
    mask_t mask;
    const char *pattern;
} shape_t;

/* clang-format off */
static const shape_t table[RIVERTY_SHAPE_COUNT] = {
#define SHAPE_ROW(NAME, mask, pattern)                                         \
    [RIVERTY_SHAPE_##NAME] = { mask, pattern },
    RIVERTY_SHAPES(SHAPE_ROW)
#undef SHAPE_ROW
};
/* clang-format on */


static bool
compile(compiled_t *compiled, riverty_span_t pattern, int *error,
        size_t *offset)
{
    compiled->code =
        pcre2_compile(pattern.data, pattern.len,
                      PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_UTF |
                          PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C,
                      error, offset, NULL);

    compiled->jit = compiled->code != NULL &&
                    pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE) == 0;

    return compiled->code != NULL;
}


static bool
make_postal(riverty_automaton_t **automaton, const riverty_postal_code_t *row,
            riverty_automaton_space_t *space)
{
    char pattern[POSTAL_PATTERN_SIZE];
    int len = snprintf(pattern, sizeof(pattern), "(?:\\Q%s\\E)?(?:%s)",
                       row->prefix, row->pattern);

    return len < (int) sizeof(pattern) &&
           riverty_automaton_create(automaton, riverty_span_of(pattern),
                                    space) == RIVERTY_AUTOMATON_OK;
}


static bool
make_all(riverty_shapes_t *shapes, riverty_automaton_space_t *space)
{
    for (size_t i = RIVERTY_SHAPE_NONE + 1; i < RIVERTY_SHAPE_COUNT; i++) {
        if (riverty_automaton_create(&shapes->known[i],
                                     riverty_span_of(table[i].pattern),
                                     space) != RIVERTY_AUTOMATON_OK) {
            return false;
        }
    }

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        if (!make_postal(&shapes->postal[i], &riverty_postal_codes[i], space)) {
            return false;
        }
    }

    return true;
}


static bool
make_automata(riverty_shapes_t *shapes)
{
    riverty_automaton_space_t *space = riverty_automaton_space_create();
    bool made = false;

    shapes->postal =
        calloc(riverty_postal_codes_count, sizeof(riverty_automaton_t *));

    if (space != NULL && shapes->postal != NULL) {
        made = make_all(shapes, space);
    }

    free(space);
    return made;
}


static bool
prepare_match(riverty_shapes_t *shapes)
{
    shapes->data = pcre2_match_data_create(1, NULL);
    shapes->context = pcre2_match_context_create(NULL);

    if (shapes->data == NULL || shapes->context == NULL) {
        return false;
    }

    (void) pcre2_set_match_limit(shapes->context, MATCH_LIMIT);
    (void) pcre2_set_depth_limit(shapes->context, DEPTH_LIMIT);
    (void) pcre2_set_heap_limit(shapes->context, HEAP_LIMIT);
    return true;
}


riverty_shapes_t *
riverty_shapes_create(void)
{
    riverty_shapes_t *shapes = calloc(1, sizeof(*shapes));

    if (shapes == NULL) {
        return NULL;
    }

    if (!prepare_match(shapes) || !make_automata(shapes)) {
        riverty_shapes_free(shapes);
        return NULL;
    }

    return shapes;
}


void
riverty_shapes_free(riverty_shapes_t *shapes)
{
    if (shapes == NULL) {
        return;
    }

    for (size_t i = 0; i < RIVERTY_SHAPE_COUNT; i++) {
        free(shapes->known[i]);
    }

    for (size_t i = 0; shapes->postal != NULL && i < riverty_postal_codes_count;
         i++) {
        free(shapes->postal[i]);
    }

    for (size_t i = 0; i < shapes->added_count; i++) {
        pcre2_code_free(shapes->added[i].code);
    }

    free(shapes->postal);
    free(shapes->added);
    pcre2_match_context_free(shapes->context);
    pcre2_match_data_free(shapes->data);
    free(shapes);
}


riverty_shape_id_t
riverty_shapes_add(riverty_shapes_t *shapes, riverty_span_t pattern,
                   riverty_pattern_error_t *error)
{
    size_t count = shapes->added_count;
    compiled_t *more = realloc(shapes->added, (count + 1) * sizeof(*more));
    int reason = PCRE2_ERROR_NOMEMORY;

    error->offset = 0;

    if (more != NULL) {
        shapes->added = more;
        if (compile(&more[count], pattern, &reason, &error->offset)) {
            shapes->added_count++;
            return (riverty_shape_id_t) (RIVERTY_SHAPE_COUNT + count);
        }
    }

    (void) pcre2_get_error_message(reason, (PCRE2_UCHAR *) error->message,
                                   sizeof(error->message));
    return RIVERTY_SHAPE_NONE;
}


/* The JIT's own entry makes fewer checks than pcre2_match(). */
static riverty_match_t
match_added(const riverty_shapes_t *shapes, const compiled_t *compiled,
            riverty_span_t text)
{
    int found;

    if (compiled->jit) {
        found = pcre2_jit_match(compiled->code, text.data, text.len, 0, 0,
                                shapes->data, shapes->context);
    } else {
        found = pcre2_match(compiled->code, text.data, text.len, 0,
                            PCRE2_NO_UTF_CHECK, shapes->data, shapes->context);
    }

    if (found >= 0) {
        return RIVERTY_MATCH_YES;
    }

    return found == PCRE2_ERROR_NOMATCH ? RIVERTY_MATCH_NO
                                        : RIVERTY_MATCH_LIMIT;
}


/* The state behind len ones. */
static riverty_state_t
pass_ones(const riverty_automaton_t *automaton, riverty_state_t state,
          size_t len)
{
    static const unsigned char ones[] = "1111111111111111";
    riverty_span_t some = { ones, sizeof(ones) - 1 };

    for (; len > some.len; len -= some.len) {
        state = riverty_automaton_pass(automaton, state, some);
    }

    some.len = len;
    return riverty_automaton_pass(automaton, state, some);
}


static riverty_match_t
match(const riverty_automaton_t *automaton, riverty_span_t text)
{
    riverty_state_t state =
        riverty_automaton_pass(automaton, automaton->start, text);

    return riverty_automaton_ends(automaton, state) ? RIVERTY_MATCH_YES
                                                    : RIVERTY_MATCH_NO;
}


/* The same of text that has a run of X, with ones in its place. */
static riverty_match_t
match_unmasked(const riverty_automaton_t *automaton, riverty_span_t text,
               riverty_span_t run)
{
    riverty_span_t before = text;
    riverty_span_t behind = text;
    riverty_state_t state;

    before.len = (size_t) (run.data - text.data);
    behind.data = run.data + run.len;
    behind.len = text.len - before.len - run.len;

    state = riverty_automaton_pass(automaton, automaton->start, before);
    state = pass_ones(automaton, state, run.len);
    state = riverty_automaton_pass(automaton, state, behind);

    return riverty_automaton_ends(automaton, state) ? RIVERTY_MATCH_YES
                                                    : RIVERTY_MATCH_NO;
}


riverty_match_t
riverty_shape_match(const riverty_shapes_t *shapes, riverty_shape_id_t shape,
                    riverty_span_t text)
{
    riverty_match_t matched;
    riverty_span_t run;

    if (shape >= RIVERTY_SHAPE_COUNT) {
        return match_added(shapes, &shapes->added[shape - RIVERTY_SHAPE_COUNT],
                           text);
    }

    matched = match(shapes->known[shape], text);
    if (matched == RIVERTY_MATCH_YES || !riverty_shape_masked(shape)) {
        return matched;
    }

    run = riverty_masked_run(text);
    return run.data == NULL ? matched
                            : match_unmasked(shapes->known[shape], text, run);
}


riverty_match_t
riverty_postal_code_match(const riverty_shapes_t *shapes, size_t row,
                          riverty_span_t text)
{
    return match(shapes->postal[row], text);
}


const char *
riverty_shape_pattern(riverty_shape_id_t shape)
{
    return table[shape].pattern;
}


bool
riverty_shape_masked(riverty_shape_id_t shape)
{
    return shape < RIVERTY_SHAPE_COUNT && table[shape].mask == MASKED;
}
