/*
 * Files of a command line (files.h).
 */
#define _GNU_SOURCE /* POSIX */

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "cli/memory.h"

#define SUFFIX ".json"

typedef struct {
    riverty_cli_file_pt handler;
    void *data;
    size_t found;
} walk_t;


bool
riverty_cli_files_directory(const char *name)
{
    struct stat info;

    return stat(name, &info) == 0 && S_ISDIR(info.st_mode);
}


/* What is there and no file has no document, and a FIFO is never at its end. */
static bool
is_other(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}


static bool
is_document(const char *name)
{
    size_t len = strlen(name), suffix = sizeof(SUFFIX) - 1;

    return len > suffix && strcmp(name + len - suffix, SUFFIX) == 0;
}


static char *
join(const char *directory, const char *name)
{
    size_t len = strlen(directory);
    char *path = riverty_cli_allocate(len + strlen(name) + 2);

    strcpy(path, directory);
    if (len == 0 || directory[len - 1] != '/') {
        path[len++] = '/';
    }
    strcpy(path + len, name);

    return path;
}


static bool walk(walk_t *walk, const char *directory);


static bool
visit(walk_t *all, const char *path, const char *name)
{
    struct stat info;

    if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        return walk(all, path);
    }

    if (!is_document(name) || is_other(path)) {
        return true;
    }

    all->found++;
    return all->handler(all->data, path);
}


static int
order(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}


static int
is_seen(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}


static bool
walk(walk_t *all, const char *directory)
{
    struct dirent **entries;
    int count = scandir(directory, &entries, is_seen, order);
    bool good = true;

    if (count == -1) {
        riverty_cli_complain("%s: %s", directory, strerror(errno));
        return false;
    }

    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;

        good = visit(all, join(directory, name), name) && good;
        free(entries[i]);
    }

    free(entries);
    return good;
}


static bool
walk_named(const char *name, riverty_cli_file_pt handler, void *data)
{
    walk_t all = { .handler = handler, .data = data };
    bool good = walk(&all, name);

    if (good && all.found == 0) {
        riverty_cli_complain("%s: has no file *" SUFFIX, name);
        return false;
    }

    return good;
}


bool
riverty_cli_files(char *const *names, size_t count, riverty_cli_file_pt handler,
                  void *data)
{
    bool good = true;

    for (size_t i = 0; i < count; i++) {
        bool directory = riverty_cli_files_directory(names[i]);

        good = (directory ? walk_named(names[i], handler, data)
                          : handler(data, names[i])) &&
               good;
    }

    return good;
}
