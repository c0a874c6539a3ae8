#!/bin/sh
#
# syslog-ng changes the time 1733000000.123 of a JSON log by a millisecond.
#
# One would expect: a decimal that json-parser() has read comes out of
# format-json as it was written, 1733000000.123, since numbers have kept their
# type since version 4; or as short as it can be, as other writers of JSON do.
#
# What surprises: it comes out with 17 digits, 1733000000.1229999, in the same
# template with six behind the point if the value is named as a macro,
# 1733000000.123000, and 0.10 as 0.10000000000000001.  "mail.size" becomes a
# member of "mail", and an empty object is left out.
#
# Why it matters: nginx's $msec and $request_time are such decimals.  A
# receiver that cuts to milliseconds, which most do for dates, has another time
# than the file, so records of two ways do not join, and sums in cents are off.
#
# Versions: syslog-ng 4.12.0-2 (Debian sid, November 2026).
#
# Seen, of {"t":1733000000.123,"d":0.10,"mail.size":5,"e":{}}, format-json and
# then the macros of t and d:
#
#     {"t":1733000000.1229999,"mail":{"size":5},"d":0.10000000000000001}
#     1733000000.123000 0.100000

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid syslog-ng-core=4.12.0-2

echo '{"t":1733000000.123,"d":0.10,"mail.size":5,"e":{}}' > "$dir/lines"

start_syslog_ng sid <<EOF
@version: 4.12

source s {
    file("$dir/lines" flags(no-parse) read-old-records(yes));
};

parser p {
    json-parser(prefix("j."));
};

destination d {
    file("$dir/out"
        template("\$(format-json j.* --rekey j.* --shift-levels 1)
\${j.t} \${j.d}
"));
};

log {
    source(s);
    parser(p);
    destination(d);
};
EOF

until_true more_lines "$dir/out" 1
cat "$dir/out"
expect "output" \
    '{"t":1733000000.1229999,"mail":{"size":5},"d":0.10000000000000001}
1733000000.123000 0.100000' "$(cat "$dir/out")"
