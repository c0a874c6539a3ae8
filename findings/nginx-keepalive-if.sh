#!/bin/sh
#
# An "if" that only sets a variable takes a request off nginx's kept
# connections.
#
# One would expect: each upstream block keeps connections by default since
# nginx 1.29.7, and writing the default's number out, "keepalive 32", changes
# nothing.  Requests that differ in a query argument use the same connections.
#
# What surprises: the default is of another kind than the number alone.  It
# lends a connection only to requests with the very same location
# configuration, and a true "if" is a configuration of its own, even one that
# sets a variable and proxies nothing.  With "keepalive 32" written out, all
# requests of the upstream block share its connections.
#
# Why it matters: a request of a rare branch pays for a new handshake each time,
# and leaves an idle connection that no other branch may use, though it takes
# one of the 32 places.
#
# Versions: nginx 1.30.6-2 on both sides, curl 8.23.0-1 (Debian sid, November
# 2026).
#
# Seen, the backend's connections of four requests, "/", "/?a=1", "/", "/?a=1":
#
#     default: 1 2 1 2
#     keepalive 32: 1 1 1 1

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 curl=8.23.0-1

start_nginx sid back <<EOF
    server {
        listen unix:$dir/back/socket;
        return 200 "\$connection\n";
    }
EOF

# front NAME DIRECTIVE
front()
{
    start_nginx sid "$1" <<EOF
    upstream backend {
        server unix:$dir/back/socket;
        $2
    }

    server {
        listen unix:$dir/$1/socket;

        location / {
            if (\$arg_a) {
                set \$asked 1;
            }

            proxy_pass http://backend;
        }
    }
EOF
}

# ask NAME: four connections, counted from 1
ask()
{
    for query in '' '?a=1' '' '?a=1'; do
        run sid usr/bin/curl -s --unix-socket "$dir/$1/socket" \
            "http://localhost/$query"
    done |
        awk '!($1 in seen) { seen[$1] = ++n } { print seen[$1] }' |
        paste -s -d ' '
}

front default ""
front written "keepalive 32;"

default=$(ask default)
written=$(ask written)
echo "default: $default"
echo "keepalive 32: $written"

expect "default" "1 2 1 2" "$default"
expect "keepalive 32" "1 1 1 1" "$written"
