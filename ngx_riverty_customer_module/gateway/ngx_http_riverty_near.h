/*
 * Is one name a misspelling of another?
 */
#ifndef NGX_HTTP_RIVERTY_NEAR_H
#define NGX_HTTP_RIVERTY_NEAR_H

#include "ngx_http_riverty.h"


/*
 * Are two different strings one edit apart (one byte more, less or another one,
 * two that changed places), or alike but for the case of letters?
 */
ngx_uint_t ngx_http_riverty_near(riverty_span_t s, riverty_span_t other);

#endif
