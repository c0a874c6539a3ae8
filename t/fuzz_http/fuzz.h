/*
 * What the parts of the fuzzer over sockets share: an input, what came of it,
 * and how a fault is told.
 */
#ifndef FUZZ_HTTP_FUZZ_H
#define FUZZ_HTTP_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_ANSWERS     4 /* of the API in one input; the last one is repeated */
#define MAX_CONNECTIONS 8 /* to the API in one input */

typedef struct {
    char *data;
    size_t len;
    size_t size;
} bytes_t;

typedef enum {
    SERVER_ON,      /* a new connection to the API for each request */
    SERVER_H2,      /* the same for HTTP/2 */
    SERVER_MONITOR, /* riverty_customer monitor */
    SERVER_KEPT,    /* connections to the API are kept; Authorization: Bearer */
    SERVERS
} server_t;

typedef struct {
    server_t server;
    size_t first; /* so many bytes are sent at once, the rest a moment later */
    bytes_t client;
    bytes_t answers[MAX_ANSWERS];
    size_t n_answers;
} input_t;

typedef struct {
    bytes_t client;                    /* what the client got */
    bytes_t upstream[MAX_CONNECTIONS]; /* what each connection to the API got */
    size_t n_upstream;
} outcome_t;

/* From the environment, by t/fuzz_http/run. */
typedef struct {
    int ports[SERVERS];
    int control_port;
    int api_port;
    const char *logs; /* the gateway's directory of logs */
    const char *key;
    const char *token;
    int worker; /* pid */
} setting_t;

extern setting_t setting;

/* Tells the fault and ends the run; libFuzzer keeps the input. */
void fault(const char *what) __attribute__((noreturn));

void bytes_clear(bytes_t *bytes);
void bytes_add(bytes_t *bytes, const void *data, size_t len);

/* Listens as the API and connects to the gateway's control server. */
void exchange_start(void);

/* Sends the input; returns when the gateway has closed every connection of it
 * and has logged what there was. */
void exchange_run(const input_t *input, outcome_t *outcome);

/* Opens the logs at their ends. */
void check_start(void);

/* The promises, for this input and for what came of it. */
void check_run(const input_t *input, const outcome_t *outcome);

#endif
