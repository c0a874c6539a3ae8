/*
 * A list of keys, as a table or as JSON.
 */

#include <jansson.h>
#include <string.h>

#include "keys_list_print.h"
#include "cli/memory.h"
#include "cli/print_json.h"
#include "keys.h"
#include "keys_list.h"

#define DOMAIN "subscriptionKey"

#define GRANTS_SIZE   32 /* create,read,update,other */
#define VALIDITY_SIZE 64
#define COUNT_SIZE    24

/* Of the columns of the table, without the gaps between them. */
typedef struct {
    int name;
    int grants;
    int tokens;
    int id;
    int validity;
} widths_t;

static const char *const titles[] = { "app", "operations", "tokens",
                                      "key", "validity",   "fingerprint" };

/* A span for "%-*.*s", after the width, and for jansson. */
#define shown(span)  (int) (span).len, (const char *) (span).data
#define string(span) json_stringn((const char *) (span).data, (span).len)


static const char *
state_of(const riverty_key_t *key, int64_t now)
{
    return now < key->not_before   ? "not yet"
           : now >= key->not_after ? "expired"
                                   : "valid";
}


static void
write_validity(char text[VALIDITY_SIZE], const riverty_key_t *key, int64_t now)
{
    char from[RIVERTY_CLI_TIME_SIZE], until[RIVERTY_CLI_TIME_SIZE];
    bool ends = key->not_after != INT64_MAX;

    riverty_cli_keys_time(from, key->not_before);
    riverty_cli_keys_time(until, key->not_after);

    if (now >= key->not_after) {
        snprintf(text, VALIDITY_SIZE, "expired %s", until);
    } else if (now < key->not_before) {
        snprintf(text, VALIDITY_SIZE, "from %s%s%s", from,
                 ends ? " until " : "", ends ? until : "");
    } else {
        snprintf(text, VALIDITY_SIZE, "valid%s%s", ends ? " until " : "",
                 ends ? until : "");
    }
}


static void
write_grants(char text[GRANTS_SIZE], unsigned mask)
{
    text[0] = '\0';

    for (size_t i = 0; i < RIVERTY_GRANT_COUNT; i++) {
        if ((mask & riverty_grants[i].grant) != 0) {
            strcat(text, text[0] != '\0' ? "," : "");
            strcat(text, riverty_grants[i].name);
        }
    }

    if (text[0] == '\0') {
        strcpy(text, "none");
    }
}


static bool
is_named(const riverty_token_t *token)
{
    return token->id.data[0] != '#';
}


/* How many there are, or their ids, where one has one of its own. */
static const char *
tokens_of(const riverty_app_t *app)
{
    size_t size = COUNT_SIZE, len = 0;
    bool named = false;
    char *text;

    for (size_t i = 0; i < app->tokens_count; i++) {
        named = named || is_named(&app->tokens[i]);
        size += app->tokens[i].id.len + 1;
    }

    text = riverty_cli_allocate(size);

    if (!named) {
        snprintf(text, size, "%zu", app->tokens_count);
        return text;
    }

    for (size_t i = 0; i < app->tokens_count; i++) {
        len += (size_t) snprintf(text + len, size - len, "%s%.*s",
                                 i > 0 ? "," : "", shown(app->tokens[i].id));
    }

    return text;
}


/* Returns "" where there is none. */
static riverty_span_t
write_fingerprint(unsigned char out[RIVERTY_PSEUDONYM_MAX],
                  const riverty_cli_list_t *list, const riverty_key_t *key)
{
    riverty_span_t text = { out, 0 };

    if (list->secret != NULL) {
        text.len = riverty_pseudonym(list->secret, riverty_span(DOMAIN),
                                     key->value, out);
    }

    return text;
}


static void
widen(int *width, size_t len)
{
    if ((int) len > *width) {
        *width = (int) len;
    }
}


static void
measure(const riverty_cli_list_t *list, widths_t *widths)
{
    char text[VALIDITY_SIZE];

    *widths = (widths_t){ (int) strlen(titles[0]), (int) strlen(titles[1]),
                          (int) strlen(titles[2]), (int) strlen(titles[3]),
                          (int) strlen(titles[4]) };

    for (size_t i = 0; i < list->store->apps_count; i++) {
        const riverty_app_t *app = &list->store->apps[i];

        widen(&widths->name, app->name.len);
        write_grants(text, app->grants);
        widen(&widths->grants, strlen(text));
        widen(&widths->tokens, strlen(tokens_of(app)));

        for (size_t j = 0; j < app->keys_count; j++) {
            widen(&widths->id, app->keys[j].id.len);
            write_validity(text, &app->keys[j], list->now);
            widen(&widths->validity, strlen(text));
        }
    }
}


