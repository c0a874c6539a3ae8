#!/bin/sh
#
# To HAProxy a JSON text with an escaped slash or euro sign is not there.
#
# One would expect: json_query() undoes the escapes of a JSON string, so
# "a\/b", "a/b" and "a\u002fb" are the same value, and "\u20ac" is a euro sign.
#
# What surprises: the converter finds no value at all if the string has "\/" or
# an escape above \u00ff; the variable is unset, as if the member were missing.
# An escape from \u0080 to \u00ff gives a single byte, which is no UTF-8.  The
# same characters without escapes are read as they are.
#
# Why it matters: PHP's json_encode() writes each slash as "\/" and all beyond
# ASCII as \u escapes unless it is told otherwise, Python's json.dumps() the
# latter.  A rule for routing by a URL in the body works with what curl sends
# and not with what these applications send.
#
# Versions: HAProxy 2.6.12-1+deb12u4 (Debian 12) and 3.2.26-1 (sid, November
# 2026), the same.
#
# Seen, as "string: bytes of the value in hexadecimal":
#
#     "a/b": 612f62
#     "a\u002fb": 612f62
#     "a\/b": none
#     "€": e282ac
#     "\u20ac": none
#     "\u00fc": fc

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
    http-request return status 200 content-type text/plain string none unless { var(txn.v) -m found }
    http-request return status 200 content-type text/plain lf-string "%[var(txn.v),hex,lower]"
EOF

    for text in '"a/b"' '"a\u002fb"' '"a\/b"' '"€"' '"\u20ac"' '"\u00fc"'; do
        printf '%s: %s\n' "$text" "$(run sid usr/bin/curl -s \
            -d "{\"v\":$text}" --unix-socket "$dir/$suite.socket" \
            http://localhost/)"
    done | tee "$dir/seen"

    expect "$suite" '"a/b": 612f62
"a\u002fb": 612f62
"a\/b": none
"€": e282ac
"\u20ac": none
"\u00fc": fc' "$(cat "$dir/seen")"
done
