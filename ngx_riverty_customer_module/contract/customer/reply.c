/*
 * The API's reply: read by the scanner that reads documents, with a table of
 * names of its own.
 */
#include "reply.h"

#include "contract/json/json_string.h"
#include "contract/json/scan.h"


typedef struct {
    const char *name;
    size_t offset; /* of its value in riverty_reply_t */
} reply_member_t;

static const reply_member_t members[] = {
#define REPLY_MEMBER(value, name) { name, offsetof(riverty_reply_t, value) },
    RIVERTY_REPLY_MEMBERS(REPLY_MEMBER)
#undef REPLY_MEMBER
};

#define MEMBERS_COUNT (sizeof(members) / sizeof(members[0]))


void
riverty_reply_names(riverty_names_t *names, const uint64_t seed[2])
{
    riverty_names_init(names, seed);
    riverty_names_add(names, RIVERTY_NAMES_DOCUMENT, riverty_span(""), true);

    for (size_t i = 0; i < MEMBERS_COUNT; i++) {
        riverty_names_add(names, RIVERTY_NAMES_DOCUMENT,
                          riverty_span_of(members[i].name), false);
    }
}


/* Absent where it is neither a string nor a number; false: no memory. */
static bool
read_value(riverty_span_t *value, const riverty_member_t *member,
           riverty_span_t body, const riverty_memory_t *memory)
{
    unsigned char *text;

    if (member->type != RIVERTY_JSON_STRING &&
        member->type != RIVERTY_JSON_NUMBER) {
        return true;
    }

    value->data = body.data + member->start;
    value->len = member->end - member->start;

    if (member->type == RIVERTY_JSON_NUMBER) {
        return true;
    }

    value->data++;
    value->len -= 2;

    if (!member->escaped) {
        return true;
    }

    text = memory->allocate(memory->data, value->len);
    if (text == NULL) {
        return false;
    }

    value->len = riverty_string_unescape(*value, text);
    value->data = text;
    return true;
}


bool
riverty_reply_read(riverty_reply_t *reply, riverty_span_t body,
                   const riverty_names_t *names, const riverty_memory_t *memory)
{
    riverty_scan_t scan;

    memset(reply, 0, sizeof(*reply));

    if (riverty_scan(&scan, names, body, memory) != RIVERTY_SCAN_OK) {
        return false;
    }

    for (size_t i = 0; i < MEMBERS_COUNT; i++) {
        void *value = (char *) reply + members[i].offset;

        /* The document itself is the first of the members. */
        if (!read_value(value, &scan.members[i + 1], body, memory)) {
            memset(reply, 0, sizeof(*reply));
            return false;
        }
    }

    return true;
}
