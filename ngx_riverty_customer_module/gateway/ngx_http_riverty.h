/*
 * What the rooms of the gateway share: the configuration, and the state of a
 * request, of which each room fills its own part.
 */
#ifndef NGX_HTTP_RIVERTY_H
#define NGX_HTTP_RIVERTY_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_riverty_compat.h"

#include "contract/customer/reply.h"
#include "contract/audit/chain.h"
#include "contract/customer/contract.h"
#include "contract/customer/document.h"
#include "contract/customer/edit.h"
#include "contract/customer/findings.h"
#include "contract/customer/problem.h"
#include "contract/audit/pseudonym.h"
#include "contract/audit/redact.h"
#include "contract/store/outline.h"
#include "contract/store/store.h"


#define NGX_HTTP_RIVERTY_OFF       0
#define NGX_HTTP_RIVERTY_ON        1
#define NGX_HTTP_RIVERTY_MONITOR   2

#define NGX_HTTP_RIVERTY_IP_KEEP    0
#define NGX_HTTP_RIVERTY_IP_PREFIX  1
#define NGX_HTTP_RIVERTY_IP_DROP    2

#define NGX_HTTP_RIVERTY_PSEUDONYM_KEYS_MAX  2

#define NGX_HTTP_RIVERTY_ID_LEN  32   /* of $request_id: hex digits */
#define NGX_HTTP_RIVERTY_TRACE_LEN  55   /* of a traceparent of version 00 */

/* A body is held in memory: no limit may be higher. */
#define NGX_HTTP_RIVERTY_MAX_BODY  (16 * 1024 * 1024)

typedef struct ngx_http_riverty_key_store_s  ngx_http_riverty_key_store_t;
typedef struct ngx_http_riverty_audit_batch_s  ngx_http_riverty_audit_batch_t;
typedef struct ngx_http_riverty_shared_file_s  ngx_http_riverty_shared_file_t;
typedef struct ngx_http_riverty_shared_alarm_s  ngx_http_riverty_shared_alarm_t;
typedef struct ngx_http_riverty_audit_checkpoint_s
                                          ngx_http_riverty_audit_checkpoint_t;
typedef struct ngx_http_riverty_worker_place_s
    ngx_http_riverty_worker_place_t;
typedef struct ngx_http_riverty_metrics_s  ngx_http_riverty_metrics_t;
typedef struct ngx_http_riverty_metrics_store_s
    ngx_http_riverty_metrics_store_t;


typedef struct ngx_http_riverty_loc_conf_s  ngx_http_riverty_loc_conf_t;


/* Bits, so that what an app is granted is a mask. */
typedef enum {
    NGX_HTTP_RIVERTY_UNKNOWN = 0,
    NGX_HTTP_RIVERTY_CREATE = RIVERTY_GRANT_CREATE,
    NGX_HTTP_RIVERTY_READ = RIVERTY_GRANT_READ,
    NGX_HTTP_RIVERTY_UPDATE = RIVERTY_GRANT_UPDATE,
    NGX_HTTP_RIVERTY_OTHER = RIVERTY_GRANT_OTHER
} ngx_http_riverty_operation_t;


/* What a path is, however it is spelled. */
typedef enum {
    NGX_HTTP_RIVERTY_PATH_OTHER,       /* no customers path */
    NGX_HTTP_RIVERTY_PATH_COLLECTION,  /* .../customers */
    NGX_HTTP_RIVERTY_PATH_ITEM,        /* .../customers/{customerNumber} */
    NGX_HTTP_RIVERTY_PATH_MISSPELLED /* one of these, misspelled */
} ngx_http_riverty_path_t;


/* What became of a request (docs/audit.md, riverty.outcome). */
typedef enum {
    NGX_HTTP_RIVERTY_FORWARDED,        /* the API answered */
    NGX_HTTP_RIVERTY_REJECTED,         /* the document breaks the contract */
    NGX_HTTP_RIVERTY_DENIED,        /* unknown app, or operation not granted */
    NGX_HTTP_RIVERTY_REFUSED,          /* its form, or another nginx module */
    NGX_HTTP_RIVERTY_SERVED,           /* nginx itself answered */
    NGX_HTTP_RIVERTY_UNAVAILABLE,     /* no key, no audit, both keys refused */
    NGX_HTTP_RIVERTY_FAILED,           /* the API's reply is not whole */
    NGX_HTTP_RIVERTY_ABORTED           /* the client went away */
} ngx_http_riverty_outcome_t;

