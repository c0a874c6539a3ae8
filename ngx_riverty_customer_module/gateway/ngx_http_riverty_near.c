/*
 * Is one name a misspelling of another?
 */

#include "ngx_http_riverty_near.h"


ngx_uint_t
ngx_http_riverty_near(riverty_span_t s, riverty_span_t other)
{
    size_t         head, tail, shorter, left, right;
    const u_char  *p, *q;

    p = (const u_char *) s.data;
    q = (const u_char *) other.data;

    shorter = ngx_min(s.len, other.len);

    for (head = 0; head < shorter && p[head] == q[head]; head++) { /* void */ }

    for (tail = 0;
         tail < shorter - head
         && p[s.len - 1 - tail] == q[other.len - 1 - tail];
         tail++)
    {
        /* void */
    }

    /* what is left of each between the two parts that are alike */

    left = s.len - head - tail;
    right = other.len - head - tail;

    if (left + right == 0) {
        return 0;   /* they are the same */
    }

    if (left <= 1 && right <= 1) {
        return 1;
    }

    if (left == 2 && right == 2
        && p[head] == q[head + 1] && p[head + 1] == q[head])
    {
        return 1;
    }

    return s.len == other.len
           && ngx_strncasecmp((u_char *) p, (u_char *) q, s.len) == 0;
}
