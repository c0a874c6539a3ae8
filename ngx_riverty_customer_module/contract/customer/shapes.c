/*
 * The shapes, compiled: PCRE2 with its JIT where the system lets it write
 * code, else its interpreter, which matches the same and more slowly.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "shapes.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "check_phone.h"
#include "postal_codes.h"


/*
 * A value within its cap takes a few hundred steps.  The limits bound what a
 * configured pattern may cost to about a millisecond (PCRE2's own limit is
 * 10,000,000 steps).
 */
#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT  1024 /* KiB */

/* Room for the longest postal code: the United Kingdom's is 600 bytes. */
#define POSTAL_PATTERN_SIZE 2048

/* What a masked value may have at most for zeros to be put into it. */
#define MASKED_SIZE 256

typedef enum { CLEAR, MASKED } mask_t;

typedef struct {
    pcre2_code *code;
    bool jit; /* there is machine code of it */
} compiled_t;

struct riverty_shapes_s {
    pcre2_match_context *context;
    pcre2_match_data *data;
    compiled_t *shapes; /* one free place, of the table, of the configuration */
    size_t shapes_count;
    compiled_t *postal;
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
compile_known(compiled_t *compiled, const char *pattern)
{
    size_t offset;
    int error;

    return compile(compiled, riverty_span_of(pattern), &error, &offset);
}


static bool
compile_postal(compiled_t *compiled, const riverty_postal_code_t *row)
{
    char pattern[POSTAL_PATTERN_SIZE];
    int len = snprintf(pattern, sizeof(pattern), "(?:\\Q%s\\E)?(?:%s)",
                       row->prefix, row->pattern);

    return len < (int) sizeof(pattern) && compile_known(compiled, pattern);
}


static bool
compile_all(riverty_shapes_t *shapes)
{
    for (size_t i = RIVERTY_SHAPE_NONE + 1; i < RIVERTY_SHAPE_COUNT; i++) {
        if (!compile_known(&shapes->shapes[i], table[i].pattern)) {
            return false;
        }
    }

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        if (!compile_postal(&shapes->postal[i], &riverty_postal_codes[i])) {
            return false;
        }
    }

    return true;
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

    shapes->shapes_count = RIVERTY_SHAPE_COUNT;
    shapes->shapes = calloc(shapes->shapes_count, sizeof(compiled_t));
    shapes->postal = calloc(riverty_postal_codes_count, sizeof(compiled_t));

    if (shapes->shapes == NULL || shapes->postal == NULL ||
        !prepare_match(shapes) || !compile_all(shapes)) {
        riverty_shapes_free(shapes);
        return NULL;
    }

    return shapes;
}


static void
free_all(compiled_t *compiled, size_t count)
{
    for (size_t i = 0; compiled != NULL && i < count; i++) {
        pcre2_code_free(compiled[i].code);
    }

    free(compiled);
}


void
riverty_shapes_free(riverty_shapes_t *shapes)
{
    if (shapes == NULL) {
        return;
    }

    free_all(shapes->shapes, shapes->shapes_count);
    free_all(shapes->postal, riverty_postal_codes_count);
    pcre2_match_context_free(shapes->context);
    pcre2_match_data_free(shapes->data);
    free(shapes);
}


riverty_shape_id_t
riverty_shapes_add(riverty_shapes_t *shapes, riverty_span_t pattern,
                   riverty_pattern_error_t *error)
{
    size_t count = shapes->shapes_count;
    compiled_t *more = realloc(shapes->shapes, (count + 1) * sizeof(*more));
    int reason = PCRE2_ERROR_NOMEMORY;

    error->offset = 0;

    if (more != NULL) {
        shapes->shapes = more;
        if (compile(&more[count], pattern, &reason, &error->offset)) {
            shapes->shapes_count++;
            return (riverty_shape_id_t) count;
        }
    }

    (void) pcre2_get_error_message(reason, (PCRE2_UCHAR *) error->message,
                                   sizeof(error->message));
    return RIVERTY_SHAPE_NONE;
}


/* The JIT's own entry makes fewer checks than pcre2_match(). */
static inline riverty_match_t
match(const riverty_shapes_t *shapes, const compiled_t *compiled,
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


/* Matches text with zeros in the place of the run of X. */
static riverty_match_t
match_unmasked(const riverty_shapes_t *shapes, const compiled_t *compiled,
               riverty_span_t text, riverty_span_t run)
{
    unsigned char unmasked[MASKED_SIZE];

    memcpy(unmasked, text.data, text.len);
    memset(unmasked + (run.data - text.data), '0', run.len);

    return match(shapes, compiled, (riverty_span_t){ unmasked, text.len });
}


riverty_match_t
riverty_shape_match(const riverty_shapes_t *shapes, riverty_shape_id_t shape,
                    riverty_span_t text)
{
    riverty_span_t run = { NULL, 0 };

    if (riverty_shape_masked(shape) && text.len <= MASKED_SIZE) {
        run = riverty_masked_run(text);
    }

    return run.data == NULL
               ? match(shapes, &shapes->shapes[shape], text)
               : match_unmasked(shapes, &shapes->shapes[shape], text, run);
}


riverty_match_t
riverty_postal_code_match(const riverty_shapes_t *shapes, size_t row,
                          riverty_span_t text)
{
    return match(shapes, &shapes->postal[row], text);
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
