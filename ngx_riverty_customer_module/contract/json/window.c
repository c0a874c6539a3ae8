/*
 * The window's way over a text, in steps of its size from the text's beginning.
 */
#include "window.h"


/* The marks of the last bytes; what is behind them is not plain. */
static uint64_t
last_marks(const unsigned char *pos, size_t len)
{
    unsigned char last[RIVERTY_WINDOW] = { 0 };

    if (len > 0) {
        memcpy(last, pos, len);
    }

    return riverty_window_marks(last);
}


static inline void
look(riverty_window_t *window, const unsigned char *start)
{
    size_t left = (size_t) (window->end - start);

    window->start = start;
    window->marks = left >= RIVERTY_WINDOW ? riverty_window_marks(start)
                                           : last_marks(start, left);
}


void
riverty_window_init(riverty_window_t *window, riverty_span_t text)
{
    window->end = text.data + text.len;
    look(window, text.data);
}


/* pos is in none of the bytes that have been looked at. */
static const unsigned char *
jump(riverty_window_t *window, const unsigned char *pos)
{
    size_t ahead = (size_t) (pos - window->start);

    look(window, window->start + ahead / RIVERTY_WINDOW * RIVERTY_WINDOW);
    return riverty_window_plain(window, pos);
}


/* A string that goes on behind the window. */
static __attribute__((noinline)) const unsigned char *
run(riverty_window_t *window)
{
    return jump(window,
                riverty_run_plain(window->start + RIVERTY_WINDOW, window->end));
}


/* At the end of the text, or not in the next window. */
static __attribute__((noinline)) const unsigned char *
move_on(riverty_window_t *window, const unsigned char *pos)
{
    const unsigned char *next = window->start + RIVERTY_WINDOW;

    if (pos >= next + RIVERTY_WINDOW) {
        return jump(window, pos);
    }

    look(window, next);
    pos = pos > next ? pos : next;

    return window->marks >> (pos - next) != 0
               ? riverty_window_plain(window, pos)
               : run(window);
}


const unsigned char *
riverty_window_move(riverty_window_t *window, const unsigned char *pos)
{
    const unsigned char *next = window->start + RIVERTY_WINDOW;
    uint64_t marks;

    if (window->end - next < RIVERTY_WINDOW || pos - next >= RIVERTY_WINDOW) {
        return move_on(window, pos);
    }

    /* The next window: pos is in it, or a string that goes on there. */
    marks = riverty_window_marks(next);
    window->start = next;
    window->marks = marks;

    pos = pos > next ? pos : next;
    marks >>= pos - next;

    return marks != 0 ? pos + __builtin_ctzll(marks) : run(window);
}
