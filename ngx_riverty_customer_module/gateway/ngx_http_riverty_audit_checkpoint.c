/*
 * Checkpoints (contract/audit/checkpoint.h).  Each worker notes how far its own
 * chains have come: when they begin, after so many seconds where one has moved,
 * once an hour where none has, and when they end.  The notes of all workers are
 * one series: each names the digest of the one before, so that none can be
 * taken out while a later one is known.
 *
 * A worker needs the private key for as long as it lives.  It is in secret
 * memory, and in OpenSSL's for the time of one signature.
 */

#include "ngx_http_riverty_audit_checkpoint.h"
#include "ngx_http_riverty_audit_batch.h"
#include "ngx_http_riverty_audit_log.h"
#include "ngx_http_riverty_worker_user.h"

#include <openssl/rand.h>


#define NGX_HTTP_RIVERTY_CHECKPOINT_EVERY  60

/* Chains that stand still are noted all the same, after so many seconds. */
#define NGX_HTTP_RIVERTY_CHECKPOINT_ALIVE  3600


struct ngx_http_riverty_audit_checkpoint_s {
    riverty_secrets_t      *secrets;
    riverty_signing_key_t   key;
    time_t                  every;
    time_t                  noted;     /* all chains, the last time */
    ngx_event_t             event;
    uint64_t               *seqs;      /* by log: of the last note, plus one */
};


static char *ngx_http_riverty_audit_checkpoint_params(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_riverty_audit_checkpoint_t *cp);
static char *ngx_http_riverty_audit_checkpoint_every(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_riverty_audit_checkpoint_t *cp,
    ngx_str_t *param);
static char *ngx_http_riverty_audit_checkpoint_key(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_riverty_audit_checkpoint_t *cp,
    ngx_str_t *param);
static void ngx_http_riverty_audit_checkpoint_cleanup(void *data);
static void ngx_http_riverty_audit_checkpoint_handler(ngx_event_t *ev);
static void ngx_http_riverty_audit_checkpoint_look(
    ngx_http_riverty_main_conf_t *rmcf);
static ngx_int_t ngx_http_riverty_audit_checkpoint_note(
    ngx_http_riverty_main_conf_t *rmcf, riverty_checkpoint_t *note);
static ngx_int_t ngx_http_riverty_audit_checkpoint_write(
    ngx_http_riverty_main_conf_t *rmcf, riverty_checkpoint_t *note,
    u_char *digest);


