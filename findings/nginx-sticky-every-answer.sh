#!/bin/sh
#
# nginx's "sticky cookie" sets its cookie in each answer, so no cache keeps one.
#
# One would expect: a client that is not yet bound to a server gets the cookie
# once; a request that brings the right cookie is answered without Set-Cookie,
# as HAProxy does it with "cookie NAME insert".
#
# What surprises: since it came with 1.29.6, every answer of the upstream block
# has Set-Cookie, also one to a client that sent the same value.  A cache in
# front, which rightly keeps no answer with Set-Cookie, keeps none at all.
#
# Why it matters: one line in an upstream block, for the few pages with a login,
# takes pictures and scripts of the same block out of the cache of the CDN, and
# the only sign is the load.
#
# Versions: nginx 1.30.6-2, HAProxy 3.2.26-1, curl 8.23.0-1 (Debian sid,
# November 2026).
#
# Seen, of three requests of one client, answers with Set-Cookie, and then what
# nginx's cache in front says of three requests for a file with max-age:
#
#     nginx: 3
#     HAProxy: 1
#     in front of nginx with sticky: MISS MISS MISS
#     in front of nginx without: MISS HIT HIT

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 haproxy=3.2.26-1 curl=8.23.0-1

start_nginx sid back <<EOF
    server {
        listen unix:$dir/back/socket;
        add_header Cache-Control max-age=600;
        return 200 "file\n";
    }
EOF

start_haproxy sid haproxy <<EOF
listen l
    bind unix@$dir/haproxy.socket
    cookie server insert
    server back unix@$dir/back/socket cookie a
EOF

# balancer NAME DIRECTIVE
balancer()
{
    start_nginx sid "$1" <<EOF
    upstream backend {
        server unix:$dir/back/socket;
        $2
    }

    server {
        listen unix:$dir/$1/socket;

        location / {
            proxy_pass http://backend;
        }
    }
EOF
}

balancer sticky "sticky cookie server;"
balancer plain ""

start_nginx sid cache <<EOF
    proxy_cache_path cache keys_zone=z:1m;
    proxy_cache z;
    proxy_cache_key \$uri;
    add_header X-Cache \$upstream_cache_status;

    server {
        listen unix:$dir/cache/socket;

        location /sticky {
            proxy_pass http://unix:$dir/sticky/socket;
        }

        location /plain {
            proxy_pass http://unix:$dir/plain/socket;
        }
    }
EOF

# cookies SOCKET: answers with Set-Cookie, of a client that keeps cookies
cookies()
{
    rm -f "$dir/jar"
    for _ in 1 2 3; do
        run sid usr/bin/curl -s -o "$dir/body" -D - -b "$dir/jar" \
            -c "$dir/jar" --unix-socket "$1" http://localhost/
    done | grep -ci '^set-cookie'
}

# cached PATH
cached()
{
    for _ in 1 2 3; do
        run sid usr/bin/curl -s -o "$dir/body" -w '%header{x-cache}\n' \
            --unix-socket "$dir/cache/socket" "http://localhost/$1"
    done | paste -s -d ' '
}

nginx=$(cookies "$dir/sticky/socket")
haproxy=$(cookies "$dir/haproxy.socket")
sticky=$(cached sticky)
plain=$(cached plain)

echo "nginx: $nginx"
echo "HAProxy: $haproxy"
echo "in front of nginx with sticky: $sticky"
echo "in front of nginx without: $plain"

expect "nginx" 3 "$nginx"
expect "HAProxy" 1 "$haproxy"
expect "with sticky" "MISS MISS MISS" "$sticky"
expect "without" "MISS HIT HIT" "$plain"
