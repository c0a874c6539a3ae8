/*
 * Who can read the files of a key store.
 */
#define _GNU_SOURCE /* POSIX, initgroups() */

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys_files.h"
#include "cli/memory.h"
#include "keys.h"
#include "keys_say.h"

#define WHO_SIZE 256

/* Files that the same people can read. */
typedef struct class_s class_t;

struct class_s {
    uid_t owner;
    gid_t group;
    bool group_reads;
    size_t count;
    const char *first;
    class_t *next;
};


/* The class of such a file, or a new one, counted once more. */
static void
put(class_t **classes, const struct stat *info, const char *path)
{
    bool group_reads = (info->st_mode & S_IRGRP) != 0;
    class_t *class;

    for (; *classes != NULL; classes = &(*classes)->next) {
        if ((*classes)->owner == info->st_uid &&
            (*classes)->group == info->st_gid &&
            (*classes)->group_reads == group_reads) {
            (*classes)->count++;
            return;
        }
    }

    class = riverty_cli_allocate(sizeof(*class));
    *class =
        (class_t){ info->st_uid, info->st_gid, group_reads, 1, path, NULL };
    *classes = class;
}


/* Adds a word to a list, or "..." once where it is full. */
static void
add_word(char who[WHO_SIZE], const char *word)
{
    size_t len = strlen(who);

    if (len + strlen(word) + sizeof(", ...") < WHO_SIZE) {
        sprintf(who + len, "%s%s", len > 0 ? ", " : "", word);
    } else if (len < 3 || strcmp(who + len - 3, "...") != 0) {
        strcpy(who + len, ", ...");
    }
}


/* Who else is in the group: neither root, the owner nor the workers' user. */
static void
list_members(const riverty_cli_lint_t *lint, const class_t *class,
             char who[WHO_SIZE])
{
    struct group *found = getgrgid(class->group);
    struct passwd *user;

    who[0] = '\0';

    for (char **name = found != NULL ? found->gr_mem : NULL;
         name != NULL && *name != NULL; name++) {
        if (strcmp(*name, "root") != 0 && strcmp(*name, lint->user.name) != 0) {
            add_word(who, *name);
        }
    }

    setpwent();

    while ((user = getpwent()) != NULL) {
        if (user->pw_gid == class->group && user->pw_uid != 0 &&
            user->pw_uid != class->owner && user->pw_uid != lint->user.id) {
            add_word(who, user->pw_name);
        }
    }

    endpwent();
}


static const char *
user_name(uid_t id)
{
    static char number[32];
    struct passwd *user = getpwuid(id);

    snprintf(number, sizeof(number), "user %lu", (unsigned long) id);
    return user != NULL ? user->pw_name : number;
}


static const char *
group_name(gid_t id)
{
    static char number[32];
    struct group *group = getgrgid(id);

    snprintf(number, sizeof(number), "%lu", (unsigned long) id);
    return group != NULL ? group->gr_name : number;
}


/* root; root and alice; root and the group web; root, alice and the group ...
 */
static void
say_who(riverty_cli_lint_t *lint, const class_t *class)
{
    const char *owner = class->owner != 0 ? user_name(class->owner) : "";
    const char *group = class->group_reads ? group_name(class->group) : "";
    bool both = owner[0] != '\0' && group[0] != '\0';

    riverty_cli_keys_say(lint, RIVERTY_CLI_SAYS_NOTE,
                         "%zu file%s can be read by root%s%s%s%s", class->count,
                         class->count == 1 ? "" : "s",
                         both               ? ", "
                         : owner[0] != '\0' ? " and "
                                            : "",
                         owner,
                         group[0] != '\0'   ? " and the group "
                         : owner[0] != '\0' ? ""
                                            : " alone",
                         group);
}


static void
advise_class(riverty_cli_lint_t *lint, const class_t *class)
{
    char who[WHO_SIZE];

    say_who(lint, class);

    if (class->owner == lint->user.id && class->owner != 0) {
        riverty_cli_keys_advise(
            lint,
            "\"%s\"%s belongs to %s: a worker could change it; chown it to "
            "root, and chgrp it to that user's group with mode 640",
            class->first, class->count > 1 ? ", for one," : "",
            lint->user.name);
    }

    if (!class->group_reads) {
        return;
    }

    list_members(lint, class, who);

    if (who[0] != '\0') {
        riverty_cli_keys_advise(
            lint, "\"%s\"%s can be read by members of the group %s: %s",
            class->first, class->count > 1 ? ", for one," : "",
            group_name(class->group), who);
    }
}


void
riverty_cli_keys_advise_files(riverty_cli_lint_t *lint)
{
    const riverty_store_file_t *file;
    class_t *classes = NULL;
    struct stat info;

    for (file = lint->store->files; file != NULL; file = file->next) {
        if (stat(file->path, &info) == 0) {
            put(&classes, &info, file->path);
        }
    }

    for (; classes != NULL; classes = classes->next) {
        advise_class(lint, classes);
    }
}


/* A user without a name is in no other group. */
static bool
take_groups(const riverty_cli_user_t *user)
{
    return getpwnam(user->name) != NULL
               ? initgroups(user->name, user->group) == 0
               : setgroups(0, NULL) == 0;
}


/* In a process that becomes the user: 1 + the number of the file, from 0. */
static size_t
try_all(const riverty_cli_lint_t *lint)
{
    const riverty_store_file_t *file;
    size_t number = 0;

    if (setgid(lint->user.group) != 0 || !take_groups(&lint->user) ||
        setuid(lint->user.id) != 0) {
        return 0;
    }

    for (file = lint->store->files; file != NULL; file = file->next) {
        int fd = open(file->path, O_RDONLY | O_CLOEXEC);

        number++;
        if (fd == -1) {
            return number;
        }

        (void) close(fd);
    }

    return 0;
}


static size_t
try_in_child(const riverty_cli_lint_t *lint)
{
    size_t number = 0;
    int ends[2];
    pid_t pid;

    if (pipe(ends) != 0) {
        return 0;
    }

    pid = fork();

    if (pid == 0) {
        number = try_all(lint);
        _exit(write(ends[1], &number, sizeof(number)) == sizeof(number) ? 0
                                                                        : 1);
    }

    (void) close(ends[1]);

    if (pid > 0 && read(ends[0], &number, sizeof(number)) != sizeof(number)) {
        number = 0;
    }

    (void) close(ends[0]);

    if (pid > 0) {
        (void) waitpid(pid, NULL, 0);
    }

    return number;
}


const char *
riverty_cli_keys_unreadable(const riverty_cli_lint_t *lint)
{
    const riverty_store_file_t *file = lint->store->files;
    size_t number;

    if (geteuid() != 0 || lint->user.id == 0) {
        return NULL;
    }

    number = try_in_child(lint);
    if (number == 0) {
        return NULL;
    }

    while (--number > 0) {
        file = file->next;
    }

    return file->path;
}
