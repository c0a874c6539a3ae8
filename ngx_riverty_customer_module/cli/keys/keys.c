/*
 * riverty-customer keys: the key store from a shell.  The table of its
 * commands and what they share are here.
 */
#define _GNU_SOURCE /* POSIX */

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys.h"
#include "keys_digest.h"
#include "keys_lint.h"
#include "keys_list.h"
#include "keys_token.h"
#include "contract/core/timestamp.h"

/* clang-format off */
const riverty_cli_command_t riverty_cli_keys_commands[] = {
    { .name = "lint",
      .usage = "FILE [--user NAME] [--check 0] [--strict] [--json]",
      .does = "judges a key store as nginx -t does, and gives advice",
      .example = "keys lint /etc/riverty/apps.json",
      .run = riverty_cli_keys_lint },
    { .name = "list",
      .usage = "FILE [--user NAME] [--redaction-key FILE [--id ID]] [--json]",
      .does = "lists apps and keys, never a value",
      .example = "keys list /etc/riverty/apps.json",
      .run = riverty_cli_keys_list },
    { .name = "digest",
      .usage = "FILE [--user NAME] [--text]",
      .does = "the digest by which records name a store's content",
      .example = "keys digest /etc/riverty/apps.json",
      .run = riverty_cli_keys_digest },
    { .name = "new-token",
      .usage = "[--id ID]",
      .does = "makes a token for an app, and its line for the store",
      .example = "keys new-token --id 2026",
      .run = riverty_cli_keys_new_token },
    { .name = NULL },
};
/* clang-format on */

/* The users of Debian, of nginx's own packages, and of nginx itself. */
static const char *const users[] = { "www-data", "nginx", "nobody" };

#define USERS (sizeof(users) / sizeof(users[0]))

/* 2026-12-01T00:00:00, at the start of a longer text */
#define TIME_PART (RIVERTY_CLI_TIME_SIZE - 2)


/* Reads an id up to end; false where there is none. */
static bool
read_id(const char **text, char end, unsigned *id)
{
    size_t digits = strspn(*text, "0123456789");
    unsigned long number = strtoul(*text, NULL, 10);

    /* the last number stands for no change */
    if (digits == 0 || (*text)[digits] != end || number >= UINT32_MAX) {
        return false;
    }

    *id = (unsigned) number;
    *text += digits + (end != '\0');
    return true;
}


/*
 * UID or UID:GID.  In a container the user may be one without a name; its group
 * is root's then, unless something else is said (OpenShift does so).
 */
static bool
numbered(const char *text, riverty_cli_user_t *user)
{
    const char *rest = text;
    struct passwd *found;
    unsigned id, group;

    if (read_id(&rest, ':', &id)) {
        if (!read_id(&rest, '\0', &group)) {
            return false;
        }
    } else if (read_id(&rest, '\0', &id)) {
        found = getpwuid(id);
        group = found != NULL ? found->pw_gid : 0;
    } else {
        return false;
    }

    *user = (riverty_cli_user_t){ text, id, group };
    return true;
}


bool
riverty_cli_keys_user(const char *name, riverty_cli_user_t *user)
{
    struct passwd *found = NULL;

    if (name != NULL) {
        found = getpwnam(name);
    } else {
        for (size_t i = 0; i < USERS && found == NULL; i++) {
            name = users[i];
            found = getpwnam(name);
        }
    }

    if (found == NULL && numbered(name, user)) {
        return true;
    }

    if (found == NULL) {
        riverty_cli_complain("--user: there is no user \"%s\"", name);
        return false;
    }

    *user = (riverty_cli_user_t){ name, found->pw_uid, found->pw_gid };
    return true;
}


bool
riverty_cli_keys_opens(const char *file)
{
    int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd == -1) {
        riverty_cli_complain("%s: %s", file, strerror(errno));
        return false;
    }

    (void) close(fd);
    return true;
}


void
riverty_cli_keys_time(char text[RIVERTY_CLI_TIME_SIZE], int64_t time)
{
    unsigned char whole[RIVERTY_TIMESTAMP_LENGTH];

    riverty_timestamp_write(whole, time, 0);
    memcpy(text, whole, TIME_PART);
    text[TIME_PART] = 'Z';
    text[TIME_PART + 1] = '\0';
}
