/*
 * The sockets of an input: the client's, the API's and the control connection.
 * The gateway has one worker, so an answer of its control server (stub_status)
 * comes after whatever was there to do before: no time is guessed, and the
 * number of open connections tells when an input is through.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUIET         3  /* answers of the control server without any event */
#define CLOSED_WITHIN 10 /* seconds */
#define READ          16384
#define MAX_READ      (1 << 20)

typedef struct {
    int fd;        /* -1: closed */
    size_t judged; /* of the bytes that came: those of answered requests */
} api_t;

static int listener;
static int control;
static api_t api[MAX_CONNECTIONS];
static size_t next_answer;

static struct sockaddr_in
address(int port)
{
    struct sockaddr_in to = { 0 };

    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t) port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return to;
}


static int
connected(int port)
{
    struct sockaddr_in to = address(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;

    if (fd == -1 || connect(fd, (struct sockaddr *) &to, sizeof(to)) == -1) {
        fault("the gateway does not listen");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}


void
exchange_start(void)
{
    struct sockaddr_in here = address(setting.api_port);
    int on = 1;
    size_t i;

    signal(SIGPIPE, SIG_IGN);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(listener, (struct sockaddr *) &here, sizeof(here)) == -1 ||
        listen(listener, 64) == -1) {
        fault("the API's port is taken");
    }
    control = connected(setting.control_port);
    for (i = 0; i < MAX_CONNECTIONS; i++) {
        api[i].fd = -1;
    }
}


/* Asks the control server: so many connections are open, its own included. */
static long
open_connections(void)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: control\r\n\r\n";
    static const char mark[] = "Active connections: ";
    char answer[1024];
    char *here;
    size_t len = 0;
    ssize_t got;
    int ready;
    struct pollfd wait = { .fd = control, .events = POLLIN };

    if (send(control, request, sizeof(request) - 1, 0) != sizeof(request) - 1) {
        fault("the worker is gone");
    }
    for (;;) {
        /* libFuzzer's own alarm may interrupt it */
        do {
            ready = poll(&wait, 1, CLOSED_WITHIN * 1000);
        } while (ready < 0 && errno == EINTR);
        if (ready != 1) {
            fault("the worker hangs");
        }
        got = recv(control, answer + len, sizeof(answer) - 1 - len, 0);
        if (got <= 0) {
            fault("the worker is gone");
        }
        len += (size_t) got;
        answer[len] = '\0';
        here = strstr(answer, mark);
        /* the last line of the page */
        if (here != NULL && strstr(here, "Waiting: ") != NULL &&
            answer[len - 1] == '\n') {
            return atol(here + sizeof(mark) - 1);
        }
        if (len == sizeof(answer) - 1) {
            fault("the control server says something else");
        }
    }
}


