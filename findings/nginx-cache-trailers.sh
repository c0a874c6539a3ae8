#!/bin/sh
#
# nginx caches an answer without its trailers, and keeps announcing them.
#
# One would expect: with "proxy_pass_trailers on" (1.27.2) an answer from the
# cache has the trailers of the one that was stored, or is not stored at all.
#
# What surprises: the first client gets the trailer field, all later ones get
# the same body and the header "Trailer: X-Checksum" without that field.  A
# location that does not pass trailers announces them, too.
#
# Why it matters: clients that check a digest in the trailer, or read a status
# from it, work in each test that asks once, and fail on a cache hit.
#
# Versions: nginx 1.30.6-2 on both sides, curl 8.23.0-1 (Debian sid, November
# 2026).
#
# Seen, the parts of three answers ("/bare" passes no trailers):
#
#     /cached MISS, Trailer: X-Checksum, then X-Checksum: 42
#     /cached HIT, Trailer: X-Checksum, then nothing
#     /bare, Trailer: X-Checksum, then nothing

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 curl=8.23.0-1

mkdir "$dir/www"
echo hello > "$dir/www/file"

# with SSI the length is not known, so the answer is chunked
start_nginx sid back <<EOF
    server {
        listen unix:$dir/back/socket;
        root $dir/www;

        location / {
            ssi on;
            ssi_types *;
            expires 1h;
            add_header Trailer X-Checksum;
            add_trailer X-Checksum 42;
        }
    }
EOF

start_nginx sid front <<EOF
    proxy_cache_path cache keys_zone=z:1m;

    server {
        listen unix:$dir/front/socket;

        location /cached {
            proxy_pass http://unix:$dir/back/socket:/file;
            proxy_pass_trailers on;
            proxy_set_header TE trailers;
            proxy_set_header Connection te;
            proxy_cache z;
            add_header X-Cache \$upstream_cache_status;
        }

        location /bare {
            proxy_pass http://unix:$dir/back/socket:/file;
        }
    }
EOF

# ask PATH: the lines that tell, without the chunked coding's own
ask()
{
    run sid usr/bin/curl -s -i --raw --unix-socket "$dir/front/socket" \
        "http://localhost/$1" |
        tr -d '\r' | grep -E '^(Trailer|X-C.*|hello)' | sort | paste -s -d ' '
}

first=$(ask cached)
second=$(ask cached)
bare=$(ask bare)
printf '%s\n' "$first" "$second" "$bare"

expect "the miss" \
    "Trailer: X-Checksum X-Cache: MISS X-Checksum: 42 hello" "$first"
expect "the hit" "Trailer: X-Checksum X-Cache: HIT hello" "$second"
expect "no trailers passed" "Trailer: X-Checksum hello" "$bare"