static void
print_app(FILE *file, const widths_t *widths, const riverty_app_t *app)
{
    char text[GRANTS_SIZE];

    write_grants(text, app->grants);
    fprintf(file, "%-*.*s  %-*s  %*s", widths->name, shown(app->name),
            widths->grants, text, widths->tokens, tokens_of(app));
}


static void
print_key(FILE *file, const riverty_cli_list_t *list, const widths_t *widths,
          const riverty_key_t *key)
{
    unsigned char out[RIVERTY_PSEUDONYM_MAX];
    riverty_span_t fingerprint = write_fingerprint(out, list, key);
    char validity[VALIDITY_SIZE];

    write_validity(validity, key, list->now);
    fprintf(file, "  %-*.*s  ", widths->id, shown(key->id));

    if (fingerprint.len > 0) {
        fprintf(file, "%-*s  %.*s\n", widths->validity, validity,
                shown(fingerprint));
    } else {
        fprintf(file, "%s\n", validity);
    }
}


void
riverty_cli_list_text(FILE *file, const riverty_cli_list_t *list)
{
    widths_t widths;
    int indent;

    measure(list, &widths);
    indent = widths.name + 2 + widths.grants + 2 + widths.tokens;

    fprintf(file, "%-*s  %-*s  %s  %-*s  ", widths.name, titles[0],
            widths.grants, titles[1], titles[2], widths.id, titles[3]);

    if (list->secret != NULL) {
        fprintf(file, "%-*s  %s\n", widths.validity, titles[4], titles[5]);
    } else {
        fprintf(file, "%s\n", titles[4]);
    }

    for (size_t i = 0; i < list->store->apps_count; i++) {
        const riverty_app_t *app = &list->store->apps[i];

        for (size_t j = 0; j < app->keys_count; j++) {
            if (j == 0) {
                print_app(file, &widths, app);
            } else {
                fprintf(file, "%*s", indent, "");
            }

            print_key(file, list, &widths, &app->keys[j]);
        }
    }
}


static void
set_time(json_t *object, const char *name, int64_t time)
{
    char text[RIVERTY_CLI_TIME_SIZE];

    riverty_cli_keys_time(text, time);
    json_object_set_new(object, name, json_string(text));
}


static json_t *
key_json(const riverty_cli_list_t *list, const riverty_key_t *key)
{
    unsigned char out[RIVERTY_PSEUDONYM_MAX];
    riverty_span_t fingerprint = write_fingerprint(out, list, key);
    json_t *object = json_object();

    json_object_set_new(object, "id", string(key->id));
    json_object_set_new(object, "state", json_string(state_of(key, list->now)));

    if (key->not_before != INT64_MIN) {
        set_time(object, "not_before", key->not_before);
    }

    if (key->not_after != INT64_MAX) {
        set_time(object, "not_after", key->not_after);
    }

    if (fingerprint.len > 0) {
        json_object_set_new(object, "fingerprint", string(fingerprint));
    }

    return object;
}


static json_t *
app_json(const riverty_cli_list_t *list, const riverty_app_t *app)
{
    json_t *operations = json_array(), *keys = json_array();
    json_t *ids = json_array();

    for (size_t i = 0; i < RIVERTY_GRANT_COUNT; i++) {
        if ((app->grants & riverty_grants[i].grant) != 0) {
            json_array_append_new(operations,
                                  json_string(riverty_grants[i].name));
        }
    }

    for (size_t i = 0; i < app->tokens_count; i++) {
        json_array_append_new(ids, string(app->tokens[i].id));
    }

    for (size_t i = 0; i < app->keys_count; i++) {
        json_array_append_new(keys, key_json(list, &app->keys[i]));
    }

    return json_pack("{s:o, s:o, s:I, s:o, s:o}", "name", string(app->name),
                     "operations", operations, "tokens",
                     (json_int_t) app->tokens_count, "token_ids", ids, "keys",
                     keys);
}


void
riverty_cli_list_json(FILE *file, const riverty_cli_list_t *list)
{
    json_t *apps = json_array();
    json_t *root = json_pack("{s:o}", "apps", apps);

    for (size_t i = 0; i < list->store->apps_count; i++) {
        json_array_append_new(apps, app_json(list, &list->store->apps[i]));
    }

    riverty_cli_print_json(file, root);
    json_decref(root);
}
