/*
 * riverty-customer keys: the key store from a shell.  Here are the table of its
 * commands and what they share.
 */
#define _GNU_SOURCE /* POSIX */

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contract/timestamp.h"
#include "keys.h"

typedef struct {
    const char *name;
    const char *usage; /* what follows the name */
    riverty_cli_command_pt run;
} command_t;

/* clang-format off */
static const command_t commands[] = {
    { "lint", " FILE [--user NAME] [--check 0]", riverty_cli_keys_lint },
    { "list",
      " FILE [--user NAME] [--redaction-key FILE [--id ID]] [--json]",
      riverty_cli_keys_list },
    { "new-token", "", riverty_cli_keys_new_token },
};
/* clang-format on */

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Debian's, nginx's own packages', nginx's own default. */
static const char *const users[] = { "www-data", "nginx", "nobody" };

#define USERS (sizeof(users) / sizeof(users[0]))

/* 2026-12-01T00:00:00, of a longer text */
#define TIME_PART (RIVERTY_CLI_TIME_SIZE - 2)


static const command_t *
find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return &commands[i];
        }
    }

    return NULL;
}


riverty_cli_status_t
riverty_cli_keys(int argc, char **argv)
{
    const command_t *command = argc > 1 ? find_command(argv[1]) : NULL;

    if (command == NULL) {
        riverty_cli_complain("keys takes lint, list or new-token");
        return RIVERTY_CLI_USAGE;
    }

    if (argc == 3 && strcmp(argv[2], "--help") == 0) {
        printf("usage: " RIVERTY_CLI_PROGRAM " keys %s%s\n", command->name,
               command->usage);
        return RIVERTY_CLI_GOOD;
    }

    return command->run(argc - 1, argv + 1);
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

    if (found == NULL) {
        riverty_cli_complain("there is no user \"%s\"", name);
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
