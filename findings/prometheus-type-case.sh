#!/bin/sh
#
# A text that promtool passes without a word takes the whole target down.
#
# One would expect: "promtool check metrics" and the server of the same package
# read the same format.  What the check passes may be poor style, but it can be
# scraped; what it refuses cannot.
#
# What surprises: they are two parsers, and they differ both ways.  "# TYPE
# jobs_total Counter", with a capital, passes the check, and the server refuses
# the whole scrape, so all other metrics of the target are lost with it.  A last
# line without a newline is an error to the check and stored by the server; a
# TYPE after the samples likewise.
#
# Why it matters: the check is what a pipeline runs before a new exporter or a
# file for the node exporter's text collector goes out.  The node exporter reads
# with the check's parser and writes the type anew, so the same text is fine
# there and not where nginx serves it.
#
# Versions: Prometheus and promtool 3.5.3+ds1-6, nginx 1.30.6-2 to serve the
# text, node exporter 1.11.1-3 (Debian sid, November 2026).
#
# Seen, as "text: promtool's exit status, value of up":
#
#     lower case: 0, 1
#     Counter: 0, 0
#     no newline at the end: 1, 1
#     TYPE after a sample: 1, 1

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid prometheus=3.5.3+ds1-6 nginx=1.30.6-2 curl=8.23.0-1
unpack sid prometheus-node-exporter=1.11.1-3

help="# HELP jobs_total Jobs done."

# try NAME TEXT
try()
{
    printf '%s\n%b' "$help" "$2" > "$dir/text"
    status=0
    run sid usr/bin/promtool check metrics < "$dir/text" \
        > "$dir/check" 2>&1 || status=$?
    up=$(scrape sid "$1" "$dir/text" | sed -n 's/.*"up"} //p')
    echo "$status, $up"
}

lower=$(try lower "# TYPE jobs_total counter\njobs_total 1\n")
upper=$(try upper "# TYPE jobs_total Counter\njobs_total 1\n")
end=$(try end "# TYPE jobs_total counter\njobs_total 1")
late=$(try late "jobs_total 1\n# TYPE jobs_total counter\n")

echo "lower case: $lower"
echo "Counter: $upper"
echo "no newline at the end: $end"
echo "TYPE after a sample: $late"

expect "lower case" "0, 1" "$lower"
expect "Counter" "0, 0" "$upper"
expect "no newline at the end" "1, 1" "$end"
expect "TYPE after a sample" "1, 1" "$late"

mkdir "$dir/textfiles"
printf '%s\n' "$help" "# TYPE jobs_total Counter" "jobs_total 1" \
    > "$dir/textfiles/jobs.prom"

port=$(free_port)
start "$dir/log" sid usr/bin/prometheus-node-exporter \
    --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory="$dir/textfiles" \
    --web.listen-address="127.0.0.1:$port"
until_true run sid usr/bin/curl -sf -o "$dir/node" \
    "http://127.0.0.1:$port/metrics"

seen=$(grep jobs_total "$dir/node")
echo "$seen"
expect "node exporter" "# HELP jobs_total Jobs done.
# TYPE jobs_total counter
jobs_total 1" "$seen"
