#!/bin/sh
#
# Remarks beside a German phone number become digits of a number that is valid.
#
# One would expect: "ext. 67" behind a number is split off as an extension, so
# other remarks are either dropped or make the text invalid.  Two numbers in
# one field are too long for one, and so are invalid, too.
#
# What surprises: from three letters on, all letters are read as those of a
# keypad, and their digits are added: "abends" (evenings) is 223637.  A German
# number has no fixed length, up to 15 digits, so the result is a valid number
# in most cases.  The same happens to two numbers with a slash, and after a
# comma the second number becomes an extension of the first.  The German words
# for an extension, "App." and "Nst.", are not known, although those of French,
# Spanish and Russian are.  libphonenumber-js, a rewrite of the library for
# JavaScript, drops letters at the end and refuses those in between, but joins
# numbers as well.
#
# Why it matters: the check that is there to catch such fields passes them, and
# the rewritten form, which has lost the remark, is what is stored.  A browser
# that checks with the one library and a server that checks with the other
# store different numbers of the same field.
#
# Versions: python3-phonenumbers 8.12.57-4 (Debian 12), google-libphonenumber
# 3.2.47 and libphonenumber-js 1.13.16 (npm, with its "max" metadata), Node.js
# 20.
#
# Seen, with google-libphonenumber and python3-phonenumbers, then with
# libphonenumber-js:
#
#     030 12345 ext. 67: +493012345 x67 valid, +493012345 x67 valid
#     030 12345 App. 67: +49301234527767 valid, refused
#     030 12345 Nst. 67: +49301234567867 valid, refused
#     030 12345 Fr. Meier: +4930123453763437 valid, +493012345 valid
#     030 12345 privat: +493012345774828 valid, +493012345 valid
#     04121 1234 abends: +4941211234223637 valid, +4941211234 valid
#     04121 1234 / 5678: +49412112345678 valid, +49412112345678 valid
#     04121 1234, 5678: +4941211234 x5678 valid, +4941211234 x5678 valid

set -eu

. "$(dirname "$0")/libraries.sh"

cat > "$dir/numbers" <<'EOF'
030 12345 ext. 67
030 12345 App. 67
030 12345 Nst. 67
030 12345 Fr. Meier
030 12345 privat
04121 1234 abends
04121 1234 / 5678
04121 1234, 5678
EOF

unpack bookworm python3-phonenumbers=8.12.57-4
packages google-libphonenumber@3.2.47 libphonenumber-js@1.13.16

cat > "$dir/find.py" <<'EOF'
import sys

import phonenumbers as p

for line in sys.stdin.read().splitlines():
    number = p.parse(line, "DE")
    print(p.format_number(number, p.PhoneNumberFormat.E164)
          + (" x" + number.extension if number.extension else "")
          + (" valid" if p.is_valid_number(number) else " invalid"))
EOF

PYTHONPATH="$dir/bookworm/usr/lib/python3/dist-packages" \
    run bookworm usr/bin/python3.11 "$dir/find.py" \
    < "$dir/numbers" > "$dir/python"

cat > "$dir/find.mjs" <<'EOF'
import google from 'google-libphonenumber';
import { readFileSync } from 'node:fs';
import parse from 'libphonenumber-js/max';

const util = google.PhoneNumberUtil.getInstance();

function shown(number, extension, valid)
{
    return number + (extension ? ` x${extension}` : '')
           + (valid ? ' valid' : ' invalid');
}

function original(line)
{
    const number = util.parse(line, 'DE');
    return shown(util.format(number, google.PhoneNumberFormat.E164),
                 number.getExtension(), util.isValidNumber(number));
}

function rewrite(line)
{
    const number = parse(line, 'DE');
    return number === undefined
           ? 'refused' : shown(number.number, number.ext, number.isValid());
}

const functions = { original, rewrite };

for (const line of readFileSync(0, 'utf8').split('\n').slice(0, -1)) {
    console.log(functions[process.argv[2]](line));
}
EOF

node "$dir/find.mjs" original < "$dir/numbers" > "$dir/original"
node "$dir/find.mjs" rewrite < "$dir/numbers" > "$dir/rewrite"
expect "python3-phonenumbers" "$(cat "$dir/original")" "$(cat "$dir/python")"

seen=$(paste -d '|' "$dir/numbers" "$dir/original" "$dir/rewrite" |
    sed 's/|/: /; s/|/, /')
echo "$seen"
expect "numbers" "030 12345 ext. 67: +493012345 x67 valid, +493012345 x67 valid
030 12345 App. 67: +49301234527767 valid, refused
030 12345 Nst. 67: +49301234567867 valid, refused
030 12345 Fr. Meier: +4930123453763437 valid, +493012345 valid
030 12345 privat: +493012345774828 valid, +493012345 valid
04121 1234 abends: +4941211234223637 valid, +4941211234 valid
04121 1234 / 5678: +49412112345678 valid, +49412112345678 valid
04121 1234, 5678: +4941211234 x5678 valid, +4941211234 x5678 valid" "$seen"
