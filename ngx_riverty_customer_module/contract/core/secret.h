/*
 * Secrets: memory that is kept out of core dumps, locked where the limits allow
 * it and wiped when it is released; files that hold secrets.  POSIX.
 */
#ifndef RIVERTY_SECRET_H
#define RIVERTY_SECRET_H

#include <sys/types.h>

#include "error.h"
#include "riverty.h"


typedef struct riverty_secrets_s riverty_secrets_t;

/* Bytes that may be changed. */
typedef struct {
    unsigned char *data;
    size_t len;
} riverty_bytes_t;


/* A new, empty arena, or NULL.  Free with riverty_secrets_free(). */
riverty_secrets_t *riverty_secrets_create(void);

/* Returns size bytes of it, zeroed and aligned for any type, or NULL. */
void *riverty_secrets_alloc(riverty_secrets_t *secrets, size_t size);

/* Wipes and unmaps all of it; NULL is fine. */
void riverty_secrets_free(riverty_secrets_t *secrets);

/*
 * Locks all of it again, since a fork does not inherit locks.  A small
 * RLIMIT_MEMLOCK leaves some of it unlocked, without an error.
 */
void riverty_secrets_lock(riverty_secrets_t *secrets);

/* Tells one content of a file from another; compared with memcmp(). */
typedef struct {
    dev_t device;
    ino_t inode;
    off_t size;
    int64_t modified[2]; /* seconds, nanoseconds */
    int64_t changed[2];
    mode_t mode;
    bool fresh; /* it was read while it may have been changing */
} riverty_file_id_t;

/* Fills it from a path and follows links; false where there is no such file. */
bool riverty_file_id(const char *path, riverty_file_id_t *id);

/*
 * Reads a whole file of at most max bytes, which must be regular, not empty,
 * not readable by all, and writable only by root, by user (the one that workers
 * run as) or by whom this process runs as, into data, which is allocated from
 * secrets.  id, which may be NULL, becomes the file's.  Returns false with
 * error filled.
 */
bool riverty_secret_file(riverty_secrets_t *secrets, const char *path,
                         uid_t user, size_t max, riverty_bytes_t *data,
                         riverty_file_id_t *id, riverty_error_t *error);

/*
 * Reads such a file of 64 to 1024 hex digits, an even number of them, with or
 * without a line feed behind them, into bytes.
 */
bool riverty_secret_hex(riverty_secrets_t *secrets, const char *path,
                        uid_t user, riverty_bytes_t *bytes,
                        riverty_error_t *error);

#endif
