/*
 * The table of many names: open addressing, keyed by SipHash-1-3 with a secret
 * seed, so that whoever chooses the names cannot choose who collides.  It never
 * grows: one count of what may still come tells its size.
 */
#include "seen.h"

#include "contract/core/bytes.h"
#include "contract/core/siphash.h"
#include "json_string.h"


#define MEMBER_LENGTH 5 /* the shortest member and its comma: "":0, */


void
riverty_seen_init(riverty_seen_t *seen, riverty_span_t body,
                  const uint64_t seed[2], const riverty_memory_t *memory)
{
    seen->body = body;
    seen->seed = seed;
    seen->memory = memory;
    seen->few_count = 0;
    seen->entries = NULL;
}


/* One in each byte that is a colon; the others are 0. */
static inline uint64_t
word_colons(uint64_t word)
{
    uint64_t other = word ^ riverty_word_of(':');
    uint64_t low = other & riverty_word_of(0x7f);

    other |= low + riverty_word_of(0x7f);
    return ~other >> 7 & riverty_word_of(1);
}


static size_t
count_colons(const unsigned char *pos, size_t len)
{
    size_t count = 0;

    for (; len >= 8; len -= 8) {
        count += riverty_word_sum(word_colons(riverty_word_load(pos)));
        pos += 8;
    }

    while (len-- > 0) {
        count += *pos++ == ':';
    }

    return count;
}


/*
 * How many names there may be: each has a colon, but for one that a refusal
 * follows.
 */
static size_t
most_names(riverty_span_t body)
{
    size_t colons = count_colons(body.data, body.len);
    size_t room = body.len / MEMBER_LENGTH;

    return (colons < room ? colons : room) + 1;
}


/* Allocates the table and, behind it, room to unescape names from pos on. */
static bool
make_table(riverty_seen_t *seen, const unsigned char *pos)
{
    size_t len = seen->body.len - (size_t) (pos - seen->body.data);
    size_t names = most_names(seen->body);
    size_t size = 8;

    while (size < 2 * names) {
        size *= 2;
    }

    if (size > (SIZE_MAX - len) / sizeof(riverty_seen_entry_t)) {
        return false;
    }

    seen->entries = seen->memory->allocate(
        seen->memory->data, size * sizeof(riverty_seen_entry_t) + len);
    if (seen->entries == NULL) {
        return false;
    }

    memset(seen->entries, 0, size * sizeof(riverty_seen_entry_t));
    seen->mask = size - 1;
    seen->unescaped = (unsigned char *) (seen->entries + size);
    seen->unescaped_len = 0;

    return true;
}


bool
riverty_seen_unescape(riverty_seen_t *seen, riverty_span_t *text)
{
    unsigned char *out;

    if (seen->entries == NULL && !make_table(seen, text->data)) {
        return false;
    }

    out = seen->unescaped + seen->unescaped_len;
    text->len = riverty_string_unescape(*text, out);
    text->data = out;
    seen->unescaped_len += text->len;

    return true;
}


/* Adds a name to the table. */
static riverty_seen_result_t
add(riverty_seen_t *seen, uint32_t object, riverty_span_t name)
{
    size_t slot =
        (size_t) riverty_siphash(seen->seed, object, name) & seen->mask;
    riverty_seen_entry_t *entry = &seen->entries[slot];
    riverty_span_t other;

    while (entry->name != NULL) {
        other = (riverty_span_t){ entry->name, entry->len };

        if (entry->object == object && riverty_span_equal(other, name)) {
            return RIVERTY_SEEN_TWICE;
        }

        slot = (slot + 1) & seen->mask;
        entry = &seen->entries[slot];
    }

    entry->name = name.data;
    entry->len = (uint32_t) name.len;
    entry->object = object;

    return RIVERTY_SEEN_NEW;
}


bool
riverty_seen_among_few(const riverty_seen_t *seen,
                       const riverty_seen_object_t *object,
                       const riverty_name_t *name)
{
    for (size_t i = object->few; i < seen->few_count; i++) {
        if (riverty_name_equal(seen->few[i], *name)) {
            return true;
        }
    }

    return false;
}


riverty_seen_result_t
riverty_seen_add_many(riverty_seen_t *seen, riverty_seen_object_t *object,
                      const riverty_name_t *name)
{
    if (seen->entries == NULL && !make_table(seen, name->text.data)) {
        return RIVERTY_SEEN_NO_MEMORY;
    }

    if (!object->many) {
        for (size_t i = object->few; i < seen->few_count; i++) {
            (void) add(seen, object->number, seen->few[i].text);
        }
        seen->few_count = object->few;
        object->many = true;
    }

    return add(seen, object->number, name->text);
}


void
riverty_seen_end(riverty_seen_t *seen)
{
    if (seen->entries != NULL && seen->memory->release != NULL) {
        seen->memory->release(seen->memory->data, seen->entries);
    }
}
