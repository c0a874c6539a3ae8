/*
 * libFuzzer against a running gateway (t/fuzz_http/run starts it and this): an
 * input is what a client sends and what the API answers, both go over sockets,
 * and the promises are looked at after each.
 *
 * An input: the server's digit (server_t), a byte that says where the client's
 * bytes are split, the client's bytes, and behind each line "~~~~" an answer of
 * the API.  In answers @KEY@ stands for the key: no mutation may give it to the
 * client, who does not know it.
 *
 * A gateway built by tools/asan counts its edges in a file that is mapped here,
 * too, so that libFuzzer is guided by what the worker did.  Any other gateway
 * is fuzzed blindly.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define COUNTERS  (1 << 17)
#define SEPARATOR "\n~~~~\n"
#define KEY_HERE  "@KEY@"
#define FIRST_KEY "1" /* stands before what both keys share */

/* libFuzzer takes what stands in this section for edges. */
__attribute__((section("__libfuzzer_extra_counters"),
               aligned(4096))) static uint8_t counters[COUNTERS];

setting_t setting;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void
fault(const char *what)
{
    fprintf(stderr, "fuzz-http: %s\n", what);
    abort();
}


void
bytes_clear(bytes_t *bytes)
{
    bytes->len = 0;
}


void
bytes_add(bytes_t *bytes, const void *data, size_t len)
{
    if (bytes->len + len > bytes->size) {
        bytes->size = 2 * (bytes->len + len);
        bytes->data = realloc(bytes->data, bytes->size);
        if (bytes->data == NULL) {
            fault("no memory");
        }
    }
    if (len != 0) {
        memcpy(bytes->data + bytes->len, data, len);
    }
    bytes->len += len;
}


static const char *
needed(const char *name)
{
    const char *value = getenv(name);

    if (value == NULL) {
        fprintf(stderr, "fuzz-http: no %s: t/fuzz_http/run starts this\n",
                name);
        exit(1);
    }
    return value;
}


static void
map_counters(void)
{
    const char *name = getenv("FUZZ_COUNTERS");
    int fd;

    if (name == NULL) {
        return;
    }
    fd = open(name, O_RDWR);
    if (fd == -1 || mmap(counters, sizeof(counters), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
        fault("the counters cannot be mapped");
    }
}


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    if (sscanf(needed("FUZZ_PORTS"), "%d %d %d %d %d %d",
               &setting.ports[SERVER_ON], &setting.ports[SERVER_H2],
               &setting.ports[SERVER_MONITOR], &setting.ports[SERVER_KEPT],
               &setting.control_port, &setting.api_port) != 6) {
        fault("six ports are needed");
    }
    setting.logs = needed("FUZZ_LOGS");
    setting.key = needed("FUZZ_KEY");
    setting.token = needed("FUZZ_TOKEN");
    setting.worker = atoi(needed("FUZZ_WORKER"));
    map_counters();
    exchange_start();
    check_start();
    return 0;
}


/* The text with the key where its place is. */
static void
add_answer(bytes_t *answer, const char *text, size_t len)
{
    const char *end = text + len;
    const char *here;

    bytes_clear(answer);
    while ((here = memmem(text, (size_t) (end - text), KEY_HERE,
                          strlen(KEY_HERE))) != NULL) {
        bytes_add(answer, text, (size_t) (here - text));
        bytes_add(answer, FIRST_KEY, strlen(FIRST_KEY));
        bytes_add(answer, setting.key, strlen(setting.key));
        text = here + strlen(KEY_HERE);
    }
    bytes_add(answer, text, (size_t) (end - text));
}


/* The part before the next separator; moves on behind that. */
static size_t
next_part(const char **text, const char *end)
{
    const char *from = *text;
    const char *to =
        memmem(from, (size_t) (end - from), SEPARATOR, strlen(SEPARATOR));

    *text = to == NULL ? end : to + strlen(SEPARATOR);
    return (size_t) ((to == NULL ? end : to) - from);
}


static void
read_input(input_t *input, const char *data, size_t size)
{
    const char *end = data + size;
    const char *part = data + 2;
    const char *from = part;

    input->server = (server_t) ((uint8_t) data[0] % SERVERS);
    bytes_clear(&input->client);
    bytes_add(&input->client, from, next_part(&part, end));
    input->first = input->client.len * (uint8_t) data[1] / 256;

    input->n_answers = 0;
    while (part < end && input->n_answers < MAX_ANSWERS) {
        from = part;
        add_answer(&input->answers[input->n_answers++], from,
                   next_part(&part, end));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static input_t input;
    static outcome_t outcome;

    if (size < 3) {
        return -1;
    }
    read_input(&input, (const char *) data, size);
    exchange_run(&input, &outcome);
    check_run(&input, &outcome);
    return 0;
}
