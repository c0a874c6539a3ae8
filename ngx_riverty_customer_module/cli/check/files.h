/*
 * The documents that a command line names: files, and directories of them.
 */
#ifndef RIVERTY_CLI_FILES_H
#define RIVERTY_CLI_FILES_H

#include "cli/cli.h"


/* Judges a file; false where it could not, after a complaint. */
typedef bool (*riverty_cli_file_pt)(void *data, const char *path);


/*
 * Calls handler with each name; in place of a directory with all *.json in it
 * and below it, in the order of their names, but for those that begin with a
 * dot, what is no file and what a symbolic link to a directory leads to.
 * Returns false where handler did or a directory could not be read or has none,
 * after a complaint; the others are called all the same.
 */
bool riverty_cli_files(char *const *names, size_t count,
                       riverty_cli_file_pt handler, void *data);

/* Is that name one of a directory? */
bool riverty_cli_files_directory(const char *name);

#endif