#define NGX_HTTP_RIVERTY_OUTCOMES  (NGX_HTTP_RIVERTY_ABORTED + 1)


/* How far the body has come. */
typedef enum {
    NGX_HTTP_RIVERTY_BODY_UNREAD,
    NGX_HTTP_RIVERTY_BODY_READING,
    NGX_HTTP_RIVERTY_BODY_READ
} ngx_http_riverty_body_progress_t;


typedef struct {
    ngx_str_t                  name;          /* as it is configured */
    ngx_str_t                  directive;     /* by which one */
    ngx_str_t                  conf;          /* where it is configured */
    ngx_uint_t                 line;
    ngx_open_file_t           *file;
    ngx_int_t                  stream;        /* its number; NGX_ERROR: none */
    ngx_syslog_peer_t         *syslog;
    ngx_uint_t                 required;      /* unsigned  required:1 */
    ngx_uint_t                 client_ip;
    riverty_chain_t           *chain;         /* of this worker; may be NULL */
    riverty_chain_t           *chain_before;  /* as it is in the log */
    ngx_http_riverty_audit_batch_t  *batch;   /* of this worker */
    uint64_t                   batches;       /* of this worker, so far */
    uint64_t                   records;       /* that the log has taken */
    uint64_t                   bytes;         /* of those */
    time_t                     checked;       /* second of the last look */
    ngx_fd_t                   fd;            /* descriptor of that name */
    ngx_uint_t                 lost;          /* moved; an alert told it */
    ngx_err_t                  gone;          /* the file has no name: why */
    ngx_uint_t                 tears;         /* torn lines, not told yet */
    ngx_http_riverty_shared_alarm_t  *alarm;  /* of all workers */
    ngx_http_riverty_shared_file_t  *files;   /* of all workers */
    ngx_http_riverty_shared_file_t  *shared;  /* the one of fd */
    uint64_t                   id;            /* of that file, in *shared */
    ngx_uint_t                 turn;          /* the lock is ours */
    ngx_uint_t                 torn;          /* the last line is; in a turn */
    unsigned                   socket:1;      /* the stream is one */
    unsigned                   regular:1;     /* the file is */
    unsigned                   fresh:1;       /* nobody has looked at its end */
    ngx_uint_t                 told;          /* where the zone has no place */
} ngx_http_riverty_audit_log_t;


/* Lines, one behind the other, their line feeds included. */
typedef struct {
    u_char                    *start;
    size_t                    *ends;          /* of each, from start */
    ngx_uint_t                 count;
} ngx_http_riverty_audit_lines_t;


/* Waits until a line has been written, or refused. */
typedef struct ngx_http_riverty_audit_waiter_s  ngx_http_riverty_audit_waiter_t;

struct ngx_http_riverty_audit_waiter_s {
    ngx_queue_t                queue;
    ngx_uint_t                 line;          /* of the batch */
    ngx_int_t                  rc;            /* NGX_OK: it is in the log */
    void                     (*handler)(ngx_http_riverty_audit_waiter_t *w);
};


/* One riverty_field: in the order in which they are said. */
typedef struct {
    ngx_str_t                      pointer;
    riverty_field_options_t        options;
} ngx_http_riverty_field_t;


typedef struct {
    ngx_http_riverty_key_store_t  *key_store;          /* in force */
    ngx_uint_t                     key_store_version;  /* 0: there is none */
    ngx_str_t                      key_store_file;
    ngx_str_t                      key_store_conf;     /* where it is said */
    ngx_uint_t                     key_store_line;
    ngx_msec_t                     key_store_check;    /* 0: never */
    const riverty_store_file_t    *key_store_at;       /* of the check */
    ngx_uint_t                     key_store_alarmed;  /* it is bad now */
    ngx_uint_t                     key_store_stale;    /* others have a newer */
    time_t                         key_store_loaded;   /* the last good one */

    riverty_outline_t             *store_before;   /* see audit_store */
    ngx_uint_t                     store_before_version;
    ngx_event_t                    store_retry;

    ngx_shm_zone_t                *zone;
    size_t                         zone_size;
    ngx_http_riverty_metrics_t    *metrics;

    riverty_pseudonym_key_t       *pseudonym_keys
                                       [NGX_HTTP_RIVERTY_PSEUDONYM_KEYS_MAX];
    ngx_uint_t                     pseudonym_keys_n;

    riverty_shapes_t              *shapes;
    uint64_t                       seed[2];
    riverty_names_t               *reply_names;  /* of the API's reply */

    ngx_int_t                      request_id_index;
    ngx_int_t                      remote_user_index;
    ngx_array_t                    guarded_variables;  /* of indices */

    ngx_array_t                    audit_logs; /* of pointers */
    riverty_secrets_t             *audit_secrets;  /* wiped in workers */
    riverty_bytes_t                audit_root;
    riverty_secrets_t             *chain_secrets;  /* of a worker */
    ngx_http_riverty_audit_log_t  *checkpoint_log; /* NULL: there is none */
    ngx_http_riverty_audit_checkpoint_t  *checkpoint;
    ngx_uint_t                     reloads;    /* this is not the first cycle */

    ngx_array_t                   *log_users;  /* see allow */

    ngx_queue_t                    requests;   /* under way in this worker */

    ngx_array_t                   *settings;   /* see unused */

    ngx_http_riverty_loc_conf_t   *protects;   /* the first that does */
    ngx_http_riverty_loc_conf_t   *https;      /* one to such a server */
} ngx_http_riverty_main_conf_t;


