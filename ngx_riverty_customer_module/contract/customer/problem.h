/*
 * Problem documents (RFC 9457): what a client gets whose request is refused.
 * They never hold a value of the request.
 *
 * PROBLEM(NAME, slug, status, title, detail)
 *
 * The texts stand in the documents as they are: they have nothing to escape.
 */
#ifndef RIVERTY_PROBLEM_H
#define RIVERTY_PROBLEM_H

#include "contract/core/out.h"
#include "contract/core/riverty.h"
#include "document.h"


/* clang-format off */
#define RIVERTY_PROBLEMS(PROBLEM)                                              \
    PROBLEM(UNKNOWN_APP, unknown-app, 401, "Unknown application",              \
        "The request carries no token, or not one that is known here.")        \
    PROBLEM(PATH_NOT_FOUND, path-not-found, 404, "Path not found",             \
        "The path looks like a customers path but is not spelled as one: "     \
        "/subscriptions/v1/customers or "                                      \
        "/subscriptions/v1/customers/{customerNumber}.")                       \
    PROBLEM(METHOD_NOT_ALLOWED, method-not-allowed, 405, "Method not allowed", \
        "The Allow header names the methods of this path.")                    \
    PROBLEM(OPERATION_NOT_GRANTED, operation-not-granted, 403,                 \
        "Operation not granted",                                               \
        "The application is known but this operation is not granted to it.")   \
    PROBLEM(METHOD_OVERRIDE, method-override, 400, "Method override",          \
        "The query has an argument _method, which some servers take for the "  \
        "method; here the method of the request line counts.")                 \
    PROBLEM(UNEXPECTED_BODY, unexpected-body, 400, "Unexpected body",          \
        "A read has no body.")                                                 \
    PROBLEM(UNSUPPORTED_MEDIA_TYPE, unsupported-media-type, 415,               \
        "Unsupported media type",                                              \
        "The body must be application/json, without another charset than "     \
        "utf-8.")                                                              \
    PROBLEM(UNSUPPORTED_CODING, unsupported-content-coding, 415,               \
        "Unsupported content coding",                                          \
        "The body must be sent without a Content-Encoding.")                   \
    PROBLEM(TOO_LARGE, content-too-large, 413, "Content too large",            \
        "The body is longer than is accepted here.")                           \
    PROBLEM(MALFORMED_JSON, malformed-json, 400, "Malformed JSON",             \
        "The body is not a JSON text that is accepted here.")                  \
    PROBLEM(CONTRACT_BROKEN, contract-broken, 422, "Contract broken",          \
        "The document breaks rules of the customer contract; errors lists "    \
        "them.")                                                               \
    PROBLEM(KEY_UNAVAILABLE, key-unavailable, 503, "Key unavailable",          \
        "There is no valid subscription key for this application now.")        \
    PROBLEM(AUDIT_UNAVAILABLE, audit-unavailable, 503, "Audit unavailable",    \
        "The request could not be recorded, so it was not forwarded.")         \
    PROBLEM(CREDENTIALS_REFUSED, credentials-refused, 502,                     \
        "Credentials refused",                                                 \
        "The API refused every subscription key held for this application.")   \
    PROBLEM(GATEWAY_FAULT, gateway-fault, 500, "Gateway fault",                \
        "The gateway is not configured to forward this request as it was "     \
        "judged; nothing was sent.")

typedef enum {
#define RIVERTY_PROBLEM_ENUM(NAME, slug, status, title, detail) \
    RIVERTY_PROBLEM_##NAME,
    RIVERTY_PROBLEMS(RIVERTY_PROBLEM_ENUM)
#undef RIVERTY_PROBLEM_ENUM
    RIVERTY_PROBLEM_COUNT
} riverty_problem_id_t;
/* clang-format on */

typedef struct {
    const char *slug;
    unsigned status;
    const char *frame; /* of the document, to the end of detail's text */
} riverty_problem_t;

extern const riverty_problem_t riverty_problems[RIVERTY_PROBLEM_COUNT];

/* Room that any problem document fits in. */
#define RIVERTY_PROBLEM_SIZE 65536


/*
 * Writes the problem document.  instance is the request id.  document may be
 * NULL; where it is not, its findings of level REJECT (or, where it is
 * malformed, its scan error) become `errors`, each with its line and column.
 * Ends with a line feed.  Where declared fields say more than out has room for,
 * errors is left out.
 */
void riverty_problem_write(riverty_out_t *out, riverty_problem_id_t problem,
                           riverty_span_t instance,
                           const riverty_contract_t *contract,
                           const riverty_document_t *document);

#endif
