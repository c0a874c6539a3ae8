#!/bin/sh
#
# HAProxy's JSON log spells one byte in two ways, and a missing number as "".
#
# One would expect: with "%{+json}o" (3.0) each field of the log line is JSON in
# the same sense: text as UTF-8 or \u escapes that a reader turns back into what
# the client sent, and a field declared as a number is a number, or null or left
# out where there is none.
#
# What surprises: a field from a sample expression has each byte outside ASCII
# as a code point of its own, so UTF-8 comes out as mojibake; a field from an
# alias such as %hr, %r or %HU has the older form of the text log, in which a
# quotation mark is #22.  And a field declared "sint" or "bool" is an empty
# string without a value.
#
# Why it matters: a name that is right in nginx's log beside it is
# wrong here, in two ways in one line, and no reader of JSON can tell.  An index
# that maps the field as a number by its first line refuses the lines without a
# value.
#
# Versions: HAProxy 3.2.26-1, curl 8.23.0-1 (Debian sid, November 2026).
#
# Seen, of a request with the header
#
#     X-City: "Köln"
#
# without and with "X-Size: 5":
#
#     {"city": "\"K\u00C3\u00B6ln\"", "alias": "{#22K#C3#B6ln#22}", "size": "", "big": ""}
#     {"city": "\"K\u00C3\u00B6ln\"", "alias": "{#22K#C3#B6ln#22}", "size": 5, "big": true}

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid haproxy=3.2.26-1 curl=8.23.0-1

start_haproxy sid front <<EOF
frontend f
    bind unix@$dir/front.socket
    http-request capture req.hdr(x-city) len 20
    http-request set-var(txn.city) req.hdr(x-city)
    http-request set-var(txn.size) req.hdr(x-size)
    log-format "%{+json}o %(city)[var(txn.city)] %(alias)hr %(size:sint)[var(txn.size)] %(big:bool)[var(txn.size)]"
    http-request return status 200
EOF

ask()
{
    run sid usr/bin/curl -s -o "$dir/body" --unix-socket "$dir/front.socket" \
        -H 'X-City: "Köln"' "$@" http://localhost/
}

ask
ask -H "X-Size: 5"
until_true grep -q ': 5' "$dir/front.log"
seen=$(grep '^{' "$dir/front.log")
echo "$seen"

text='"city": "\"K\u00C3\u00B6ln\"", "alias": "{#22K#C3#B6ln#22}"'
expect "log" "{$text, \"size\": \"\", \"big\": \"\"}
{$text, \"size\": 5, \"big\": true}" "$seen"
