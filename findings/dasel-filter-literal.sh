#!/bin/sh
#
# A dasel filter that names Köln finds nothing, and one with || loses half.
#
# One would expect: a text between quotation marks in a query is the text that
# the document has, and && binds closer than ||, as in C, Go, JavaScript, SQL
# and all else that writes them so.
#
# What surprises: the query is read byte by byte, each byte as a character.
# "Köln" is another text than the Köln of the document, the filter finds
# nothing, and the exit status is 0.  Some words end in an error about a
# position instead, by their last letter.  In a regular expression the same word
# works.  And a || b && c is (a || b) && c.
#
# Why it matters: a check that lists what is wrong for a city or a name comes
# back empty, which is its good answer.  The query works on the names that one
# tries first.
#
# Versions: dasel 3.11.2-2 (Debian sid, November 2026).
#
# Seen, of four records, the number that each filter finds:
#
#     city == "Bonn": 1
#     city == "Köln": 0
#     city =~ r/Köln/: 2
#     vip || due && open: 1
#     vip || (due && open): 2

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid dasel=3.11.2-2

cat > "$dir/records.json" <<'EOF'
[
    { "city": "Bonn", "vip": true, "due": true, "open": false },
    { "city": "Köln", "vip": false, "due": true, "open": true },
    { "city": "Köln", "vip": false, "due": true, "open": false },
    { "city": "Ulm", "vip": false, "due": false, "open": true }
]
EOF

# found FILTER NUMBER
found()
{
    seen=$(run sid usr/bin/dasel -i json -o json "len(filter($1))" \
        < "$dir/records.json") || changed "$1: exit status $?"
    echo "$1: $seen"
    expect "$1" "$2" "$seen"
}

found 'city == "Bonn"' 1
found 'city == "Köln"' 0
found 'city =~ r/Köln/' 2
found 'vip || due && open' 1
found 'vip || (due && open)' 2
