/*
 * Reading the metrics.  A sample's number within its family says its labels:
 * the last label's values come fastest.
 */

#include "ngx_http_riverty_metrics_read.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_second_key.h"
#include "ngx_http_riverty_zone.h"
#include "contract/core/version.h"


/* Where a family's samples are. */

enum {
    NGX_HTTP_RIVERTY_WHERE_SHARED,
    NGX_HTTP_RIVERTY_WHERE_APPS,
    NGX_HTTP_RIVERTY_WHERE_KEYS,
    NGX_HTTP_RIVERTY_WHERE_ASKED
};


/* A family's columns, from what stands in the table. */

#define NGX_HTTP_RIVERTY_TYPE_COUNTER   NGX_HTTP_RIVERTY_COUNTER
#define NGX_HTTP_RIVERTY_TYPE_GAUGE     NGX_HTTP_RIVERTY_GAUGE
#define NGX_HTTP_RIVERTY_TYPE_PRECISE   NGX_HTTP_RIVERTY_PRECISE
#define NGX_HTTP_RIVERTY_TYPE_TIMES     NGX_HTTP_RIVERTY_TIMES_TYPE
#define NGX_HTTP_RIVERTY_TYPE_SIZES     NGX_HTTP_RIVERTY_SIZES_TYPE

#define NGX_HTTP_RIVERTY_UNIT_NONE      ""
#define NGX_HTTP_RIVERTY_UNIT_SECONDS   "seconds"
#define NGX_HTTP_RIVERTY_UNIT_BYTES     "bytes"

#define NGX_HTTP_RIVERTY_SHOWN_ALWAYS   0
#define NGX_HTTP_RIVERTY_SHOWN_COUNTED  1

#define NGX_HTTP_RIVERTY_BOUNDS_COUNTER  NULL, 0
#define NGX_HTTP_RIVERTY_BOUNDS_GAUGE    NULL, 0
#define NGX_HTTP_RIVERTY_BOUNDS_PRECISE  NULL, 0
#define NGX_HTTP_RIVERTY_BOUNDS_TIMES                                         \
    ngx_http_riverty_times, NGX_HTTP_RIVERTY_TIMES
#define NGX_HTTP_RIVERTY_BOUNDS_SIZES                                         \
    ngx_http_riverty_sizes, NGX_HTTP_RIVERTY_SIZES

#define NGX_HTTP_RIVERTY_FIRST_SHARED(ID)  NGX_HTTP_RIVERTY_SHARED_##ID
#define NGX_HTTP_RIVERTY_FIRST_APPS(ID)    NGX_HTTP_RIVERTY_APPS_##ID
#define NGX_HTTP_RIVERTY_FIRST_KEYS(ID)    0
#define NGX_HTTP_RIVERTY_FIRST_ASKED(ID)   0


static ngx_uint_t ngx_http_riverty_metrics_count(
    ngx_http_riverty_metrics_walk_t *walk);
static ngx_uint_t ngx_http_riverty_metrics_sample(
    ngx_http_riverty_metrics_walk_t *walk, ngx_uint_t number,
    ngx_http_riverty_sample_t *sample);
static uint64_t ngx_http_riverty_metrics_observed(
    const ngx_http_riverty_metric_t *metric, const uint64_t *cells);
static uint64_t ngx_http_riverty_metrics_asked(
    ngx_http_riverty_metrics_walk_t *walk);
static uint64_t ngx_http_riverty_metrics_key_value(
    ngx_http_riverty_metrics_walk_t *walk,
    ngx_http_riverty_metrics_key_t *known);
static void ngx_http_riverty_metrics_labels(
    ngx_http_riverty_metrics_walk_t *walk, ngx_uint_t number,
    ngx_http_riverty_sample_t *sample);
static riverty_span_t ngx_http_riverty_metrics_label(
    ngx_http_riverty_label_t label, ngx_uint_t value);
static const ngx_http_riverty_minute_t *ngx_http_riverty_metrics_before(
    ngx_http_riverty_counters_t *counters, uint64_t minute, uint64_t now,
    const ngx_http_riverty_minute_t *totals);


/*
 * The texts are those that Prometheus makes of the numbers, so a series keeps
 * its name whichever format and version it is scraped by.
 */

const ngx_http_riverty_bound_t
    ngx_http_riverty_times[NGX_HTTP_RIVERTY_TIMES] =
{
    { 10000, "1e-05" },
    { 20000, "2e-05" },
    { 50000, "5e-05" },
    { 100000, "0.0001" },
    { 200000, "0.0002" },
    { 500000, "0.0005" },
    { 1000000, "0.001" },
    { 2000000, "0.002" },
    { 5000000, "0.005" },
    { 10000000, "0.01" },
    { 20000000, "0.02" },
    { 50000000, "0.05" },
    { 100000000, "0.1" },
    { 200000000, "0.2" },
    { 500000000, "0.5" },
    { 1000000000, "1.0" },
    { 2000000000, "2.0" },
    { 5000000000, "5.0" },
    { 10000000000, "10.0" },
    { 30000000000, "30.0" }
};

