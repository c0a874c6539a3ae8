/* The API's place in the bench (api.h). */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api.h"

#define HEAD_SIZE   8192
#define BODY_SIZE   (256 * 1024)
#define ANSWER_SIZE 4096

typedef struct {
    char data[ANSWER_SIZE];
    size_t len;
} answer_t;

typedef struct api {
    handler_t handler;
    int epoll, fd;
    char key[256]; /* the header line that is wanted */
    answer_t created, read, unknown;
} api_t;

typedef struct {
    handler_t handler;
    const api_t *api;
    int fd;
    size_t got;  /* of the head */
    size_t left; /* of the body, once the head is whole */
    bool whole;
    const answer_t *answer;
    char head[HEAD_SIZE + 1];
} caller_t;


static void
make_answer(answer_t *answer, const char *status, const char *path)
{
    char body[ANSWER_SIZE / 2];
    size_t len = 0;

    if (path != NULL) {
        FILE *file = fopen(path, "rb");

        if (file == NULL) {
            die(path);
        }
        len = fread(body, 1, sizeof(body), file);
        fclose(file);
    }

    answer->len = (size_t) snprintf(
        answer->data, sizeof(answer->data),
        "HTTP/1.1 %s\r\nServer: api\r\n"
        "Date: Sat, 28 Nov 2026 09:00:00 GMT\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n"
        "Connection: keep-alive\r\n\r\n%.*s",
        status, len, (int) len, body);
}


static void
watch(int epoll, int fd, handler_t *handler)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = handler };

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1) {
        die("epoll_ctl");
    }
}


/* The head is whole: who asks for what, and how much of a body comes. */
static void
read_head(caller_t *caller, char *end)
{
    const api_t *api = caller->api;
    size_t head = (size_t) (end - caller->head) + 4;
    char *length;

    end[2] = '\0';
    length = strcasestr(caller->head, "\r\ncontent-length:");
    caller->left = length != NULL ? strtoul(length + 17, NULL, 10) : 0;
    caller->answer = strcasestr(caller->head, api->key) == NULL ? &api->unknown
                     : caller->head[0] == 'G'                   ? &api->read
                                                                : &api->created;
    caller->whole = true;

    /* No request comes before the last one is answered. */
    caller->left -=
        caller->got - head < caller->left ? caller->got - head : caller->left;
}


static bool
receive(caller_t *caller)
{
    static char body[BODY_SIZE];
    ssize_t got;

    if (caller->whole) {
        got = recv(caller->fd, body, sizeof(body), MSG_DONTWAIT);
        if (got > 0) {
            caller->left -= (size_t) got;
        }
        return got > 0 || (got == -1 && errno == EAGAIN);
    }

    got = recv(caller->fd, caller->head + caller->got, HEAD_SIZE - caller->got,
               MSG_DONTWAIT);
    if (got <= 0) {
        return got == -1 && errno == EAGAIN;
    }
    caller->got += (size_t) got;
    caller->head[caller->got] = '\0';

    char *end = strstr(caller->head, "\r\n\r\n");
    if (end != NULL) {
        read_head(caller, end);
    }
    return end != NULL || caller->got < HEAD_SIZE;
}


static void
serve(handler_t *handler, unsigned events)
{
    caller_t *caller = (caller_t *) handler;

    (void) events;
    if (!receive(caller)) {
        close(caller->fd);
        free(caller);
        return;
    }

    if (caller->whole && caller->left == 0) {
        const answer_t *answer = caller->answer;

        caller->got = 0;
        caller->whole = false;
        /* It is short, and the one before it has been read. */
        if (send(caller->fd, answer->data, answer->len,
                 MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t) answer->len) {
            close(caller->fd);
            free(caller);
        }
    }
}


static void
greet(handler_t *handler, unsigned events)
{
    api_t *api = (api_t *) handler;
    caller_t *caller = allocate(NULL, sizeof(*caller));

    (void) events;
    memset(caller, 0, sizeof(*caller));
    caller->handler.run = serve;
    caller->api = api;
    caller->fd = accept(api->fd, NULL, NULL);
    if (caller->fd == -1) {
        die("accept");
    }
    watch(api->epoll, caller->fd, &caller->handler);
}


void
api_listen(int epoll, char **argv)
{
    api_t *api = allocate(NULL, sizeof(*api));
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t) atoi(argv[0])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int one = 1;

    api->handler.run = greet;
    api->epoll = epoll;
    snprintf(api->key, sizeof(api->key), "\r\nX-Subscription-Key: %s\r\n",
             argv[1]);
    make_answer(&api->created, "200 OK", argv[2]);
    make_answer(&api->read, "200 OK", argv[3]);
    make_answer(&api->unknown, "401 Unauthorized", NULL);

    api->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (api->fd == -1 ||
        setsockopt(api->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ==
            -1 ||
        bind(api->fd, (struct sockaddr *) &address, sizeof(address)) == -1 ||
        listen(api->fd, 4096) == -1) {
        die("the API's port");
    }
    watch(epoll, api->fd, &api->handler);
}
