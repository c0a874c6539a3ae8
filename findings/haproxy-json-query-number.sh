#!/bin/sh
#
# HAProxy reads the JSON number 1234567 as the text 1.23457e+06.
#
# One would expect: json_query() gives a number as it stands in the JSON text,
# 1234567 for 1234567; the manual says it fetches the value.
#
# What surprises: without a type as second argument each number goes through
# floating point and is printed with six digits.  Up to 999999 all is well; from
# a million on the rest is lost, and two different numbers are equal.  With
# 'int' the digits are kept, but the number ends at the first other character:
# 1e3 is 1.
#
# Why it matters: stick tables, maps and headers made from a numeric ID in a
# body or, by jwt_payload_query(), in a token work in tests with small numbers.
# With seven digits one customer is counted for many, and no map has the key.
#
# Versions: HAProxy 2.6.12-1+deb12u4 (Debian 12) and 3.2.26-1 (sid, November
# 2026), the same.
#
# Seen, as "number: json_query, json_query with 'int'":
#
#     999999: 999999, 999999
#     1234567: 1.23457e+06, 1234567
#     1234568: 1.23457e+06, 1234568
#     1e3: 1000, 1

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm haproxy=2.6.12-1+deb12u4
unpack sid haproxy=3.2.26-1 curl=8.23.0-1

for suite in bookworm sid; do
    start_haproxy "$suite" "$suite" <<EOF
frontend f
    bind unix@$dir/$suite.socket
    option http-buffer-request
    http-request set-var(txn.v) req.body,json_query('\$.v')
    http-request set-var(txn.i) req.body,json_query('\$.v','int')
    http-request return status 200 content-type text/plain lf-string "%[var(txn.v)], %[var(txn.i)]\n"
EOF

    for number in 999999 1234567 1234568 1e3; do
        echo "$number: $(run sid usr/bin/curl -s -d "{\"v\":$number}" \
            --unix-socket "$dir/$suite.socket" http://localhost/)"
    done | tee "$dir/seen"

    expect "$suite" "999999: 999999, 999999
1234567: 1.23457e+06, 1234567
1234568: 1.23457e+06, 1234568
1e3: 1000, 1" "$(cat "$dir/seen")"
done
