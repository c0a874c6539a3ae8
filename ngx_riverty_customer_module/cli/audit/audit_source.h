/*
 * The bytes of a file, unpacked where it is gzip'd (RFC 1952), which its first
 * bytes tell, not its name.
 */
#ifndef RIVERTY_CLI_AUDIT_SOURCE_H
#define RIVERTY_CLI_AUDIT_SOURCE_H

#include <zlib.h>

#include "contract/core/riverty.h"


#define RIVERTY_CLI_SOURCE_SIZE 131072

typedef struct {
    int fd;
    bool packed;
    bool inside;       /* in a gzip member that has not ended yet */
    const char *error; /* why no more can be read, or NULL */
    uint64_t read;     /* bytes of the file, so far */
    z_stream zlib;     /* next_in, avail_in: what has been read ahead */
    unsigned char ahead[RIVERTY_CLI_SOURCE_SIZE];
} riverty_cli_source_t;


/* Is it a regular file, which can grow and be read more than once? */
bool riverty_cli_source_regular(const char *file);

/* Opens a file; "-" is standard input.  False: errno says why. */
bool riverty_cli_source_open(riverty_cli_source_t *source, const char *file);

/*
 * Writes up to size bytes, at least one.  Returns 0 at the end; where nothing
 * more can be read it returns 0 as well, with source->error.
 */
size_t riverty_cli_source_read(riverty_cli_source_t *source,
                               unsigned char *bytes, size_t size);

void riverty_cli_source_close(riverty_cli_source_t *source);

#endif
