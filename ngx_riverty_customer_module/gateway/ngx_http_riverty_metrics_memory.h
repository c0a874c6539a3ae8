/*
 * The memory of the metrics: counters of all workers, kept over a reload and a
 * binary upgrade.
 */
#ifndef NGX_HTTP_RIVERTY_METRICS_MEMORY_H
#define NGX_HTTP_RIVERTY_METRICS_MEMORY_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_names.h"

#include <pthread.h>


/* Bounds of histograms, and the bucket of all that is more. */
#define NGX_HTTP_RIVERTY_TIMES  20
#define NGX_HTTP_RIVERTY_SIZES  8

/* The longest name of an app (contract/store/store_app.c). */
#define NGX_HTTP_RIVERTY_APP_NAME  64

#define NGX_HTTP_RIVERTY_MINUTES  64


/* LABEL(NAME, name, values): how many; what else decides counts as 1 here. */
#define NGX_HTTP_RIVERTY_LABELS(LABEL)                                        \
    LABEL(NONE, "", 1)                                                        \
    LABEL(APP, "app", 1)                                                      \
    LABEL(KEY, "key", 1)                                                      \
    LABEL(VERSION, "version", 1)                                              \
    LABEL(NGINX, "nginx", 1)                                                  \
    LABEL(OPERATION, "operation", NGX_HTTP_RIVERTY_OPERATION_ROWS)            \
    LABEL(OUTCOME, "outcome", NGX_HTTP_RIVERTY_OUTCOMES)                      \
    LABEL(PROBLEM, "problem", RIVERTY_PROBLEM_COUNT)                          \
    LABEL(WOULD, "would", 2)                                                  \
    LABEL(RULE, "rule", RIVERTY_RULE_COUNT)                                   \
    LABEL(LEVEL, "level", 2)                                                  \
    LABEL(FIELD, "field", (RIVERTY_FIELD_COUNT + 1)) /* declared ones */      \
    LABEL(CLASS, "class", 6)

typedef enum {
#define NGX_HTTP_RIVERTY_LABEL_ENUM(NAME, name, values)                       \
    NGX_HTTP_RIVERTY_LABEL_##NAME,
    NGX_HTTP_RIVERTY_LABELS(NGX_HTTP_RIVERTY_LABEL_ENUM)
#undef NGX_HTTP_RIVERTY_LABEL_ENUM
    NGX_HTTP_RIVERTY_LABEL_COUNT
} ngx_http_riverty_label_t;

enum {
#define NGX_HTTP_RIVERTY_LABEL_ENUM(NAME, name, values)                       \
    NGX_HTTP_RIVERTY_VALUES_##NAME = (values),
    NGX_HTTP_RIVERTY_LABELS(NGX_HTTP_RIVERTY_LABEL_ENUM)
#undef NGX_HTTP_RIVERTY_LABEL_ENUM
};


/* The families, in the order of their table. */
typedef enum {
#define METRIC(ID, ...)  NGX_HTTP_RIVERTY_METRIC_##ID,
#include "ngx_http_riverty_metric_table.h"
#undef METRIC
    NGX_HTTP_RIVERTY_METRIC_COUNT
} ngx_http_riverty_metric_id_t;


/* Cells of one sample: of a histogram the sum, its buckets, the last one. */
enum {
    NGX_HTTP_RIVERTY_WIDTH_COUNTER = 1,
    NGX_HTTP_RIVERTY_WIDTH_GAUGE = 1,
    NGX_HTTP_RIVERTY_WIDTH_PRECISE = 1,
    NGX_HTTP_RIVERTY_WIDTH_TIMES = NGX_HTTP_RIVERTY_TIMES + 2,
    NGX_HTTP_RIVERTY_WIDTH_SIZES = NGX_HTTP_RIVERTY_SIZES + 2
};

