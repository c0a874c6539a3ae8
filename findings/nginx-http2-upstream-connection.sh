#!/bin/sh
#
# nginx sends a Connection header to an HTTP/2 backend, and HAProxy refuses it.
#
# One would expect: with "proxy_http_version 2" (1.29.4) the well-known lines
# "proxy_set_header Connection ..." for keep-alive, WebSocket and trailers have
# no effect, since HTTP/2 has no such header and a client of it must not send
# one; nginx leaves out what it cannot say, as it does in its own answers over
# HTTP/2.
#
# What surprises: the line is sent as it stands.  HAProxy resets the stream with
# a protocol error, which nginx answers with 502.  It is so even for "close",
# which the usual map gives to all requests that are no WebSocket.  An empty
# value is safe.
#
# Why it matters: who only raises proxy_http_version in a configuration with
# these lines gets 502 for every request of the location, while nginx -t says
# nothing and error.log speaks of the backend: "upstream rejected request with
# error 1".
#
# Versions: nginx 1.30.6-2, HAProxy 3.2.26-1 as the backend, curl 8.23.0-1
# (Debian sid, November 2026).
#
# Seen, as "value of Connection: status":
#
#     unset: 200
#     empty: 200
#     close: 502
#     te: 502

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 haproxy=3.2.26-1 curl=8.23.0-1

start_haproxy sid backend <<EOF
frontend f
    bind unix@$dir/backend.socket proto h2
    http-request return status 200
EOF

start_nginx sid front <<EOF
    proxy_http_version 2;

    server {
        listen unix:$dir/front/socket;

        location = /unset {
            proxy_pass http://unix:$dir/backend.socket;
        }

        location = /empty {
            proxy_pass http://unix:$dir/backend.socket;
            proxy_set_header Connection "";
        }

        location = /close {
            proxy_pass http://unix:$dir/backend.socket;
            proxy_set_header Connection close;
        }

        location = /te {
            proxy_pass http://unix:$dir/backend.socket;
            proxy_set_header Connection te;
            proxy_set_header TE trailers;
        }
    }
EOF

for value in unset empty close te; do
    echo "$value: $(run sid usr/bin/curl -s -o "$dir/body" -w '%{http_code}' \
        --unix-socket "$dir/front/socket" "http://localhost/$value")"
done | tee "$dir/seen"

expect "the statuses" "unset: 200
empty: 200
close: 502
te: 502" "$(cat "$dir/seen")"

errors=$(grep -c "upstream rejected request with error 1" \
    "$dir/front/error.log")
expect "lines in error.log" 2 "$errors"
