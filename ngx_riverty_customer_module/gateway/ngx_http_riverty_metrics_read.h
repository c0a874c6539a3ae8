/*
 * Reading the metrics: the table as data, and a walk over the samples of a
 * family.
 */
#ifndef NGX_HTTP_RIVERTY_METRICS_READ_H
#define NGX_HTTP_RIVERTY_METRICS_READ_H

#include "ngx_http_riverty_metrics_memory.h"


#define NGX_HTTP_RIVERTY_METRIC_LABELS  3

typedef enum {
    NGX_HTTP_RIVERTY_COUNTER,
    NGX_HTTP_RIVERTY_GAUGE,
    NGX_HTTP_RIVERTY_PRECISE,      /* a gauge whose cell is nanoseconds */
    NGX_HTTP_RIVERTY_TIMES_TYPE,   /* histograms: of nanoseconds, */
    NGX_HTTP_RIVERTY_SIZES_TYPE    /* of numbers */
} ngx_http_riverty_metric_type_t;


/* A bound of a histogram, and how pages write it, a number of JSON. */
typedef struct {
    uint64_t                         value;
    const char                      *text;
} ngx_http_riverty_bound_t;

extern const ngx_http_riverty_bound_t
    ngx_http_riverty_times[NGX_HTTP_RIVERTY_TIMES];
extern const ngx_http_riverty_bound_t
    ngx_http_riverty_sizes[NGX_HTTP_RIVERTY_SIZES];


typedef struct {
    const char                      *name;
    const char                      *help;
    const char                      *unit;      /* "seconds"; "" for none */
    ngx_http_riverty_metric_type_t   type;
    ngx_uint_t                       where;
    ngx_uint_t                       first;     /* its first cell there */
    ngx_uint_t                       samples;   /* of the shared part, an app */
    ngx_http_riverty_label_t         labels[NGX_HTTP_RIVERTY_METRIC_LABELS];
    ngx_uint_t                       counted;   /* none that is 0 is shown */
    const ngx_http_riverty_bound_t  *bounds;    /* of a histogram, or NULL */
    ngx_uint_t                       bounds_n;
} ngx_http_riverty_metric_t;


/* The table, in its order; static. */
extern const ngx_http_riverty_metric_t
    ngx_http_riverty_metrics[NGX_HTTP_RIVERTY_METRIC_COUNT];

/* "app" and so on; static. */
extern const char *const
    ngx_http_riverty_label_names[NGX_HTTP_RIVERTY_LABEL_COUNT];


typedef struct {
    riverty_span_t   labels[NGX_HTTP_RIVERTY_METRIC_LABELS];
    uint64_t         value;        /* of a histogram: how many there are */
    const uint64_t  *cells;        /* of a histogram: sum, buckets */
} ngx_http_riverty_sample_t;


/* Where a walk is.  Zeroed, with the first two, it begins at a family. */
typedef struct {
    ngx_http_riverty_main_conf_t    *rmcf;
    ngx_http_riverty_key_store_t    *store;     /* the walk's own; or NULL */
    ngx_http_riverty_metric_id_t     id;
    ngx_uint_t                       next;
} ngx_http_riverty_metrics_walk_t;


/* The next sample of the family walk->id; NGX_DONE where there is none. */
ngx_int_t ngx_http_riverty_metrics_next(ngx_http_riverty_metrics_walk_t *walk,
    ngx_http_riverty_sample_t *sample);

/* What has been counted until now: requests, and refusals by problem. */
void ngx_http_riverty_metrics_totals(ngx_http_riverty_counters_t *counters,
    ngx_http_riverty_minute_t *totals);

/*
 * What was counted in that minute (since 1970), which is at most an hour ago;
 * now is the minute under way.
 */
void ngx_http_riverty_metrics_minute_of(ngx_http_riverty_counters_t *counters,
    uint64_t minute, uint64_t now, ngx_http_riverty_minute_t *counted);

#endif
