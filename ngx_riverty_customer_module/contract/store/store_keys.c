/*
 * Reading a key store: an app's keys, their values and when they are valid.
 */
#include "store_keys.h"

#include <ctype.h>
#include <strings.h>

#include "contract/core/bytes.h"
#include "contract/core/date.h"


#define KEY_MAX     4096
#define DAY         86400
#define TIME_LENGTH 20 /* 2026-12-01T00:00:00Z (RFC 3339) */

/* The shortest name without a dot that could be a key. */
#define BARE_KEY_MIN 20

/* Texts that templates leave where nobody filled a key in (trap 17). */
static const char *const placeholders[] = { "YOUR_API_SUBSCRIPTION_TOKEN", "${",
                                            "$secret://", "{{", "vault:" };

#define PLACEHOLDERS (sizeof(placeholders) / sizeof(placeholders[0]))


static bool
fail_key(riverty_loader_t *loader, const riverty_key_t *key, const char *fault)
{
    return riverty_fail(loader->error, "key \"%.*s\" of app \"%.*s\" %s",
                        riverty_shown(key->id),
                        riverty_shown(loader->app->name), fault);
}


static bool
read_number(const char *text, int end, int64_t *number)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
        return false;
    }

    *number = (text[0] - '0') * 10 + (text[1] - '0');
    return *number < end;
}


static bool
read_time(json_t *value, int64_t *time)
{
    const char *text = json_string_value(value);
    int64_t hour, minute, second;
    riverty_date_t date;

    if (text == NULL || json_string_length(value) != TIME_LENGTH ||
        !riverty_date_read((riverty_span_t){ (const unsigned char *) text,
                                             RIVERTY_DATE_LENGTH },
                           &date) ||
        text[10] != 'T' || !read_number(text + 11, 24, &hour) ||
        text[13] != ':' || !read_number(text + 14, 60, &minute) ||
        text[16] != ':' || !read_number(text + 17, 60, &second) ||
        text[19] != 'Z') {
        return false;
    }

    *time = riverty_date_days(date) * DAY + hour * 3600 + minute * 60 + second;
    return true;
}


static bool
load_times(riverty_loader_t *loader, riverty_key_t *key, json_t *before,
           json_t *after)
{
    key->not_before = INT64_MIN;
    key->not_after = INT64_MAX;

    if ((before != NULL && !read_time(before, &key->not_before)) ||
        (after != NULL && !read_time(after, &key->not_after))) {
        return fail_key(loader, key,
                        "has a not_before or not_after that is not a UTC time "
                        "such as 2026-12-01T00:00:00Z");
    }

    if (key->not_before >= key->not_after) {
        return fail_key(loader, key,
                        "is never valid: not_after is not later than "
                        "not_before");
    }

    return true;
}


/* A name relative to the store's directory, with a NUL behind it. */
static const char *
full_path(riverty_loader_t *loader, riverty_span_t name)
{
    riverty_span_t directory = loader->directory;
    char *path;

    if (name.len > 0 && name.data[0] == '/') {
        directory.len = 0;
    }

    path = riverty_secrets_alloc(loader->store->secrets,
                                 directory.len + name.len + 1);
    if (path != NULL) {
        memcpy(path, directory.data, directory.len);
        memcpy(path + directory.len, name.data, name.len);
    }

    return path;
}


/*
 * Could the name be a key that stands in the wrong member?  A message would
 * show it.
 */
static bool
may_be_key(riverty_span_t name)
{
    bool digit = false;

    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == '.') {
            return false;
        }

        digit |= riverty_byte_is_digit(name.data[i]);
    }

    return digit && name.len >= BARE_KEY_MIN && name.data[0] != '/';
}


/* What is wrong with the name of a key's file, or NULL. */
static const char *
fault_of_name(riverty_span_t name, const char *path)
{
    riverty_file_id_t id;

    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] < ' ' || name.data[i] == 0x7f) {
            return "has a control character in the name of its \"file\"";
        }
    }

    if (may_be_key(name) && !riverty_file_id(path, &id)) {
        return "has a \"file\" that is not there, and whose name may be the "
               "key itself: that belongs in \"value\"";
    }

    return NULL;
}


static bool
load_key_file(riverty_loader_t *loader, riverty_key_t *key, riverty_span_t name)
{
    const char *path = full_path(loader, name);
    const char *fault;
    riverty_error_t why;
    riverty_bytes_t data;

    if (path == NULL) {
        return riverty_fail(loader->error, "out of memory");
    }

    fault = fault_of_name(name, path);
    if (fault != NULL) {
        return fail_key(loader, key, fault);
    }

    if (!riverty_load_file(loader, loader->store->secrets, path, KEY_MAX, &data,
                           &why)) {
        return riverty_fail(loader->error, "key \"%.*s\" of app \"%.*s\": %s",
                            riverty_shown(key->id),
                            riverty_shown(loader->app->name), why.text);
    }

    /* the line feed that an editor adds is not a part of the key */
    if (data.data[data.len - 1] == '\n') {
        data.len--;
    }

    key->value = (riverty_span_t){ data.data, data.len };
    return true;
}


