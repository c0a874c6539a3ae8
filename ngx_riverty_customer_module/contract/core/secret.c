/*
 * Secrets: an arena of anonymous mappings, and the files they come from.
 */
#define _GNU_SOURCE /* MADV_DONTDUMP */

#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"


/* A small store fits into one mapping; a large one takes few system calls. */
#define MAPPING_SIZE     65536
#define MAPPING_SIZE_MAX (16 * MAPPING_SIZE)

#define ALIGNMENT 16

#define HEX_MIN 64
#define HEX_MAX 1024

#ifndef CLOCK_REALTIME_COARSE
#define CLOCK_REALTIME_COARSE CLOCK_REALTIME
#endif

/* A mapping; it begins with this. */
struct riverty_secrets_s {
    size_t size;
    size_t used;
    riverty_secrets_t *next; /* of the first: the newest */
};


static size_t
aligned(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t) (ALIGNMENT - 1);
}


static riverty_secrets_t *
map(size_t size)
{
    riverty_secrets_t *mapping;

    size = (size + MAPPING_SIZE - 1) & ~(size_t) (MAPPING_SIZE - 1);

    mapping = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
        return NULL;
    }

    (void) mlock(mapping, size);
#ifdef MADV_DONTDUMP
    (void) madvise(mapping, size, MADV_DONTDUMP);
#endif

    mapping->size = size;
    mapping->used = aligned(sizeof(*mapping));
    mapping->next = NULL;
    return mapping;
}


riverty_secrets_t *
riverty_secrets_create(void)
{
    return map(MAPPING_SIZE);
}


/* A mapping in which size bytes have room, twice as large as the last one. */
static riverty_secrets_t *
grow(riverty_secrets_t *secrets, size_t last, size_t size)
{
    size_t wanted = last < MAPPING_SIZE_MAX ? 2 * last : MAPPING_SIZE_MAX;
    riverty_secrets_t *mapping;

    size += aligned(sizeof(*mapping));

    mapping = map(size > wanted ? size : wanted);
    if (mapping != NULL) {
        mapping->next = secrets->next;
        secrets->next = mapping;
    }

    return mapping;
}


void *
riverty_secrets_alloc(riverty_secrets_t *secrets, size_t size)
{
    riverty_secrets_t *newest = secrets->next ? secrets->next : secrets;
    void *bytes;

    if (size > SIZE_MAX / 2) {
        return NULL;
    }

    size = aligned(size);

    if (size > newest->size - newest->used) {
        newest = grow(secrets, newest->size, size);
        if (newest == NULL) {
            return NULL;
        }
    }

    bytes = (unsigned char *) newest + newest->used;
    newest->used += size;
    return bytes;
}


void
riverty_secrets_free(riverty_secrets_t *secrets)
{
    while (secrets != NULL) {
        riverty_secrets_t *next = secrets->next;
        size_t size = secrets->size;

        OPENSSL_cleanse(secrets, size);
        (void) munmap(secrets, size);
        secrets = next;
    }
}


void
riverty_secrets_lock(riverty_secrets_t *secrets)
{
    for (; secrets != NULL; secrets = secrets->next) {
        (void) mlock(secrets, secrets->size);
    }
}


static void
identify(const struct stat *info, riverty_file_id_t *id)
{
    memset(id, 0, sizeof(*id)); /* it is compared whole */

    id->device = info->st_dev;
    id->inode = info->st_ino;
    id->size = info->st_size;
    id->modified[0] = info->st_mtim.tv_sec;
    id->modified[1] = info->st_mtim.tv_nsec;
    id->changed[0] = info->st_ctim.tv_sec;
    id->changed[1] = info->st_ctim.tv_nsec;
    id->mode = info->st_mode;
}


bool
riverty_file_id(const char *path, riverty_file_id_t *id)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        return false;
    }

    identify(&info, id);
    return true;
}