typedef struct ngx_http_riverty_header_set_s  ngx_http_riverty_header_set_t;

typedef struct {
    ngx_uint_t                     protects;   /* some location of it */
    ngx_uint_t                     names_apps; /* riverty_app in one of them */
    ngx_http_riverty_loc_conf_t   *quiet;      /* one that wants quiet logs */
    ngx_array_t                   *problems;   /* of ..._problem_location_t */
} ngx_http_riverty_srv_conf_t;


struct ngx_http_riverty_loc_conf_s {
    ngx_http_riverty_loc_conf_t   *outer;
    ngx_uint_t                     used;       /* see unused.h */

    ngx_uint_t                     mode;
    ngx_uint_t                     says_mode;  /* not inherited */
    ngx_uint_t                     problem;    /* riverty_problem */
    ngx_array_t                   *error_pages;  /* nginx's own */
    ngx_str_t                      answers;    /* the directive that does */
    ngx_http_handler_pt            answers_handler;
    ngx_str_t                      answers_file;       /* where it is */
    ngx_uint_t                     answers_line;
    ngx_uint_t                     status;     /* riverty_status: a format */
    ngx_str_t                      file;       /* where riverty_customer is */
    ngx_uint_t                     line;
    ngx_str_t                      prefix;
    ngx_str_t                      key_header;
    ngx_str_t                      key_header_lower;
    ngx_str_t                      token_header;
    ngx_str_t                      token_header_lower;
    ngx_str_t                      request_id_header;  /* empty: off */
    ngx_array_t                   *strip;      /* of ngx_str_t, lower case */
    ngx_http_riverty_header_set_t *headers;    /* all of these names */
    ngx_flag_t                     makes_trace;  /* riverty_traceparent */
    ngx_http_complex_value_t      *traceparent;  /* proxy's own; NULL: none */
    ngx_http_complex_value_t      *app;
    ngx_http_complex_value_t      *app_mode;   /* riverty_mode */
    ngx_uint_t                     allow;      /* a bitmask; allow.h */
    ngx_uint_t                     asks_user;      /* auth_basic */
    ngx_uint_t                     verifies_user;  /* and in any case */
    size_t                         max_body;
    size_t                         watch_body; /* the same of a watched app */

    ngx_uint_t                     profile;    /* riverty_profile_t */

    /* riverty_level_t or NGX_CONF_UNSET, by rule; NULL: none was said */
    ngx_int_t                     *levels;
    ngx_array_t                   *fields;     /* of ..._field_t; or NULL */
    riverty_contract_t            *contract;

    ngx_http_riverty_audit_log_t  *audit;      /* ..._UNSET_PTR; NULL: off */
};


/*
 * The state of a request: a part for each room, which that room alone writes
 * and whoever stands behind it reads.
 */

typedef struct {
    ngx_queue_t                    queue;        /* of what was taken */
    u_char                        *pos;          /* what the block has left */
    u_char                        *end;
} ngx_http_riverty_buffers_state_t;


typedef struct {
    ngx_http_log_handler_pt        log_handler;  /* nginx's own */
    ngx_str_t                      method;       /* the client's, or OTHER */
    ngx_str_t                      client_uri;
    ngx_str_t                      safe_line;
    ngx_str_t                      safe_uri;
    ngx_str_t                      customer_pseudonym;  /* in safe_uri */
    off_t                          client_length;  /* Content-Length, or -1 */
    ngx_uint_t                     http_version;   /* post_action sets 0.9 */

    /* the request's, while a subrequest of it is logged */
    ngx_http_variable_value_t     *variables;    /* NULL: none is */
    ngx_chain_t                   *bufs;         /* of the body */

    unsigned                       open:1;       /* the location is off */
} ngx_http_riverty_guard_state_t;


