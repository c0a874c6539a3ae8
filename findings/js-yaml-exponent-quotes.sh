#!/bin/sh
#
# js-yaml 5 reads 61e9540 as the text that it is, and no longer quotes it for
# others.
#
# One would expect: a short commit hash or an ID such as 61e9540 has the form
# of a number, too large for any, so a YAML writer quotes it, as js-yaml 4 did.
# A new release that repairs how such values are read makes the way of the text
# safer, not less safe.
#
# What surprises: js-yaml 5 takes a value that is too large for a number as a
# text.  Its writer leaves out the quotes where its own reader would not need
# them, so the repair of the reader has taken them away.  js-yaml 4, yaml and
# ruamel.yaml, all of YAML 1.2's form of numbers, read the result as infinity.
# Hashes with a smaller exponent, such as 12e45, are still quoted.  js-yaml 5
# itself reads all of it right, so its users see nothing in their own tests.
#
# Why it matters: the one who upgrades is the writer, the one who breaks is the
# reader, and only for the few hashes of digits with one "e" in the middle.
# In JSON the value then is null.
#
# Versions: js-yaml 4.1.0 and 5.5.0, yaml 2.9.1 (npm), Node.js 20;
# python3-ruamel.yaml 0.17.21-1 (Debian 12).
#
# Seen of the texts 61e9540 and 12e45; what is read is what js-yaml 5 writes:
#
#     js-yaml 4 writes id: '61e9540'
#     js-yaml 5 writes id: 61e9540
#     js-yaml 4 reads number Infinity
#     js-yaml 5 reads string 61e9540
#     yaml reads number Infinity
#     js-yaml 4 writes id: '12e45'
#     js-yaml 5 writes id: '12e45'
#     js-yaml 4 reads string 12e45
#     js-yaml 5 reads string 12e45
#     yaml reads string 12e45
#     ruamel.yaml reads float inf
#     ruamel.yaml reads str 12e45

set -eu

. "$(dirname "$0")/libraries.sh"

unpack bookworm python3-ruamel.yaml=0.17.21-1
packages old@npm:js-yaml@4.1.0 new@npm:js-yaml@5.5.0 yaml@2.9.1

cat > "$dir/find.py" <<'EOF'
import sys

from ruamel.yaml import YAML

for line in sys.stdin:
    value = YAML(typ="safe", pure=True).load(line)["id"]
    print(f"ruamel.yaml reads {type(value).__name__} {value}")
EOF

cat > "$dir/find.mjs" <<'EOF'
import * as after from 'new';
import { writeFileSync } from 'node:fs';
import * as before from 'old';
import * as yaml from 'yaml';

const readers = {
    'js-yaml 4': before.load,
    'js-yaml 5': after.load,
    yaml: yaml.parse,
};

let files = '';

for (const id of ['61e9540', '12e45']) {
    console.log(`js-yaml 4 writes ${before.dump({ id }).trim()}`);
    console.log(`js-yaml 5 writes ${after.dump({ id }).trim()}`);

    const written = after.dump({ id });
    files += written;

    for (const [name, read] of Object.entries(readers)) {
        const value = read(written).id;
        console.log(`${name} reads ${typeof value} ${value}`);
    }
}

writeFileSync(process.argv[2], files);
EOF

node "$dir/find.mjs" "$dir/files" > "$dir/seen"
PYTHONPATH="$dir/bookworm/usr/lib/python3/dist-packages" \
    run bookworm usr/bin/python3.11 "$dir/find.py" < "$dir/files" \
    >> "$dir/seen"

cat "$dir/seen"
expect "texts" "js-yaml 4 writes id: '61e9540'
js-yaml 5 writes id: 61e9540
js-yaml 4 reads number Infinity
js-yaml 5 reads string 61e9540
yaml reads number Infinity
js-yaml 4 writes id: '12e45'
js-yaml 5 writes id: '12e45'
js-yaml 4 reads string 12e45
js-yaml 5 reads string 12e45
yaml reads string 12e45
ruamel.yaml reads float inf
ruamel.yaml reads str 12e45" "$(cat "$dir/seen")"
