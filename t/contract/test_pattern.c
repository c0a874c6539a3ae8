/*
 * The automata (automaton.h) against PCRE2, which reads the same patterns: the
 * shapes, the postal codes of every country and one pattern for each piece of
 * the syntax, on texts that are drawn from what a pattern takes.
 */
#include "customer.h"
#include "contract/core/text.h"
#include "contract/customer/postal_codes.h"
#include "contract/customer/shapes.h"
#include "contract/pattern/automaton.h"

#define DRAWN    1000 /* texts for a pattern */
#define TEXT_MAX 96   /* code points of one */

/* Patterns for each piece of the syntax. */
static const char *const syntax[] = {
    "",
    "a",
    "ab|c|",
    "(?:a|b(?:c|d))e",
    "a?b*c+",
    "a{2}b{2,}c{0,2}",
    "(?:ab?){2,4}",
    "(?:a?b?){2,4}",
    "(?:a*|b){3}",
    "[a-cx-]+",
    "[^a-c]+",
    "[^\\x{e4}-\\x{10ffff}]*",
    "[-a]*[\\]\\\\^]",
    "\\.\\*\\?\\(\\)\\[\\{\\|",
    "\\x{e4}+\\x{20ac}",
    "\xc3\xa4+[\xc3\xb6-\xc3\xbf]",
    "\\Qa.b|c(\\Ed|e",
    "\\p{L}+[\\p{Nd} ]*",
    "[^\\p{Lu}]+",
    "(?=[^b]*b)[abc]{2,5}",
    "(?!ab)[abc]+",
    "a?(?=b)[bc]+|(?!c)c?d?",
    "(?=a)(?!aa)(?=[ab]{3})[ab]*",
    "(?=(?:a|b)+)b{1,3}a",
    "a{0}b{0,0}c",
    "a,b-c",
};

/* What an automaton is not made of, though PCRE2 may take it. */
static const char *const strange[] = {
    "a**",        "a+?",      "a++",      "a{1",     "a{,2}",
    "a{3,2}",     "a{x}",     "a{70000}", "(a)",     "(?:a",
    "a)",         "[a",       "[]",       "[a[b]",   "[b-a]",
    "\\d",        "\\",       "[\\d]",    "\\x{}g}", "\\x{110000}",
    "\\x{1",      ".",        "^a",       "a$",      "*",
    "(?:(?=a)a)", "(?i)a",    "\\p{Xx}",  "\\p{",    "[\\p{L]",
    "\\p{}",      "(?>a)",    "(?=a",     "{2}",     "(?:a?){60000}{2}",
    "[a-",        "\\Qa\\E+", "a]",
};

/* One more state than there is room for. */
static const char too_many[] = "(?:[ab]{0,20}a[ab]{20})";

static uint64_t random_state = 1;
static riverty_automaton_space_t *space;
static riverty_shape_id_t unassigned; /* to PCRE2 */


/* Marsaglia's xorshift; below limit. */
static uint32_t
draw(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t) (random_state >> 32) % limit;
}


/* libutf8proc may have a newer Unicode than PCRE2: what both know is drawn. */
static bool
is_known(uint32_t code)
{
    unsigned char text[4];
    riverty_span_t character = { text, 0 };

    if (code >= 0xd800 && code <= 0xdfff) {
        return false;
    }

    character.len = riverty_text_encode(code, text);
    return riverty_shape_match(customer_shapes, unassigned, character) ==
           RIVERTY_MATCH_NO;
}


/* A code point of a run, mostly near its ends. */
static uint32_t
draw_of(const riverty_automaton_t *automaton, size_t run)
{
    uint32_t first = automaton->runs[run].first;
    uint32_t end = run + 1 < automaton->runs_count
                       ? automaton->runs[run + 1].first
                       : RIVERTY_CODE_MAX + 1;
    uint32_t code = draw(2) == 0 ? first : end - 1;

    code = draw(2) == 0 ? first + draw(end - first) : code;
    return is_known(code) ? code : 'a';
}


static unsigned
classes_of(const riverty_automaton_t *automaton)
{
    unsigned classes = 0;

    for (size_t i = 0; i < automaton->runs_count; i++) {
        if (automaton->runs[i].class >= classes) {
            classes = automaton->runs[i].class + 1;
        }
    }

    return classes;
}


/* Any class; mostly one that leads on from the state, where there is one. */
static unsigned
draw_class(const riverty_automaton_t *automaton, riverty_state_t state)
{
    unsigned classes = classes_of(automaton);
    unsigned first = RIVERTY_CODE_CLASS_FIRST;
    unsigned class = first + draw(classes - first);
    unsigned left = draw(20) == 0 ? 0 : classes - first;

    while (left-- > 0 &&
           automaton->steps[state + class] == RIVERTY_STATE_DEAD) {
        class = class + 1 < classes ? class + 1 : first;
    }

    return class;
}


