/*
 * Files, plain or gzip'd (audit_source.h).
 */
#define _GNU_SOURCE /* POSIX */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_source.h"

/* zlib: the largest window, and a gzip header before the data. */
#define GZIP_WINDOW (MAX_WBITS + 16)

static const unsigned char gzip_magic[] = { 0x1f, 0x8b, 0x08 };


static size_t
read_some(riverty_cli_source_t *source, unsigned char *bytes, size_t size)
{
    ssize_t got;

    do {
        got = read(source->fd, bytes, size);
    } while (got < 0 && errno == EINTR);

    if (got < 0) {
        source->error = strerror(errno);
        return 0;
    }

    source->read += (uint64_t) got;
    return (size_t) got;
}


static void
read_ahead(riverty_cli_source_t *source)
{
    source->zlib.next_in = source->ahead;
    source->zlib.avail_in =
        (uInt) read_some(source, source->ahead, sizeof(source->ahead));
}


/* A pipe may give its first bytes one by one. */
static void
read_beginning(riverty_cli_source_t *source)
{
    size_t len = 0, got;

    do {
        got =
            read_some(source, source->ahead + len, sizeof(source->ahead) - len);
        len += got;
    } while (got > 0 && len < sizeof(gzip_magic));

    source->zlib.next_in = source->ahead;
    source->zlib.avail_in = (uInt) len;
}


static bool
is_packed(const riverty_cli_source_t *source)
{
    return source->zlib.avail_in >= sizeof(gzip_magic) &&
           memcmp(source->ahead, gzip_magic, sizeof(gzip_magic)) == 0;
}


static void
begin_packed(riverty_cli_source_t *source)
{
    if (inflateInit2(&source->zlib, GZIP_WINDOW) != Z_OK) {
        source->error = "out of memory";
        return;
    }

    source->packed = true;
}


bool
riverty_cli_source_regular(const char *file)
{
    struct stat info;

    return stat(file, &info) == 0 && S_ISREG(info.st_mode);
}


bool
riverty_cli_source_open(riverty_cli_source_t *source, const char *file)
{
    source->fd = strcmp(file, "-") == 0 ? STDIN_FILENO
                                        : open(file, O_RDONLY | O_CLOEXEC);
    source->packed = false;
    source->inside = false;
    source->error = NULL;
    source->read = 0;
    memset(&source->zlib, 0, sizeof(source->zlib));

    if (source->fd == -1) {
        return false;
    }

    read_beginning(source);

    if (source->error == NULL && is_packed(source)) {
        begin_packed(source);
    }

    return true;
}


static size_t
read_plain(riverty_cli_source_t *source, unsigned char *bytes, size_t size)
{
    z_stream *ahead = &source->zlib;

    if (ahead->avail_in == 0) {
        return read_some(source, bytes, size);
    }

    if (size > ahead->avail_in) {
        size = ahead->avail_in;
    }

    memcpy(bytes, ahead->next_in, size);
    ahead->next_in += size;
    ahead->avail_in -= (uInt) size;
    return size;
}


/* Unpacks what has been read ahead; a file may have several members. */
static bool
unpack(riverty_cli_source_t *source)
{
    int result = inflate(&source->zlib, Z_NO_FLUSH);

    source->inside = result != Z_STREAM_END;

    if (result == Z_STREAM_END) {
        result = inflateReset(&source->zlib);
    }

    if (result != Z_OK && result != Z_BUF_ERROR) {
        source->error = result == Z_MEM_ERROR ? "out of memory"
                                              : "its gzip data is damaged";
        return false;
    }

    return true;
}


static size_t
read_packed(riverty_cli_source_t *source, unsigned char *bytes, size_t size)
{
    z_stream *zlib = &source->zlib;

    zlib->next_out = bytes;
    zlib->avail_out = (uInt) size;

    while (zlib->avail_out == size) {
        if (zlib->avail_in == 0) {
            read_ahead(source);
        }

        if (source->error != NULL) {
            return 0;
        }

        if (zlib->avail_in == 0) {
            source->error =
                source->inside ? "its gzip data ends too early" : NULL;
            return 0;
        }

        if (!unpack(source)) {
            return 0;
        }
    }

    return size - zlib->avail_out;
}


size_t
riverty_cli_source_read(riverty_cli_source_t *source, unsigned char *bytes,
                        size_t size)
{
    if (source->error != NULL) {
        return 0;
    }

    return source->packed ? read_packed(source, bytes, size)
                          : read_plain(source, bytes, size);
}


void
riverty_cli_source_close(riverty_cli_source_t *source)
{
    if (source->packed) {
        (void) inflateEnd(&source->zlib);
    }

    if (source->fd != STDIN_FILENO) {
        (void) close(source->fd);
    }
}
