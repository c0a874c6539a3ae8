/*
 * Files, read whole.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "read.h"
#include "cli.h"
#include "memory.h"

/* One byte above the limit shows that the file is too long. */
#define READ_MAX ((size_t) RIVERTY_CLI_FILE_MAX + 1)

#define READ_FIRST 65536


/* Makes room for twice as much, up to READ_MAX. */
static unsigned char *
grow(const unsigned char *bytes, size_t len, size_t *size)
{
    unsigned char *more;

    *size = *size > READ_MAX / 2 ? READ_MAX : *size * 2;
    more = riverty_cli_allocate(*size);
    memcpy(more, bytes, len);

    return more;
}


/* Reads file to its end, or READ_MAX bytes. */
static riverty_span_t
read_all(FILE *file)
{
    size_t size = READ_FIRST;
    unsigned char *bytes = riverty_cli_allocate(size);
    size_t len = fread(bytes, 1, size, file);

    while (len == size && size < READ_MAX) {
        bytes = grow(bytes, len, &size);
        len += fread(bytes + len, 1, size - len, file);
    }

    return (riverty_span_t){ bytes, len };
}


static bool
read_file(FILE *file, const char *path, riverty_span_t *bytes)
{
    *bytes = read_all(file);

    if (ferror(file)) {
        riverty_cli_complain("%s: %s", path, strerror(errno));
        return false;
    }

    if (bytes->len > RIVERTY_CLI_FILE_MAX) {
        riverty_cli_complain("%s: longer than 16 MB", path);
        return false;
    }

    return true;
}


bool
riverty_cli_read(const char *path, riverty_span_t *bytes)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    bool good;

    if (file == NULL) {
        riverty_cli_complain("%s: %s", path, strerror(errno));
        return false;
    }

    good = read_file(file, path, bytes);

    if (file != stdin) {
        (void) fclose(file);
    }

    return good;
}
