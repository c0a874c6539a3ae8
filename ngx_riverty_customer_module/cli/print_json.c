/*
 * JSON for people to read: lines are filled, while jansson would give each
 * element of an array a line of its own.
 */

#include <stdlib.h>
#include <string.h>

#include "print_json.h"
#include "cli.h"
#include "memory.h"

#define COLUMNS 80
#define INDENT  2

/* What lies deeper stands on one line, however long. */
#define DEPTH_MAX 8

#define FLAGS (JSON_ENCODE_ANY | JSON_ENSURE_ASCII)


static void print_value(FILE *file, json_t *json, int depth, int column);


/* To be freed. */
static char *
dump(json_t *json)
{
    char *text = json_dumps(json, FLAGS);

    if (text == NULL) {
        riverty_cli_starve();
    }

    return text;
}


/* Behind a value stands at least a comma. */
static bool
fits(json_t *json, int depth, int column)
{
    char *text = dump(json);
    bool nested = json_object_size(json) > 0 || json_array_size(json) > 0;
    bool fit =
        !nested || depth >= DEPTH_MAX || column + (int) strlen(text) < COLUMNS;

    free(text);
    return fit;
}


static void
print_line(FILE *file, int depth)
{
    fprintf(file, "\n%*s", depth * INDENT, "");
}


/* The column behind a member's name. */
static int
print_name(FILE *file, const char *name, int column)
{
    json_t *string = json_string(name);
    char *text = dump(string);

    fprintf(file, "%s: ", text);
    column += (int) strlen(text) + 2;

    free(text);
    json_decref(string);

    return column;
}


/* Prints a member at depth; returns what follows it. */
static void *
print_member(FILE *file, json_t *json, void *member, int depth)
{
    int column = print_name(file, json_object_iter_key(member), depth * INDENT);

    print_value(file, json_object_iter_value(member), depth, column);
    return json_object_iter_next(json, member);
}


/* One member a line; within an array the braces stand beside the members. */
static void
print_object(FILE *file, json_t *json, int depth, bool element)
{
    void *member = json_object_iter(json);

    fputs(element ? "{ " : "{", file);

    if (!element) {
        print_line(file, depth + 1);
    }

    member = print_member(file, json, member, depth + 1);

    while (member != NULL) {
        fputc(',', file);
        print_line(file, depth + 1);
        member = print_member(file, json, member, depth + 1);
    }

    if (element) {
        fputc(' ', file);
    } else {
        print_line(file, depth);
    }

    fputc('}', file);
}


/* An object of one member goes with it: {"properties": {... */
static void
print_only(FILE *file, json_t *json, int depth, int column)
{
    void *only = json_object_iter(json);

    fputc('{', file);
    column = print_name(file, json_object_iter_key(only), column + 1);
    print_value(file, json_object_iter_value(only), depth, column);
    fputc('}', file);
}


static bool
is_flat(json_t *json)
{
    for (size_t i = 0; i < json_array_size(json); i++) {
        const json_t *value = json_array_get(json, i);

        if (json_is_object(value) || json_is_array(value)) {
            return false;
        }
    }

    return true;
}


/* Prints elements, as many on a line as fit. */
static void
print_filled(FILE *file, json_t *json, int depth)
{
    int column = COLUMNS;

    fputc('[', file);

    for (size_t i = 0; i < json_array_size(json); i++) {
        char *text = dump(json_array_get(json, i));
        int width = (int) strlen(text) + 1; /* and a comma */

        fputs(i > 0 ? "," : "", file);

        if (column + 1 + width > COLUMNS) {
            print_line(file, depth + 1);
            column = (depth + 1) * INDENT;
        } else {
            fputc(' ', file);
            column++;
        }

        fputs(text, file);
        column += width;
        free(text);
    }

    print_line(file, depth);
    fputc(']', file);
}


static void
print_array(FILE *file, json_t *json, int depth)
{
    int column = (depth + 1) * INDENT;

    fputc('[', file);

    for (size_t i = 0; i < json_array_size(json); i++) {
        json_t *value = json_array_get(json, i);

        fputs(i > 0 ? "," : "", file);
        print_line(file, depth + 1);

        if (json_object_size(value) > 1 && !fits(value, depth + 1, column)) {
            print_object(file, value, depth + 1, true);
        } else {
            print_value(file, value, depth + 1, column);
        }
    }

    print_line(file, depth);
    fputc(']', file);
}


static void
print_broken(FILE *file, json_t *json, int depth, int column)
{
    if (json_object_size(json) == 1) {
        print_only(file, json, depth, column);
    } else if (json_is_object(json)) {
        print_object(file, json, depth, false);
    } else if (is_flat(json)) {
        print_filled(file, json, depth);
    } else {
        print_array(file, json, depth);
    }
}


static void
print_value(FILE *file, json_t *json, int depth, int column)
{
    char *text;

    if (!fits(json, depth, column)) {
        print_broken(file, json, depth, column);
        return;
    }

    text = dump(json);
    fputs(text, file);
    free(text);
}


void
riverty_cli_print_json(FILE *file, json_t *json)
{
    print_value(file, json, 0, 0);
    fputc('\n', file);
}
