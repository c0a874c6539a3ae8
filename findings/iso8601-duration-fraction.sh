#!/bin/sh
#
# A library for durations refuses the example of its README, and drops what it
# does not know.
#
# One would expect: iso8601-duration reads P0.5D, which its README gives as an
# example of a fraction, and refuses what it does not support, a sign for one,
# as it refuses "P" or "p1d".
#
# What surprises: a fraction is read behind the T only.  P0.5D and P1.5W are
# errors.  Behind another unit the same fraction is no error: P1Y0.5M is one
# year, and P2DT1H30 is two days and an hour.  The pattern is looked for within
# the text, so -PT15M is 15 minutes.  tinyduration, which does the same thing,
# reads each fraction and the sign, and drops the 30, too.
#
# Why it matters: the alarms of calendars are negative durations, and now are
# after the event.  A period of "a year and a half month" is shorter by the
# half without a word, while the half alone is found in the first test.
#
# Versions (npm): iso8601-duration 2.1.4, tinyduration 3.4.1; Node.js 20.
#
# Seen, the members other than 0, by the one and by the other:
#
#     P0.5D: error | {"days":0.5}
#     P1.5W: error | {"weeks":1.5}
#     P1Y0.5M: {"years":1} | {"years":1,"months":0.5}
#     PT1.5H: {"hours":1.5} | {"hours":1.5}
#     -PT15M: {"minutes":15} | {"minutes":15,"negative":true}
#     P2DT1H30: {"days":2,"hours":1} | {"days":2,"hours":1}

set -eu

. "$(dirname "$0")/libraries.sh"

packages iso8601-duration@2.1.4 tinyduration@3.4.1

grep -q 'P0\.5D' "$dir/node_modules/iso8601-duration/README.md" ||
    changed "the README has another example"

seen=$(javascript <<'EOF'
import iso from 'iso8601-duration';
import tiny from 'tinyduration';

function read(parse, text) {
    try {
        const members = Object.entries(parse(text)).filter(([, n]) => n !== 0);
        return JSON.stringify(Object.fromEntries(members));
    } catch {
        return 'error';
    }
}

for (const text of ['P0.5D', 'P1.5W', 'P1Y0.5M', 'PT1.5H', '-PT15M',
                    'P2DT1H30']) {
    console.log(`${text}:`, read(iso.parse, text), '|',
                read(tiny.parse, text));
}
EOF
)

echo "$seen"
expect "durations" 'P0.5D: error | {"days":0.5}
P1.5W: error | {"weeks":1.5}
P1Y0.5M: {"years":1} | {"years":1,"months":0.5}
PT1.5H: {"hours":1.5} | {"hours":1.5}
-PT15M: {"minutes":15} | {"minutes":15,"negative":true}
P2DT1H30: {"days":2,"hours":1} | {"days":2,"hours":1}' "$seen"