typedef struct {
    ngx_http_riverty_path_t        path;
    ngx_http_riverty_operation_t   operation;
    ngx_str_t                      judged;           /* the path's text */
    ngx_str_t                      method;           /* that it came by */
    ngx_str_t                      version;          /* "v1" */
    ngx_str_t                      customer_number;  /* of the path, decoded */
    unsigned                       client_key:1;     /* the client sent one */
} ngx_http_riverty_route_state_t;


typedef struct {
    u_char                         made[NGX_HTTP_RIVERTY_ID_LEN];
    ngx_str_t                      event;        /* $request_id: made, mostly */
    ngx_str_t                      client;       /* X-Request-ID, if valid */
    unsigned                       read:1;
} ngx_http_riverty_ids_state_t;


/* Of the traceparent that goes to the API, or of the one that came. */

typedef struct {
    u_char                         made[NGX_HTTP_RIVERTY_TRACE_LEN];
    ngx_str_t                      id;           /* may be absent */
    ngx_str_t                      parent;       /* the span's */
    unsigned                       settled:1;    /* of one that goes on */
} ngx_http_riverty_trace_state_t;


typedef struct {
    u_char                         token_digest[32];
    ngx_uint_t                     tokens;       /* token headers that came */
    ngx_http_riverty_key_store_t  *store;        /* held while it is used */
    riverty_app_t                 *app;
    riverty_token_t               *token;        /* that named it, or NULL */
    unsigned                       identified:1; /* app was looked up */
    unsigned                       watched:1;    /* riverty_mode: monitor */
} ngx_http_riverty_app_state_t;


typedef struct {
    ngx_http_riverty_body_progress_t  progress;
    u_char                        *data;
    size_t                         len;
    size_t                         size;
    riverty_document_t            *document;
    u_char                        *forward;      /* as it goes upstream */
    size_t                         forward_len;
    unsigned                       begun:1;      /* the filter has seen it */
    unsigned                       too_large:1;
    unsigned                       elsewhere:1;  /* not in memory, or not yet */
} ngx_http_riverty_body_state_t;


typedef struct {
    ngx_int_t                      phase_handler;  /* our precontent's */
    unsigned                       asked:1;      /* all but the log */
    unsigned                       judged:1;     /* precontent is through */
} ngx_http_riverty_gate_state_t;


typedef struct {
    riverty_key_t                 *key;
    riverty_key_t                 *other;        /* valid, too; may be NULL */
    ngx_event_free_peer_pt         free_peer;    /* the balancer's */
    ngx_event_get_peer_pt          get_peer;
    void                          *peer_data;
    ngx_http_upstream_conf_t      *upstream_conf;  /* the location's */
    ngx_http_upstream_conf_t      *retry_conf;     /* in its place */
    ngx_uint_t                     refused_try;  /* of upstream_states */
    unsigned                       retrying:1;   /* the other key is next */
    unsigned                       second_tried:1;
} ngx_http_riverty_keys_state_t;


typedef struct {
    ngx_http_handler_pt            content_handler;
    ngx_int_t                    (*reinit_request)(ngx_http_request_t *r);
    ngx_int_t                    (*process_header)(ngx_http_request_t *r);
    ngx_output_chain_filter_pt     output_filter;
    void                          *output_ctx;
    void                         (*finalize_request)(ngx_http_request_t *r,
                                                     ngx_int_t rc);
    ngx_chain_t                   *request_bufs;
    ngx_chain_t                   *key_link;     /* of them: the key's buffer */
    ngx_http_upstream_state_t     *upstream_state;  /* the last one */
    ngx_uint_t                     status;       /* of the API's reply */
    ngx_int_t                      rc;           /* of the upstream's end */
    unsigned                       holding:1;    /* r->aio is ours */
    unsigned                       forwarded:1;  /* handed to the proxy */
    unsigned                       replied:1;    /* the API's head is in */
    unsigned                       finished:1;   /* rc is valid */
} ngx_http_riverty_seal_state_t;


/* Times are nanoseconds of the monotonic clock. */

typedef struct {
    uint64_t                       started;      /* the head is read */
    uint64_t                       waiting;      /* for the body since, or 0 */
    uint64_t                       waited;       /* for it, so far */
    uint64_t                       decided;      /* forwarded, or refused */
    uint64_t                       replied;      /* the API's end, or 0 */
    ngx_http_riverty_worker_place_t  *worker;    /* where it is under way */
} ngx_http_riverty_metrics_state_t;


