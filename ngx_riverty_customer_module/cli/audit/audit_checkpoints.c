/*
 * Checkpoints, line by line (audit_checkpoints.h).  Notes may come in any order
 * and more than once, from several files: what counts is which digests there
 * are.
 */

#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "audit_checkpoints.h"
#include "cli/memory.h"
#include "cli/text.h"
#include "contract/core/date.h"

#define MARKS_FIRST 256
#define LOGS_MAX    1024 /* names that are told apart */


void
riverty_cli_checkpoints_init(riverty_cli_checkpoints_t *checkpoints)
{
    memset(checkpoints, 0, sizeof(*checkpoints));

    checkpoints->since = RIVERTY_CLI_NO_TIME;
    checkpoints->begin = INT64_MAX;
    checkpoints->read_at = (int64_t) time(NULL);
    checkpoints->logs = riverty_cli_allocate(LOGS_MAX * sizeof(char *));
}


/* Two digits of a time at that place, or those of a midnight behind its end. */
static int64_t
two_digits(riverty_span_t text, size_t place)
{
    if (text.len < place + 2) {
        return 0;
    }

    return (text.data[place] - '0') * 10 + (text.data[place + 1] - '0');
}


int64_t
riverty_cli_seconds(riverty_span_t text)
{
    riverty_date_t date;

    if (text.len < RIVERTY_DATE_LENGTH ||
        !riverty_date_read((riverty_span_t){ text.data, RIVERTY_DATE_LENGTH },
                           &date)) {
        return RIVERTY_CLI_NO_TIME;
    }

    return riverty_date_days(date) * 86400 + two_digits(text, 11) * 3600 +
           two_digits(text, 14) * 60 + two_digits(text, 17);
}


/* A log's name, the same one for all notes that have it. */
static const char *
name_of(riverty_cli_checkpoints_t *checkpoints, riverty_span_t name)
{
    const char **logs = checkpoints->logs;
    size_t i = 0;

    while (i < checkpoints->logs_count &&
           !riverty_span_equal(riverty_span_of(logs[i]), name)) {
        i++;
    }

    if (i == LOGS_MAX) {
        return "?";
    }

    if (i == checkpoints->logs_count) {
        logs[i] = riverty_cli_copy(name);
        checkpoints->logs_count++;
    }

    return logs[i];
}


static riverty_cli_mark_t *
new_mark(riverty_cli_checkpoints_t *checkpoints)
{
    size_t room = checkpoints->marks_room;
    riverty_cli_mark_t *marks;

    if (checkpoints->marks_count == room) {
        room = room == 0 ? MARKS_FIRST : 2 * room;
        marks = riverty_cli_allocate(room * sizeof(*marks));

        if (checkpoints->marks_count > 0) {
            memcpy(marks, checkpoints->marks,
                   checkpoints->marks_count * sizeof(*marks));
        }

        checkpoints->marks = marks;
        checkpoints->marks_room = room;
    }

    return &checkpoints->marks[checkpoints->marks_count++];
}


static void
add_marks(riverty_cli_checkpoints_t *checkpoints,
          const riverty_checkpoint_t *read, const riverty_cli_note_t *note)
{
    for (size_t i = 0; i < read->count; i++) {
        const riverty_checkpoint_chain_t *chain = &read->chains[i];
        riverty_cli_mark_t *mark = new_mark(checkpoints);

        memcpy(mark->id, chain->id, sizeof(mark->id));
        memcpy(mark->mac, chain->mac, sizeof(mark->mac));
        mark->seq = chain->seq;
        mark->log = name_of(checkpoints, chain->log);
        mark->note = note;
    }
}


