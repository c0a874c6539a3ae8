#!/bin/sh
#
# A customer's number above 2^32 has a ".0" behind it after CBOR.
#
# One would expect: CBOR has integers of 64 bits and floats as different things,
# and a library writes an integer that JavaScript holds exactly as an integer.
# That is what one changes from JSON to CBOR for.
#
# What surprises: cbor-x writes integers of up to 32 bits as integers and all
# larger ones as floats; cbor, cborg and cbor2 write integers up to 2^53.  In
# JavaScript none of this can be seen, for both are read as the same number.
# Python reads a float, and str() has the ".0".  A Map, which has a form of its
# own in CBOR as well, gets a tag that is not in RFC 8949, and Python's cbor2
# hands on the tag with the map inside of it.
#
# Why it matters: numbers that are given out in order pass 2^32 years after the
# start, and milliseconds since 1970 have been above it from the first day.  The
# key of a cache or of a log line differs from then on, in the one language.
#
# Versions: npm: cbor-x 1.6.9, cbor 10.0.12, cborg 6.1.5, cbor2 2.3.0; Node.js
# 20; python3-cbor2 6.1.2-2+b2 (Debian sid, November 2026).
#
# Seen, as Python's cbor2 reads 4294967295, 4294967296 and a Map:
#
#     cbor-x: 4294967295 4294967296.0 CBORTag
#     cbor: 4294967295 4294967296 dict
#     cborg: 4294967295 4294967296 dict
#     cbor2: 4294967295 4294967296 dict

set -eu

. "$(dirname "$0")/libraries.sh"

packages cbor-x@1.6.9 cbor@10.0.12 cborg@6.1.5 cbor2@2.3.0
unpack sid python3-cbor2=6.1.2-2+b2

javascript <<'EOF'
import cbor from 'cbor';
import { encode as cborX } from 'cbor-x';
import { encode as cbor2 } from 'cbor2';
import { encode as cborg } from 'cborg';
import fs from 'node:fs';

const encoders = { 'cbor-x': cborX, 'cbor': cbor.encode, cborg, cbor2 };
for (const [name, encode] of Object.entries(encoders)) {
    const bytes = encode([2 ** 32 - 1, 2 ** 32, new Map([[1, 'x']])]);
    fs.writeFileSync(new URL(`${name}.bytes`, import.meta.url), bytes);
}
EOF

cat > "$dir/find.py" <<'EOF'
import sys

import cbor2

for name in ["cbor-x", "cbor", "cborg", "cbor2"]:
    with open(f"{sys.argv[1]}/{name}.bytes", "rb") as file:
        small, large, members = cbor2.load(file)
    kind = "dict" if isinstance(members, dict) else type(members).__name__
    print(f"{name}:", small, large, kind)
EOF

python=$(echo "$dir"/sid/usr/bin/python3.[0-9][0-9])
seen=$(PYTHONPATH="$dir/sid/usr/lib/python3/dist-packages" \
    PYTHONHOME="$dir/sid/usr" \
    run sid "usr/bin/${python##*/}" "$dir/find.py" "$dir")

echo "$seen"
expect "values" "cbor-x: 4294967295 4294967296.0 CBORTag
cbor: 4294967295 4294967296 dict
cborg: 4294967295 4294967296 dict
cbor2: 4294967295 4294967296 dict" "$seen"