static bool
is_guarded(const char *path, const struct stat *info, uid_t user,
           riverty_error_t *error)
{
    if (!S_ISREG(info->st_mode)) {
        return riverty_fail(error, "\"%s\" is not a regular file", path);
    }

    if ((info->st_mode & S_IROTH) != 0) {
        return riverty_fail(error,
                            "\"%s\" can be read by every user; chmod it to "
                            "640 or less",
                            path);
    }

    if ((info->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return riverty_fail(error,
                            "\"%s\" can be written by other users; chmod it "
                            "to 640 or less",
                            path);
    }

    if (info->st_uid != 0 && info->st_uid != geteuid() &&
        info->st_uid != user) {
        return riverty_fail(error,
                            "\"%s\" belongs to another user; chown it to root "
                            "or to the user of nginx",
                            path);
    }

    return true;
}


/*
 * Was the file changed in the current tick of the clock that stamps files? Then
 * a later change may leave the same stamp.
 */
static bool
is_fresh(const struct stat *info)
{
    struct timespec now;

    return clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 &&
           info->st_ctim.tv_sec == now.tv_sec &&
           info->st_ctim.tv_nsec == now.tv_nsec;
}


/* Reads until there are size bytes; there is room for one more. */
static size_t
read_all(int fd, unsigned char *bytes, size_t size)
{
    size_t len = 0;
    ssize_t got;

    do {
        got = read(fd, bytes + len, size + 1 - len);
        len += got > 0 ? (size_t) got : 0;
    } while (len < size && (got > 0 || (got < 0 && errno == EINTR)));

    return len;
}


static bool
read_whole(int fd, const char *path, size_t size, riverty_bytes_t *data,
           riverty_error_t *error)
{
    /* a file that has grown in between has a byte more */
    if (read_all(fd, data->data, size) != size) {
        return riverty_fail(error, "\"%s\" could not be read whole", path);
    }

    if (size == 0) {
        return riverty_fail(error, "\"%s\" is empty", path);
    }

    data->len = size;
    return true;
}


static bool
read_guarded(int fd, riverty_secrets_t *secrets, const char *path, uid_t user,
             size_t max, riverty_bytes_t *data, riverty_file_id_t *id,
             riverty_error_t *error)
{
    struct stat info;

    /* asked of the open descriptor, so that the file checked is the one read */
    if (fstat(fd, &info) != 0) {
        return riverty_fail(error, "\"%s\": %s", path, strerror(errno));
    }

    if (!is_guarded(path, &info, user, error)) {
        return false;
    }

    if ((uint64_t) info.st_size > max) {
        return riverty_fail(error, "\"%s\" is longer than %zu bytes", path,
                            max);
    }

    data->data = riverty_secrets_alloc(secrets, (size_t) info.st_size + 1);
    if (data->data == NULL) {
        return riverty_fail(error, "out of memory");
    }

    if (id != NULL) {
        identify(&info, id);
        id->fresh = is_fresh(&info); /* before it is read */
    }

    return read_whole(fd, path, (size_t) info.st_size, data, error);
}


bool
riverty_secret_file(riverty_secrets_t *secrets, const char *path, uid_t user,
                    size_t max, riverty_bytes_t *data, riverty_file_id_t *id,
                    riverty_error_t *error)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool done;

    if (fd == -1) {
        return riverty_fail(error, "\"%s\" cannot be opened (%d: %s)", path,
                            errno, strerror(errno));
    }

    done = read_guarded(fd, secrets, path, user, max, data, id, error);
    (void) close(fd);
    return done;
}


/* Replaces hex digits by their bytes, in place. */
static bool
decode(riverty_bytes_t *text)
{
    for (size_t i = 0; i < text->len; i++) {
        if (!riverty_byte_is(text->data[i], RIVERTY_BYTE_HEX)) {
            return false;
        }
    }

    for (size_t i = 0; i < text->len / 2; i++) {
        unsigned high = riverty_byte_hex(text->data[2 * i]);
        unsigned low = riverty_byte_hex(text->data[2 * i + 1]);

        text->data[i] = (unsigned char) (high << 4 | low);
    }

    text->len /= 2;
    return true;
}


bool
riverty_secret_hex(riverty_secrets_t *secrets, const char *path, uid_t user,
                   riverty_bytes_t *bytes, riverty_error_t *error)
{
    if (!riverty_secret_file(secrets, path, user, HEX_MAX + 1, bytes, NULL,
                             error)) {
        return false;
    }

    if (bytes->data[bytes->len - 1] == '\n') {
        bytes->len--;
    }

    if (bytes->len < HEX_MIN || bytes->len > HEX_MAX || bytes->len % 2 != 0 ||
        !decode(bytes)) {
        return riverty_fail(error,
                            "\"%s\" must hold 64 or more hex digits, an even "
                            "number of them; \"openssl rand -hex 32\" makes "
                            "them",
                            path);
    }

    return true;
}