static void
add_note(riverty_cli_checkpoints_t *checkpoints,
         const riverty_checkpoint_t *read, const unsigned char *digest)
{
    riverty_cli_note_t *note = riverty_cli_allocate(sizeof(*note));
    const riverty_span_t text = { read->time, sizeof(read->time) };

    memset(note, 0, sizeof(*note));
    memcpy(note->series, read->series, sizeof(note->series));
    memcpy(note->before, read->before, sizeof(note->before));
    memcpy(note->digest, digest, sizeof(note->digest));
    memcpy(note->time, read->time, sizeof(read->time));

    note->place = checkpoints->place;
    note->number = read->number;
    note->seconds = riverty_cli_seconds(text);
    note->next = checkpoints->notes;

    checkpoints->notes = note;
    checkpoints->notes_count++;

    if (note->seconds < checkpoints->begin) {
        checkpoints->begin = note->seconds;
    }

    if (checkpoints->last == NULL ||
        note->seconds >= checkpoints->last->seconds) {
        checkpoints->last = note;
    }

    if ((int64_t) read->every > checkpoints->every) {
        checkpoints->every = (int64_t) read->every;
    }

    add_marks(checkpoints, read, note);
}


static void
take_note(riverty_cli_checkpoints_t *checkpoints, riverty_span_t text)
{
    unsigned char digest[RIVERTY_SHA256_SIZE];
    riverty_checkpoint_t read;

    switch (riverty_checkpoint_read(text, checkpoints->keys,
                                    checkpoints->keys_count, &read, digest)) {
    case RIVERTY_CHECKPOINT_GOOD:
        add_note(checkpoints, &read, digest);
        break;
    case RIVERTY_CHECKPOINT_NOT_A_NOTE:
        riverty_cli_kind_count(&checkpoints->torn, &checkpoints->place);
        break;
    case RIVERTY_CHECKPOINT_UNKNOWN_KEY:
        riverty_cli_kind_count(&checkpoints->foreign, &checkpoints->place);
        break;
    case RIVERTY_CHECKPOINT_CHANGED:
        riverty_cli_kind_count(&checkpoints->changed, &checkpoints->place);
        break;
    case RIVERTY_CHECKPOINT_OTHER:
        riverty_cli_kind_count(&checkpoints->other, &checkpoints->place);
        break;
    }
}


static void
take_part(riverty_cli_checkpoints_t *checkpoints, riverty_span_t part)
{
    json_t *record = json_loadb((const char *) part.data, part.len, 0, NULL);
    json_t *note = json_object_get(record, "note");

    if (json_is_string(note)) {
        take_note(
            checkpoints,
            (riverty_span_t){ (const unsigned char *) json_string_value(note),
                              json_string_length(note) });
    } else {
        riverty_cli_kind_count(&checkpoints->torn, &checkpoints->place);
    }

    json_decref(record);
}


void
riverty_cli_checkpoints_line(void *data, const riverty_cli_line_t *line)
{
    riverty_cli_checkpoints_t *checkpoints = data;
    riverty_span_t rest = line->text;

    checkpoints->place.file = line->file;
    checkpoints->place.line = line->number;
    checkpoints->place.order++;

    do {
        take_part(checkpoints, riverty_cli_line_part(&rest));
    } while (rest.len > 0);
}


static int
compare_numbers(uint64_t first, uint64_t second)
{
    return (first > second) - (first < second);
}


static int
compare_notes(const void *a, const void *b)
{
    const riverty_cli_note_t *first = *(riverty_cli_note_t *const *) a;
    const riverty_cli_note_t *second = *(riverty_cli_note_t *const *) b;
    int order = memcmp(first->series, second->series, sizeof(first->series));

    if (order == 0) {
        order = compare_numbers(first->number, second->number);
    }

    if (order == 0) {
        order = memcmp(first->digest, second->digest, sizeof(first->digest));
    }

    return order != 0
               ? order
               : compare_numbers(first->place.order, second->place.order);
}


/* The same chain and record; the earliest note of it first. */
static int
compare_marks(const void *a, const void *b)
{
    const riverty_cli_mark_t *first = a, *second = b;
    int order = memcmp(first->id, second->id, sizeof(first->id));

    if (order == 0) {
        order = compare_numbers(first->seq, second->seq);
    }

    if (order == 0) {
        order = memcmp(first->mac, second->mac, sizeof(first->mac));
    }

    return order != 0 ? order : strcmp(first->note->time, second->note->time);
}


