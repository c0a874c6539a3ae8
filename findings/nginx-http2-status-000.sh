#!/bin/sh
#
# nginx logs status 000 for a large cookie over HTTP/2, which is no JSON number.
#
# One would expect: a cookie larger than large_client_header_buffers is answered
# with 400 and logged as such, with the request line, whatever the protocol; and
# "status":$status, without quotes, is right in a JSON log, since each request
# has a number of three digits.
#
# What surprises: over HTTP/2 nginx sends no answer at all but ends the whole
# connection, and logs an empty request with status 000.  JSON has no number
# with a leading zero, so Node's JSON.parse and Miller refuse the line.  jq,
# with which such a format is tried out, reads it as 0 and says nothing, and so
# does rsyslog's mmjsonparse.
#
# Why it matters: a log shipper drops exactly the lines that tell why a browser
# with too many cookies sees nothing, and a count of 4xx has none of them.
#
# Versions: nginx 1.30.6-2, curl 8.23.0-1, jq 1.8.2-1, Miller 6.18.1-1 and
# rsyslog 8.2610.0-1 (Debian sid, November 2026); Node, where it is installed.
#
# Seen, curl's exit status and the answer's, then the log and its readers:
#
#     HTTP/1.1: 0, 400
#     HTTP/2: 16, 000
#     {"request":"GET / HTTP/1.1","status":400}
#     {"request":"","status":000}
#     jq: {"request":"","status":0}
#     Miller: mlr: invalid character '0' after object key:value pair
#     mmjsonparse: { "request": "", "status": 0 }

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 curl=8.23.0-1 jq=1.8.2-1 miller=6.18.1-1
unpack sid rsyslog=8.2610.0-1

start_nginx sid front <<EOF
    log_format found escape=json '{"request":"\$request","status":\$status}';
    access_log found.log found;

    server {
        listen unix:$dir/front/socket;
        http2 on;
        return 200;
    }
EOF

printf 'Cookie: c=%020000d\n' 0 > "$dir/header"

# ask CURL-ARGUMENT: curl's exit status and the answer's
ask()
{
    status=0
    answer=$(run sid usr/bin/curl -s -o "$dir/body" -w '%{http_code}' \
        -H "@$dir/header" --unix-socket "$dir/front/socket" "$1" \
        http://localhost/) || status=$?
    echo "$status, $answer"
}

one=$(ask --http1.1)
two=$(ask --http2-prior-knowledge)
until_true grep -q '""' "$dir/front/found.log"
echo "HTTP/1.1: $one"
echo "HTTP/2: $two"
cat "$dir/front/found.log"

expect "HTTP/1.1" "0, 400" "$one"
case $two in
0,* | *,\ [1-9]*) changed "HTTP/2 is answered: $two" ;;
esac
expect "log" '{"request":"GET / HTTP/1.1","status":400}
{"request":"","status":000}' "$(cat "$dir/front/found.log")"

tail -n 1 "$dir/front/found.log" > "$dir/line"

seen=$(run sid usr/bin/jq -c . "$dir/line")
echo "jq: $seen"
expect "jq" '{"request":"","status":0}' "$seen"

if seen=$(run sid usr/bin/mlr --json cat "$dir/line" 2>&1); then
    changed "Miller takes the line"
fi
seen=$(echo "$seen" | head -n 1)
echo "Miller: $seen"

if command -v node > /dev/null; then
    node -e 'JSON.parse(process.argv[1])' "$(cat "$dir/line")" \
        2> "$dir/node" && changed "Node takes the line"
    grep -q SyntaxError "$dir/node" || changed "Node: $(cat "$dir/node")"
fi

start_rsyslog sid rsyslog <<EOF
module(load="imfile")
module(load="mmjsonparse")
template(name="json" type="string" string="%\$!%\n")
input(type="imfile" file="$dir/line" tag="t" addMetadata="off")
action(type="mmjsonparse" cookie="")
action(type="omfile" file="$dir/parsed" template="json")
EOF

until_true test -s "$dir/parsed"
echo "mmjsonparse: $(cat "$dir/parsed")"
expect "mmjsonparse" '{ "request": "", "status": 0 }' "$(cat "$dir/parsed")"
