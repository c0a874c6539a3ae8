/*
 * The status page as JSON: what the table has, and the last hour by minutes.
 */

#include "ngx_http_riverty_status_json.h"


#define NGX_HTTP_RIVERTY_HOUR  60   /* minutes */


static void ngx_http_riverty_status_json_begin(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static void ngx_http_riverty_status_json_family(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static void ngx_http_riverty_status_json_sample(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out,
    const ngx_http_riverty_sample_t *sample);
static void ngx_http_riverty_status_json_histogram(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric,
    const ngx_http_riverty_sample_t *sample);
static void ngx_http_riverty_status_json_family_end(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static ngx_int_t ngx_http_riverty_status_json_end(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static void ngx_http_riverty_status_json_refusals(riverty_out_t *out,
    const ngx_http_riverty_minute_t *minute, ngx_uint_t would);


const ngx_http_riverty_status_format_t  ngx_http_riverty_status_json = {
    ngx_string("application/json"),
    sizeof("application/json") - 1,
    ngx_http_riverty_status_json_begin,
    ngx_http_riverty_status_json_family,
    ngx_http_riverty_status_json_sample,
    ngx_http_riverty_status_json_family_end,
    ngx_http_riverty_status_json_end
};


static void
ngx_http_riverty_status_json_begin(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    riverty_out_literal(out, "{\"time\":");
    riverty_out_uint(out, page->now);
    riverty_out_literal(out, ",\"since\":");
    riverty_out_uint(out, page->walk.rmcf->metrics->counters->since);
    riverty_out_literal(out, ",\"metrics\":{");
}


static void
ngx_http_riverty_status_json_family(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    ngx_uint_t                        i;
    const ngx_http_riverty_metric_t  *metric;

    metric = &ngx_http_riverty_metrics[page->walk.id];

    riverty_out_text(out, page->walk.id ? ",\n\"" : "\n\"");
    riverty_out_text(out, metric->name);
    riverty_out_text(out, metric->bounds ? "\":{\"type\":\"histogram\""
                          : metric->type == NGX_HTTP_RIVERTY_COUNTER
                          ? "_total\":{\"type\":\"counter\""
                          : "\":{\"type\":\"gauge\"");
    riverty_out_literal(out, ",\"help\":");
    riverty_out_string(out, riverty_span_of(metric->help));

    for (i = 0; i < metric->bounds_n; i++) {
        riverty_out_text(out, i ? "," : ",\"bounds\":[");
        riverty_out_text(out, metric->bounds[i].text);
    }

    riverty_out_text(out, i ? "],\"samples\":[" : ",\"samples\":[");
}


static void
ngx_http_riverty_status_json_sample(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out, const ngx_http_riverty_sample_t *sample)
{
    ngx_uint_t                        i;
    const ngx_http_riverty_metric_t  *metric;

    metric = &ngx_http_riverty_metrics[page->walk.id];

    riverty_out_text(out, page->samples ? ",\n {" : "\n {");

    for (i = 0; i < NGX_HTTP_RIVERTY_METRIC_LABELS; i++) {

        if (metric->labels[i] == NGX_HTTP_RIVERTY_LABEL_NONE) {
            break;
        }

        riverty_out_literal(out, "\"");
        riverty_out_text(out, ngx_http_riverty_label_names[metric->labels[i]]);
        riverty_out_literal(out, "\":");
        riverty_out_string(out, sample->labels[i]);
        riverty_out_literal(out, ",");
    }

    if (metric->bounds != NULL) {
        ngx_http_riverty_status_json_histogram(out, metric, sample);

    } else {
        riverty_out_literal(out, "\"value\":");
        ngx_http_riverty_status_value(out, metric, sample->value);
    }

    riverty_out_literal(out, "}");
}


/* Each bucket's own count, unlike the text's. */

static void
ngx_http_riverty_status_json_histogram(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric,
    const ngx_http_riverty_sample_t *sample)
{
    uint64_t    count, bucket;
    ngx_uint_t  i;

    count = 0;

    riverty_out_literal(out, "\"buckets\":");

    for (i = 0; i <= metric->bounds_n; i++) {
        bucket = sample->cells[1 + i];
        count += bucket;

        riverty_out_text(out, i ? "," : "[");
        riverty_out_uint(out, bucket);
    }

    riverty_out_literal(out, "],\"count\":");
    riverty_out_uint(out, count);
    riverty_out_literal(out, ",\"sum\":");
    ngx_http_riverty_status_value(out, metric, sample->cells[0]);
}


static void
ngx_http_riverty_status_json_family_end(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    (void) page;

    riverty_out_literal(out, "]}");
}


/* One minute a call. */

static ngx_int_t
ngx_http_riverty_status_json_end(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    uint64_t                    now, number;
    ngx_http_riverty_minute_t   minute;

    now = page->now / 60;
    number = now - (NGX_HTTP_RIVERTY_HOUR - 1) + page->minute;

    ngx_http_riverty_metrics_minute_of(page->walk.rmcf->metrics->counters,
                                       number, now, &minute);

    riverty_out_text(out, page->minute ? ",\n {" : "},\n\"minutes\":[\n {");
    riverty_out_literal(out, "\"time\":");
    riverty_out_uint(out, number * 60);
    riverty_out_literal(out, ",\"requests\":");
    riverty_out_uint(out, minute.requests);
    riverty_out_literal(out, ",\"refused\":{");
    ngx_http_riverty_status_json_refusals(out, &minute, 0);
    riverty_out_literal(out, "},\"would\":{");
    ngx_http_riverty_status_json_refusals(out, &minute, 1);
    riverty_out_literal(out, "}}");

    if (++page->minute < NGX_HTTP_RIVERTY_HOUR) {
        return NGX_OK;
    }

    riverty_out_literal(out, "]}\n");

    return NGX_DONE;
}


static void
ngx_http_riverty_status_json_refusals(riverty_out_t *out,
    const ngx_http_riverty_minute_t *minute, ngx_uint_t would)
{
    ngx_uint_t   i;
    const char  *before;

    before = "\"";

    for (i = 0; i < RIVERTY_PROBLEM_COUNT; i++) {

        if (minute->refusals[i][would] == 0) {
            continue;
        }

        riverty_out_text(out, before);
        riverty_out_text(out, riverty_problems[i].slug);
        riverty_out_literal(out, "\":");
        riverty_out_uint(out, minute->refusals[i][would]);

        before = ",\"";
    }
}
