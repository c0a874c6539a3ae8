/*
 * The status page as text.  Prometheus 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/; OpenMetrics
 * 1.0: the name of a counter's family has no _total, units have lines of their
 * own, and the page has an end.
 *
 * Label values have nothing to escape: names of apps and keys are of letters,
 * digits and . _ - @ (contract/store), all others stand in our own tables.
 */

#include "ngx_http_riverty_status_text.h"


static void ngx_http_riverty_status_text_begin(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static void ngx_http_riverty_status_prometheus_family(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static void ngx_http_riverty_status_openmetrics_family(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static void ngx_http_riverty_status_text_line(riverty_out_t *out,
    const char *word, const char *name, const char *suffix, const char *text);
static const char *ngx_http_riverty_status_text_type(
    const ngx_http_riverty_metric_t *metric);
static void ngx_http_riverty_status_text_sample(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out,
    const ngx_http_riverty_sample_t *sample);
static void ngx_http_riverty_status_text_histogram(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric,
    const ngx_http_riverty_sample_t *sample);
static void ngx_http_riverty_status_text_series(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric,
    const ngx_http_riverty_sample_t *sample, const char *suffix,
    const char *le);
static ngx_int_t ngx_http_riverty_status_prometheus_end(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);
static ngx_int_t ngx_http_riverty_status_openmetrics_end(
    ngx_http_riverty_status_page_t *page, riverty_out_t *out);


const ngx_http_riverty_status_format_t
    ngx_http_riverty_status_prometheus =
{
    ngx_string("text/plain; version=0.0.4; charset=utf-8"),
    sizeof("text/plain") - 1,
    ngx_http_riverty_status_text_begin,
    ngx_http_riverty_status_prometheus_family,
    ngx_http_riverty_status_text_sample,
    ngx_http_riverty_status_text_begin,
    ngx_http_riverty_status_prometheus_end
};

const ngx_http_riverty_status_format_t
    ngx_http_riverty_status_openmetrics =
{
    ngx_string("application/openmetrics-text; version=1.0.0; charset=utf-8"),
    sizeof("application/openmetrics-text") - 1,
    ngx_http_riverty_status_text_begin,
    ngx_http_riverty_status_openmetrics_family,
    ngx_http_riverty_status_text_sample,
    ngx_http_riverty_status_text_begin,
    ngx_http_riverty_status_openmetrics_end
};


/* Neither the page nor a family has anything around it. */

static void
ngx_http_riverty_status_text_begin(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    (void) page;
    (void) out;
}


static void
ngx_http_riverty_status_prometheus_family(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    const char                       *suffix;
    const ngx_http_riverty_metric_t  *metric;

    metric = &ngx_http_riverty_metrics[page->walk.id];
    suffix = metric->type == NGX_HTTP_RIVERTY_COUNTER ? "_total" : "";

    ngx_http_riverty_status_text_line(out, "HELP", metric->name, suffix,
                                      metric->help);
    ngx_http_riverty_status_text_line(out, "TYPE", metric->name, suffix,
                                    ngx_http_riverty_status_text_type(metric));
}


static void
ngx_http_riverty_status_openmetrics_family(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    const ngx_http_riverty_metric_t  *metric;

    metric = &ngx_http_riverty_metrics[page->walk.id];

    ngx_http_riverty_status_text_line(out, "TYPE", metric->name, "",
                                    ngx_http_riverty_status_text_type(metric));

    if (metric->unit[0] != '\0') {
        ngx_http_riverty_status_text_line(out, "UNIT", metric->name, "",
                                          metric->unit);
    }

    ngx_http_riverty_status_text_line(out, "HELP", metric->name, "",
                                      metric->help);
}


static void
ngx_http_riverty_status_text_line(riverty_out_t *out, const char *word,
    const char *name, const char *suffix, const char *text)
{
    riverty_out_literal(out, "# ");
    riverty_out_text(out, word);
    riverty_out_literal(out, " ");
    riverty_out_text(out, name);
    riverty_out_text(out, suffix);
    riverty_out_literal(out, " ");
    riverty_out_text(out, text);
    riverty_out_literal(out, "\n");
}


static const char *
ngx_http_riverty_status_text_type(const ngx_http_riverty_metric_t *metric)
{
    return metric->bounds ? "histogram"
           : metric->type == NGX_HTTP_RIVERTY_COUNTER ? "counter" : "gauge";
}


static void
ngx_http_riverty_status_text_sample(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out, const ngx_http_riverty_sample_t *sample)
{
    const ngx_http_riverty_metric_t  *metric;

    metric = &ngx_http_riverty_metrics[page->walk.id];

    if (metric->bounds != NULL) {
        ngx_http_riverty_status_text_histogram(out, metric, sample);
        return;
    }

    ngx_http_riverty_status_text_series(out, metric, sample,
                                        metric->type == NGX_HTTP_RIVERTY_COUNTER
                                        ? "_total" : "", NULL);
    ngx_http_riverty_status_value(out, metric, sample->value);
    riverty_out_literal(out, "\n");
}


/* Buckets are cumulative; their number is the sum of what was read. */

static void
ngx_http_riverty_status_text_histogram(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric,
    const ngx_http_riverty_sample_t *sample)
{
    uint64_t    count;
    ngx_uint_t  i;

    count = 0;

    for (i = 0; i <= metric->bounds_n; i++) {
        count += sample->cells[1 + i];

        ngx_http_riverty_status_text_series(out, metric, sample, "_bucket",
                                            i == metric->bounds_n ? "+Inf"
                                            : metric->bounds[i].text);
        riverty_out_uint(out, count);
        riverty_out_literal(out, "\n");
    }

    ngx_http_riverty_status_text_series(out, metric, sample, "_sum", NULL);
    ngx_http_riverty_status_value(out, metric, sample->cells[0]);
    riverty_out_literal(out, "\n");

    ngx_http_riverty_status_text_series(out, metric, sample, "_count", NULL);
    riverty_out_uint(out, count);
    riverty_out_literal(out, "\n");
}


/* A name with its labels, and the space behind it. */

static void
ngx_http_riverty_status_text_series(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric,
    const ngx_http_riverty_sample_t *sample, const char *suffix,
    const char *le)
{
    ngx_uint_t   i;
    const char  *before;

    riverty_out_text(out, metric->name);
    riverty_out_text(out, suffix);

    before = "{";

    for (i = 0; i < NGX_HTTP_RIVERTY_METRIC_LABELS; i++) {

        if (metric->labels[i] == NGX_HTTP_RIVERTY_LABEL_NONE) {
            break;
        }

        riverty_out_text(out, before);
        riverty_out_text(out, ngx_http_riverty_label_names[metric->labels[i]]);
        riverty_out_literal(out, "=\"");
        riverty_out_span(out, sample->labels[i]);
        riverty_out_literal(out, "\"");

        before = ",";
    }

    if (le != NULL) {
        riverty_out_text(out, before);
        riverty_out_literal(out, "le=\"");
        riverty_out_text(out, le);
        riverty_out_literal(out, "\"");
    }

    riverty_out_text(out, i || le ? "} " : " ");
}


static ngx_int_t
ngx_http_riverty_status_prometheus_end(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    (void) page;
    (void) out;

    return NGX_DONE;
}


static ngx_int_t
ngx_http_riverty_status_openmetrics_end(ngx_http_riverty_status_page_t *page,
    riverty_out_t *out)
{
    (void) page;

    riverty_out_literal(out, "# EOF\n");

    return NGX_DONE;
}
