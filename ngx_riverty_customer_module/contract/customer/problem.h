/*
 * Problem documents (RFC 9457): what a client gets whose request is refused,
 * by the gateway or by what stands around it.  They never hold a value of the
 * request.
 *
 * PROBLEM(NAME, slug, status, title, detail)
 *
 * The texts stand in the documents as they are: they have nothing to escape.
 * The rows of the second table are found by their status, so each status stands
 * there once.
 */
#ifndef RIVERTY_PROBLEM_H
#define RIVERTY_PROBLEM_H

#include "contract/core/out.h"
#include "contract/core/riverty.h"
#include "document.h"


/* clang-format off */
/* What the gateway says of a request. */
#define RIVERTY_PROBLEMS_OF_GATEWAY(PROBLEM)                                   \
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

/* What nginx says, or another module of it: a status is all that is known. */
#define RIVERTY_PROBLEMS_OF_STATUS(PROBLEM)                                    \
    PROBLEM(BAD_REQUEST, bad-request, 400, "Bad request",                      \
        "The request line, a header or the way it came (without TLS, or "      \
        "without a valid client certificate) is not as it is asked for here.") \
    PROBLEM(UNAUTHORIZED, unauthorized, 401, "Unauthorized",                   \
        "The server asks who calls; see WWW-Authenticate.")                    \
    PROBLEM(FORBIDDEN, forbidden, 403, "Forbidden",                            \
        "The server does not let this request in.")                            \
    PROBLEM(NOT_FOUND, not-found, 404, "Not found",                            \
        "There is nothing at this address.")                                   \
    PROBLEM(METHOD_REFUSED, method-refused, 405, "Method refused",             \
        "The server does not take this method at this address.")               \
    PROBLEM(REQUEST_TIMEOUT, request-timeout, 408, "Request timeout",          \
        "The request did not come in time.")                                   \
    PROBLEM(TOO_LARGE, content-too-large, 413, "Content too large",            \
        "The body is longer than is accepted here.")                           \
    PROBLEM(URI_TOO_LONG, uri-too-long, 414, "URI too long",                   \
        "The request line is longer than is accepted here.")                   \
    PROBLEM(MISDIRECTED, misdirected-request, 421, "Misdirected request",      \
        "The connection was made for another host than the request names.")    \
    PROBLEM(TOO_MANY, too-many-requests, 429, "Too many requests",             \
        "More requests came than are accepted here; see Retry-After.")         \
    PROBLEM(HEADER_TOO_LARGE, header-too-large, 431, "Header too large",       \
        "The headers of the request are longer than is accepted here.")        \
    PROBLEM(INTERNAL, internal-error, 500, "Internal error",                   \
        "The server failed; its error log tells why.")                         \
    PROBLEM(NOT_IMPLEMENTED, not-implemented, 501, "Not implemented",          \
        "The request asks for something that the server does not know.")       \
    PROBLEM(BAD_GATEWAY, bad-gateway, 502, "Bad gateway",                      \
        "The API could not be reached, or broke off. It may have done what "   \
        "was asked.")                                                          \
    PROBLEM(SERVICE_UNAVAILABLE, service-unavailable, 503,                     \
        "Service unavailable",                                                 \
        "The server takes no request of this kind now; see Retry-After.")      \
    PROBLEM(GATEWAY_TIMEOUT, gateway-timeout, 504, "Gateway timeout",          \
        "The API did not answer in time. It may have done what was asked.")    \
    PROBLEM(VERSION_REFUSED, version-refused, 505, "HTTP version refused",     \
        "The server does not speak this version of HTTP.")

#define RIVERTY_PROBLEMS(PROBLEM)                                              \
    RIVERTY_PROBLEMS_OF_GATEWAY(PROBLEM)                                       \
    RIVERTY_PROBLEMS_OF_STATUS(PROBLEM)

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

/* And one without errors. */
#define RIVERTY_PROBLEM_PLAIN_SIZE 1024


/*
 * The problem of a status that nginx or another module has chosen;
 * RIVERTY_PROBLEM_COUNT where there is none.
 */
riverty_problem_id_t riverty_problem_of_status(unsigned status);

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
