#!/bin/sh
#
# The two ports of one checker have one spelling of a Swedish personal number
# in common, and none for somebody who moved to Sweden.
#
# One would expect: stdnum for JavaScript, a port of python-stdnum, says what
# the original says.  A personal number has ten or twelve digits, with or
# without a hyphen before the last four.  People without a personal number have
# a coordination number, which is the same with 60 added to the day.
#
# What surprises: the port asks for the hyphen and says "InvalidLength" to ten
# or twelve digits alone; the original puts the hyphen in.  The original calls
# the day of a coordination number invalid; the port takes it.
#
# Why it matters: with the one in a web form and the other in a server, a
# customer passes the form and fails at the server, or never passes the form.
# Tests with one personal number that has a hyphen see nothing.
#
# Versions: stdnum 1.12.0 (npm), Node.js 20, python3-stdnum 1.18-1 (Debian 12);
# python3-stdnum 2.2-1 (sid) does the same.
#
# Seen, with made-up numbers of a right check digit, port and original:
#
#     811218-9876 valid valid
#     8112189876 InvalidLength valid
#     198112189876 InvalidLength valid
#     811278-9873 valid InvalidComponent

set -eu

. "$(dirname "$0")/libraries.sh"

packages stdnum@1.12.0
unpack bookworm python3-stdnum=1.18-1

numbers="811218-9876 8112189876 198112189876 811278-9873"

cat > "$dir/original.py" <<'EOF'
import sys
from stdnum.exceptions import ValidationError
from stdnum.se import personnummer

for number in sys.argv[1:]:
    try:
        personnummer.validate(number)
        print(number, 'valid')
    except ValidationError as error:
        print(number, type(error).__name__)
EOF

cat > "$dir/port.mjs" <<'EOF'
import { stdnum } from 'stdnum';

for (const number of process.argv.slice(2)) {
    const { isValid, error } = stdnum.SE.personnummer.validate(number);
    console.log(number, isValid ? 'valid' : error.name);
}
EOF

export PYTHONHOME="$dir/bookworm/usr"
export PYTHONPATH="$dir/bookworm/usr/lib/python3/dist-packages"

# shellcheck disable=SC2086
node "$dir/port.mjs" $numbers > "$dir/port"
# shellcheck disable=SC2086
run bookworm usr/bin/python3.11 "$dir/original.py" $numbers > "$dir/original"

seen=$(join "$dir/port" "$dir/original" --nocheck-order)

echo "$seen"
expect "verdicts" "811218-9876 valid valid
8112189876 InvalidLength valid
198112189876 InvalidLength valid
811278-9873 valid InvalidComponent" "$seen"
