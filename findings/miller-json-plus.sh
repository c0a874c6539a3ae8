#!/bin/sh
#
# One phone number, three Debian releases, three JSON values by Miller.
#
# One would expect: a CSV file has texts only, so the number +4930123456 is a
# text in the JSON that is made of it, or else is refused; a later release
# would not turn it into another value.
#
# What surprises: it is a text in Debian 12, a bare +4930123456, which no JSON
# reader takes, in Debian 13, and since then a valid number without the plus
# sign.  A reference 0x1F becomes 31 the same way, while 030123456, in the
# same column, stays a text.  As CSV, with the same program, all is as it was.
# Quotes around the field in the CSV do not help.
#
# Why it matters: the first change is found at once, since the next reader
# fails.  The second one repairs that and takes the plus sign away from the
# numbers that had one: the column now has numbers and texts, and the numbers
# read like German ones without the leading zero.
#
# Versions: Miller 6.6.0-2+b3 (Debian 12), 6.13.0-1 (Debian 13) and 6.18.1-1
# (sid, November 2026).
#
# Seen, of the rows +4930123456,0x1F and 030123456,00042:
#
#     bookworm: {"phone": "+4930123456", "ref": 0x1F}
#     bookworm: {"phone": "030123456", "ref": "00042"}
#     trixie: {"phone": +4930123456, "ref": 0x1F}
#     trixie: {"phone": "030123456", "ref": "00042"}
#     sid: {"phone": 4930123456, "ref": 31}
#     sid: {"phone": "030123456", "ref": "00042"}
#     sid, as CSV: +4930123456,0x1F

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm miller=6.6.0-2+b3
unpack trixie miller=6.13.0-1
unpack sid miller=6.18.1-1

cat > "$dir/plain.csv" <<'EOF'
phone,ref
+4930123456,0x1F
030123456,00042
EOF

cat > "$dir/quoted.csv" <<'EOF'
"phone","ref"
"+4930123456","0x1F"
"030123456","00042"
EOF

# converted SUITE FIRST: the JSON lines are FIRST and the one of the texts
converted()
{
    for file in plain quoted; do
        run "$1" usr/bin/mlr --icsv --ojsonl cat "$dir/$file.csv" \
            > "$dir/seen"
        expect "$1, $file" "$2
{\"phone\": \"030123456\", \"ref\": \"00042\"}" "$(cat "$dir/seen")"
    done
    sed "s/^/$1: /" "$dir/seen"
}

converted bookworm '{"phone": "+4930123456", "ref": 0x1F}'
converted trixie '{"phone": +4930123456, "ref": 0x1F}'
converted sid '{"phone": 4930123456, "ref": 31}'

seen=$(run sid usr/bin/mlr --csv head -n 1 "$dir/plain.csv" | tail -n 1)
echo "sid, as CSV: $seen"
expect "as CSV" "+4930123456,0x1F" "$seen"