static uint32_t
draw_code(const riverty_automaton_t *automaton, riverty_state_t state)
{
    unsigned class = draw_class(automaton, state);
    size_t run = draw((uint32_t) automaton->runs_count);

    while (automaton->runs[run].class != class) {
        run = (run + 1) % automaton->runs_count;
    }

    return draw_of(automaton, run);
}


/*
 * Writes a text that the automaton takes, or nearly takes.  Returns its
 * length.
 */
static size_t
draw_text(const riverty_automaton_t *automaton, unsigned char *text)
{
    riverty_state_t state = automaton->start;
    size_t len = 0;

    for (uint32_t left = draw(TEXT_MAX); left > 0; left--) {
        size_t added;

        if (riverty_automaton_ends(automaton, state) && draw(4) == 0) {
            break;
        }

        added = riverty_text_encode(draw_code(automaton, state), text + len);
        state = riverty_automaton_pass(automaton, state,
                                       (riverty_span_t){ text + len, added });
        len += added;
    }

    return len;
}


/* Compares the automaton of pattern with PCRE2; returns how many it took. */
static unsigned
compare(const char *pattern)
{
    static unsigned char text[4 * TEXT_MAX];
    riverty_pattern_error_t error;
    riverty_automaton_t *automaton;
    riverty_shape_id_t shape =
        riverty_shapes_add(customer_shapes, riverty_span_of(pattern), &error);
    unsigned taken = 0;

    if (riverty_automaton_create(&automaton, riverty_span_of(pattern), space) !=
            RIVERTY_AUTOMATON_OK ||
        shape == RIVERTY_SHAPE_NONE) {
        fail_msg("%s: no such pattern (pattern.h)", pattern);
    }

    for (unsigned i = 0; i < DRAWN; i++) {
        riverty_span_t drawn = { text, draw_text(automaton, text) };
        bool taken_here = riverty_automaton_ends(
            automaton,
            riverty_automaton_pass(automaton, automaton->start, drawn));
        bool taken_there = riverty_shape_match(customer_shapes, shape, drawn) ==
                           RIVERTY_MATCH_YES;

        if (taken_here != taken_there) {
            fail_msg("%s: %.*s: %d, PCRE2 %d", pattern, (int) drawn.len,
                     (const char *) text, taken_here, taken_there);
        }
        taken += taken_here;
    }

    free(automaton);
    return taken;
}


static void
test_syntax(void **state)
{
    (void) state;

    for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++) {
        assert_true(compare(syntax[i]) > 0);
    }
}


static void
test_strange(void **state)
{
    riverty_automaton_t *automaton;

    (void) state;

    for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
        if (riverty_automaton_create(&automaton, riverty_span_of(strange[i]),
                                     space) != RIVERTY_AUTOMATON_PATTERN) {
            fail_msg("%s is taken", strange[i]);
        }
    }

    assert_int_equal(
        riverty_automaton_create(&automaton, riverty_span_of(too_many), space),
        RIVERTY_AUTOMATON_PATTERN);
}


static void
test_too_many_sets(void **state)
{
    char pattern[2048] = "";
    riverty_automaton_t *automaton;
    char *out = pattern;

    (void) state;

    for (int i = 0; i < 80; i++) {
        out += sprintf(out, "\\x{%x}", 0x400 + 2 * i);
    }

    assert_int_equal(
        riverty_automaton_create(&automaton, riverty_span_of(pattern), space),
        RIVERTY_AUTOMATON_PATTERN);
}


static void
test_shapes(void **state)
{
    (void) state;

    for (unsigned i = RIVERTY_SHAPE_NONE + 1; i < RIVERTY_SHAPE_COUNT; i++) {
        const char *pattern = riverty_shape_pattern((riverty_shape_id_t) i);

        assert_true(compare(pattern) > DRAWN / 40);
    }
}


static void
test_postal_codes(void **state)
{
    char pattern[2048];

    (void) state;

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        const riverty_postal_code_t *row = &riverty_postal_codes[i];

        (void) sprintf(pattern, "(?:\\Q%s\\E)?(?:%s)", row->prefix,
                       row->pattern);
        assert_true(compare(pattern) > 0);
    }
}


static int
start(void **state)
{
    riverty_pattern_error_t error;

    space = riverty_automaton_space_create();
    if (space == NULL || customer_start(state) != 0) {
        return 1;
    }

    unassigned =
        riverty_shapes_add(customer_shapes, riverty_span("\\p{Cn}"), &error);
    return unassigned == RIVERTY_SHAPE_NONE;
}


static int
finish(void **state)
{
    free(space);
    return customer_stop(state);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax),        cmocka_unit_test(test_strange),
        cmocka_unit_test(test_too_many_sets), cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_postal_codes),
    };

    return cmocka_run_group_tests(tests, start, finish);
}
