#!/bin/sh
#
# rsyslog turns each integer above 2^63 in a JSON log into one and the same.
#
# One would expect: mmjsonparse keeps a number that it only passes on as it was
# written, as it does with decimals, or loses the last digits of a large one, as
# readers with floating point do.
#
# What surprises: an integer above 9223372036854775807 becomes that number,
# whatever it was, and nothing is said.  The decimal 0.10 beside it keeps its
# last zero.  Adding 1 to it in RainerScript gives the smallest number, so a
# comparison with "greater" turns round.
#
# Why it matters: IDs of traces and spans, hashes and snowflake-like keys are
# unsigned 64-bit numbers, and half of them are above that bound.  A search for
# one trace then finds the requests of thousands.
#
# Versions: rsyslog 8.2302.0-1+deb12u2 (Debian 12) and 8.2610.0-1 (sid, November
# 2026), the same.
#
# Seen, of the lines {"t":0.10,"id":9223372036854775808} and
# {"t":0.10,"id":18446744073709551615}:
#
#     { "t": 0.10, "id": 9223372036854775807, "next": -9223372036854775808 }
#     { "t": 0.10, "id": 9223372036854775807, "next": -9223372036854775808 }

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm rsyslog=8.2302.0-1+deb12u2
unpack sid rsyslog=8.2610.0-1

for id in 9223372036854775808 18446744073709551615; do
    echo "{\"t\":0.10,\"id\":$id}"
done > "$dir/lines"

line='{ "t": 0.10, "id": 9223372036854775807, "next": -9223372036854775808 }'

for suite in bookworm sid; do
    start_rsyslog "$suite" "log-$suite" <<EOF
module(load="imfile")
module(load="mmjsonparse")
template(name="json" type="string" string="%\$!%\n")
input(type="imfile" file="$dir/lines" tag="t" addMetadata="off")
action(type="mmjsonparse" cookie="")
set \$!next = \$!id + 1;
action(type="omfile" file="$dir/$suite.out" template="json")
EOF

    until_true more_lines "$dir/$suite.out" 1
    cat "$dir/$suite.out"
    expect "$suite" "$line
$line" "$(cat "$dir/$suite.out")"
done
