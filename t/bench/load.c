/*
 * The bench's load: requests of a file, one after the other and round about,
 * on connections that stay open.
 *
 *   load PORT CONNECTIONS SECONDS RATE STATUS FILE API...
 *   load api API...
 *
 * The API (its port, the key, what it answers to a create and to a read: api.h)
 * is the same process, so that both ends together cost little: on a machine
 * with two cores the proxy has the one and they have the other.  `load api` is
 * the API alone, until it is killed.
 *
 * RATE 0: each connection sends its next request as soon as it has the answer
 * to its last one.  Else as many requests a second as that, evenly spaced,
 * whether answered in time or not; what finds all connections busy waits, and
 * its time is taken from the moment at which it was due.  (A client that sends
 * its next request only when it has an answer does not see how long those wait
 * who come meanwhile.)
 *
 * STATUS is the one that every answer has to have.  FILE holds the requests,
 * each behind a line with its length.  Prints a line of JSON; times are
 * microseconds.  What is under way when the time is up is still waited for, so
 * that each request that was sent is one that was counted.
 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api.h"

#define ANSWER_SIZE (64 * 1024)
#define EVENTS      64

/* Seconds that the last answers may take. */
#define PATIENCE 5

typedef struct {
    const char *data;
    size_t len;
} request_t;

typedef struct load load_t;

typedef struct connection {
    handler_t handler;
    load_t *load;
    struct connection *next; /* of those that are free */
    int fd;
    bool writable_wanted;
    int64_t due; /* nanoseconds */
    const request_t *request;
    size_t sent;
    size_t got;
    char answer[ANSWER_SIZE + 1];
} connection_t;

struct load {
    int epoll;
    int port;
    double rate;
    const char *status;
    request_t *requests;
    size_t requests_count;

    connection_t *idle, **idle_end;
    int64_t start, end;
    uint64_t begun, answered, refused, failed;
    uint32_t *times; /* tenths of a microsecond */
    size_t times_size;
};


void
die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}


void *
allocate(void *old, size_t size)
{
    void *memory = realloc(old, size);

    if (memory == NULL) {
        die("memory");
    }
    return memory;
}


static int64_t
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}


static void
read_requests(load_t *load, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len, size = 0;

    if (file == NULL) {
        die(path);
    }

    while (fscanf(file, "%zu", &len) == 1 && fgetc(file) == '\n') {
        char *data = allocate(NULL, len);

        if (fread(data, 1, len, file) != len) {
            die(path);
        }
        if (load->requests_count == size) {
            size = size * 2 + 16;
            load->requests = allocate(load->requests, size * sizeof(request_t));
        }
        load->requests[load->requests_count++] = (request_t){ data, len };
    }
    if (load->requests_count == 0 || !feof(file)) {
        errno = EINVAL;
        die(path);
    }
    fclose(file);
}


static void
watch(load_t *load, connection_t *connection, bool writable, int how)
{
    struct epoll_event event = {
        .events = EPOLLIN | (writable ? EPOLLOUT : 0),
        .data.ptr = &connection->handler,
    };

    if (epoll_ctl(load->epoll, how, connection->fd, &event) == -1) {
        die("epoll_ctl");
    }
    connection->writable_wanted = writable;
}


/* The one that was free longest is taken first, so that all are used. */
static void
release(load_t *load, connection_t *connection)
{
    connection->next = NULL;
    *load->idle_end = connection;
    load->idle_end = &connection->next;
}


static void
open_connection(load_t *load, connection_t *connection)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t) load->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int one = 1;

    connection->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->fd == -1 ||
        connect(connection->fd, (struct sockaddr *) &address,
                sizeof(address)) == -1 ||
        setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one,
                   sizeof(one)) == -1 ||
        fcntl(connection->fd, F_SETFL, O_NONBLOCK) == -1) {
        die("connection");
    }

    watch(load, connection, false, EPOLL_CTL_ADD);
    release(load, connection);
}


