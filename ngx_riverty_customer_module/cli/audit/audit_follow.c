/*
 * Following a log (audit_follow.h): its size and its name are looked at five
 * times a second.
 */
#define _GNU_SOURCE /* POSIX */

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit_follow.h"

#define INTERVAL    200000000 /* nanoseconds */
#define QUIET_LOOKS 5         /* of a file that has been replaced */


/* Has another file that name now? */
static bool
is_replaced(const struct stat *opened, const char *file)
{
    struct stat named;

    return stat(file, &named) == 0 &&
           (named.st_ino != opened->st_ino || named.st_dev != opened->st_dev);
}


static riverty_cli_follow_t
read_from_start(riverty_cli_source_t *source)
{
    if (lseek(source->fd, 0, SEEK_SET) == -1) {
        return RIVERTY_CLI_FOLLOW_FAILED;
    }

    source->read = 0;
    return RIVERTY_CLI_FOLLOW_CUT;
}


riverty_cli_follow_t
riverty_cli_follow(riverty_cli_source_t *source, const char *file)
{
    const struct timespec interval = { 0, INTERVAL };
    unsigned quiet = 0;
    struct stat info;

    for (;;) {
        if (fstat(source->fd, &info) != 0) {
            return RIVERTY_CLI_FOLLOW_FAILED;
        }

        if ((uint64_t) info.st_size > source->read) {
            return RIVERTY_CLI_FOLLOW_GREW;
        }

        if ((uint64_t) info.st_size < source->read) {
            return read_from_start(source);
        }

        quiet = is_replaced(&info, file) ? quiet + 1 : 0;
        if (quiet > QUIET_LOOKS) {
            return RIVERTY_CLI_FOLLOW_REPLACED;
        }

        (void) nanosleep(&interval, NULL);
    }
}
