#!/bin/sh
#
# HAProxy calls an example of the Forwarded RFC invalid, for its capital letter.
#
# One would expect: rfc7239_is_valid holds for what RFC 7239 itself shows, so
# for its example For="[2001:db8:cafe::17]:4711" too; names of parameters are
# the same in any case, and a parameter that one does not know is passed over.
#
# What surprises: the converters know the names in lower case only, and no
# others.  With "For", or with an extension such as "secret", the whole header
# is invalid, and rfc7239_field() finds nothing in it, not even the parameters
# that it does know.
#
# Why it matters: the rule that copies the client's address from Forwarded, or
# that drops an invalid header, works with one proxy in front and not with
# another.  The address that is used instead is that of the proxy, so all its
# clients share one entry of a stick table.
#
# Versions: HAProxy 3.2.26-1, curl 8.23.0-1 (Debian sid, November 2026).
#
# Seen, as "header: rfc7239_is_valid, rfc7239_field(for)":
#
#     for="[2001:db8:cafe::17]:4711": 1, [2001:db8:cafe::17]:4711
#     For="[2001:db8:cafe::17]:4711": 0, none
#     for=192.0.2.60;proto=http;by=203.0.113.43: 1, 192.0.2.60
#     for=192.0.2.60;proto=http;secret=abc: 0, none

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid haproxy=3.2.26-1 curl=8.23.0-1

start_haproxy sid front <<EOF
frontend f
    bind unix@$dir/front.socket
    http-request set-var(txn.valid) req.hdr(forwarded),rfc7239_is_valid
    http-request set-var(txn.for) str(none)
    http-request set-var(txn.for) req.hdr(forwarded),rfc7239_field(for) if { req.hdr(forwarded),rfc7239_field(for) -m found }
    http-request return status 200 content-type text/plain lf-string "%[var(txn.valid)], %[var(txn.for)]\n"
EOF

for header in 'for="[2001:db8:cafe::17]:4711"' \
    'For="[2001:db8:cafe::17]:4711"' \
    'for=192.0.2.60;proto=http;by=203.0.113.43' \
    'for=192.0.2.60;proto=http;secret=abc'
do
    echo "$header: $(run sid usr/bin/curl -s -H "Forwarded: $header" \
        --unix-socket "$dir/front.socket" http://localhost/)"
done | tee "$dir/seen"

expect "the headers" 'for="[2001:db8:cafe::17]:4711": 1, [2001:db8:cafe::17]:4711
For="[2001:db8:cafe::17]:4711": 0, none
for=192.0.2.60;proto=http;by=203.0.113.43: 1, 192.0.2.60
for=192.0.2.60;proto=http;secret=abc: 0, none' "$(cat "$dir/seen")"
