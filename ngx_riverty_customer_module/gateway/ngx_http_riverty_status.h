/*
 * The status page (riverty_status): the metrics as text, JSON or HTML.
 */
#ifndef NGX_HTTP_RIVERTY_STATUS_H
#define NGX_HTTP_RIVERTY_STATUS_H

#include "ngx_http_riverty_metrics_read.h"


/* What riverty_status says, and what a client gets; 0: there is none. */
enum {
    NGX_HTTP_RIVERTY_STATUS_ANY = 1,
    NGX_HTTP_RIVERTY_STATUS_HTML,
    NGX_HTTP_RIVERTY_STATUS_JSON,
    NGX_HTTP_RIVERTY_STATUS_PROMETHEUS,
    NGX_HTTP_RIVERTY_STATUS_OPENMETRICS
};


/* The setter of riverty_status: the location answers by itself. */
char *ngx_http_riverty_status_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* A page that is made piece by piece, as the client takes it. */
typedef struct {
    ngx_http_riverty_metrics_walk_t  walk;
    uint64_t                         now;      /* when it was asked for */
    uint64_t                         minute;   /* of the hour, in JSON */
    ngx_uint_t                       opened;   /* the family's head is out */
    ngx_uint_t                       samples;  /* of it, so far */
} ngx_http_riverty_status_page_t;

/* What a format makes of the parts of a page; each at most a few kB. */
typedef struct {
    ngx_str_t      type;           /* the media type, with its parameters */
    size_t         type_len;       /* without them */
    void         (*begin)(ngx_http_riverty_status_page_t *page,
                          riverty_out_t *out);
    void         (*family)(ngx_http_riverty_status_page_t *page,
                           riverty_out_t *out);
    void         (*sample)(ngx_http_riverty_status_page_t *page,
                           riverty_out_t *out,
                           const ngx_http_riverty_sample_t *sample);
    void         (*family_end)(ngx_http_riverty_status_page_t *page,
                               riverty_out_t *out);

    /* behind the last family, until it returns NGX_DONE */

    ngx_int_t    (*end)(ngx_http_riverty_status_page_t *page,
                        riverty_out_t *out);
} ngx_http_riverty_status_format_t;

/* Writes a family's value, which is in seconds where its cell is finer. */
void ngx_http_riverty_status_value(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric, uint64_t value);

#endif
