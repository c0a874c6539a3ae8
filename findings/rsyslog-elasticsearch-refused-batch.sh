#!/bin/sh
#
# One record too large for nginx makes rsyslog lose the whole batch, unseen.
#
# One would expect: where a bulk request is refused with 413 or 400,
# omelasticsearch sends its records one by one, so that only the large one is
# refused again; that one is written to errorFile, or the log has a line.
#
# What surprises: there is a request for each record, but what was refused is
# still in its buffer: each carries the whole batch once more, and the records
# so far, and is larger than the one before.  All are refused.  Then the batch
# is done with: no errorFile, no line in the log, and the next action runs.
#
# Why it matters: nginx in front of Elasticsearch has a client_max_body_size of
# 1 MB unless it is raised.  One large record, such as a stack trace, takes all
# that were waiting beside it, and the file that is watched for failures does
# not even exist.  401, 429 and 503 are logged and retried (8.2610.0).
#
# Versions: rsyslog and rsyslog-elasticsearch 8.2302.0-1+deb12u2 (Debian 12) and
# 8.2610.0-1 (sid, November 2026); nginx 1.30.6-2, with a limit of 1 kB, stands
# for both servers.
#
# Seen, status and Content-Length of the requests for three records, of which
# the second is too large:
#
#     8.2302.0: 413 2164, 413 2215, 413 4277, 413 4328
#     8.2610.0: 413 2113, 413 2147, 413 4192, 413 4226
#
# and no errorFile, and nothing in rsyslog's log.

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm rsyslog=8.2302.0-1+deb12u2 \
    rsyslog-elasticsearch=8.2302.0-1+deb12u2
unpack sid rsyslog=8.2610.0-1 rsyslog-elasticsearch=8.2610.0-1
unpack sid nginx=1.30.6-2

printf '{"n":1}\n{"n":2,"trace":"%02000d"}\n{"n":3}\n' 0 > "$dir/lines"

# ship SUITE WANTED
ship()
{
    port=$(free_port)

    start_nginx sid "front-$1" <<EOF
    log_format found '\$status \$content_length';

    server {
        listen unix:$dir/front-$1/socket;
        listen 127.0.0.1:$port;
        client_max_body_size 1k;
        default_type application/json;

        location / {
            access_log off;
            return 200 '{"version":{"number":"8.15.0"}}';
        }

        location /_bulk {
            access_log found.log found;
            return 200 '{"took":1,"errors":false,"items":[]}';
        }
    }
EOF

    start_rsyslog "$1" "log-$1" <<EOF
module(load="imfile")
module(load="omelasticsearch")
template(name="text" type="string" string="%msg%")
template(name="line" type="string" string="%msg%\n")
input(type="imfile" file="$dir/lines" tag="t" ruleset="r")
ruleset(name="r") {
    action(type="omelasticsearch" server="127.0.0.1" serverport="$port"
        template="text" bulkmode="on" searchIndex="i"
        errorFile="$dir/errors" action.resumeRetryCount="-1")
    action(type="omfile" file="$dir/$1.after" template="line")
}
EOF

    until_true more_lines "$dir/$1.after" 2
    seen=$(paste -s -d , "$dir/front-$1/found.log" | sed 's/,/, /g')
    echo "$1: $seen"
    expect "$1" "$2" "$seen"

    [ ! -e "$dir/errors" ] || changed "$1: there is an errorFile"
    [ ! -s "$dir/log-$1.log" ] || changed "$1: $(cat "$dir/log-$1.log")"
}

ship bookworm "413 2164, 413 2215, 413 4277, 413 4328"
ship sid "413 2113, 413 2147, 413 4192, 413 4226"
