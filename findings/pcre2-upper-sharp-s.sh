#!/bin/sh
#
# Upper case in PCRE2 makes the capital sharp s of a German street, and a small
# letter of a Greek one.
#
# One would expect: the manual of pcre2_substitute() says that \U knows simple
# case folding only, no SpecialCasing.txt.  Unicode has no simple upper case
# of U+00DF (sharp s), so the letter stays as it is, or is SS where a library
# can do more.
#
# What surprises: \U makes U+1E9E of it, the capital sharp s, which simple
# folding maps to U+00DF and which PCRE2 takes backwards.  With newer tables
# the same way back turns a Greek small letter, U+03B0, into another small
# letter, U+1FE3, in the name of upper case; 10.42 leaves it as it is.
#
# Why it matters: names and streets are put in upper case for matching and for
# payment files.  U+1E9E is in no ISO 8859 or Windows character set and not in
# the letters of SEPA, and "STRASSE" is not found by it.  A filter that lets
# upper case through lets U+1FE3 through as small as it was.
#
# Versions: pcre2-utils 10.42-1+deb12u2 (Debian 12) and 10.46-1~deb13u3
# (Debian 13).
#
# Seen, with pcre2test, /\w+/utf,ucp,replace=\U$0,substitute_extended:
#
#     10.42: stra\x{df}e STRA\x{1e9e}E
#     10.42: \x{3b0} \x{3b0}
#     10.46: stra\x{df}e STRA\x{1e9e}E
#     10.46: \x{3b0} \x{1fe3}

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm pcre2-utils=10.42-1+deb12u2
unpack trixie pcre2-utils=10.46-1~deb13u3

cat > "$dir/test" <<'EOF'
/\w+/utf,ucp,replace=\U$0,substitute_extended
    stra\x{df}e
    \x{3b0}
EOF

# replaced SUITE VERSION: the subjects and what became of them
replaced()
{
    run "$1" usr/bin/pcre2test -q "$dir/test" |
        sed -n "s/^    /$2: /p; s/^ 1: //p" | paste -d ' ' - -
}

seen=$(replaced bookworm 10.42; replaced trixie 10.46)

echo "$seen"
expect "replacements" '10.42: stra\x{df}e STRA\x{1e9e}E
10.42: \x{3b0} \x{3b0}
10.46: stra\x{df}e STRA\x{1e9e}E
10.46: \x{3b0} \x{1fe3}' "$seen"