typedef struct {
    riverty_problem_id_t           problem;      /* the first, or ..._COUNT */
    riverty_problem_id_t           sent;         /* the one that refuses */
} ngx_http_riverty_refusal_state_t;


typedef struct {
    riverty_problem_id_t           answered;     /* a status; or ..._COUNT */
} ngx_http_riverty_problem_state_t;


typedef struct {
    ngx_int_t                    (*create_key)(ngx_http_request_t *r);
} ngx_http_riverty_cache_state_t;


/* The API's reply to a document, and what it calls the customer. */

typedef struct {
    u_char                        *data;
    size_t                         len;
    size_t                         size;
    riverty_reply_t                names;
    unsigned                       listens:1;    /* to the reply's body */
} ngx_http_riverty_reply_state_t;


/* The record of intent, where it is required. */

typedef struct {
    ngx_http_riverty_audit_waiter_t  waiter;
    ngx_http_event_handler_pt      read_event_handler;  /* while it waits */
    unsigned                       made:1;
    unsigned                       waits:1;
} ngx_http_riverty_intent_state_t;


/*
 * How it ended, before a post_action went on with the request, and what the
 * record of intent has worked out for the one of the end.
 */

typedef struct {
    riverty_document_t            *document;     /* that this is shown of: */
    riverty_span_t                 judgement;
    size_t                         findings;     /* that there were then */
    riverty_span_t                 number;       /* whose pseudonym this is */
    riverty_span_t                 customer;     /* in pseudonym[] */
    u_char                         pseudonym[RIVERTY_PSEUDONYM_MAX];
    ngx_http_riverty_outcome_t     outcome;
    ngx_uint_t                     status;
    off_t                          sent;
    ngx_http_upstream_state_t     *upstream_state;
    unsigned                       frozen:1;
    unsigned                       recorded:1;
} ngx_http_riverty_audit_state_t;


typedef struct {
    ngx_queue_t                        queue;      /* of all requests */
    ngx_http_request_t                *request;
    ngx_msec_t                         started;    /* by ngx_current_msec */
    ngx_http_riverty_loc_conf_t       *conf;       /* NULL until one protects */

    ngx_http_riverty_buffers_state_t   buffers;
    ngx_http_riverty_metrics_state_t   metrics;
    ngx_http_riverty_guard_state_t     guard;
    ngx_http_riverty_route_state_t     route;
    ngx_http_riverty_ids_state_t       ids;
    ngx_http_riverty_trace_state_t     trace;
    ngx_http_riverty_app_state_t       app;
    ngx_http_riverty_body_state_t      body;
    ngx_http_riverty_refusal_state_t   refusal;
    ngx_http_riverty_problem_state_t   problem;
    ngx_http_riverty_gate_state_t      gate;
    ngx_http_riverty_keys_state_t      keys;
    ngx_http_riverty_intent_state_t    intent;
    ngx_http_riverty_seal_state_t      seal;
    ngx_http_riverty_cache_state_t     cache;
    ngx_http_riverty_reply_state_t     reply;
    ngx_http_riverty_audit_state_t     audit;
} ngx_http_riverty_request_t;


extern ngx_module_t  ngx_riverty_customer_module;


/*
 * The state of a request, NULL where it has none.  It survives internal
 * redirects, which clear the module contexts.
 */
ngx_http_riverty_request_t *ngx_http_riverty_request(ngx_http_request_t *r);

/* Makes it; NULL where there is no memory. */
ngx_http_riverty_request_t *ngx_http_riverty_request_create(
    ngx_http_request_t *r);

/* The contract's memory over a pool. */
riverty_memory_t ngx_http_riverty_memory(ngx_pool_t *pool);


#define ngx_http_riverty_span(s)                                              \
    ((riverty_span_t) { (s)->data, (s)->len })

/* Does the mode of the protecting location refuse and change things? */
#define ngx_http_riverty_enforces(state)                                      \
    ((state)->conf->mode == NGX_HTTP_RIVERTY_ON)

/* Are documents of this app, or of this location, watched only? */
#define ngx_http_riverty_watches(state)                                       \
    (!ngx_http_riverty_enforces(state) || (state)->app.watched)

/* The mode that a request's documents are judged in. */
#define ngx_http_riverty_mode(state)                                          \
    (ngx_http_riverty_watches(state) ? NGX_HTTP_RIVERTY_MONITOR               \
                                     : NGX_HTTP_RIVERTY_ON)

#endif
