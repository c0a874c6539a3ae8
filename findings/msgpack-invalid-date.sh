#!/bin/sh
#
# A date that could not be read becomes 1 January 1970 on its way through
# MessagePack.
#
# One would expect: JavaScript's "Invalid Date" has no form in MessagePack, so
# an encoder throws, as toISOString() does, or writes nil, as JSON has null.
#
# What surprises: @msgpack/msgpack writes the time stamp zero, a valid date that
# no reader can tell from a true one.  msgpackr writes a time stamp of one byte,
# a length that the format does not have, and reads it back itself.  Others,
# @msgpack/msgpack and Python's, refuse it, and with it the whole message.
#
# Why it matters: new Date("31.12.1980") is invalid in JavaScript.  A customer
# then is born in 1970 in one system; in the other one record in a batch takes
# all the rest with it, and the sender, who reads what it wrote, sees no fault.
#
# Versions: @msgpack/msgpack 3.1.3 and msgpackr 2.1.4 (npm), Node.js 20;
# python3-msgpack 1.0.3-2+b1 (Debian 12).
#
# Seen of { born: new Date('31.12.1980') }, by writer and reader:
#
#     JSON: {"born":null}
#     @msgpack/msgpack, @msgpack/msgpack: 1970-01-01T00:00:00.000Z
#     @msgpack/msgpack, msgpackr: 1970-01-01T00:00:00.000Z
#     @msgpack/msgpack, python3-msgpack: 1970-01-01 00:00:00+00:00
#     msgpackr, @msgpack/msgpack: DecodeError
#     msgpackr, msgpackr: Invalid Date
#     msgpackr, python3-msgpack: ValueError

set -eu

. "$(dirname "$0")/libraries.sh"

unpack bookworm python3-msgpack=1.0.3-2+b1
packages @msgpack/msgpack@3.1.3 msgpackr@2.1.4

cat > "$dir/find.py" <<'EOF'
import sys

import msgpack

for line in sys.stdin:
    writer, octets = line.split()
    try:
        seen = msgpack.unpackb(bytes.fromhex(octets), timestamp=3)["born"]
    except ValueError as error:
        seen = type(error).__name__
    print(f"{writer}, python3-msgpack: {seen}")
EOF

cat > "$dir/find.mjs" <<'EOF'
import * as plain from '@msgpack/msgpack';
import * as msgpackr from 'msgpackr';
import { writeFileSync } from 'node:fs';

const record = { born: new Date('31.12.1980') };
const libraries = {
    '@msgpack/msgpack': [plain.encode, plain.decode],
    msgpackr: [msgpackr.pack, msgpackr.unpack],
};

function read(decode, octets)
{
    try {
        const { born } = decode(octets);
        return isNaN(born) ? String(born) : born.toISOString();
    } catch (error) {
        return error.name;
    }
}

let written = '';

console.log(`JSON: ${JSON.stringify(record)}`);

for (const [writer, [encode]] of Object.entries(libraries)) {
    const octets = Buffer.from(encode(record));
    written += `${writer} ${octets.toString('hex')}\n`;

    for (const [reader, [, decode]] of Object.entries(libraries)) {
        console.log(`${writer}, ${reader}: ${read(decode, octets)}`);
    }
}

writeFileSync(process.argv[2], written);
EOF

node "$dir/find.mjs" "$dir/written" > "$dir/seen"
PYTHONPATH="$dir/bookworm/usr/lib/python3/dist-packages" \
    run bookworm usr/bin/python3.11 "$dir/find.py" < "$dir/written" \
    >> "$dir/seen"

seen=$(sort "$dir/seen")
echo "$seen"
expect "dates" '@msgpack/msgpack, @msgpack/msgpack: 1970-01-01T00:00:00.000Z
@msgpack/msgpack, msgpackr: 1970-01-01T00:00:00.000Z
@msgpack/msgpack, python3-msgpack: 1970-01-01 00:00:00+00:00
JSON: {"born":null}
msgpackr, @msgpack/msgpack: DecodeError
msgpackr, msgpackr: Invalid Date
msgpackr, python3-msgpack: ValueError' "$seen"
