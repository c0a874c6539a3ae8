#!/bin/sh
#
# cJSON changes a fifth of the 16-digit numbers that a double holds exactly.
#
# One would expect: cJSON keeps numbers as doubles, so integers are safe up to
# 2^53 - 1 = 9007199254740991, and what is printed reads back as the same.
#
# What surprises: 15 digits are printed when they are "equal enough", and the
# comparison allows a relative error of one bit in 52.  From 2^52 on this is a
# whole 1 or more, so a number that ends with 1 or 9 loses or gains 1 on its
# way through cJSON_Parse() and cJSON_Print(), and is printed with an exponent.
# Below 2^52, and with any other last digit, all is well.
#
# Why it matters: numbers of customers, orders and cards with 16 digits are in
# this range, the usual advice is "up to 2^53 is safe", and a test with a few
# numbers passes.  The changed number is often another customer's.
#
# Versions: libcjson-dev 1.7.15-1+deb12u4 (Debian 12); libcjson1 1.7.19-2 (sid)
# does the same.
#
# Seen:
#
#     4503599627370491 -> 4503599627370491
#     4503599627370501 -> 4.5035996273705e+15
#     5100000000000001 -> 5.1e+15
#     5100000000000002 -> 5100000000000002
#     9007199254740991 -> 9.00719925474099e+15
#     changed of 1000 from 5100000000000000 on: 200

set -eu

. "$(dirname "$0")/libraries.sh"

unpack bookworm libcjson-dev=1.7.15-1+deb12u4

cat > "$dir/find.c" <<'EOF'
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *printed(const char *number)
{
    cJSON *value = cJSON_Parse(number);
    char *text = cJSON_PrintUnformatted(value);

    cJSON_Delete(value);
    return text;
}

int main(void)
{
    const char *numbers[] = {
        "4503599627370491", "4503599627370501", "5100000000000001",
        "5100000000000002", "9007199254740991",
    };
    const long long first = 5100000000000000;
    char number[32], *text;
    int changed = 0;

    for (int i = 0; i < 5; i++) {
        text = printed(numbers[i]);
        printf("%s -> %s\n", numbers[i], text);
        cJSON_free(text);
    }

    for (long long n = first; n < first + 1000; n++) {
        snprintf(number, sizeof(number), "%lld", n);
        text = printed(number);
        changed += (long long) strtod(text, NULL) != n;
        cJSON_free(text);
    }

    printf("changed of 1000 from %lld on: %d\n", first, changed);
    return 0;
}
EOF

compile bookworm libcjson.so.1

seen=$(run bookworm find)

echo "$seen"
expect "numbers" "4503599627370491 -> 4503599627370491
4503599627370501 -> 4.5035996273705e+15
5100000000000001 -> 5.1e+15
5100000000000002 -> 5100000000000002
9007199254740991 -> 9.00719925474099e+15
changed of 1000 from 5100000000000000 on: 200" "$seen"
