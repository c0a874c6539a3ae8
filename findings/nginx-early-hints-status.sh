#!/bin/sh
#
# nginx notes an upstream status of 103 for a request that ended with 503.
#
# One would expect: $upstream_status is what the backend answered in the end,
# 503 here.  The hints that went before are an extra, and "early_hints", which
# passes them on, is off unless it is configured.
#
# What surprises: since nginx speaks 103 (1.29.0), the first answer stays in
# $upstream_status and the final one is not noted, whether hints are passed on
# or not.  Nothing in the nginx configuration names early hints here; that the
# backend began to send them is enough.
#
# Why it matters: dashboards and alarms that tell errors of the backend from
# errors of nginx read $upstream_status.  A backend that turns hints on takes
# its own 5xx answers out of these counts.
#
# Versions: nginx 1.30.6-2 and HAProxy 3.2.26-1, which is the backend (Debian
# sid, November 2026).
#
# Seen, as "$status $upstream_status":
#
#     GET /plain 503 503
#     GET /hints 503 103

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 haproxy=3.2.26-1 curl=8.23.0-1

start_haproxy sid backend <<EOF
frontend f
    bind unix@$dir/backend.socket
    http-request early-hint Link "</a.css>; rel=preload" if { path /hints }
    http-request return status 503
EOF

start_nginx sid front <<EOF
    log_format found '\$request_method \$uri \$status \$upstream_status';
    access_log found.log found;

    server {
        listen unix:$dir/front/socket;

        location / {
            proxy_pass http://unix:$dir/backend.socket;
        }
    }
EOF

for path in plain hints; do
    run sid usr/bin/curl -s -o /dev/null --unix-socket "$dir/front/socket" \
        "http://localhost/$path"
done

until_true grep -q hints "$dir/front/found.log"
cat "$dir/front/found.log"
expect "log" "GET /plain 503 503
GET /hints 503 103" "$(cat "$dir/front/found.log")"
