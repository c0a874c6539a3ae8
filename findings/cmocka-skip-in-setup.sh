#!/bin/sh
#
# After skip() in a cmocka fixture, the next test that fails is not counted.
#
# One would expect: skip() in the setup of a test skips this test; or, if it is
# not allowed there, the test is an error and the run goes on as ever.
#
# What surprises: the test is an error, and a mark stays set.  Tests that pass
# do not clear it.  The next test that fails, of whatever group, is told as
# SKIPPED, is not in the number that cmocka_run_group_tests() returns and its
# message is not printed.  In the teardown of a group, skip() is no error
# either: it has no other effect than to hide the next failure.
#
# Why it matters: "skip where the database is missing" belongs in a fixture, by
# the habit of other frameworks.  The program below has a failing assertion and
# ends with 0, so continuous integration is green.
#
# Versions: cmocka 1.1.5-2.1 (Debian 12) and 2.0.2-1+b1 (sid, November 2026).
#
# Seen, with both versions: how a failing test ended after each fixture, and
# what cmocka_run_group_tests() returned for its group:
#
#     no fixture: FAILED, returned 1
#     skip() in the setup of a passing test: SKIPPED, returned 0
#     skip() in the teardown of a group: SKIPPED, returned 0

set -eu

. "$(dirname "$0")/libraries.sh"

cat > "$dir/find.c" <<'EOF'
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int skipped(void **state)
{
    (void) state;
    skip();
    return 0;
}

static void passes(void **state)
{
    (void) state;
}

static void fails(void **state)
{
    (void) state;
    assert_int_equal(1, 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest no_fixture[] = { cmocka_unit_test(passes) };
    const struct CMUnitTest in_setup[] = {
        cmocka_unit_test_setup(passes, skipped),
        cmocka_unit_test(passes),
    };
    const struct CMUnitTest failing[] = { cmocka_unit_test(fails) };

    (void) argv;

    switch (argc) {
    case 1:
        (void) cmocka_run_group_tests(no_fixture, NULL, NULL);
        break;
    case 2:
        (void) cmocka_run_group_tests(in_setup, NULL, NULL);
        break;
    default:
        (void) cmocka_run_group_tests(no_fixture, NULL, skipped);
    }

    return cmocka_run_group_tests(failing, NULL, NULL);
}
EOF

# after SUITE WHAT [ARGUMENT...]: how the failing test ended
after()
{
    suite=$1
    what=$2
    shift 2
    status=0
    run "$suite" find "$@" > "$dir/log" 2>&1 || status=$?
    end=$(sed -n 's/^\[ *\([A-Z]*\) *\] fails$/\1/p' "$dir/log" |
        grep -v RUN | sort -u)
    echo "$what: $end, returned $status"
}

# ends SUITE: all three, with the library of the suite
ends()
{
    compile "$1" libcmocka.so.0
    after "$1" "no fixture"
    after "$1" "skip() in the setup of a passing test" setup
    after "$1" "skip() in the teardown of a group" group teardown
}

unpack bookworm libcmocka-dev=1.1.5-2.1
unpack sid libcmocka-dev=2.0.2-1+b1

for suite in bookworm sid; do
    seen=$(ends "$suite")
    echo "$seen"
    expect "$suite" "no fixture: FAILED, returned 1
skip() in the setup of a passing test: SKIPPED, returned 0
skip() in the teardown of a group: SKIPPED, returned 0" "$seen"
done
