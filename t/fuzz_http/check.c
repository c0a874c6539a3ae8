/*
 * The promises that hold after each input: where keys and tokens may stand, a
 * record for each request, no alert, the worker's memory.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define WARM         1000       /* inputs until the worker has what it keeps */
#define GROWTH       (16 << 20) /* bytes that its memory may come to be more */
#define LOG_MAX      (64 << 20) /* a log is emptied then */
#define RECORD_WAITS 5000       /* milliseconds that one may come late */
#define PRINT_MAX    2000
#define HTTP_09      " 009 \"" /* so nginx logs its status */

#define NO_KEY_TAKEN "riverty: the API takes no key of app"

typedef struct {
    const char *name;
    int fd;
    off_t at;
    bytes_t news; /* what came with this input */
} log_t;

enum { ACCESS, AUDIT, ERRORS, LOGS };

static log_t logs[LOGS] = { { .name = "access.log" },
                            { .name = "audit.log" },
                            { .name = "error.log" } };

/* For the figures at the end. */
static unsigned long records;
static unsigned long connections;

static void
print(const char *name, const bytes_t *bytes)
{
    size_t len = bytes->len < PRINT_MAX ? bytes->len : PRINT_MAX;

    fprintf(stderr, "--- %s\n%.*s\n", name, (int) len,
            len == 0 ? "" : bytes->data);
}


/* A fault, and what was seen. */
static void
broken(const char *what, const input_t *input, const outcome_t *outcome)
{
    size_t i;

    print("client sent", &input->client);
    for (i = 0; i < outcome->n_upstream; i++) {
        print("API got", &outcome->upstream[i]);
    }
    for (i = 0; i < input->n_answers; i++) {
        print("API answers", &input->answers[i]);
    }
    print("client got", &outcome->client);
    for (i = 0; i < LOGS; i++) {
        print(logs[i].name, &logs[i].news);
    }
    fault(what);
}


static const char *
find(const char *text, size_t len, const char *word)
{
    return len == 0 ? NULL : memmem(text, len, word, strlen(word));
}


static bool
has(const bytes_t *bytes, const char *word)
{
    return find(bytes->data, bytes->len, word) != NULL;
}


static size_t
count(const char *text, size_t len, const char *word)
{
    const char *end = text + len;
    size_t n = 0;

    while ((text = find(text, (size_t) (end - text), word)) != NULL) {
        text += strlen(word);
        n++;
    }
    return n;
}


static void
print_figures(void)
{
    fprintf(stderr, "fuzz-http: %lu records, %lu connections to the API\n",
            records, connections);
}


void
check_start(void)
{
    char path[4096];
    size_t i;

    for (i = 0; i < LOGS; i++) {
        snprintf(path, sizeof(path), "%s/%s", setting.logs, logs[i].name);
        logs[i].fd = open(path, O_RDWR);
        if (logs[i].fd == -1) {
            fault("a log is not there");
        }
        logs[i].at = lseek(logs[i].fd, 0, SEEK_END);
    }
    atexit(print_figures);
}


/* Adds to the news of a log what has come since. */
static void
read_log(log_t *log)
{
    char part[65536];
    ssize_t got;

    while ((got = pread(log->fd, part, sizeof(part), log->at)) > 0) {
        bytes_add(&log->news, part, (size_t) got);
        log->at += got;
    }
    if (log->at > LOG_MAX && ftruncate(log->fd, 0) == 0) {
        log->at = 0;
    }
}


/* Where the first head ends: behind its last line. */
static size_t
head_of(const bytes_t *bytes)
{
    size_t i;

    for (i = 0; i + 1 < bytes->len; i++) {
        if (bytes->data[i] == '\n' &&
            (bytes->data[i + 1] == '\n' ||
             (bytes->data[i + 1] == '\r' && i + 2 < bytes->len &&
              bytes->data[i + 2] == '\n'))) {
            return i + 1;
        }
    }
    return bytes->len;
}


static bool
ends_with(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);

    return len >= n && strncasecmp(text + len - n, word, n) == 0;
}


static size_t
without_blanks(const char *text, size_t len)
{
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t')) {
        len--;
    }
    return len;
}


/* Is what ends here a line's begin that has a token behind it? */
static bool
token_line(const input_t *input, size_t len)
{
    const char *text = input->client.data;

    if (input->server == SERVER_H2) {
        return len > 0 && ends_with(text, len - 1, "x-app-token");
    }
    len = without_blanks(text, len);
    if (input->server != SERVER_KEPT) {
        return ends_with(text, len, "\nx-app-token:");
    }
    if (!ends_with(text, len, "bearer")) {
        return false;
    }
    len = without_blanks(text, len - strlen("bearer"));
    return ends_with(text, len, "\nauthorization:");
}


/* A client may put its token into a path or a body, which nobody takes for one:
 * is it in this input where tokens belong, in the first head alone? */
static bool
token_in_place(const input_t *input)
{
    const bytes_t *bytes = &input->client;
    const char *here = bytes->data;
    const char *end = here + bytes->len;
    size_t limit = input->server == SERVER_H2 ? bytes->len : head_of(bytes);

    while ((here = find(here, (size_t) (end - here), setting.token)) != NULL) {
        if ((size_t) (here - bytes->data) > limit ||
            !token_line(input, (size_t) (here - bytes->data))) {
            return false;
        }
        here += strlen(setting.token);
    }
    return true;
}


/* The body of an answer is passed as it is: is the key in heads alone?  Without
 * a status line all is body to nginx, and monitor does not refuse that. */
