#!/bin/sh
#
# h2load measures 1000 requests for each connection, however many it was told.
#
# One would expect: "h2load -n 3000 -c 1" makes 3000 requests of any server that
# works, and opens a new connection where the server closes the old one, as
# browsers do, or stops with an error.
#
# What surprises: nginx ends an HTTP/2 connection after 1000 requests
# (keepalive_requests) with a GOAWAY, which is no error.  h2load does not
# connect again: it counts the other 2000 as failed and errored, exits with 0,
# and its figure of requests per second is of the first third.  Over HTTP/1.1,
# with the same limit, it does connect again.
#
# Why it matters: a comparison of the two protocols with the numbers that one
# uses for it shows failures of HTTP/2 under load and a rate of a short run,
# before anything was warm.  "keepalive_requests" of the server, or more
# connections, changes the result of the measurement, not of the server.
#
# Versions: nginx 1.30.6-2, h2load of nghttp2-client 1.70.0-1 (Debian sid,
# November 2026).
#
# Seen, of "h2load -n 3000 -c 1", the numbers that succeeded and failed:
#
#     HTTP/2: 1000 succeeded, 2000 failed, exit status 0
#     HTTP/1.1: 3000 succeeded, 0 failed, exit status 0

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 nghttp2-client=1.70.0-1

start_nginx sid front <<EOF
    access_log off;

    server {
        listen unix:$dir/front/socket;
        http2 on;
        return 200;
    }
EOF

# load H2LOAD-ARGUMENT...
load()
{
    status=0
    run sid usr/bin/h2load -n 3000 -c 1 "$@" -B "unix:$dir/front/socket" \
        http://localhost/ > "$dir/h2load" 2>&1 || status=$?
    counts=$(grep '^requests:' "$dir/h2load" |
        grep -o '[0-9]* succeeded, [0-9]* failed')
    echo "$counts, exit status $status"
}

two=$(load)
one=$(load --h1)
echo "HTTP/2: $two"
echo "HTTP/1.1: $one"

expect "HTTP/2" "1000 succeeded, 2000 failed, exit status 0" "$two"
expect "HTTP/1.1" "3000 succeeded, 0 failed, exit status 0" "$one"
