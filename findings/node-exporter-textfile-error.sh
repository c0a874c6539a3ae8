#!/bin/sh
#
# The node exporter drops metrics of a text file, and its error gauge stays 0.
#
# One would expect: node_textfile_scrape_error is 1 whenever something of the
# *.prom files does not reach the page, as it is for two help texts that differ;
# it is what the usual alarm watches.
#
# What surprises: if a second file gives the same metric another type, or has
# the same series again, its samples are left out, the gauge is 0, and the
# collector counts as successful.  Which file wins goes by name.  The one trace
# is a line of another component in the exporter's log, at each scrape.
#
# Why it matters: two jobs write "jobs_total", and one of them has another type.
# It is missing in all graphs, while each file alone is fine, in promtool and in
# the exporter.
#
# Versions: prometheus-node-exporter 1.11.1-3 (Debian sid, November 2026).
#
# Seen, the samples of jobs_total, then node_textfile_scrape_error:
#
#     two types: job="a" 1, error 0
#     the same series: job="a" 1, error 0
#     two help texts: job="a" 1, error 1

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid prometheus-node-exporter=1.11.1-3 curl=8.23.0-1

mkdir "$dir/textfiles"
port=$(free_port)
start "$dir/log" sid usr/bin/prometheus-node-exporter \
    --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory="$dir/textfiles" \
    --web.listen-address="127.0.0.1:$port"

page()
{
    run sid usr/bin/curl -sf -o "$dir/page" "http://127.0.0.1:$port/metrics"
}

until_true page

# file NAME HELP TYPE JOB
file()
{
    cat > "$dir/textfiles/$1.prom" <<EOF
# HELP jobs_total $2
# TYPE jobs_total $3
jobs_total{job="$4"} 1
EOF
}

# show WHAT WANTED
show()
{
    page
    seen=$(sed -n 's/^jobs_total{\(.*\)}/\1/p;
        s/^node_textfile_scrape_error/error/p' "$dir/page" |
        sort -r | paste -s -d , | sed 's/,/, /g')
    echo "$1: $seen"
    expect "$1" "$2" "$seen"
}

file 1 "Jobs done." counter a
file 2 "Jobs done." gauge b
show "two types" 'job="a" 1, error 0'

file 2 "Jobs done." counter a
show "the same series" 'job="a" 1, error 0'

file 2 "Jobs that were done." counter b
show "two help texts" 'job="a" 1, error 1'

file 2 "Jobs done." counter b
show "no conflict" 'job="b" 1, job="a" 1, error 0'