char *
ngx_http_riverty_audit_checkpoint_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf = conf;

    char                                 *rv;
    ngx_str_t                            *value;
    ngx_pool_cleanup_t                   *cln;
    ngx_http_riverty_audit_log_t         *log;
    ngx_http_riverty_audit_checkpoint_t  *cp;

    if (rmcf->checkpoint != NULL) {
        return "is duplicate";
    }

    cp = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_audit_checkpoint_t));
    log = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_audit_log_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (cp == NULL || log == NULL || cln == NULL) {
        return NGX_CONF_ERROR;
    }

    cp->secrets = riverty_secrets_create();
    cp->every = NGX_HTTP_RIVERTY_CHECKPOINT_EVERY;

    cln->handler = ngx_http_riverty_audit_checkpoint_cleanup;
    cln->data = cp;

    if (cp->secrets == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_riverty_audit_checkpoint_params(cf, cmd, cp);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    rv = ngx_http_riverty_audit_log_open(cf, cmd, log, &value[1]);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rmcf->checkpoint = cp;
    rmcf->checkpoint_log = log;

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_audit_checkpoint_params(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_audit_checkpoint_t *cp)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "every=", 6) == 0) {
            rv = ngx_http_riverty_audit_checkpoint_every(cf, cmd, cp,
                                                         &value[i]);

        } else if (ngx_strncmp(value[i].data, "key=", 4) == 0) {
            rv = ngx_http_riverty_audit_checkpoint_key(cf, cmd, cp, &value[i]);

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\" of \"%V\"; it may be "
                               "\"key=FILE\" and \"every=TIME\"", &value[i],
                               &cmd->name);
            rv = NGX_CONF_ERROR;
        }

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (cp->key.seed == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" has no \"key=FILE\": a checkpoint is "
                           "signed; \"openssl genpkey -algorithm ed25519 -out "
                           "FILE\" makes the key", &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_audit_checkpoint_every(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_audit_checkpoint_t *cp, ngx_str_t *param)
{
    ngx_str_t  time;

    time.data = param->data + 6;
    time.len = param->len - 6;

    cp->every = ngx_parse_time(&time, 1);

    if (cp->every < 1 || cp->every > RIVERTY_CHECKPOINT_EVERY_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" of \"%V\": it must be "
                           "from 1s to 1d", param, &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_audit_checkpoint_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_audit_checkpoint_t *cp, ngx_str_t *param)
{
    ngx_str_t        file;
    riverty_error_t  error;

    if (cp->key.seed != NULL) {
        return "has two keys";
    }

    file.data = param->data + 4;
    file.len = param->len - 4;

    if (ngx_conf_full_name(cf->cycle, &file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (!riverty_signing_key_read(cp->secrets, (char *) file.data,
                                  ngx_http_riverty_worker_user(cf->cycle),
                                  &cp->key, &error))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" \"%V\": %s",
                           &cmd->name, param, error.text);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void
ngx_http_riverty_audit_checkpoint_cleanup(void *data)
{
    ngx_http_riverty_audit_checkpoint_t  *cp = data;

    riverty_secrets_free(cp->secrets);
    cp->secrets = NULL;
}


ngx_int_t
ngx_http_riverty_audit_checkpoint_check(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t   *own, **log;

    own = rmcf->checkpoint_log;

    if (own == NULL) {
        return NGX_OK;
    }

    if (rmcf->audit_secrets == NULL || rmcf->audit_logs.nelts == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%V\" tells of chains, and there is none without "
                      "\"%s\", in %V:%ui", &own->directive,
                      rmcf->audit_secrets ? "riverty_audit_log"
                                          : "riverty_audit_key",
                      &own->conf, own->line);
        return NGX_ERROR;
    }

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        if (own->file != NULL && own->file == log[i]->file) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"%V\" is the audit log \"%V\" itself; whoever can "
                          "cut that can cut both, so name another place, in "
                          "%V:%ui", &own->directive, &own->name, &own->conf,
                          own->line);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_audit_checkpoint_zone(ngx_http_riverty_shared_t *shared)
{
    ngx_http_riverty_shared_notes_t  *notes;

    notes = &shared->notes;

    return RAND_bytes(notes->series, sizeof(notes->series)) == 1
           ? ngx_http_riverty_zone_lock_init(&notes->mutex) : NGX_ERROR;
}


ngx_int_t
ngx_http_riverty_audit_checkpoint_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_http_riverty_audit_checkpoint_t  *cp;

    cp = rmcf->checkpoint;

    if (cp == NULL) {
        return NGX_OK;
    }

    cp->seqs = ngx_pcalloc(cycle->pool,
                           rmcf->audit_logs.nelts * sizeof(uint64_t));
    if (cp->seqs == NULL) {
        return NGX_ERROR;
    }

    riverty_secrets_lock(cp->secrets);

    ngx_http_riverty_audit_checkpoint_look(rmcf);

    cp->event.handler = ngx_http_riverty_audit_checkpoint_handler;
    cp->event.data = rmcf;
    cp->event.log = cycle->log;
    cp->event.cancelable = 1;

    ngx_add_timer(&cp->event, (ngx_msec_t) cp->every * 1000);

    return NGX_OK;
}


void
ngx_http_riverty_audit_checkpoint_exit_process(
    ngx_http_riverty_main_conf_t *rmcf)
{
    if (rmcf->checkpoint != NULL) {
        ngx_http_riverty_audit_checkpoint_look(rmcf);
    }
}


static void
ngx_http_riverty_audit_checkpoint_handler(ngx_event_t *ev)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ev->data;

    ngx_http_riverty_audit_checkpoint_look(rmcf);

    ngx_add_timer(ev, (ngx_msec_t) rmcf->checkpoint->every * 1000);
}


/*
 * Notes the chains that have moved since their last note, or all of them.
 * Where a note was not written the next look finds them moved again.
 */

static void
ngx_http_riverty_audit_checkpoint_look(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                             i, all;
    riverty_chain_t                       *chain;
    riverty_checkpoint_t                   note;
    ngx_http_riverty_audit_log_t         **log;
    riverty_checkpoint_chain_t            *noted;
    ngx_http_riverty_audit_checkpoint_t   *cp;

    cp = rmcf->checkpoint;
    log = rmcf->audit_logs.elts;
    all = ngx_time() - cp->noted >= NGX_HTTP_RIVERTY_CHECKPOINT_ALIVE;

    note.count = 0;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {

        /* what is said of a chain is in its log */

        ngx_http_riverty_audit_batch_flush(log[i]);

        chain = log[i]->chain;

        if (chain == NULL
            || chain->seq == 0
            || (chain->seq == cp->seqs[i] && !all))
        {
            continue;
        }

        noted = &note.chains[note.count++];

        ngx_memcpy(noted->id, chain->id, sizeof(noted->id));
        ngx_memcpy(noted->mac, chain->mac, sizeof(noted->mac));
        noted->seq = chain->seq - 1;
        noted->log = ngx_http_riverty_span(&log[i]->name);

        cp->seqs[i] = chain->seq;

        if (note.count == RIVERTY_CHECKPOINT_CHAINS) {

            if (ngx_http_riverty_audit_checkpoint_note(rmcf, &note) != NGX_OK) {
                return;
            }

            note.count = 0;
        }
    }

    if (note.count != 0
        && ngx_http_riverty_audit_checkpoint_note(rmcf, &note) != NGX_OK)
    {
        return;
    }

    if (all) {
        cp->noted = ngx_time();
    }
}


/* One note, as the next of its series. */

static ngx_int_t
ngx_http_riverty_audit_checkpoint_note(ngx_http_riverty_main_conf_t *rmcf,
    riverty_checkpoint_t *note)
{
    u_char                           *before;
    ngx_int_t                         rc;
    ngx_http_riverty_shared_t        *shared;
    ngx_http_riverty_shared_notes_t  *notes;

    shared = rmcf->zone->data;
    notes = &shared->notes;

    if (ngx_http_riverty_zone_lock(&notes->mutex) == NGX_BUSY) {
        rc = NGX_BUSY;

    } else {
        before = notes->before[notes->number % 2];

        ngx_memcpy(note->series, notes->series, sizeof(note->series));
        ngx_memcpy(note->before, before, sizeof(note->before));
        note->number = notes->number;

        rc = ngx_http_riverty_audit_checkpoint_write(rmcf, note,
                                   notes->before[(notes->number + 1) % 2]);

        if (rc == NGX_OK) {
            ngx_memory_barrier();
            notes->number++;
        }

        (void) pthread_mutex_unlock(&notes->mutex);
    }

    if (rc != NGX_OK) {

        /* of which chains it was does not matter: all are noted next time */

        rmcf->checkpoint->noted = 0;
    }

    return rc;
}


static ngx_int_t
ngx_http_riverty_audit_checkpoint_write(ngx_http_riverty_main_conf_t *rmcf,
    riverty_checkpoint_t *note, u_char *digest)
{
    size_t                          end;
    u_char                          line[RIVERTY_CHECKPOINT_SIZE];
    riverty_out_t                   out;
    struct timespec                 ts;
    ngx_http_riverty_audit_lines_t  lines;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    riverty_timestamp_write(note->time, ts.tv_sec, ts.tv_nsec / 1000);
    note->every = rmcf->checkpoint->every;

    riverty_out_init(&out, line, sizeof(line));

    if (!riverty_checkpoint_write(&out, note, &rmcf->checkpoint->key, digest)) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "riverty: a checkpoint could not be made");
        return NGX_ERROR;
    }

    end = riverty_out_length(&out);

    lines.start = line;
    lines.ends = &end;
    lines.count = 1;

    return ngx_http_riverty_audit_log_write(rmcf->checkpoint_log, &lines) == 1
           ? NGX_OK : NGX_ERROR;
}