/* A connection that fails is replaced; its request counts as a failure. */
static void
fail(load_t *load, connection_t *connection)
{
    load->failed++;
    close(connection->fd);
    open_connection(load, connection);
}


static void
send_rest(load_t *load, connection_t *connection)
{
    const request_t *request = connection->request;
    ssize_t sent = send(connection->fd, request->data + connection->sent,
                        request->len - connection->sent, MSG_NOSIGNAL);

    if (sent == -1 && errno != EAGAIN) {
        fail(load, connection);
        return;
    }

    connection->sent += sent > 0 ? (size_t) sent : 0;
    bool wanted = connection->sent < request->len;
    if (wanted != connection->writable_wanted) {
        watch(load, connection, wanted, EPOLL_CTL_MOD);
    }
}


static void
begin(load_t *load, int64_t due)
{
    connection_t *connection = load->idle;

    load->idle = connection->next;
    if (load->idle == NULL) {
        load->idle_end = &load->idle;
    }
    connection->due = due;
    connection->request = &load->requests[load->begun++ % load->requests_count];
    connection->sent = 0;
    connection->got = 0;
    send_rest(load, connection);
}


/* When the next request is due; past the end where there is none. */
static int64_t
next_due(const load_t *load, int64_t at)
{
    return load->rate == 0 ? at
                           : load->start + (int64_t) ((double) load->begun *
                                                      1e9 / load->rate);
}


static void
begin_due(load_t *load)
{
    int64_t at = now();

    while (load->idle != NULL && at < load->end) {
        int64_t due = next_due(load, at);

        if (due > at || due >= load->end) {
            return;
        }
        begin(load, due);
    }
}


/* Whether the answer is whole; -1 if it is none. */
static int
whole(connection_t *connection)
{
    char *head_end, *length;
    size_t head;

    connection->answer[connection->got] = '\0';
    head_end = strstr(connection->answer, "\r\n\r\n");
    if (head_end == NULL) {
        return connection->got == ANSWER_SIZE ? -1 : 0;
    }

    head = (size_t) (head_end - connection->answer) + 4;
    head_end[2] = '\0';
    length = strcasestr(connection->answer, "\ncontent-length:");
    head_end[2] = '\r';
    if (length != NULL) {
        size_t wanted = head + strtoul(length + 16, NULL, 10);

        return wanted > ANSWER_SIZE || connection->got > wanted
                   ? -1
                   : connection->got == wanted;
    }

    /* Else it comes in chunks, and ends with an empty one. */
    return connection->got >= 5 &&
           memcmp(connection->answer + connection->got - 5, "0\r\n\r\n", 5) ==
               0;
}


static void
note(load_t *load, connection_t *connection)
{
    int64_t took = (now() - connection->due) / 100;

    if (load->answered == load->times_size) {
        load->times_size = load->times_size * 2 + 65536;
        load->times =
            allocate(load->times, load->times_size * sizeof(*load->times));
    }
    load->times[load->answered++] =
        took < UINT32_MAX ? (uint32_t) took : UINT32_MAX;
    if (memcmp(connection->answer, "HTTP/1.1 ", 9) != 0 ||
        memcmp(connection->answer + 9, load->status, 3) != 0) {
        load->refused++;
    }
}


static void
receive(load_t *load, connection_t *connection)
{
    ssize_t got = recv(connection->fd, connection->answer + connection->got,
                       ANSWER_SIZE - connection->got, 0);
    int done;

    if (got == -1 && errno == EAGAIN) {
        return;
    }

    connection->got += got > 0 ? (size_t) got : 0;
    done = got > 0 ? whole(connection) : -1;
    if (done == -1) {
        fail(load, connection);
        return;
    }
    if (done) {
        note(load, connection);
        release(load, connection);
    }
}


