/*
 * Key stores in a directory of a test's own, which is gone at the end: a good
 * store to spoil, files, and loads.
 */
#ifndef T_CONTRACT_STORED_H
#define T_CONTRACT_STORED_H

#define _GNU_SOURCE /* POSIX, nftw() */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "contract/store/store.h"
#include "contract/store/store_load.h"

/* In every key, good or bad: no message may show it, nor a digest. */
#define MARKER "MARKER7c41"

/* The SHA-256 of "token-" MARKER, and of nothing. */
#define DIGEST \
    "3338f04ae3d75006e85d61e6025a39bbd5d1a1db634ffd0c4d24e8b944cf1fd4"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* clang-format off */
static const char good_store[] =
    "{\"apps\":["
      "{\"name\":\"billing\",\"tokens\":[\"sha256:" DIGEST "\"],"
       "\"operations\":[\"create\",\"read\"],"
       "\"keys\":[{\"id\":\"primary\",\"file\":\"primary.key\"},"
                 "{\"id\":\"secondary\",\"value\":\"key-" MARKER "\","
                  "\"not_before\":\"2026-12-01T00:00:00Z\"}]},"
      "{\"name\":\"other\",\"tokens\":[],\"operations\":[],"
       "\"keys\":[{\"id\":\"only\",\"value\":\"other-" MARKER "\"}]}]}";
/* clang-format on */

#define GOOD_KEY "primary-" MARKER

static char stored_directory[32];


static inline int
stored_setup(void **state)
{
    (void) state;
    strcpy(stored_directory, "/tmp/riverty-XXXXXX");
    return mkdtemp(stored_directory) != NULL ? 0 : -1;
}


static inline int
stored_remove(const char *path, const struct stat *info, int type,
              struct FTW *walk)
{
    (void) info;
    (void) type;
    (void) walk;
    return remove(path);
}


static inline int
stored_teardown(void **state)
{
    (void) state;
    return nftw(stored_directory, stored_remove, 8, FTW_DEPTH | FTW_PHYS);
}


/* A path in the directory; the last eight are kept. */
static inline const char *
stored_path(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof(paths[0]), "%s/%s", stored_directory, name);
    return path;
}


static inline void
stored_write(const char *name, const void *bytes, size_t len, mode_t mode)
{
    const char *path = stored_path(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, bytes, len), len);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}


static inline void
stored_put(const char *name, const char *text)
{
    stored_write(name, text, strlen(text), 0600);
}


/* Waits until a change leaves another time than one that was made before. */
static inline void
stored_settle(void)
{
    static const struct timespec ticks = { 0, 25 * 1000 * 1000 };

    assert_int_equal(nanosleep(&ticks, NULL), 0);
}


/* The good store with the first old replaced by new; to be freed. */
static inline char *
stored_changed(const char *old, const char *new)
{
    const char *at = strstr(good_store, old);
    char *text;

    assert_non_null(at);
    text = malloc(sizeof(good_store) + strlen(new));
    assert_non_null(text);
    memcpy(text, good_store, (size_t) (at - good_store));
    strcpy(text + (at - good_store), new);
    strcat(text, at + strlen(old));
    return text;
}


static inline riverty_store_t *
stored_load(void)
{
    riverty_error_t error;
    riverty_store_t *store =
        riverty_store_load(stored_path("apps.json"), geteuid(), &error);

    if (store == NULL) {
        fail_msg("%s", error.text);
    }
    return store;
}


/* The store that stands there is refused in these words, and shows nothing. */
static inline void
stored_refused(const char *words)
{
    riverty_error_t error;

    if (riverty_store_load(stored_path("apps.json"), geteuid(), &error) !=
        NULL) {
        fail_msg("not refused: %s", words);
    }
    if (strstr(error.text, words) == NULL) {
        fail_msg("\"%s\" does not say: %s", error.text, words);
    }
    assert_null(strcasestr(error.text, MARKER));
    assert_null(strcasestr(error.text, DIGEST));
    assert_null(strcasestr(error.text, EMPTY));
}

#endif