static bool
is_same_mark(const riverty_cli_mark_t *a, const riverty_cli_mark_t *b)
{
    return memcmp(a->id, b->id, sizeof(a->id)) == 0 && a->seq == b->seq &&
           memcmp(a->mac, b->mac, sizeof(a->mac)) == 0;
}


static void
sort_marks(riverty_cli_checkpoints_t *checkpoints)
{
    riverty_cli_mark_t *marks = checkpoints->marks;
    size_t count = 0;

    if (checkpoints->marks_count == 0) {
        return;
    }

    qsort(marks, checkpoints->marks_count, sizeof(*marks), compare_marks);

    for (size_t i = 1; i < checkpoints->marks_count; i++) {
        if (!is_same_mark(&marks[count], &marks[i])) {
            marks[++count] = marks[i];
        }
    }

    checkpoints->marks_count = count + 1;
}


static void
sort_notes(riverty_cli_checkpoints_t *checkpoints)
{
    size_t count = 0, all = checkpoints->notes_count;
    riverty_cli_note_t **sorted =
        riverty_cli_allocate((all + 1) * sizeof(riverty_cli_note_t *));

    for (riverty_cli_note_t *it = checkpoints->notes; it; it = it->next) {
        sorted[count++] = it;
    }

    qsort(sorted, all, sizeof(*sorted), compare_notes);

    count = 0;
    for (size_t i = 0; i < all; i++) {
        if (count == 0 || memcmp(sorted[count - 1]->digest, sorted[i]->digest,
                                 sizeof(sorted[i]->digest)) != 0) {
            sorted[count++] = sorted[i];
        }
    }

    checkpoints->sorted = sorted;
    checkpoints->sorted_count = count;
}


/*
 * Is the note there that stands before sorted[i]?  Two notes may have the same
 * number: a worker was killed when it had written one and had not said so.
 */
static riverty_cli_note_damage_t
look_before(riverty_cli_note_t *const *sorted, size_t i)
{
    const riverty_cli_note_t *note = sorted[i];
    bool first = true;

    if (note->number == 0) {
        return RIVERTY_CLI_NOTE_WHOLE;
    }

    while (i-- > 0 && sorted[i]->number + 1 >= note->number &&
           memcmp(sorted[i]->series, note->series, sizeof(note->series)) == 0) {
        first &= sorted[i]->number == note->number;

        if (memcmp(sorted[i]->digest, note->before, sizeof(note->before)) ==
            0) {
            return RIVERTY_CLI_NOTE_WHOLE;
        }
    }

    return first && (i == SIZE_MAX || memcmp(sorted[i]->series, note->series,
                                             sizeof(note->series)) != 0)
               ? RIVERTY_CLI_NOTE_FIRST
               : RIVERTY_CLI_NOTE_MISSING;
}


void
riverty_cli_checkpoints_close(riverty_cli_checkpoints_t *checkpoints)
{
    sort_marks(checkpoints);
    sort_notes(checkpoints);

    for (size_t i = 0; i < checkpoints->sorted_count; i++) {
        riverty_cli_note_t *note = checkpoints->sorted[i];

        note->damage = look_before(checkpoints->sorted, i);
        checkpoints->missing += note->damage == RIVERTY_CLI_NOTE_MISSING;
    }
}


riverty_cli_marks_t
riverty_cli_checkpoints_of(const riverty_cli_checkpoints_t *checkpoints,
                           const unsigned char *id)
{
    const riverty_cli_mark_t *marks = checkpoints->marks;
    size_t low = 0, high = checkpoints->marks_count;
    riverty_cli_marks_t found = { NULL, 0 };

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (memcmp(marks[middle].id, id, RIVERTY_CHAIN_ID_SIZE) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }

    while (low + found.count < checkpoints->marks_count &&
           memcmp(marks[low + found.count].id, id, RIVERTY_CHAIN_ID_SIZE) ==
               0) {
        found.count++;
    }

    found.first = found.count > 0 ? &marks[low] : NULL;
    return found;
}
