#!/bin/sh
#
# rsyslog's datatype "auto" writes broken JSON for a reference such as 00042.
#
# One would expect: in a jsonf template, datatype="auto" keeps the type of a
# value that mmjsonparse has read from JSON, or guesses it so that the result is
# JSON: numbers without quotes, all else with.
#
# What surprises: it looks at nothing but whether all characters are digits.  So
# the text "00042" loses its quotes and the line is no JSON; a negative number
# and a decimal become text; true becomes "true".  One field changes its type
# with the sign of its value.
#
# Why it matters: the template works until the first reference with a leading
# zero comes by; then the receiver refuses the record, or with a bulk request
# all of them.  An index that met 5 first refuses "-5".
#
# Versions: rsyslog 8.2302.0-1+deb12u2 (Debian 12) and 8.2610.0-1 (sid, November
# 2026), the same.
#
# Seen, of the values of "v":
#
#     "00042": {"v":00042}
#     5: {"v":5}
#     -5: {"v":"-5"}
#     0.5: {"v":"0.5"}
#     true: {"v":"true"}

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm rsyslog=8.2302.0-1+deb12u2
unpack sid rsyslog=8.2610.0-1

for value in '"00042"' 5 -5 0.5 true; do
    echo "{\"v\":$value}"
done > "$dir/lines"

for suite in bookworm sid; do
    start_rsyslog "$suite" "log-$suite" <<EOF
module(load="imfile")
module(load="mmjsonparse")
template(name="json" type="list" option.jsonf="on") {
    property(name="\$!v" outname="v" format="jsonf" datatype="auto")
}
input(type="imfile" file="$dir/lines" tag="t")
action(type="mmjsonparse" cookie="")
action(type="omfile" file="$dir/$suite.out" template="json")
EOF

    until_true grep -q true "$dir/$suite.out"
    cat "$dir/$suite.out"
    expect "$suite" '{"v":00042}
{"v":5}
{"v":"-5"}
{"v":"0.5"}
{"v":"true"}' "$(cat "$dir/$suite.out")"
done
