#!/bin/sh
#
# Miller writes "(error)" into the rows whose text happens to be a number.
#
# One would expect: strlen(), sub() and md5() of a column of references give
# their result for each row, as toupper() and "." do, or fail for the file.
# Where a reference of digits is taken for a number, -S is said to stop that.
#
# What surprises: the function is decided row by row.  A reference with a
# letter or a leading zero works, the one of plain digits becomes the text
# "(error)" in the output file, and the exit status is 0.  Which functions do
# so is a matter of luck: sub(), md5() and truncate() do, substr() and
# toupper() do not.  The flag -S, which cured this in Miller 5, is still
# accepted after "put" and does nothing; the same letter before the verb works.
#
# Why it matters: references, phone numbers and post codes are digits in some
# rows and have letters in others.  The sample has the one kind and passes.
# A pseudonym by md5() is then one and the same for all customers whose number
# has no letter.
#
# Versions: Miller 6.6.0-2+b3 (Debian 12), 6.13.0-1 (Debian 13) and 6.18.1-1
# (sid, November 2026).
#
# Seen, with all three versions, first "put -S", then "-S put":
#
#     ref,length,stripped,md5,first,upper
#     K123,4,K123,64dea693e8d891e0f5672c59490da24b,K1,K123
#     00042,5,42,fa0fe7a225b3d30d0aa7d1958de81f6a,00,00042
#     12345,(error),(error),(error),12,12345
#     12345,5,12345,827ccb0eea8a706c4c34a16891f84e7b,12,12345

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm miller=6.6.0-2+b3
unpack trixie miller=6.13.0-1
unpack sid miller=6.18.1-1

printf 'ref\nK123\n00042\n12345\n' > "$dir/references.csv"

# shellcheck disable=SC2016
columns='
    $length = strlen($ref);
    $stripped = sub($ref, "^0+", "");
    $md5 = md5($ref);
    $first = substr($ref, 0, 1);
    $upper = toupper($ref);
'

for suite in bookworm trixie sid; do
    run "$suite" usr/bin/mlr --csv put -S "$columns" "$dir/references.csv" \
        > "$dir/seen" || changed "$suite: exit status $?"
    run "$suite" usr/bin/mlr --csv -S put "$columns" "$dir/references.csv" |
        tail -n 1 >> "$dir/seen"
    echo "$suite:"
    cat "$dir/seen"
    expect "$suite" "ref,length,stripped,md5,first,upper
K123,4,K123,$(printf K123 | md5sum | cut -d' ' -f1),K1,K123
00042,5,42,$(printf 00042 | md5sum | cut -d' ' -f1),00,00042
12345,(error),(error),(error),12,12345
12345,5,12345,$(printf 12345 | md5sum | cut -d' ' -f1),12,12345" \
        "$(cat "$dir/seen")"
done