const ngx_http_riverty_bound_t
    ngx_http_riverty_sizes[NGX_HTTP_RIVERTY_SIZES] =
{
    { 1, "1.0" },
    { 2, "2.0" },
    { 4, "4.0" },
    { 8, "8.0" },
    { 16, "16.0" },
    { 32, "32.0" },
    { 64, "64.0" },
    { 128, "128.0" }
};


const ngx_http_riverty_metric_t
    ngx_http_riverty_metrics[NGX_HTTP_RIVERTY_METRIC_COUNT] =
{
#define METRIC(ID, name, TYPE, UNIT, WHERE, L1, L2, L3, SHOWN, help)          \
    { name, help, NGX_HTTP_RIVERTY_UNIT_##UNIT, NGX_HTTP_RIVERTY_TYPE_##TYPE, \
      NGX_HTTP_RIVERTY_WHERE_##WHERE, NGX_HTTP_RIVERTY_FIRST_##WHERE(ID),     \
      NGX_HTTP_RIVERTY_VALUES_##L1 * NGX_HTTP_RIVERTY_VALUES_##L2             \
      * NGX_HTTP_RIVERTY_VALUES_##L3,                                         \
      { NGX_HTTP_RIVERTY_LABEL_##L1, NGX_HTTP_RIVERTY_LABEL_##L2,             \
        NGX_HTTP_RIVERTY_LABEL_##L3 },                                        \
      NGX_HTTP_RIVERTY_SHOWN_##SHOWN, NGX_HTTP_RIVERTY_BOUNDS_##TYPE },
#include "ngx_http_riverty_metric_table.h"
#undef METRIC
};


const char *const
    ngx_http_riverty_label_names[NGX_HTTP_RIVERTY_LABEL_COUNT] =
{
#define NGX_HTTP_RIVERTY_LABEL_NAME(NAME, name, values)  name,
    NGX_HTTP_RIVERTY_LABELS(NGX_HTTP_RIVERTY_LABEL_NAME)
#undef NGX_HTTP_RIVERTY_LABEL_NAME
};


/* How many values a label has. */

static const ngx_uint_t
    ngx_http_riverty_label_values[NGX_HTTP_RIVERTY_LABEL_COUNT] =
{
#define NGX_HTTP_RIVERTY_LABEL_VALUES(NAME, name, values)  (values),
    NGX_HTTP_RIVERTY_LABELS(NGX_HTTP_RIVERTY_LABEL_VALUES)
#undef NGX_HTTP_RIVERTY_LABEL_VALUES
};


ngx_int_t
ngx_http_riverty_metrics_next(ngx_http_riverty_metrics_walk_t *walk,
    ngx_http_riverty_sample_t *sample)
{
    ngx_uint_t                        count;
    ngx_http_riverty_metrics_t       *metrics;
    const ngx_http_riverty_metric_t  *metric;

    metrics = walk->rmcf->metrics;
    metric = &ngx_http_riverty_metrics[walk->id];
    count = ngx_http_riverty_metrics_count(walk);

    while (walk->next < count) {

        if (metric->where == NGX_HTTP_RIVERTY_WHERE_APPS
            && metrics->apps[walk->next / metric->samples].len == 0)
        {
            walk->next += metric->samples;   /* a free place */
            continue;
        }

        ngx_memzero(sample, sizeof(ngx_http_riverty_sample_t));

        if (ngx_http_riverty_metrics_sample(walk, walk->next++, sample)) {
            return NGX_OK;
        }
    }

    return NGX_DONE;
}


static ngx_uint_t
ngx_http_riverty_metrics_count(ngx_http_riverty_metrics_walk_t *walk)
{
    const ngx_http_riverty_metric_t  *metric;

    metric = &ngx_http_riverty_metrics[walk->id];

    switch (metric->where) {

    case NGX_HTTP_RIVERTY_WHERE_APPS:
        return walk->rmcf->metrics->apps_n * metric->samples;

    case NGX_HTTP_RIVERTY_WHERE_KEYS:
        return walk->store && walk->store->places ? walk->store->places->keys_n
                                                  : 0;
    default:
        return metric->samples;
    }
}


/* 0 where the sample is not shown. */

static ngx_uint_t
ngx_http_riverty_metrics_sample(ngx_http_riverty_metrics_walk_t *walk,
    ngx_uint_t number, ngx_http_riverty_sample_t *sample)
{
    ngx_http_riverty_metrics_t       *metrics;
    ngx_http_riverty_app_place_t     *place;
    ngx_http_riverty_metrics_key_t   *known;
    const ngx_http_riverty_metric_t  *metric;

    metrics = walk->rmcf->metrics;
    metric = &ngx_http_riverty_metrics[walk->id];

    switch (metric->where) {

    case NGX_HTTP_RIVERTY_WHERE_SHARED:
        sample->cells = &metrics->counters->cells[metric->first];

        if (metric->bounds != NULL) {
            sample->cells += number * (metric->bounds_n + 2);
            sample->value = ngx_http_riverty_metrics_observed(metric,
                                                              sample->cells);

        } else {
            sample->value = sample->cells[number];
        }

        break;

    case NGX_HTTP_RIVERTY_WHERE_APPS:
        place = &metrics->apps[number / metric->samples];
        number %= metric->samples;
        sample->value = place->cells[metric->first + number];
        sample->labels[0] = (riverty_span_t) { place->name, place->len };
        break;

    case NGX_HTTP_RIVERTY_WHERE_KEYS:
        known = &walk->store->places->keys[number];
        sample->value = ngx_http_riverty_metrics_key_value(walk, known);
        sample->labels[0] = known->app->name;
        sample->labels[1] = known->key->id;
        break;

    default:
        sample->value = ngx_http_riverty_metrics_asked(walk);
        break;
    }

    ngx_http_riverty_metrics_labels(walk, number, sample);

    return sample->value != 0 || !metric->counted;
}


/* What all buckets of a histogram have. */

static uint64_t
ngx_http_riverty_metrics_observed(const ngx_http_riverty_metric_t *metric,
    const uint64_t *cells)
{
    uint64_t    count;
    ngx_uint_t  i;

    count = 0;

    for (i = 0; i <= metric->bounds_n; i++) {
        count += cells[1 + i];
    }

    return count;
}


static uint64_t
ngx_http_riverty_metrics_asked(ngx_http_riverty_metrics_walk_t *walk)
{
    switch (walk->id) {

    case NGX_HTTP_RIVERTY_METRIC_BUILD:
        return 1;

    case NGX_HTTP_RIVERTY_METRIC_COUNTING:
        return walk->rmcf->metrics->counters->since;

    case NGX_HTTP_RIVERTY_METRIC_IN_FLIGHT:
        return ngx_http_riverty_metrics_in_flight(walk->rmcf->metrics);

    case NGX_HTTP_RIVERTY_METRIC_STORE_VERSION:
        return ngx_http_riverty_zone_current(walk->rmcf);

    case NGX_HTTP_RIVERTY_METRIC_STORE_APPS:
        return walk->store ? walk->store->store->apps_count : 0;

    case NGX_HTTP_RIVERTY_METRIC_STORE_OTHER:
        return walk->store && walk->store->places ? walk->store->places->others
                                                  : 0;
    default:
        return 0;
    }
}


static uint64_t
ngx_http_riverty_metrics_key_value(ngx_http_riverty_metrics_walk_t *walk,
    ngx_http_riverty_metrics_key_t *known)
{
    ngx_http_riverty_key_place_t  *place;

    place = known->place;

    switch (walk->id) {

    case NGX_HTTP_RIVERTY_METRIC_KEY_IN_USE:
        return known->key == ngx_http_riverty_second_key_first(walk->rmcf,
                                                          walk->store,
                                                          known->app);

    case NGX_HTTP_RIVERTY_METRIC_KEY_ACCEPTED:
        return place ? place->accepted : 0;

    case NGX_HTTP_RIVERTY_METRIC_KEY_REFUSED:
        return place ? place->refused : 0;

    case NGX_HTTP_RIVERTY_METRIC_KEY_NOT_AFTER:
        return known->key->not_after == INT64_MAX ? 0
               : (uint64_t) ngx_max(known->key->not_after, 1);

    default:
        return 0;
    }
}


/* Those that the number says, from the last one on. */

static void
ngx_http_riverty_metrics_labels(ngx_http_riverty_metrics_walk_t *walk,
    ngx_uint_t number, ngx_http_riverty_sample_t *sample)
{
    ngx_uint_t                        i, values;
    const ngx_http_riverty_metric_t  *metric;

    metric = &ngx_http_riverty_metrics[walk->id];

    for (i = NGX_HTTP_RIVERTY_METRIC_LABELS; i-- > 0; /* void */ ) {

        if (sample->labels[i].data != NULL) {
            continue;
        }

        values = ngx_http_riverty_label_values[metric->labels[i]];
        sample->labels[i] = ngx_http_riverty_metrics_label(metric->labels[i],
                                                           number % values);
        number /= values;
    }
}


static riverty_span_t
ngx_http_riverty_metrics_label(ngx_http_riverty_label_t label, ngx_uint_t value)
{
    ngx_str_t  *name;

    static const char *const  classes[] = {
        "1xx", "2xx", "3xx", "4xx", "5xx", "none"
    };

    switch (label) {

    case NGX_HTTP_RIVERTY_LABEL_VERSION:
        return riverty_span(RIVERTY_VERSION);

    case NGX_HTTP_RIVERTY_LABEL_NGINX:
        return riverty_span(NGINX_VERSION);

    case NGX_HTTP_RIVERTY_LABEL_OPERATION:
        name = (ngx_str_t *) &ngx_http_riverty_operation_of(value)->name;
        return ngx_http_riverty_span(name);

    case NGX_HTTP_RIVERTY_LABEL_OUTCOME:
        return ngx_http_riverty_span(ngx_http_riverty_outcome_name(value));

    case NGX_HTTP_RIVERTY_LABEL_PROBLEM:
        return riverty_span_of(riverty_problems[value].slug);

    case NGX_HTTP_RIVERTY_LABEL_WOULD:
        return value ? riverty_span("true") : riverty_span("false");

    case NGX_HTTP_RIVERTY_LABEL_RULE:
        return riverty_rule_id(value);

    case NGX_HTTP_RIVERTY_LABEL_LEVEL:
        return riverty_level_text(value ? RIVERTY_LEVEL_REJECT
                                        : RIVERTY_LEVEL_WARN);

    case NGX_HTTP_RIVERTY_LABEL_FIELD:
        return value == RIVERTY_FIELD_COUNT ? riverty_span("other")
               : riverty_span_of(riverty_fields[value].pointer);

    case NGX_HTTP_RIVERTY_LABEL_CLASS:
        return riverty_span_of(classes[value]);

    default:
        return (riverty_span_t) { NULL, 0 };
    }
}


void
ngx_http_riverty_metrics_totals(ngx_http_riverty_counters_t *counters,
    ngx_http_riverty_minute_t *totals)
{
    uint64_t    *cells;
    ngx_uint_t   i;

    /* each request has one time */

    cells = &counters->cells[NGX_HTTP_RIVERTY_SHARED_OWN_TIME];
    totals->requests = 0;

    for (i = 0; i < NGX_HTTP_RIVERTY_VALUES_OPERATION; i++) {
        totals->requests += ngx_http_riverty_metrics_observed(
            &ngx_http_riverty_metrics[NGX_HTTP_RIVERTY_METRIC_OWN_TIME],
            &cells[i * NGX_HTTP_RIVERTY_WIDTH_TIMES]);
    }

    ngx_memcpy(totals->refusals,
               &counters->cells[NGX_HTTP_RIVERTY_SHARED_REFUSALS],
               sizeof(totals->refusals));
}


void
ngx_http_riverty_metrics_minute_of(ngx_http_riverty_counters_t *counters,
    uint64_t minute, uint64_t now, ngx_http_riverty_minute_t *counted)
{
    uint64_t                         *refused;
    const uint64_t                   *from, *to;
    ngx_uint_t                        i;
    ngx_http_riverty_minute_t         totals;
    const ngx_http_riverty_minute_t  *begin, *end;

    ngx_http_riverty_metrics_totals(counters, &totals);

    begin = ngx_http_riverty_metrics_before(counters, minute, now, &totals);
    end = ngx_http_riverty_metrics_before(counters, minute + 1, now, &totals);

    counted->minute = minute;
    counted->requests = end->requests - begin->requests;

    refused = &counted->refusals[0][0];
    from = &begin->refusals[0][0];
    to = &end->refusals[0][0];

    for (i = 0; i < 2 * RIVERTY_PROBLEM_COUNT; i++) {
        refused[i] = to[i] - from[i];
    }
}


/*
 * What was counted before a minute.  One without a request has no note of its
 * own: what holds for the next one holds for it.
 */

static const ngx_http_riverty_minute_t *
ngx_http_riverty_metrics_before(ngx_http_riverty_counters_t *counters,
    uint64_t minute, uint64_t now, const ngx_http_riverty_minute_t *totals)
{
    ngx_http_riverty_minute_t  *noted;

    for ( /* void */ ; minute <= now; minute++) {
        noted = &counters->minutes[minute % NGX_HTTP_RIVERTY_MINUTES];

        if (noted->minute == minute) {
            return noted;
        }
    }

    return totals;
}