static bool
load_value(riverty_loader_t *loader, riverty_key_t *key, json_t *file,
           json_t *value)
{
    riverty_span_t text;

    if ((file == NULL) == (value == NULL)) {
        return fail_key(loader, key, "must have either \"file\" or \"value\"");
    }

    if (!riverty_load_string(loader, file != NULL ? file : value, &text)) {
        return fail_key(loader, key,
                        file != NULL ? "has a \"file\" that is not a string"
                                     : "has a \"value\" that is not a string");
    }

    if (file != NULL) {
        return load_key_file(loader, key, text);
    }

    key->value = text;
    return true;
}


static bool
holds(riverty_span_t text, const char *part)
{
    size_t len = strlen(part);
    int first = tolower((unsigned char) part[0]);

    for (size_t i = 0; i + len <= text.len; i++) {
        if (tolower(text.data[i]) == first &&
            strncasecmp((const char *) text.data + i, part, len) == 0) {
            return true;
        }
    }

    return false;
}


static bool
check_value(riverty_loader_t *loader, const riverty_key_t *key)
{
    if (key->value.len == 0) {
        return fail_key(loader, key, "is empty");
    }

    if (key->value.len > KEY_MAX) {
        return fail_key(loader, key, "is too long");
    }

    for (size_t i = 0; i < PLACEHOLDERS; i++) {
        if (holds(key->value, placeholders[i])) {
            return fail_key(loader, key,
                            "was never filled in: a template's placeholder "
                            "stands there");
        }
    }

    for (size_t i = 0; i < key->value.len; i++) {
        if (key->value.data[i] <= ' ' || key->value.data[i] >= 0x7f) {
            return fail_key(loader, key,
                            "has white space, a control character or a "
                            "character outside ASCII in it");
        }
    }

    return true;
}


static bool
load_key(riverty_loader_t *loader, riverty_key_t *key, json_t *object)
{
    json_t *file = json_object_get(object, "file");
    json_t *value = json_object_get(object, "value");
    json_t *before = json_object_get(object, "not_before");
    json_t *after = json_object_get(object, "not_after");
    size_t known = 1;

    if (!riverty_load_string(loader, json_object_get(object, "id"), &key->id) ||
        !riverty_store_id(key->id)) {
        return riverty_fail(loader->error,
                            "the \"id\" of a key of app \"%.*s\" must be 1 to "
                            "%d letters, digits, . _ - or @",
                            riverty_shown(loader->app->name),
                            RIVERTY_STORE_ID_MAX);
    }

    known +=
        (file != NULL) + (value != NULL) + (before != NULL) + (after != NULL);
    if (known != json_object_size(object)) {
        return fail_key(loader, key,
                        "has a member that is none of id, file, value, "
                        "not_before, not_after");
    }

    return load_times(loader, key, before, after) &&
           load_value(loader, key, file, value) && check_value(loader, key);
}


static bool
is_twice(const riverty_app_t *app)
{
    const riverty_key_t *last = &app->keys[app->keys_count];

    for (size_t i = 0; i < app->keys_count; i++) {
        if (riverty_span_equal(app->keys[i].id, last->id)) {
            return true;
        }
    }

    return false;
}


bool
riverty_load_keys(riverty_loader_t *loader, json_t *value)
{
    riverty_app_t *app = loader->app;
    size_t count = json_array_size(value);

    if (count == 0) {
        return riverty_fail(loader->error,
                            "\"keys\" of app \"%.*s\" must be an array with a "
                            "key",
                            riverty_shown(app->name));
    }

    app->keys = riverty_secrets_alloc(loader->store->secrets,
                                      count * sizeof(riverty_key_t));
    if (app->keys == NULL) {
        return riverty_fail(loader->error, "out of memory");
    }

    for (size_t i = 0; i < count; i++) {
        riverty_key_t *key = &app->keys[i];

        if (!load_key(loader, key, json_array_get(value, i))) {
            return false;
        }

        if (is_twice(app)) {
            return riverty_fail(
                loader->error, "app \"%.*s\" has two keys \"%.*s\"",
                riverty_shown(app->name), riverty_shown(key->id));
        }

        app->keys_count++;
    }

    return true;
}
