/*
 * Rows of a report: a table of open addresses, half of it free, and a list.
 */

#include <jansson.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "report_rows.h"
#include "cli/memory.h"
#include "cli/text.h"
#include "contract/core/siphash.h"

#define SLOTS_FIRST 64


void
riverty_cli_rows_init(riverty_cli_rows_t *rows)
{
    *rows = (riverty_cli_rows_t){ .size = SLOTS_FIRST };
    rows->tail = &rows->rows;
    rows->slots = riverty_cli_allocate(SLOTS_FIRST * sizeof(*rows->slots));
    memset(rows->slots, 0, SLOTS_FIRST * sizeof(*rows->slots));

    /* with a seed of zeros a forged log is slow to read, but read as well */
    (void) RAND_bytes((unsigned char *) rows->seed, sizeof(rows->seed));
}


static riverty_span_t
keep(riverty_span_t text)
{
    const char *copy = riverty_cli_copy(text);

    return (riverty_span_t){ (const unsigned char *) copy, text.len };
}


/* Without its escapes where they are JSON's; else as it stands in the line. */
static const char *
name_of(riverty_span_t key)
{
    char quoted[RIVERTY_CLI_ROW_NAME_MAX + 2];
    json_t *string;
    const char *name;

    quoted[0] = '"';
    memcpy(quoted + 1, key.data, key.len);
    quoted[key.len + 1] = '"';

    string = json_loadb(quoted, key.len + 2, JSON_DECODE_ANY, NULL);
    name = riverty_cli_utf8(
        string != NULL ? riverty_span_of(json_string_value(string)) : key);
    json_decref(string);

    return name;
}


static riverty_span_t
limit(riverty_span_t key)
{
    if (key.data == NULL) {
        return riverty_span("-");
    }

    if (key.len > RIVERTY_CLI_ROW_NAME_MAX) {
        key.len = RIVERTY_CLI_ROW_NAME_MAX;
    }

    return key;
}


static riverty_cli_row_t **
slot_of(const riverty_cli_rows_t *rows, uint64_t hash, riverty_span_t a,
        riverty_span_t b)
{
    size_t mask = rows->size - 1;
    size_t i = (size_t) hash & mask;

    while (rows->slots[i] != NULL &&
           (rows->slots[i]->hash != hash ||
            !riverty_span_equal(rows->slots[i]->keys[0], a) ||
            !riverty_span_equal(rows->slots[i]->keys[1], b))) {
        i = (i + 1) & mask;
    }

    return &rows->slots[i];
}


static void
grow(riverty_cli_rows_t *rows)
{
    size_t size = rows->size * 2 * sizeof(*rows->slots);

    rows->size *= 2;
    rows->slots = riverty_cli_allocate(size);
    memset(rows->slots, 0, size);

    for (riverty_cli_row_t *it = rows->rows; it != NULL; it = it->next) {
        *slot_of(rows, it->hash, it->keys[0], it->keys[1]) = it;
    }
}


static riverty_cli_row_t *
add(riverty_cli_rows_t *rows, uint64_t hash, riverty_span_t a, riverty_span_t b)
{
    riverty_cli_row_t *row = riverty_cli_allocate(sizeof(*row));

    memset(row, 0, sizeof(*row));
    row->keys[0] = keep(a);
    row->keys[1] = keep(b);
    row->names[0] = name_of(a);
    row->names[1] = name_of(b);
    row->hash = hash;

    *rows->tail = row;
    rows->tail = &row->next;
    rows->count++;

    if (rows->count > rows->size / 2) {
        grow(rows);
    } else {
        *slot_of(rows, hash, a, b) = row;
    }

    return row;
}


static uint64_t
hash_of(const riverty_cli_rows_t *rows, riverty_span_t a, riverty_span_t b)
{
    return riverty_siphash(rows->seed, riverty_siphash(rows->seed, 0, a), b);
}


const riverty_cli_row_t *
riverty_cli_rows_find(const riverty_cli_rows_t *rows, riverty_span_t a,
                      riverty_span_t b)
{
    a = limit(a);
    b = limit(b);
    return *slot_of(rows, hash_of(rows, a, b), a, b);
}


riverty_cli_row_t *
riverty_cli_rows_get(riverty_cli_rows_t *rows, riverty_span_t a,
                     riverty_span_t b)
{
    riverty_cli_row_t *row;
    uint64_t hash;

    a = limit(a);
    b = limit(b);
    hash = hash_of(rows, a, b);
    row = *slot_of(rows, hash, a, b);

    if (row != NULL) {
        return row;
    }

    if (rows->count < RIVERTY_CLI_ROWS_MAX) {
        return add(rows, hash, a, b);
    }

    a = riverty_span(RIVERTY_CLI_ROW_OTHERS);
    hash = hash_of(rows, a, a);
    row = *slot_of(rows, hash, a, a);

    return row != NULL ? row : add(rows, hash, a, a);
}


static void
write_text(char text[RIVERTY_CLI_ROW_TEXT_SIZE], riverty_span_t from)
{
    size_t len = from.len < RIVERTY_CLI_ROW_TEXT_SIZE
                     ? from.len
                     : RIVERTY_CLI_ROW_TEXT_SIZE - 1;

    if (len > 0) {
        memcpy(text, from.data, len);
    }

    text[len] = '\0';
}


/* A time is text of one form, so that its order is that of its bytes. */
static int
compare_time(riverty_span_t time, const char *text)
{
    size_t len = strlen(text);
    int order = memcmp(time.data, text, time.len < len ? time.len : len);

    return order != 0 ? order : (time.len > len) - (time.len < len);
}


void
riverty_cli_row_seen(riverty_cli_row_t *row, riverty_span_t time,
                     riverty_span_t event, riverty_span_t pointer)
{
    time = limit(time);

    if (row->first[0] == '\0' || compare_time(time, row->first) < 0) {
        write_text(row->first, time);
    }

    if (row->last[0] != '\0' && compare_time(time, row->last) < 0) {
        return;
    }

    write_text(row->last, time);
    write_text(row->event, limit(event));

    if (pointer.data != NULL) {
        pointer = limit(pointer);
        row->pointer_len = pointer.len;
        memcpy(row->pointer, pointer.data, pointer.len);
    }
}


const char *
riverty_cli_row_pointer(const riverty_cli_row_t *row)
{
    return name_of((riverty_span_t){ row->pointer, row->pointer_len });
}


riverty_cli_row_t **
riverty_cli_rows_sorted(const riverty_cli_rows_t *rows,
                        int (*compare)(const void *, const void *))
{
    riverty_cli_row_t **all =
        riverty_cli_allocate((rows->count + 1) * sizeof(*all));
    size_t n = 0;

    for (riverty_cli_row_t *it = rows->rows; it != NULL; it = it->next) {
        all[n++] = it;
    }

    qsort(all, n, sizeof(*all), compare);
    return all;
}
