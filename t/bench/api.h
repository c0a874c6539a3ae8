/*
 * The API's place in the bench: it answers a create and a read with what never
 * changes, and 401 where the key is missing, so that a proxy that puts none in
 * fails the bench.  It shares the load's loop of events, and costs less than
 * any server would.
 */
#ifndef RIVERTY_BENCH_API_H
#define RIVERTY_BENCH_API_H

/* What an event of epoll's is for: the first member of whatever it points to.
 */
typedef struct handler {
    void (*run)(struct handler *handler, unsigned events);
} handler_t;

/*
 * Listens on 127.0.0.1:argv[0] and answers there to those who have the key
 * argv[1], with the files argv[2] (a create) and argv[3] (a read).  Dies of
 * what fails.
 */
void api_listen(int epoll, char **argv);

void *allocate(void *old, size_t size);
_Noreturn void die(const char *what);

#endif
