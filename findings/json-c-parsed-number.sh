#!/bin/sh
#
# json-c's ways to print a number do nothing to a number that was read.
#
# One would expect: JSON_C_TO_STRING_NOZERO leaves trailing zeros out, and the
# format of json_c_set_serialization_double_format() is how doubles are printed
# from then on, whether they were computed or read.
#
# What surprises: a double that json-c parsed carries its source text, and this
# is what is printed, flag and format or not: "2.50" stays "2.50" and "1E2"
# stays "1E2".  A copy of the document has the text as well.  Two documents
# that json_object_equal() calls equal are printed differently.  The flag and
# the format work in every unit test that makes its doubles itself.
#
# Why it matters: a program that prints amounts with two digits, or writes a
# canonical form for a signature or a cache key, lets through what the sender
# typed.
#
# Versions: libjson-c5 0.16-2 (Debian 12) and 0.18+ds-1 (Debian 13).
#
# Seen, with both, of the numbers 2.50, 1E2 and 19.999:
#
#     made, plain: 2.5 100.0 19.998999999999999
#     read, plain: 2.50 1E2 19.999
#     read, no zero: 2.50 1E2 19.999
#     made, format %.2f: 2.50 100.00 20.00
#     read, format %.2f: 2.50 1E2 19.999
#     2.50 and 2.5 read: equal 1, printed 2.50 2.5

set -eu

. "$(dirname "$0")/libraries.sh"

unpack bookworm libjson-c-dev=0.16-2
unpack trixie libjson-c-dev=0.18+ds-1

cat > "$dir/find.c" <<'EOF'
#include <json-c/json.h>
#include <stdio.h>

static void print(const char *what, struct json_object *values[], int flags)
{
    printf("%s:", what);
    for (int i = 0; i < 3; i++) {
        printf(" %s", json_object_to_json_string_ext(values[i], flags));
    }
    printf("\n");
}

int main(void)
{
    struct json_object *made[] = {
        json_object_new_double(2.50), json_object_new_double(1E2),
        json_object_new_double(19.999),
    };
    struct json_object *read[] = {
        json_tokener_parse("2.50"), json_tokener_parse("1E2"),
        json_tokener_parse("19.999"),
    };
    struct json_object *shorter = json_tokener_parse("2.5");

    print("made, plain", made, JSON_C_TO_STRING_PLAIN);
    print("read, plain", read, JSON_C_TO_STRING_PLAIN);
    print("read, no zero", read, JSON_C_TO_STRING_NOZERO);

    json_c_set_serialization_double_format("%.2f", JSON_C_OPTION_GLOBAL);

    print("made, format %.2f", made, JSON_C_TO_STRING_PLAIN);
    print("read, format %.2f", read, JSON_C_TO_STRING_PLAIN);

    printf("2.50 and 2.5 read: equal %d, printed %s %s\n",
           json_object_equal(read[0], shorter),
           json_object_to_json_string(read[0]),
           json_object_to_json_string(shorter));
    return 0;
}
EOF

for suite in bookworm trixie; do
    compile "$suite" libjson-c.so.5
    seen=$(run "$suite" find)
    echo "$seen"
    expect "$suite" "made, plain: 2.5 100.0 19.998999999999999
read, plain: 2.50 1E2 19.999
read, no zero: 2.50 1E2 19.999
made, format %.2f: 2.50 100.00 20.00
read, format %.2f: 2.50 1E2 19.999
2.50 and 2.5 read: equal 1, printed 2.50 2.5" "$seen"
done
