/*
 * The readings of a path: what a server may make of it by decoding, by turning
 * backslashes, by cutting parameters and queries, by merging slashes and by
 * resolving dot segments, in any order and any number of times.
 */

#include "ngx_http_riverty_path_readings.h"
#include "ngx_http_riverty_path_parse.h"


/* What one path may cost: readings that are followed, and their bytes. */
#define NGX_HTTP_RIVERTY_READINGS       64
#define NGX_HTTP_RIVERTY_READING_BYTES  65536


/*
 * One step of a reading: writes the len bytes at src to dst as a server takes
 * them and returns how many are left.  A step never adds bytes.
 */

typedef size_t (*ngx_http_riverty_path_step_pt)(u_char *dst, u_char *src,
    size_t len, const char *of);

typedef struct {
    ngx_http_riverty_path_step_pt  make;
    const char                    *of;
} ngx_http_riverty_path_step_t;


/* What a reading says: is it a customers path, and of which customers? */

typedef struct {
    ngx_uint_t   customers_path;
    ngx_str_t    numbers;           /* a slash before each */
} ngx_http_riverty_path_sense_t;


typedef struct {
    ngx_pool_t                     *pool;
    ngx_str_t                       list[NGX_HTTP_RIVERTY_READINGS];
    ngx_uint_t                      n;
    size_t                          bytes;
    u_char                         *scratch;
    ngx_http_riverty_path_sense_t   sense;      /* of the first */
} ngx_http_riverty_path_readings_t;


static ngx_int_t ngx_http_riverty_path_follow(
    ngx_http_riverty_path_readings_t *readings, ngx_str_t *reading);
static ngx_int_t ngx_http_riverty_path_keep(
    ngx_http_riverty_path_readings_t *readings, u_char *data, size_t len);
static void ngx_http_riverty_path_sense(ngx_str_t *reading,
    ngx_http_riverty_path_sense_t *sense, u_char *numbers);
static size_t ngx_http_riverty_path_decode(u_char *dst, u_char *src,
    size_t len, const char *of);
static size_t ngx_http_riverty_path_turn(u_char *dst, u_char *src, size_t len,
    const char *of);
static size_t ngx_http_riverty_path_cut(u_char *dst, u_char *src, size_t len,
    const char *of);
static size_t ngx_http_riverty_path_cut_parameters(u_char *dst, u_char *src,
    size_t len, const char *of);
static size_t ngx_http_riverty_path_merge(u_char *dst, u_char *src, size_t len,
    const char *of);
static size_t ngx_http_riverty_path_resolve(u_char *dst, u_char *src,
    size_t len, const char *of);


/*
 * A server may decode some characters and keep the escapes of others; the path
 * differs for it.  NULL: all that no other row names.
 */

#define NGX_HTTP_RIVERTY_PATH_SPECIAL  "/\\;?#%"

static const ngx_http_riverty_path_step_t  ngx_http_riverty_path_steps[] = {
    { ngx_http_riverty_path_decode, NULL },
    { ngx_http_riverty_path_decode, "/" },
    { ngx_http_riverty_path_decode, "\\" },
    { ngx_http_riverty_path_decode, ";" },
    { ngx_http_riverty_path_decode, "?#" },
    { ngx_http_riverty_path_decode, "%" },
    { ngx_http_riverty_path_turn, "\\" },
    { ngx_http_riverty_path_cut, "?" },
    { ngx_http_riverty_path_cut, "#" },
    { ngx_http_riverty_path_cut_parameters, ";" },
    { ngx_http_riverty_path_merge, "/" },
    { ngx_http_riverty_path_resolve, "." },
    { NULL, NULL }
};


