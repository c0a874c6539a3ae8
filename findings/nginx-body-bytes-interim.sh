#!/bin/sh
#
# nginx counts 100 and 103 answers as bytes of the body.
#
# One would expect: $body_bytes_sent of a six-byte answer is 6; the manual
# calls it the bytes sent to a client without the response header.
#
# What surprises: over HTTP/1.1 the interim answers count as body.  Each client
# that sends "Expect: 100-continue" makes it 25 bytes more, in every version;
# with "early_hints" (1.29.0) the whole 103 head is added.  Over HTTP/2 the same
# request is counted as expected.
#
# Why it matters: the combined format has this figure, so traffic reports,
# billing by volume and checks against Content-Length differ by client: some
# HTTP libraries send Expect with each upload.
#
# Versions: nginx 1.22.1-9+deb12u11 (Debian 12) and 1.30.6-2 (sid), curl
# 8.23.0-1 (sid).
#
# Seen, as "$server_protocol $http_expect $body_bytes_sent", with 1.22.1:
#
#     HTTP/1.1 - 6
#     HTTP/1.1 100-continue 31
#
# and with 1.30.6, the last two with a 103 answer of 57 bytes before:
#
#     HTTP/1.1 - 6
#     HTTP/1.1 100-continue 31
#     HTTP/1.1 - 63
#     HTTP/2.0 - 6

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm nginx=1.22.1-9+deb12u11
unpack sid nginx=1.30.6-2 haproxy=3.2.26-1 curl=8.23.0-1

start_haproxy sid backend <<EOF
frontend f
    bind unix@$dir/backend.socket
    http-request early-hint Link "</a.css>; rel=preload" if { path /hints }
    http-request return status 200 content-type text/plain string "hello."
EOF

# front SUITE NAME DIRECTIVES
front()
{
    start_nginx "$1" "$2" <<EOF
    log_format found '\$server_protocol \$http_expect \$body_bytes_sent';
    access_log found.log found;

    server {
        listen unix:$dir/$2/socket;
        $3

        location / {
            proxy_pass http://unix:$dir/backend.socket;
        }
    }
EOF
}

# ask NAME PATH CURL-ARGUMENT...
ask()
{
    socket=$dir/$1/socket
    url=http://localhost$2
    shift 2
    run sid usr/bin/curl -s -o "$dir/body" --unix-socket "$socket" "$@" "$url"
    expect "body" "hello." "$(cat "$dir/body")"
}

front bookworm old ""
front sid new "http2 on; early_hints 1;"

for name in old new; do
    ask "$name" / -d x=1
    ask "$name" / -d x=1 -H "Expect: 100-continue"
done
ask new /hints
ask new /hints --http2-prior-knowledge

until_true grep -q 2.0 "$dir/new/found.log"
cat "$dir/old/found.log" "$dir/new/found.log"

expect "1.22.1" "HTTP/1.1 - 6
HTTP/1.1 100-continue 31" "$(cat "$dir/old/found.log")"

expect "1.30.6" "HTTP/1.1 - 6
HTTP/1.1 100-continue 31
HTTP/1.1 - 63
HTTP/2.0 - 6" "$(cat "$dir/new/found.log")"
