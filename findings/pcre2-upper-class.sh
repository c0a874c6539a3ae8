#!/bin/sh
#
# [[:upper:]] without regard to case stops matching small letters with UCP.
#
# One would expect: the manual says that with PCRE2_UCP the class [:upper:]
# becomes \p{Lu}, and that \p{Lu} is treated as any cased letter when the
# match is caseless.  Without UCP a caseless [[:upper:]] matches small letters,
# so it does with UCP.
#
# What surprises: with UCP, [[:upper:]] and [[:lower:]] keep their case in a
# caseless match, whereas \p{Lu}, which they are said to become, does not.  In
# 10.42 \p{Lu} kept it, too: the newer release changed the property and left
# the class behind.
#
# Why it matters: a caseless pattern, as in nginx's "location ~*" or a mapping
# with "~*", is given (*UCP) for the first customer with an umlaut, and every
# name in small letters stops matching, "muster" as well.  On a change from
# Debian 12 to 13, a pattern with \p{Lu} begins to match what it refused.
#
# Versions: pcre2-utils 10.42-1+deb12u2 (Debian 12) and 10.46-1~deb13u3
# (Debian 13); 10.49-1 (sid) does as 10.46.
#
# Seen, with pcre2test and the subject "muster", a caseless match each:
#
#     10.42: /^[[:upper:]]+$/ match
#     10.42: /^[[:upper:]]+$/ucp no match
#     10.42: /^\p{Lu}+$/ucp no match
#     10.46: /^[[:upper:]]+$/ match
#     10.46: /^[[:upper:]]+$/ucp no match
#     10.46: /^\p{Lu}+$/ucp match

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm pcre2-utils=10.42-1+deb12u2
unpack trixie pcre2-utils=10.46-1~deb13u3

cat > "$dir/test" <<'EOF'
/^[[:upper:]]+$/caseless
    muster

/^[[:upper:]]+$/caseless,ucp
    muster

/^\p{Lu}+$/caseless,ucp
    muster
EOF

# matches SUITE VERSION: each pattern and whether it matches
matches()
{
    run "$1" usr/bin/pcre2test -q "$dir/test" |
        sed -n "s|^/|$2: /|p; s/^ 0: muster$/match/p; s/^No match$/no match/p" |
        sed 's/caseless,*//' | paste -d ' ' - -
}

seen=$(matches bookworm 10.42; matches trixie 10.46)

echo "$seen"
expect "matches" '10.42: /^[[:upper:]]+$/ match
10.42: /^[[:upper:]]+$/ucp no match
10.42: /^\p{Lu}+$/ucp no match
10.46: /^[[:upper:]]+$/ match
10.46: /^[[:upper:]]+$/ucp no match
10.46: /^\p{Lu}+$/ucp match' "$seen"
