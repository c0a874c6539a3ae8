#!/bin/sh
#
# dasel refuses a whole JSON document for the number 5e-05.
#
# One would expect: a reader of JSON for the command line reads every number
# that JSON has, as a double at the least.
#
# What surprises: a number is a fraction to dasel if it has a point, and an
# integer if it has none, the exponent aside.  5e-05, 1e3 and 1E+2 go to the
# parser of integers, which refuses them, and nothing is read of the document,
# whatever the query asks for.  1.0e-07 is read, and written as 1e-07 or 1e-7,
# which the next dasel in the pipe refuses.
#
# Why it matters: Python, JavaScript and Go write small numbers so, without a
# point where one digit does.  A log or a report with durations in seconds is
# read for months, until one of them is below a ten-thousandth.
#
# Versions: dasel 2.8.1-1 (Debian 13), 3.11.2-2 (sid, November 2026).
#
# Seen, of { "id": 7, "t": NUMBER }, the id for dasel 2 and 3, and what the
# number becomes:
#
#     0.00005: 7, 7
#     5e-05: error, error
#     1e3: error, error
#     1.0e-07: 7, 7
#     1.0e-07 is written as 1e-7, 1e-07

set -eu

. "$(dirname "$0")/debian.sh"

unpack trixie dasel=2.8.1-1
unpack sid dasel=3.11.2-2

# refused: whether it was for the number
refused()
{
    grep -q 'strconv.ParseInt: parsing .*: invalid syntax' "$dir/error"
    echo error
}

dasel_2()
{
    run trixie usr/bin/dasel -r json -w json "$@" 2> "$dir/error" ||
        refused
}

dasel_3()
{
    run sid usr/bin/dasel -i json -o json "$@" 2> "$dir/error" ||
        refused
}

seen=$(
    for number in 0.00005 5e-05 1e3 1.0e-07; do
        echo "{ \"id\": 7, \"t\": $number }" > "$dir/log.json"
        echo "$number: $(dasel_2 id < "$dir/log.json"), $(
            dasel_3 id < "$dir/log.json")"
    done
    echo "1.0e-07 is written as $(dasel_2 t < "$dir/log.json"), $(
        dasel_3 t < "$dir/log.json")"
)

echo "$seen"
expect "ids" "0.00005: 7, 7
5e-05: error, error
1e3: error, error
1.0e-07: 7, 7
1.0e-07 is written as 1e-7, 1e-07" "$seen"
