#!/bin/sh
#
# Of two JSON records on one line syslog-ng keeps one and reports no error.
#
# One would expect: a line with more than one JSON value is no JSON, so
# json-parser() does not match and the message goes the way of all that cannot
# be parsed; rsyslog's mmjsonparse does so and keeps the text.
#
# What surprises: the parser stops at the end of the first object and succeeds.
# Another record behind it, or any other text, is gone without a word.  A comma
# too many, single quotes and NaN are taken as well, and NaN comes out as nan,
# which is JSON for no reader.
#
# Why it matters: a record without its newline, as a full disk, a killed writer
# or two writers of one pipe leave it, takes the next record with it.  The count
# of messages that failed to parse, which is what people watch, stays zero.
#
# Versions: syslog-ng 4.12.0-2 and rsyslog 8.2610.0-1 (Debian sid, November
# 2026).
#
# Seen, of the lines {"a":1}{"a":2} and {"a":NaN}:
#
#     syslog-ng: {"a":1}
#     syslog-ng: {"a":nan}
#     rsyslog: { "msg": "{\"a\":1}{\"a\":2}" }
#     rsyslog: { "a": NaN }

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid syslog-ng-core=4.12.0-2
unpack sid rsyslog=8.2610.0-1

printf '%s\n' '{"a":1}{"a":2}' '{"a":NaN}' > "$dir/lines"

start_syslog_ng sid <<EOF
@version: 4.12

source s {
    file("$dir/lines" flags(no-parse) read-old-records(yes));
};

parser p {
    json-parser(prefix("j."));
};

destination parsed {
    file("$dir/parsed"
        template("\$(format-json j.* --rekey j.* --shift-levels 1)
"));
};

destination failed {
    file("$dir/failed");
};

log {
    source(s);

    if {
        parser(p);
        destination(parsed);
    } else {
        destination(failed);
    };
};
EOF

start_rsyslog sid rsyslog <<EOF
module(load="imfile")
module(load="mmjsonparse")
template(name="json" type="string" string="%\$!%\n")
input(type="imfile" file="$dir/lines" tag="t" addMetadata="off")
action(type="mmjsonparse" cookie="")
action(type="omfile" file="$dir/rsyslog.out" template="json")
EOF

until_true more_lines "$dir/parsed" 1
until_true more_lines "$dir/rsyslog.out" 1
sed 's/^/syslog-ng: /' "$dir/parsed"
sed 's/^/rsyslog: /' "$dir/rsyslog.out"

[ ! -e "$dir/failed" ] || changed "syslog-ng: a line failed"
expect "syslog-ng" '{"a":1}
{"a":nan}' "$(cat "$dir/parsed")"
expect "rsyslog" '{ "msg": "{\"a\":1}{\"a\":2}" }
{ "a": NaN }' "$(cat "$dir/rsyslog.out")"
