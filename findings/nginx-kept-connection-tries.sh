#!/bin/sh
#
# nginx sends one request to a single backend once per idle connection.
#
# One would expect: with one server in the upstream block there is no next one
# to try, and "proxy_next_upstream_tries 1" makes it sure.  A request that the
# backend ends without an answer is seen there once, or twice if the first try
# hit a connection that was just closed.
#
# What surprises: a try on a kept connection is not counted.  With nine idle
# connections to the backend, one GET goes there ten times, and the limit of one
# try changes nothing.  Since 1.29.7 up to 32 such connections are kept unless
# the configuration says otherwise, so one request may be 33.
#
# Why it matters: a GET that a backend cannot survive, or that it breaks off on
# purpose after it has done its work, is repeated as often as there was load
# before.  In tests, without load, it is sent once.  "proxy_next_upstream off"
# does stop it.
#
# Versions: nginx 1.30.6-2 on both sides, curl 8.23.0-1 (Debian sid, November
# 2026).  The backend closes the connection without an answer ("return 444").
#
# Seen, how often the backend got the one GET:
#
#     without idle connections: 1
#     with 9 idle connections: 10
#     with 9 idle connections, proxy_next_upstream off: 1

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 curl=8.23.0-1

printf '%02000d' 0 > "$dir/slow"

start_nginx sid back <<EOF
    log_format uri '\$uri';
    access_log requests.log uri;

    server {
        listen unix:$dir/back/socket;
        root $dir;

        location /slow {
            limit_rate 1000;
        }

        location /once/ {
            return 444;
        }
    }
EOF

# front NAME DIRECTIVE
front()
{
    start_nginx sid "$1" <<EOF
    upstream backend {
        server unix:$dir/back/socket;
    }

    server {
        listen unix:$dir/$1/socket;

        location / {
            proxy_pass http://backend;
            proxy_next_upstream_tries 1;
            $2
        }
    }
EOF
}

# ask NAME PATH...: all at once
ask()
{
    socket=$dir/$1/socket
    shift
    run sid usr/bin/curl -s -Z --parallel-immediate --parallel-max 20 \
        -o "$dir/body" --unix-socket "$socket" "$@"
}

# tries NAME: of one GET that gets no answer
tries()
{
    ask "$1" "http://localhost/once/$2" || true
    until_true grep -q "/once/$2" "$dir/back/requests.log"
    grep -c "/once/$2" "$dir/back/requests.log"
}

front default ""
front off "proxy_next_upstream off;"

none=$(tries default before)

for name in default off; do
    ask "$name" "http://localhost/slow?[1-9]"
done

kept=$(tries default after)
off=$(tries off off)

echo "without idle connections: $none"
echo "with 9 idle connections: $kept"
echo "with 9 idle connections, proxy_next_upstream off: $off"

expect "none idle" 1 "$none"
expect "nine idle" 10 "$kept"
expect "off" 1 "$off"
