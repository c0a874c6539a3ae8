#!/bin/sh
#
# A jansson program that asks for 23 digits or more gets no JSON since 2.15.
#
# One would expect: JSON_REAL_PRECISION(n) is "at most n digits", the manual
# allows 0 to 31, and a double needs 17; more than these are harmless.  2.15
# has a shortest form for reals and should write fewer digits, not none.
#
# What surprises: json_dumps() returns NULL in 2.15 for a number that needs
# too many of the digits: 0.1 from 22 on, 19.99 from 23 on.  From 25 on it
# does so for 1.5, too, which would be written "1.5".  And 17, which used to be
# the default, is not the default any more: it still gives 19.989999999999998.
#
# Why it matters: 31 was the way to say "all digits".  After the upgrade, which
# keeps the name of the library, a document fails because of one amount in it,
# and json_dumps() has no error to ask for.
#
# Versions: libjansson4 2.14-2 (Debian 12) and 2.15.1-1 (sid, November 2026).
#
# Seen, 1.5, 0.1 and 19.99 with as many digits:
#
#     2.14 default: 1.5 0.10000000000000001 19.989999999999998
#     2.14 17: 1.5 0.10000000000000001 19.989999999999998
#     2.14 22: 1.5 0.1000000000000000055511 19.98999999999999843681
#     2.14 23: 1.5 0.10000000000000000555112 19.989999999999998436806
#     2.14 25: 1.5 0.1000000000000000055511151 19.98999999999999843680598
#     2.15.1 default: 1.5 0.1 19.99
#     2.15.1 17: 1.5 0.10000000000000001 19.989999999999998
#     2.15.1 22: 1.5 NULL 19.98999999999999843681
#     2.15.1 23: 1.5 NULL NULL
#     2.15.1 25: NULL NULL NULL

set -eu

. "$(dirname "$0")/libraries.sh"

cat > "$dir/find.c" <<'EOF'
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static void print(const char *digits, size_t flags)
{
    const double values[] = { 1.5, 0.1, 19.99 };

    printf("%s %s:", jansson_version_str(), digits);

    for (int i = 0; i < 3; i++) {
        json_t *value = json_real(values[i]);
        char *text = json_dumps(value, JSON_ENCODE_ANY | flags);

        printf(" %s", text == NULL ? "NULL" : text);
        free(text);
        json_decref(value);
    }

    printf("\n");
}

int main(void)
{
    print("default", 0);
    print("17", JSON_REAL_PRECISION(17));
    print("22", JSON_REAL_PRECISION(22));
    print("23", JSON_REAL_PRECISION(23));
    print("25", JSON_REAL_PRECISION(25));
    return 0;
}
EOF

unpack bookworm libjansson-dev=2.14-2
unpack sid libjansson-dev=2.15.1-1
compile bookworm libjansson.so.4
compile sid libjansson.so.4

seen=$(run bookworm find; run sid find)

echo "$seen"
expect "numbers" "2.14 default: 1.5 0.10000000000000001 19.989999999999998
2.14 17: 1.5 0.10000000000000001 19.989999999999998
2.14 22: 1.5 0.1000000000000000055511 19.98999999999999843681
2.14 23: 1.5 0.10000000000000000555112 19.989999999999998436806
2.14 25: 1.5 0.1000000000000000055511151 19.98999999999999843680598
2.15.1 default: 1.5 0.1 19.99
2.15.1 17: 1.5 0.10000000000000001 19.989999999999998
2.15.1 22: 1.5 NULL 19.98999999999999843681
2.15.1 23: 1.5 NULL NULL
2.15.1 25: NULL NULL NULL" "$seen"
