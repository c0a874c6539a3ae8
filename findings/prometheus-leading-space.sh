#!/bin/sh
#
# Prometheus 3 makes the indentation of a line part of the metric's name.
#
# One would expect: spaces before a metric's name are skipped, as promtool does,
# or the scrape fails, as it did before version 3.
#
# What surprises: the line "  jobs 1" is stored as a metric named "  jobs", with
# the two spaces, and the target is up, since any UTF-8 text may be a name now.
# "promtool check metrics" of the same package finds nothing to say.
#
# Why it matters: text from an indented here-document or a template is taken by
# each tool on its way, and the query for "jobs" is empty; an alarm on it never
# fires.  In tables the name looks right.
#
# Versions: Prometheus and promtool 3.5.3+ds1-6 (Debian sid) and 2.53.3+ds1-2
# (Debian 13); nginx 1.30.6-2 serves the text.
#
# Seen, what is stored of "  jobs 1":
#
#     3.5.3: {__name__="  jobs"} 1, {__name__="up"} 1
#     2.53.3: {__name__="up"} 0

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid prometheus=3.5.3+ds1-6 nginx=1.30.6-2
unpack trixie prometheus=2.53.3+ds1-2

cat > "$dir/text" <<EOF
# HELP jobs Jobs that wait.
# TYPE jobs gauge
  jobs 1
EOF

for suite in sid trixie; do
    run "$suite" usr/bin/promtool check metrics < "$dir/text" ||
        changed "promtool of $suite complains"
done

new=$(scrape sid new "$dir/text")
old=$(scrape trixie old "$dir/text")
printf '%s\n' "$new" "" "$old"

expect "3.5.3" '{__name__="  jobs"} 1
{__name__="up"} 1' "$new"
expect "2.53.3" '{__name__="up"} 0' "$old"