static void
serve(handler_t *handler, unsigned events)
{
    connection_t *connection = (connection_t *) handler;

    if (events & EPOLLOUT) {
        send_rest(connection->load, connection);
    } else {
        receive(connection->load, connection);
    }
}


static void
add_connection(load_t *load)
{
    connection_t *connection = allocate(NULL, sizeof(*connection));

    connection->handler.run = serve;
    connection->load = load;
    open_connection(load, connection);
}


static void
wait_for_events(load_t *load, int64_t until)
{
    struct epoll_event events[EVENTS];
    int64_t left = until == INT64_MAX ? until : until - now();
    struct timespec timeout = { 0, 0 };
    int count;

    if (left > 0) {
        timeout.tv_sec = left / 1000000000;
        timeout.tv_nsec = left % 1000000000;
    }

    count = epoll_pwait2(load->epoll, events, EVENTS, &timeout, NULL);
    if (count == -1 && errno != EINTR) {
        die("epoll_pwait2");
    }

    for (int i = 0; i < count; i++) {
        handler_t *handler = events[i].data.ptr;

        handler->run(handler, events[i].events);
    }
}


static void
run(load_t *load, int seconds)
{
    int64_t last;

    load->start = now();
    load->end = load->start + seconds * INT64_C(1000000000);
    last = load->end + PATIENCE * INT64_C(1000000000);

    while (now() < last) {
        int64_t due;

        begin_due(load);
        due = next_due(load, now());
        if ((due >= load->end || now() >= load->end) &&
            load->answered + load->failed == load->begun) {
            return;
        }

        /* Where no connection is free, an answer is what comes next. */
        wait_for_events(load, load->idle == NULL || due >= load->end ||
                                      now() >= load->end
                                  ? last
                                  : due);
    }
    load->failed += load->begun - load->answered - load->failed;
}


static int
by_size(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}


static double
quantile(const load_t *load, double part)
{
    size_t last = load->answered - 1;

    return load->answered == 0
               ? 0
               : load->times[(size_t) ((double) last * part)] / 10.0;
}


static void
report(load_t *load)
{
    int64_t lasted = now() - load->start;
    double due = (double) (load->end - load->start) / 1e9 * load->rate;
    double unsent = due > (double) load->begun ? due - (double) load->begun : 0;

    qsort(load->times, load->answered, sizeof(*load->times), by_size);
    printf("{\"requests\":%llu,\"failed\":%llu,\"refused\":%llu,"
           "\"unsent\":%.0f,\"duration\":%.0f,\"p50\":%.1f,\"p99\":%.1f,"
           "\"most\":%.1f}\n",
           (unsigned long long) load->answered,
           (unsigned long long) load->failed,
           (unsigned long long) load->refused, unsent, (double) lasted / 1e3,
           quantile(load, 0.5), quantile(load, 0.99), quantile(load, 1));
}


int
main(int argc, char **argv)
{
    load_t load = { .epoll = epoll_create1(0) };
    bool api_alone = argc == 6 && strcmp(argv[1], "api") == 0;

    if (argc != 11 && !api_alone) {
        fputs("usage: load PORT CONNECTIONS SECONDS RATE STATUS FILE API...\n"
              "       load api API...\n"
              "API: PORT KEY CREATED READ\n",
              stderr);
        return 2;
    }
    if (load.epoll == -1) {
        die("epoll_create1");
    }

    api_listen(load.epoll, argv + argc - 4);
    while (api_alone) {
        wait_for_events(&load, INT64_MAX);
    }

    load.idle_end = &load.idle;
    load.port = atoi(argv[1]);
    load.rate = atof(argv[4]);
    load.status = argv[5];
    read_requests(&load, argv[6]);
    for (int i = atoi(argv[2]); i > 0; i--) {
        add_connection(&load);
    }

    /* Else a wait is up to 50 us longer than asked for. */
    prctl(PR_SET_TIMERSLACK, 1UL);
    run(&load, atoi(argv[3]));
    report(&load);
    return 0;
}
