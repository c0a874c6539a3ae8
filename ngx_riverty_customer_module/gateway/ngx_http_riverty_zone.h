/*
 * The shared memory of the gateway: what all workers must agree on.
 */
#ifndef NGX_HTTP_RIVERTY_ZONE_H
#define NGX_HTTP_RIVERTY_ZONE_H

#include "ngx_http_riverty.h"

#include "contract/audit/checkpoint.h"

#include <pthread.h>


/* How many contents of the key store have their versions remembered. */
#define NGX_HTTP_RIVERTY_CONTENTS  64

/*
 * Apps whose first key has been refused; a power of 2.  Beyond that number
 * some apps have their keys tried in the store's order each time.
 */
#define NGX_HTTP_RIVERTY_CREDENTIALS  16384


/* Places of files that audit logs are written to. */
#define NGX_HTTP_RIVERTY_FILES  64

/* Files of one place that may be torn at once: behind a rotation two are. */
#define NGX_HTTP_RIVERTY_TORN  4


/* Logs that are told of the store once for all workers. */
#define NGX_HTTP_RIVERTY_TOLD_LOGS  64


/* Operations that an app may be granted: bits 1 to 8 of a mask. */
#define NGX_HTTP_RIVERTY_OPERATIONS  4


/* What the API has said of an app's keys. */
typedef struct {
    ngx_atomic_t                   app;         /* 0: a free place */
    ngx_atomic_t                   version;     /* of the store: said of it */
    ngx_atomic_t                   preferred;   /* a key, 0: none */

    /*
     * When all keys were refused, in seconds, by operation: a 401 may be about
     * what else a request carries, which says nothing about other requests.
     */
    ngx_atomic_t                   refused[NGX_HTTP_RIVERTY_OPERATIONS];
} ngx_http_riverty_credentials_t;


/* Faults of keys that are told, and audit logs that are told of, at once. */
#define NGX_HTTP_RIVERTY_FAULTS  2048
#define NGX_HTTP_RIVERTY_ALARMS  64


/* A key that the API refuses (alerts.h). */
typedef struct {
    ngx_atomic_t                   id;          /* 0: a free place */
    ngx_atomic_t                   told;        /* in seconds; 0: it is over */
} ngx_http_riverty_shared_fault_t;


/* An audit log that takes no records (audit_alarm.h). */
struct ngx_http_riverty_shared_alarm_s {
    ngx_atomic_t                   id;          /* of its name; 0: free */
    ngx_atomic_t                   told;        /* in seconds; 0: it does */
    ngx_atomic_t                   changed;     /* the last line of it */
    ngx_atomic_t                   failed;      /* the last failure */
    ngx_atomic_t                   worker;      /* the one that had it: pid */
    ngx_atomic_t                   err;         /* its reason */
    ngx_atomic_t                   missed;      /* records that are not told */
};


/* Files of audit logs that share a lock (audit_tear.h). */
struct ngx_http_riverty_shared_file_s {
    pthread_mutex_t                mutex;
    uint64_t                       writing;     /* to which file, under it */
    uint64_t                       torn[NGX_HTTP_RIVERTY_TORN];
};


/*
 * The series of notes of this gateway (checkpoint.h), written under the lock.
 * A worker may be killed at any point: what comes before the next note stands
 * at number % 2, and a note counts once number has moved on.
 */
typedef struct {
    pthread_mutex_t                mutex;
    u_char                         series[RIVERTY_CHECKPOINT_SERIES_SIZE];
    uint64_t                       number;      /* of the next note */
    u_char                         before[2][RIVERTY_SHA256_SIZE];
} ngx_http_riverty_shared_notes_t;


/* Which version of the store a log was told of. */
typedef struct {
    ngx_atomic_t                   log;         /* 0: a free place */
    ngx_atomic_t                   version;
    ngx_atomic_t                   teller;      /* since when; 0: none */
} ngx_http_riverty_told_t;