ngx_int_t
ngx_http_riverty_path_readings_agree(ngx_pool_t *pool, ngx_str_t *path)
{
    u_char                            *numbers;
    ngx_int_t                          rc;
    ngx_uint_t                         i;
    ngx_http_riverty_path_readings_t  *readings;

    readings = ngx_palloc(pool, sizeof(ngx_http_riverty_path_readings_t));
    numbers = ngx_pnalloc(pool, 3 * (path->len + 1));

    if (readings == NULL || numbers == NULL) {
        return NGX_ERROR;
    }

    readings->pool = pool;
    readings->list[0] = *path;
    readings->n = 1;
    readings->bytes = path->len;
    readings->scratch = numbers + path->len + 1;

    ngx_http_riverty_path_sense(path, &readings->sense, numbers);

    if (readings->sense.customers_path) {
        return NGX_DECLINED;
    }

    if (ngx_http_riverty_path_certain(path)) {
        return NGX_OK;
    }

    for (i = 0; i < readings->n; i++) {
        rc = ngx_http_riverty_path_follow(readings, &readings->list[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/* Adds what each step makes of a reading, if it is new. */

static ngx_int_t
ngx_http_riverty_path_follow(ngx_http_riverty_path_readings_t *readings,
    ngx_str_t *reading)
{
    size_t                               len;
    ngx_int_t                            rc;
    const ngx_http_riverty_path_step_t  *step;

    for (step = ngx_http_riverty_path_steps; step->make; step++) {

        len = step->make(readings->scratch, reading->data, reading->len,
                         step->of);

        rc = ngx_http_riverty_path_keep(readings, readings->scratch, len);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_path_keep(ngx_http_riverty_path_readings_t *readings,
    u_char *data, size_t len)
{
    u_char                         *numbers;
    ngx_str_t                      *reading;
    ngx_uint_t                      i;
    ngx_http_riverty_path_sense_t   sense;

    for (i = 0; i < readings->n; i++) {
        if (readings->list[i].len == len
            && ngx_memcmp(readings->list[i].data, data, len) == 0)
        {
            return NGX_OK;
        }
    }

    readings->bytes += len;

    if (readings->n == NGX_HTTP_RIVERTY_READINGS
        || readings->bytes > NGX_HTTP_RIVERTY_READING_BYTES)
    {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, readings->pool->log, 0,
                       "riverty path: more readings than are followed");
        return NGX_DECLINED;
    }

    reading = &readings->list[readings->n++];

    reading->len = len;
    reading->data = ngx_pnalloc(readings->pool, len);
    if (reading->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(reading->data, data, len);

    numbers = readings->scratch + readings->list[0].len + 1;

    ngx_http_riverty_path_sense(reading, &sense, numbers);

    if (sense.customers_path) {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, readings->pool->log, 0,
                       "riverty path: a reading is a customers path");
        return NGX_DECLINED;
    }

    if (sense.numbers.len != readings->sense.numbers.len
        || ngx_memcmp(sense.numbers.data, readings->sense.numbers.data,
                      sense.numbers.len) != 0)
    {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, readings->pool->log, 0,
                       "riverty path: a reading names another customer");
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * A customers path ends in "subscriptions", any version, "customers" and at
 * most one more segment, whatever stands before; a slash may follow.  A
 * customer number is what stands behind any "customers", decoded once.
 */

static void
ngx_http_riverty_path_sense(ngx_str_t *reading,
    ngx_http_riverty_path_sense_t *sense, u_char *numbers)
{
    u_char      *p, *end, *start;
    ngx_str_t    segment;
    ngx_uint_t   subscriptions, customers, i;

    /* a bit for each of the last segments, the lowest bit for the last */

    subscriptions = 0;
    customers = 0;

    sense->numbers.data = numbers;
    end = reading->data + reading->len;

    for (start = reading->data; start < end; start = p + 1) {

        for (p = start; p < end && *p != '/'; p++) { /* void */ }

        segment.data = start;
        segment.len = p - start;

        if (customers & 1) {
            *numbers++ = '/';
            ngx_memcpy(numbers, segment.data, segment.len);
            numbers += ngx_http_riverty_percent_decode(numbers, segment.len);
        }

        subscriptions <<= 1;
        customers <<= 1;

        i = segment.len;

        if (i == ngx_http_riverty_customers.len) {
            customers |= ngx_http_riverty_segment_is(&segment,
                                                 &ngx_http_riverty_customers);

        } else if (i == ngx_http_riverty_subscriptions.len) {
            subscriptions |= ngx_http_riverty_segment_is(&segment,
                                             &ngx_http_riverty_subscriptions);
        }
    }

    sense->numbers.len = numbers - sense->numbers.data;
    sense->customers_path = ((subscriptions >> 2) & customers & 3) != 0;
}


/* A malformed escape is not decoded. */

static size_t
ngx_http_riverty_path_decode(u_char *dst, u_char *src, size_t len,
    const char *of)
{
    size_t       i, n;
    ngx_int_t    c;
    ngx_uint_t   special;

    for (i = 0, n = 0; i < len; i++, n++) {

        dst[n] = src[i];

        if (src[i] != '%' || len - i <= 2) {
            continue;
        }

        c = ngx_hextoi(&src[i + 1], 2);

        if (c == NGX_ERROR) {
            continue;
        }

        special = c && ngx_strchr(of ? of : NGX_HTTP_RIVERTY_PATH_SPECIAL, c);

        if (of != NULL ? special : !special) {
            dst[n] = (u_char) c;
            i += 2;
        }
    }

    return n;
}


static size_t
ngx_http_riverty_path_turn(u_char *dst, u_char *src, size_t len,
    const char *of)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        dst[i] = src[i] == (u_char) *of ? '/' : src[i];
    }

    return len;
}


static size_t
ngx_http_riverty_path_cut(u_char *dst, u_char *src, size_t len,
    const char *of)
{
    size_t  i;

    for (i = 0; i < len && src[i] != (u_char) *of; i++) {
        dst[i] = src[i];
    }

    return i;
}


static size_t
ngx_http_riverty_path_cut_parameters(u_char *dst, u_char *src, size_t len,
    const char *of)
{
    size_t      i, n;
    ngx_uint_t  parameters;

    n = 0;
    parameters = 0;

    for (i = 0; i < len; i++) {

        if (src[i] == (u_char) *of) {
            parameters = 1;

        } else if (src[i] == '/') {
            parameters = 0;
        }

        if (!parameters) {
            dst[n++] = src[i];
        }
    }

    return n;
}


static size_t
ngx_http_riverty_path_merge(u_char *dst, u_char *src, size_t len,
    const char *of)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < len; i++) {
        if (i == 0 || src[i] != (u_char) *of || src[i - 1] != (u_char) *of) {
            dst[n++] = src[i];
        }
    }

    return n;
}


/* RFC 3986, 5.2.4. */

static size_t
ngx_http_riverty_path_resolve(u_char *dst, u_char *src, size_t len,
    const char *of)
{
    size_t  i, start, n;

    n = 0;

    for (start = 0; start < len; start = i + 1) {

        for (i = start; i < len && src[i] != '/'; i++) { /* void */ }

        if (!ngx_http_riverty_dots(&src[start], i - start)) {
            ngx_memcpy(&dst[n], &src[start], i - start);
            n += i - start;

            if (i < len) {
                dst[n++] = '/';
            }

            continue;
        }

        if (i - start == 1) {
            continue;
        }

        /* the segment before, and its slash; the first slash stays */

        if (n > 1) {
            n--;
        }

        while (n > 0 && dst[n - 1] != '/') {
            n--;
        }
    }

    (void) of;

    return n;
}


