#!/bin/sh
#
# In jq two numbers that are equal are no longer the same key.
#
# One would expect: 7.0 and 7 are one number.  They compare as equal, "unique"
# keeps one of them and group_by() makes one group; so INDEX() and JOIN(), which
# jq names after SQL, should take them for one key, too.
#
# What surprises: since 1.7 a number keeps the spelling that it was read with,
# and a text made of it has that spelling.  INDEX() and JOIN() make their keys
# from the text.  The same two records are one group and two entries, and a
# join of 7.0 with 7 finds null.  Any arithmetic, adding zero included, takes
# the spelling away.  1e2 becomes a third spelling, "1E+2", which is neither
# that of the input nor 100.  gojq does as jq 1.6 did.
#
# Why it matters: Python writes 7.0 and JavaScript 7 for the same amount or ID,
# and the script that joined the two on Debian 12 loses rows on Debian 13, with
# the exit status 0.
#
# Versions: jq 1.6-2.1+deb12u3 (Debian 12), 1.7.1-6+deb13u4 (Debian 13) and
# 1.8.2-1 (sid, November 2026), gojq 0.12.11-1 (Debian 12).
#
# Seen: groups, entries of INDEX(), what JOIN() finds, sums by key, the keys of
# 1e2 and of 1e2 + 0:
#
#     bookworm jq: [1,1,["paid"],{"7":5},"100","100"]
#     trixie jq: [1,2,[null],{"7.0":2,"7":3},"1E+2","100"]
#     sid jq: [1,2,[null],{"7.0":2,"7":3},"1E+2","100"]
#     bookworm gojq: [1,1,["paid"],{"7":5},"100","100"]

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm jq=1.6-2.1+deb12u3 libjq1=1.6-2.1+deb12u3 gojq=0.12.11-1
unpack trixie jq=1.7.1-6+deb13u4 libjq1=1.7.1-6+deb13u4
unpack sid jq=1.8.2-1 libjq1=1.8.2-1

cat > "$dir/records" <<'EOF'
[{ "id": 7.0, "sum": 2 }, { "id": 7, "sum": 3 }]
EOF

cat > "$dir/find.jq" <<'EOF'
[
    (group_by(.id) | length),
    (INDEX(.id) | length),
    [JOIN(INDEX({ "id": 7, "state": "paid" }; .id); .[0]; .id | tostring;
          .[1].state)],
    reduce .[] as $r ({}; .[$r.id | tostring] += $r.sum),
    (1e2 | tostring),
    (1e2 + 0 | tostring)
]
EOF

# shown SUITE PROGRAM WANTED
shown()
{
    seen=$(run "$1" "usr/bin/$2" -c -f "$dir/find.jq" "$dir/records")
    echo "$1 $2: $seen"
    expect "$1 $2" "$3" "$seen"
}

old='[1,1,["paid"],{"7":5},"100","100"]'
new='[1,2,[null],{"7.0":2,"7":3},"1E+2","100"]'

shown bookworm jq "$old"
shown trixie jq "$new"
shown sid jq "$new"
shown bookworm gojq "$old"
