#!/bin/sh
#
# A group of cmocka tests whose teardown fails returns 0.
#
# One would expect: cmocka_run_group_tests() returns 0 when all went well and
# the number of failures otherwise, as it does when the setup of the group or
# the setup or teardown of a test fails.
#
# What surprises: a teardown of a group that returns an error or fails in an
# assertion is printed as FAILED and counts for nothing.
#
# Why it matters: the teardown of a group is where a test makes sure that the
# whole run left nothing behind (files, connections, keys in memory), because
# no single test can.  Such a check never fails a build.
#
# Versions: cmocka 1.1.5-2.1 (Debian 12) and 2.0.2-1+b1 (sid, November 2026).
#
# Seen, with both versions: what cmocka_run_group_tests() returned
#
#     setup of a test: 1
#     teardown of a test: 1
#     setup of a group: 1
#     teardown of a group: 0
#     assertion in the teardown of a group: 0

set -eu

. "$(dirname "$0")/libraries.sh"

cat > "$dir/find.c" <<'EOF'
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void passes(void **state)
{
    (void) state;
}

static int fails(void **state)
{
    (void) state;
    return -1;
}

static int asserts(void **state)
{
    (void) state;
    assert_int_equal(1, 2);
    return 0;
}

int main(void)
{
    const struct CMUnitTest plain[] = { cmocka_unit_test(passes) };
    const struct CMUnitTest setup[] = {
        cmocka_unit_test_setup(passes, fails),
    };
    const struct CMUnitTest teardown[] = {
        cmocka_unit_test_teardown(passes, fails),
    };

    printf("setup of a test: %d\n", cmocka_run_group_tests(setup, NULL, NULL));
    printf("teardown of a test: %d\n",
           cmocka_run_group_tests(teardown, NULL, NULL));
    printf("setup of a group: %d\n",
           cmocka_run_group_tests(plain, fails, NULL));
    printf("teardown of a group: %d\n",
           cmocka_run_group_tests(plain, NULL, fails));
    printf("assertion in the teardown of a group: %d\n",
           cmocka_run_group_tests(plain, NULL, asserts));

    return 0;
}
EOF

# returned SUITE: with the library of the suite
returned()
{
    compile "$1" libcmocka.so.0
    run "$1" find 2> /dev/null | sed -n '/: [0-9]*$/p' | grep ' of a '
}

unpack bookworm libcmocka-dev=1.1.5-2.1
unpack sid libcmocka-dev=2.0.2-1+b1

for suite in bookworm sid; do
    seen=$(returned "$suite")
    echo "$seen"
    expect "$suite" "setup of a test: 1
teardown of a test: 1
setup of a group: 1
teardown of a group: 0
assertion in the teardown of a group: 0" "$seen"
done