/* Without a wait for what the kernel would still deliver. */
static void
drop(int *fd)
{
    struct linger now = { .l_onoff = 1, .l_linger = 0 };

    if (*fd != -1) {
        setsockopt(*fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        close(*fd);
        *fd = -1;
    }
}


/* Adds what is there to read: 1 for bytes, 0 for none yet, -1 for the end. */
static int
receive(int fd, bytes_t *into)
{
    char part[READ];
    ssize_t got = recv(fd, part, sizeof(part), MSG_DONTWAIT);

    if (got > 0) {
        if (into->len < MAX_READ) {
            bytes_add(into, part, (size_t) got);
        }
        return 1;
    }
    return got == -1 && errno == EAGAIN ? 0 : -1;
}


/* The value of a number in a head that the gateway wrote, or 0. */
static size_t
number_in(const char *head, size_t len, const char *name)
{
    const char *line = head;
    const char *end = head + len;

    while ((line = memchr(line, '\n', (size_t) (end - line))) != NULL) {
        line++;
        if ((size_t) (end - line) > strlen(name) &&
            strncasecmp(line, name, strlen(name)) == 0) {
            return strtoul(line + strlen(name), NULL, 10);
        }
    }
    return 0;
}


/* The length of the first whole request that stands there, or 0.  The gateway
 * sends a length, or it was told not to buffer. */
static size_t
whole_request(const bytes_t *got, size_t from)
{
    const char *head = got->data + from;
    const char *end;
    size_t len = got->len - from;
    size_t all;

    end = len == 0 ? NULL : memmem(head, len, "\r\n\r\n", 4);
    if (end == NULL) {
        return 0;
    }
    all = (size_t) (end - head) + 4;
    all += number_in(head, (size_t) (end - head), "content-length:");
    return all <= len ? all : 0;
}


static void
answer(const input_t *input, int fd)
{
    const bytes_t *bytes;

    if (input->n_answers == 0) {
        return;
    }
    bytes = &input->answers[next_answer];
    if (next_answer + 1 < input->n_answers) {
        next_answer++;
    }
    if (bytes->len != 0) {
        send(fd, bytes->data, bytes->len, MSG_DONTWAIT);
    }
}


/* One step of a connection to the API; true if something happened. */
static bool
serve(const input_t *input, api_t *connection, bytes_t *got)
{
    size_t len;
    int state;

    if (connection->fd == -1) {
        return false;
    }
    state = receive(connection->fd, got);
    while ((len = whole_request(got, connection->judged)) != 0) {
        connection->judged += len;
        answer(input, connection->fd);
        if (input->server != SERVER_KEPT) {
            shutdown(connection->fd, SHUT_WR);
        }
    }
    if (state == -1) {
        drop(&connection->fd);
    }
    return state != 0;
}


/* One step of all of the API; true if something happened. */
static bool
serve_all(const input_t *input, outcome_t *outcome)
{
    bool busy = false;
    size_t i;
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) != -1) {
        busy = true;
        if (outcome->n_upstream == MAX_CONNECTIONS) {
            drop(&fd);
            continue;
        }
        i = outcome->n_upstream++;
        bytes_clear(&outcome->upstream[i]);
        api[i].fd = fd;
        api[i].judged = 0;
    }
    for (i = 0; i < outcome->n_upstream; i++) {
        busy |= serve(input, &api[i], &outcome->upstream[i]);
    }
    return busy;
}


/* Sends the client's bytes and takes the answers, until the gateway closes the
 * connection or there is nothing left to do. */
static void
talk(const input_t *input, outcome_t *outcome, int client)
{
    const bytes_t *bytes = &input->client;
    size_t sent = 0;
    size_t until = input->first;
    int quiet = 0;
    int state;
    ssize_t now;
    bool busy;

    while (quiet < QUIET) {
        busy = serve_all(input, outcome);
        if (sent < until) {
            now = send(client, bytes->data + sent, until - sent, MSG_DONTWAIT);
            sent += now > 0 ? (size_t) now : 0;
            busy |= now > 0;
        }
        state = receive(client, &outcome->client);
        if (state == -1) {
            return;
        }
        busy |= state == 1;
        quiet = busy ? 0 : quiet + 1;
        if (!busy) {
            open_connections();
        }
        if (sent == until && until < bytes->len && quiet == 1) {
            until = bytes->len;
            quiet = 0;
        }
    }
}


static void
close_all(const input_t *input, outcome_t *outcome)
{
    time_t deadline = time(NULL) + CLOSED_WITHIN;
    size_t i;

    for (;;) {
        serve_all(input, outcome);
        for (i = 0; i < outcome->n_upstream; i++) {
            drop(&api[i].fd);
        }
        if (open_connections() == 1) {
            return;
        }
        if (time(NULL) > deadline) {
            fault("connections stay open");
        }
    }
}


void
exchange_run(const input_t *input, outcome_t *outcome)
{
    int client = connected(setting.ports[input->server]);

    next_answer = 0;
    outcome->n_upstream = 0;
    bytes_clear(&outcome->client);
    talk(input, outcome, client);
    drop(&client);
    close_all(input, outcome);
}