static bool
key_in_heads(const input_t *input)
{
    const bytes_t *answer;
    size_t i, head;

    for (i = 0; i < input->n_answers; i++) {
        answer = &input->answers[i];
        head = head_of(answer);
        if (find(answer->data + head, answer->len - head, setting.key) !=
            NULL) {
            return false;
        }
    }
    return input->server != SERVER_MONITOR || !has(&logs[ACCESS].news, HTTP_09);
}


/* Where no key went out (monitor, an unknown app), the API can have none. */
static bool
key_went_out(const outcome_t *outcome)
{
    size_t i;

    for (i = 0; i < outcome->n_upstream; i++) {
        if (!has(&outcome->upstream[i], setting.key)) {
            return false;
        }
    }
    return true;
}


static bool
token_in_answers(const input_t *input)
{
    size_t i;

    for (i = 0; i < input->n_answers; i++) {
        if (has(&input->answers[i], setting.token)) {
            return true;
        }
    }
    return false;
}


static void
check_secrets(const input_t *input, const outcome_t *outcome)
{
    bool in_place = token_in_place(input);
    size_t i;

    for (i = 0; i < LOGS; i++) {
        if (has(&logs[i].news, setting.key)) {
            broken("a log shows a key", input, outcome);
        }
        if (in_place && !token_in_answers(input) &&
            has(&logs[i].news, setting.token)) {
            broken("a log shows a token", input, outcome);
        }
    }
    if (key_in_heads(input) && key_went_out(outcome) &&
        has(&outcome->client, setting.key)) {
        broken("the client got a key", input, outcome);
    }
    if (in_place && !token_in_answers(input) &&
        has(&outcome->client, setting.token)) {
        broken("the client got a token", input, outcome);
    }
    for (i = 0; i < outcome->n_upstream; i++) {
        /* In monitor an X-Accel-Redirect of the API leads to it once more. */
        if (in_place &&
            !(input->server == SERVER_MONITOR && token_in_answers(input)) &&
            has(&outcome->upstream[i], setting.token)) {
            broken("the API got a token", input, outcome);
        }
    }
}


/* A new connection has one request with the one key. */
static void
check_seal(const input_t *input, const outcome_t *outcome)
{
    const bytes_t *got;
    size_t i, head;

    for (i = 0; i < outcome->n_upstream; i++) {
        got = &outcome->upstream[i];
        head = head_of(got);
        if (input->server == SERVER_KEPT || head == got->len) {
            continue;
        }
        if (count(got->data, head, setting.key) > 1 ||
            (input->server != SERVER_MONITOR &&
             count(got->data, head, setting.key) != 1) ||
            find(got->data + head, got->len - head, setting.key) != NULL) {
            broken("the API got no key or more than one", input, outcome);
        }
    }
}


static size_t
lines(const log_t *log)
{
    return count(log->news.data, log->news.len, "\n");
}


/*
 * Records leave at the end of a turn of the worker's event loop, behind the
 * access log's lines and the end of the connection.
 */
static void
read_logs(void)
{
    struct timespec millisecond = { 0, 1000000 };
    size_t i;
    int waits;

    for (i = 0; i < LOGS; i++) {
        bytes_clear(&logs[i].news);
        read_log(&logs[i]);
    }
    for (waits = 0; waits < RECORD_WAITS; waits++) {
        if (lines(&logs[AUDIT]) >= lines(&logs[ACCESS])) {
            break;
        }
        nanosleep(&millisecond, NULL);
        read_log(&logs[AUDIT]);
    }
}


/* As many requests as nginx says that there were; each record can be read. */
static void
check_records(const input_t *input, const outcome_t *outcome)
{
    const char *line = logs[AUDIT].news.data;
    const char *end = line + logs[AUDIT].news.len;
    const char *next;
    const char *type;
    size_t ends = 0;
    json_t *record;

    for (; line < end; line = next + 1) {
        next = memchr(line, '\n', (size_t) (end - line));
        record = next == NULL
                     ? NULL
                     : json_loadb(line, (size_t) (next - line), 0, NULL);
        type = json_string_value(json_object_get(record, "event.type"));
        if (type == NULL) {
            broken("a record is not whole", input, outcome);
        }
        ends += strcmp(type, "end") == 0;
        json_decref(record);
    }
    if (ends != lines(&logs[ACCESS])) {
        broken("a request has no record or more than one", input, outcome);
    }
    records += ends;
}


/* No alert, but the one that tells that the API refused every key. */
static void
check_errors(const input_t *input, const outcome_t *outcome)
{
    const bytes_t *news = &logs[ERRORS].news;
    size_t alerts = count(news->data, news->len, "[alert]") +
                    count(news->data, news->len, "[emerg]");

    if (alerts > count(news->data, news->len, NO_KEY_TAKEN)) {
        broken("error.log has an alert", input, outcome);
    }
}


/* Of the worker, in bytes. */
static long
resident(void)
{
    char path[64];
    long pages = -1;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/statm", setting.worker);
    file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) {
        fault("the worker is gone");
    }
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}


static void
check_memory(void)
{
    static unsigned long runs;
    static long warm;

    runs++;
    if (runs % WARM != 0) {
        return;
    }
    if (warm == 0) {
        warm = resident();
    }
    if (resident() > warm + GROWTH) {
        fault("the worker's memory grows");
    }
}


void
check_run(const input_t *input, const outcome_t *outcome)
{
    read_logs();
    check_secrets(input, outcome);
    check_seal(input, outcome);
    check_records(input, outcome);
    check_errors(input, outcome);
    check_memory();
    connections += outcome->n_upstream;
}
