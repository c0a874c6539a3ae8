/*
 * Shapes in the JSON Schema: a pattern for what a text looks like, and one for
 * each thing that the shape's pattern asks for ahead.  A text that hides digits
 * behind a run of X is looked at once more with X as a digit (shapes.c).
 */
#include "schema_shapes.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "ecma.h"
#include "ecma_class.h"
#include "schema.h"


/*
 * One run of two or more X, the only one: with an X here and there beside it,
 * or without any.
 */
#define RUN_AMONG "^(?:X?[^X])*X{2,}(?:[^X]X?)*$"
#define RUN_ALONE "^[^X]*X{2,}[^X]*$"

/* The last label of a domain is no number; asked for in the label itself. */
#define NOT_A_NUMBER "(?=[0-9]*[^0-9])"

typedef struct {
    const char *pattern;
    unsigned flags; /* RIVERTY_ECMA_* */
} part_t;


static void
put_part(FILE *file, const void *data)
{
    const part_t *part = data;
    bool spaced = (part->flags & RIVERTY_ECMA_SPACED) != 0;

    if (spaced) {
        riverty_ecma_spaces_before(file);
        fputs("(?:", file);
    }

    riverty_ecma_pattern(file, part->pattern, part->flags);

    if (spaced) {
        fputc(')', file);
        riverty_ecma_spaces_behind(file);
    }
}


/* Starts with what part says. */
static void
put_start(FILE *file, const void *data)
{
    fputc('^', file);
    riverty_cli_schema_put_blanks(file);
    put_part(file, data);
}


/* Ends with a number as the last label. */
static void
put_number(FILE *file, const void *data)
{
    (void) data;
    fputs("\\.[0-9]+", file);
    riverty_cli_schema_put_blanks(file);
    fputc('$', file);
}


/* "[^0-9]*[0-9]" asks for a digit anywhere: returns "[0-9]", else NULL. */
static const char *
anywhere(const char *inner)
{
    const char *star = strstr(inner, "]*[");
    size_t len;

    if (strncmp(inner, "[^", 2) != 0 || star == NULL) {
        return NULL;
    }

    len = (size_t) (star - inner) - 2;

    return strncmp(star + 3, inner + 2, len) == 0 &&
                   strcmp(star + 3 + len, "]") == 0
               ? star + 2
               : NULL;
}


static json_t *
condition(const char *inner, unsigned flags)
{
    const char *class = anywhere(inner);
    part_t part = { class != NULL ? class : inner, flags };

    return json_pack(
        "{s:o}", "pattern",
        riverty_cli_schema_build(class != NULL ? put_part : put_start, &part));
}


/* A character that the class does not take. */
static void
put_other(FILE *file, const void *data)
{
    riverty_ecma_class_open();
    (void) riverty_ecma_class_add_text(data, false);
    riverty_ecma_class_add_blanks();
    riverty_ecma_class_put(file, true);
}


/* So many characters of any kind, that are no blanks at both ends. */
static void
put_length(FILE *file, const void *data)
{
    const unsigned *most = data;

    riverty_ecma_class_open();
    riverty_ecma_class_add('\n', '\n');
    riverty_ecma_class_turn();
    riverty_ecma_class_put_text(file, *most);
}


/* The pattern "not" matches nowhere; put writes it. */
static json_t *
nowhere(riverty_cli_pattern_pt put, const void *data)
{
    return json_pack("{s:{s:s, s:o}}", "not", "type", "string", "pattern",
                     riverty_cli_schema_build(put, data));
}


static json_t *
whole(riverty_cli_pattern_pt put, const void *data)
{
    return json_pack("{s:o}", "pattern",
                     riverty_cli_schema_pattern(put, data, false));
}


/* What the pattern asks for ahead; adds it to parts and returns the rest. */
static const char *
add_conditions(json_t *parts, const char *pattern, unsigned flags)
{
    const char *behind;

    while ((behind = riverty_ecma_condition(pattern)) != NULL) {
        char inner[256];

        (void) snprintf(inner, sizeof(inner), "%.*s",
                        (int) (behind - pattern) - 4, pattern + 3);
        json_array_append_new(parts, condition(inner, flags));
        pattern = behind;
    }

    return pattern;
}


/* All that the pattern says, as an array of schemas. */
static json_t *
parts_of(const char *pattern, unsigned flags)
{
    json_t *parts = json_array();
    part_t part = { add_conditions(parts, pattern, flags), flags };
    unsigned most = riverty_ecma_line(part.pattern);

    if (most != 0) {
        json_array_append_new(parts, whole(put_length, &most));
        json_array_append_new(parts, nowhere(put_other, part.pattern));
        return parts;
    }

    if (strstr(pattern, NOT_A_NUMBER) != NULL) {
        json_array_append_new(parts, nowhere(put_number, NULL));
    }

    json_array_append_new(parts, whole(put_part, &part));
    return parts;
}


/* One schema of an array of them, which is stolen. */
static json_t *
all_of(json_t *parts)
{
    json_t *all = json_array_size(parts) > 1
                      ? json_pack("{s:O}", "allOf", parts)
                      : json_incref(json_array_get(parts, 0));

    json_decref(parts);
    return all;
}


/*
 * The parts, or those in which X is a digit, of a text with one run of it.
 * Those that are the same in both are said once.
 */
static json_t *
all_or_masked(const char *pattern, unsigned flags)
{
    json_t *clear = parts_of(pattern, flags);
    json_t *masked = parts_of(pattern, flags | RIVERTY_ECMA_MASKED);
    const char *run = riverty_ecma_takes(pattern, 'X') ? RUN_AMONG : RUN_ALONE;
    json_t *both = json_array();

    for (size_t i = json_array_size(clear); i-- > 0;) {
        if (json_equal(json_array_get(clear, i), json_array_get(masked, i))) {
            json_array_append(both, json_array_get(clear, i));
            json_array_remove(clear, i);
            json_array_remove(masked, i);
        }
    }

    json_array_append_new(masked, json_pack("{s:s}", "pattern", run));
    json_array_append_new(
        both, json_pack("{s:[o, o]}", "anyOf", all_of(clear), all_of(masked)));

    return all_of(both);
}


json_t *
riverty_cli_schema_shape(riverty_shape_id_t shape, bool spaced)
{
    const char *pattern = riverty_shape_pattern(shape);
    unsigned flags = spaced ? RIVERTY_ECMA_SPACED : 0;

    return riverty_shape_masked(shape) ? all_or_masked(pattern, flags)
                                       : all_of(parts_of(pattern, flags));
}
