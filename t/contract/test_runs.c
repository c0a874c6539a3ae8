/*
 * The runs (runs.h) and the window (window.h): every way finds the same end as
 * a walk byte by byte, at each alignment, for each byte that ends a run, and
 * reads nothing behind the end: the page there cannot be read.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include "contract/core/runs.h"
#include "contract/json/window.h"

#define LENGTH_MAX 200

static unsigned char *page_end; /* the first byte that cannot be read */


static int
start(void **state)
{
    size_t page = (size_t) sysconf(_SC_PAGESIZE);
    unsigned char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void) state;
    if (pages == MAP_FAILED) {
        return 1;
    }

    page_end = pages + page;
    return mprotect(page_end, page, PROT_NONE);
}


static const unsigned char *
walk(const unsigned char *pos, const unsigned char *end, unsigned class)
{
    while (pos < end && riverty_byte_is(*pos, class)) {
        pos++;
    }

    return pos;
}


static const unsigned char *
window_plain(const unsigned char *pos, const unsigned char *end)
{
    riverty_window_t window;

    riverty_window_init(&window, (riverty_span_t){ pos, (size_t) (end - pos) });
    return riverty_window_plain(&window, pos);
}


static void
assert_end(const char *name, riverty_run_pt run, const unsigned char *pos,
           unsigned class)
{
    const unsigned char *wanted = walk(pos, page_end, class);

    if (run(pos, page_end) != wanted) {
        fail_msg("%s, %zu bytes: %zd, not %zd", name, (size_t) (page_end - pos),
                 run(pos, page_end) - pos, wanted - pos);
    }
}


static void
assert_all(const unsigned char *pos)
{
    for (size_t i = 0; i < riverty_runs_count; i++) {
        const riverty_runs_t *runs = &riverty_runs[i];

        if (runs->works()) {
            assert_end(runs->name, runs->plain, pos, RIVERTY_BYTE_PLAIN);
            assert_end(runs->name, runs->space, pos, RIVERTY_BYTE_SPACE);
        }
    }

    assert_end("inline", riverty_bytes_plain, pos, RIVERTY_BYTE_PLAIN);
    assert_end("inline", riverty_bytes_space, pos, RIVERTY_BYTE_SPACE);
    assert_end("window", window_plain, pos, RIVERTY_BYTE_PLAIN);
}


/* A run of fill that one other byte ends, or the page. */
static void
assert_runs(const char *fill)
{
    for (size_t len = 0; len <= LENGTH_MAX; len++) {
        unsigned char *pos = page_end - len;

        for (size_t i = 0; i < len; i++) {
            pos[i] = (unsigned char) fill[i % strlen(fill)];
        }

        assert_all(pos);
        for (size_t at = 0; at < len; at++) {
            unsigned char before = pos[at];

            pos[at] = (unsigned char) (at * 37 + len);
            assert_all(pos);
            pos[at] = before;
        }
    }
}


/* The same of a header's name. */
static void
test_name(void **state)
{
    (void) state;
    for (size_t len = 0; len <= 24; len++) {
        for (size_t at = 0; at <= len; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                unsigned char *pos = page_end - len;
                bool ends = byte <= ' ' || byte == ':';

                memset(pos, 'x', len);
                if (at < len) {
                    pos[at] = (unsigned char) byte;
                }
                assert_ptr_equal(riverty_bytes_name(pos, page_end),
                                 at < len && ends ? pos + at : page_end);
            }
        }
    }
}


static void
test_plain(void **state)
{
    (void) state;
    assert_runs("plain text ~!#[]^");
}


static void
test_space(void **state)
{
    (void) state;
    assert_runs(" \n\t\r  ");
}


/* Each byte at each place of a block and of two windows. */
static void
test_every_byte(void **state)
{
    unsigned char *pos = page_end - 130;

    (void) state;

    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < 130; at++) {
            memset(pos, at % 2 == 0 ? 'a' : ' ', 130);
            pos[at] = (unsigned char) byte;
            assert_all(pos);
        }
    }
}


/* Many runs in one text: the window goes from one to the next. */
static void
test_window(void **state)
{
    uint32_t random = 1;

    (void) state;

    for (unsigned round = 0; round < 2000; round++) {
        size_t len = round % 1000;
        unsigned char *pos = page_end - len;
        const unsigned char *from = pos;
        riverty_window_t window;
        unsigned rare = 2 + round % 97;

        for (size_t i = 0; i < len; i++) {
            random = random * 1664525 + 1013904223;
            pos[i] = (random >> 16) % rare == 0 ? '"' : 'a';
        }

        riverty_window_init(&window, (riverty_span_t){ pos, len });
        while (from < page_end) {
            const unsigned char *found = riverty_window_plain(&window, from);

            assert_ptr_equal(found, walk(from, page_end, RIVERTY_BYTE_PLAIN));
            from = found + 1 + (random >> 8) % 3 * rare;
        }
    }
}


static void
test_ways(void **state)
{
    (void) state;

    assert_true(riverty_runs[riverty_runs_count - 1].works());
    for (size_t i = 0; i < riverty_runs_count; i++) {
        print_message("%s: %s\n", riverty_runs[i].name,
                      riverty_runs[i].works() ? "tested" : "not here");
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),      cmocka_unit_test(test_space),
        cmocka_unit_test(test_every_byte), cmocka_unit_test(test_window),
        cmocka_unit_test(test_ways),       cmocka_unit_test(test_name),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