typedef struct {
    ngx_atomic_t                   alarm;       /* of a bad store; 0: none */
    ngx_atomic_t                   alarm_told;  /* in seconds */
    ngx_atomic_t                   keys_told;   /* of those that end soon */
    ngx_atomic_t                   faults_open; /* some may be */
    ngx_atomic_t                   faults_version;  /* of the store: of it */
    ngx_atomic_t                   current;     /* version in force */
    ngx_uint_t                     contents_n;
    u_char                         contents[NGX_HTTP_RIVERTY_CONTENTS]
                                           [RIVERTY_DIGEST_SIZE];
    ngx_http_riverty_shared_file_t files[NGX_HTTP_RIVERTY_FILES];
    ngx_http_riverty_shared_alarm_t  alarms[NGX_HTTP_RIVERTY_ALARMS];
    ngx_http_riverty_shared_fault_t  faults[NGX_HTTP_RIVERTY_FAULTS];
    ngx_http_riverty_shared_notes_t  notes;
    ngx_http_riverty_told_t        told[NGX_HTTP_RIVERTY_TOLD_LOGS];
    ngx_http_riverty_credentials_t
                                credentials[NGX_HTTP_RIVERTY_CREDENTIALS];
} ngx_http_riverty_shared_t;


/* The setter of riverty_zone. */
char *ngx_http_riverty_zone_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Postconfiguration: adds the zone, of its default size where none was said. */
ngx_int_t ngx_http_riverty_zone_add(ngx_conf_t *cf);

/* Makes a lock in it that outlives a worker that is killed. */
ngx_int_t ngx_http_riverty_zone_lock_init(pthread_mutex_t *mutex);

/*
 * Takes such a lock.  NGX_OK; NGX_DONE where whoever had it was killed, and it
 * is taken all the same; NGX_BUSY where whoever has it was stopped.
 */
ngx_int_t ngx_http_riverty_zone_lock(pthread_mutex_t *mutex);

/*
 * The version of a content of the key store: the same in all workers, counted
 * from 1, and kept over a reload.
 */
ngx_uint_t ngx_http_riverty_zone_version(ngx_http_riverty_main_conf_t *rmcf,
    const u_char *content);

/* The same of a content that has one; 0: it is new, or was forgotten. */
ngx_uint_t ngx_http_riverty_zone_known(ngx_http_riverty_main_conf_t *rmcf,
    const u_char *content);

/* The version of the store that a log was told of last; 0: of none. */
ngx_uint_t ngx_http_riverty_zone_told(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log);

/*
 * Who is to tell a log of a version?  NGX_OK: this worker, which ends that by
 * ngx_http_riverty_zone_tell_end(); NGX_DONE: nobody any more; NGX_AGAIN:
 * another worker, or whoever asks when that one has taken too long.
 */
ngx_int_t ngx_http_riverty_zone_tell(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, ngx_uint_t version);
void ngx_http_riverty_zone_tell_end(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, ngx_uint_t version, ngx_uint_t told);

/* The version that a worker has put in force last; 0 where none has. */
ngx_uint_t ngx_http_riverty_zone_current(ngx_http_riverty_main_conf_t *rmcf);
void ngx_http_riverty_zone_set_current(ngx_http_riverty_main_conf_t *rmcf,
    ngx_uint_t version);

/*
 * Is a fault to be told now?  1 where it was never told (0), or an hour ago,
 * and this worker is the first to take notice; *told is now then.
 */
ngx_uint_t ngx_http_riverty_zone_due(ngx_atomic_t *told);

/* The fault is over: 1 where it was told and this worker is the first. */
ngx_uint_t ngx_http_riverty_zone_over(ngx_atomic_t *told);

/*
 * When a fault of that id was told; NULL where it never was and create is 0.
 * Where the table is full, faults share a place.
 */
ngx_atomic_t *ngx_http_riverty_zone_fault(ngx_http_riverty_main_conf_t *rmcf,
    ngx_atomic_uint_t id, ngx_uint_t create);

/* Faults, and keys that end soon, of another version are told anew. */
void ngx_http_riverty_zone_faults_forget(ngx_http_riverty_main_conf_t *rmcf,
    ngx_uint_t version);

/*
 * A bad store, which all workers see: 1 where this worker is the first to log
 * it, or to log it again after an hour.  len 0 ends the fault: 1 where there
 * was one.
 */
ngx_uint_t ngx_http_riverty_zone_alarm(ngx_http_riverty_main_conf_t *rmcf,
    u_char *fault, size_t len);

/* The place of the time at which an operation was refused. */
ngx_atomic_t *ngx_http_riverty_zone_refused(
    ngx_http_riverty_credentials_t *known,
    ngx_http_riverty_operation_t operation);

/*
 * What is known of an app's credentials under a version of the store; NULL
 * where nothing is known and create is 0, or where the table is full.
 */
ngx_http_riverty_credentials_t *ngx_http_riverty_zone_credentials(
    ngx_http_riverty_main_conf_t *rmcf, const riverty_app_t *app,
    ngx_uint_t version, ngx_uint_t create);

#endif
