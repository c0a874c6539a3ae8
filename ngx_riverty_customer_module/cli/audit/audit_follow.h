/*
 * Waiting at the end of a log that grows, as tail -F does.
 */
#ifndef RIVERTY_CLI_AUDIT_FOLLOW_H
#define RIVERTY_CLI_AUDIT_FOLLOW_H

#include "audit_source.h"


typedef enum {
    RIVERTY_CLI_FOLLOW_GREW,     /* there is more to read */
    RIVERTY_CLI_FOLLOW_CUT,      /* it is shorter; read it from its start */
    RIVERTY_CLI_FOLLOW_REPLACED, /* another file has its name; open that */
    RIVERTY_CLI_FOLLOW_FAILED    /* errno says why */
} riverty_cli_follow_t;


/*
 * Waits until there is more to read of the source that was opened by that name
 * and has been read to its end; makes it ready to be read, but for REPLACED.  A
 * file that is gone is waited for; one that has been replaced is read on for a
 * second, for nginx's workers may still write to it.
 */
riverty_cli_follow_t riverty_cli_follow(riverty_cli_source_t *source,
                                        const char *file);

#endif