#define NGX_HTTP_RIVERTY_CELLS(TYPE, LABEL1, LABEL2, LABEL3)                  \
    (NGX_HTTP_RIVERTY_WIDTH_##TYPE * NGX_HTTP_RIVERTY_VALUES_##LABEL1         \
     * NGX_HTTP_RIVERTY_VALUES_##LABEL2 * NGX_HTTP_RIVERTY_VALUES_##LABEL3)


/* Where the cells of a family begin, in the shared ones and in an app's. */
#define NGX_HTTP_RIVERTY_IN_SHARED_SHARED  1
#define NGX_HTTP_RIVERTY_IN_SHARED_APPS    0
#define NGX_HTTP_RIVERTY_IN_SHARED_KEYS    0
#define NGX_HTTP_RIVERTY_IN_SHARED_ASKED   0
#define NGX_HTTP_RIVERTY_IN_APPS_SHARED    0
#define NGX_HTTP_RIVERTY_IN_APPS_APPS      1
#define NGX_HTTP_RIVERTY_IN_APPS_KEYS      0
#define NGX_HTTP_RIVERTY_IN_APPS_ASKED     0

enum {
#define METRIC(ID, name, TYPE, UNIT, WHERE, L1, L2, L3, ...)                  \
    NGX_HTTP_RIVERTY_SHARED_##ID,                                             \
    NGX_HTTP_RIVERTY_SHARED_LAST_##ID = NGX_HTTP_RIVERTY_SHARED_##ID - 1      \
        + NGX_HTTP_RIVERTY_IN_SHARED_##WHERE                                  \
          * NGX_HTTP_RIVERTY_CELLS(TYPE, L1, L2, L3),
#include "ngx_http_riverty_metric_table.h"
#undef METRIC
    NGX_HTTP_RIVERTY_SHARED_CELLS
};

enum {
#define METRIC(ID, name, TYPE, UNIT, WHERE, L1, L2, L3, ...)                  \
    NGX_HTTP_RIVERTY_APPS_##ID,                                               \
    NGX_HTTP_RIVERTY_APPS_LAST_##ID = NGX_HTTP_RIVERTY_APPS_##ID - 1          \
        + NGX_HTTP_RIVERTY_IN_APPS_##WHERE                                    \
          * NGX_HTTP_RIVERTY_CELLS(TYPE, L1, L2, L3),
#include "ngx_http_riverty_metric_table.h"
#undef METRIC
    NGX_HTTP_RIVERTY_APPS_CELLS
};


/* What an app has counted; once taken, a place keeps its name. */
typedef struct {
    uint64_t             len;       /* of the name; 0: a free place */
    u_char               name[NGX_HTTP_RIVERTY_APP_NAME];
    uint64_t             cells[NGX_HTTP_RIVERTY_APPS_CELLS];
} ngx_http_riverty_app_place_t;


/* What is known of a key.  Its id stands in the store. */
typedef struct {
    uint64_t             id;        /* of app and key; 0: a free place */
    uint64_t             seen;      /* second of the store that had it last */
    uint64_t             accepted;  /* second of its last good reply */
    uint64_t             refused;   /* replies of 401 */
} ngx_http_riverty_key_place_t;


/*
 * A worker holds the mutex for as long as it lives.  Whoever can take it finds
 * requests of a worker that is gone.
 */
struct ngx_http_riverty_worker_place_s {
    pthread_mutex_t      alive;
    uint64_t             requests;  /* under way */
};


/* What was counted before the first request of a minute. */
typedef struct {
    uint64_t             claimed;   /* the minute that a worker has begun */
    uint64_t             minute;    /* what the rest is of */
    uint64_t             requests;
    uint64_t             refusals[RIVERTY_PROBLEM_COUNT][2];
} ngx_http_riverty_minute_t;


/* The shared part; behind it stand the places of apps, then those of keys. */
typedef struct {
    uint64_t                         magic;
    uint64_t                         layout;
    uint64_t                         size;    /* of all of it */
    uint64_t                         since;
    pthread_mutex_t                  mutex;   /* of whoever takes a place */
    uint64_t                         cells[NGX_HTTP_RIVERTY_SHARED_CELLS];
    ngx_http_riverty_minute_t        minutes[NGX_HTTP_RIVERTY_MINUTES];
    ngx_http_riverty_worker_place_t  workers[NGX_MAX_PROCESSES];
} ngx_http_riverty_counters_t;


/* Two places of apps have a fixed name. */
#define NGX_HTTP_RIVERTY_PLACE_UNKNOWN  0    /* "-" */
#define NGX_HTTP_RIVERTY_PLACE_OTHER    1    /* "other" */

struct ngx_http_riverty_metrics_s {
    ngx_http_riverty_counters_t      *counters;
    ngx_http_riverty_app_place_t     *apps;
    ngx_uint_t                        apps_n; /* taken or not */
    ngx_http_riverty_key_place_t     *keys;
    ngx_uint_t                        keys_n;
    ngx_http_riverty_worker_place_t  *worker; /* of this worker; or NULL */
    ngx_fd_t                          fd;     /* or NGX_INVALID_FILE */
};


/* A key of a store, and what is known of it. */
typedef struct {
    const riverty_app_t              *app;
    const riverty_key_t              *key;
    uint64_t                          id;
    ngx_http_riverty_key_place_t     *place;  /* NULL: there was no room */
} ngx_http_riverty_metrics_key_t;

/* The places of a store, which stand in its memory. */
struct ngx_http_riverty_metrics_store_s {
    ngx_http_riverty_app_place_t    **apps;   /* by number of the app */
    ngx_uint_t                       *first;  /* its first key of these: */
    ngx_http_riverty_metrics_key_t   *keys;
    ngx_uint_t                        keys_n;
    ngx_uint_t                        others; /* apps that have no place */
};


/*
 * Configuration: the memory that the cycle before, or the binary before, has
 * counted into where it is of this size and layout, else a new one.  It is let
 * go with the cycle.  NULL where there is no memory, with the reason logged.
 */
ngx_http_riverty_metrics_t *ngx_http_riverty_metrics_memory(ngx_conf_t *cf,
    size_t size);

/* Init process: this worker takes its place among those that live. */
void ngx_http_riverty_metrics_memory_init_process(
    ngx_http_riverty_metrics_t *metrics);

/* Exit process: it gives the place back. */
void ngx_http_riverty_metrics_memory_exit_process(
    ngx_http_riverty_metrics_t *metrics);

/* Requests that are under way in workers that live. */
uint64_t ngx_http_riverty_metrics_in_flight(
    ngx_http_riverty_metrics_t *metrics);

/*
 * Finds, or takes, the places of a store's apps and keys.  NULL where its
 * memory has no room for the answer.
 */
ngx_http_riverty_metrics_store_t *ngx_http_riverty_metrics_places(
    ngx_http_riverty_metrics_t *metrics, const riverty_store_t *store);

#endif
