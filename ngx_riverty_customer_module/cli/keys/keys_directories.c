/*
 * Who can replace the files of a key store: the owners and writers of the
 * directories that the files stand in, and of those above them.
 */
#define _GNU_SOURCE /* realpath() */

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys_directories.h"
#include "cli/memory.h"
#include "cli/text.h"
#include "keys.h"
#include "keys_say.h"

typedef struct directory_s directory_t;

struct directory_s {
    const char *path;
    directory_t *next;
};


/* False where it is in the list already. */
static bool
add(directory_t **directories, const char *path)
{
    directory_t *new;

    for (; *directories != NULL; directories = &(*directories)->next) {
        if (strcmp((*directories)->path, path) == 0) {
            return false;
        }
    }

    new = riverty_cli_allocate(sizeof(*new));
    new->path = riverty_cli_copy(riverty_span_of(path));
    new->next = NULL;
    *directories = new;

    return true;
}


/* A path without its last part; "." or "/" where nothing remains. */
static void
cut(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == NULL) {
        strcpy(path, ".");
    } else {
        slash[slash == path] = '\0';
    }
}


static const char *
user_name(uid_t id)
{
    struct passwd *user = getpwuid(id);

    return user != NULL ? user->pw_name : "a user without a name";
}


/* In a sticky directory only owners can replace files. */
static void
advise_change(riverty_cli_lint_t *lint, const char *path,
              const struct stat *info)
{
    mode_t others = info->st_mode & (S_IWGRP | S_IWOTH);

    if (info->st_uid != 0 && info->st_uid != geteuid()) {
        riverty_cli_keys_advise(lint,
                                "the directory \"%s\" belongs to %s, who can "
                                "put another store there; chown it to root",
                                path, user_name(info->st_uid));
    }

    if (others != 0 && (info->st_mode & S_ISVTX) == 0) {
        riverty_cli_keys_advise(
            lint,
            "the directory \"%s\" can be written by %s, "
            "who can put another store there; chmod it to "
            "755 or less",
            path, (others & S_IWOTH) != 0 ? "every user" : "its group");
    }
}


static bool
can_be_entered(const char *path)
{
    char above[PATH_MAX];
    struct stat info;

    strcpy(above, path);

    do {
        if (stat(above, &info) != 0 || (info.st_mode & S_IXOTH) == 0) {
            return false;
        }

        cut(above);
    } while (strcmp(above, "/") != 0);

    return true;
}


/* Looks at a directory, its links followed, and at all above it. */
static void
advise_up(riverty_cli_lint_t *lint, directory_t **seen, char *path)
{
    struct stat info;

    while (add(seen, path)) {
        if (stat(path, &info) == 0) {
            advise_change(lint, path, &info);
        }

        cut(path);
    }
}


/* Looks at a directory with files of the store, its links followed. */
static void
advise_directory(riverty_cli_lint_t *lint, directory_t **files,
                 directory_t **seen, char *path)
{
    if (!add(files, path)) {
        return;
    }

    if (can_be_entered(path)) {
        riverty_cli_keys_advise(lint,
                                "every user can enter the directory \"%s\": "
                                "only the modes of its files guard them; chmod "
                                "it to 750",
                                path);
    }

    advise_up(lint, seen, path);
}


/* The directory in the file's path, and the one where it really is. */
static void
advise_file(riverty_cli_lint_t *lint, directory_t **files, directory_t **seen,
            const char *path)
{
    char named[PATH_MAX], real[PATH_MAX];

    if (strlen(path) >= sizeof(named)) {
        return;
    }

    strcpy(named, path);
    cut(named);

    if (realpath(named, real) != NULL) {
        advise_directory(lint, files, seen, real);
    }

    if (realpath(path, real) != NULL) {
        cut(real);
        advise_directory(lint, files, seen, real);
    }
}


void
riverty_cli_keys_advise_directories(riverty_cli_lint_t *lint)
{
    const riverty_store_file_t *file;
    directory_t *files = NULL, *seen = NULL;

    for (file = lint->store->files; file != NULL; file = file->next) {
        advise_file(lint, &files, &seen, file->path);
    }
}
