#!/bin/sh
#
# The pattern ^[0-9]{,5}$ has three meanings in five engines.
#
# One would expect: a quantifier without a lower bound is "at most 5" as in
# Python, or literal text as it was in PCRE for decades; and a JSON Schema
# pattern or an nginx location means the same before and after an upgrade.
#
# What surprises: PCRE2 changed from the one to the other with 10.43, that is
# between Debian 12 and Debian 13: what matched only "7{,5}" now matches a
# post code, and the empty string too.  ajv, which compiles the pattern of the
# same JSON Schema for Unicode, refuses the schema; jsonschema for JavaScript
# takes it for literal text and Python's for "at most 5".
#
# Why it matters: nginx takes its locations and maps to the system's PCRE2.  A
# pattern that never matched, and that nobody misses, begins to match with the
# upgrade of the system, and nginx -t says nothing.
#
# Versions: pcre2-utils 10.42-1+deb12u2 (Debian 12) and 10.46-1~deb13u3 (Debian
# 13), python3-jsonschema 4.10.3-1 (Debian 12), ajv 8.20.0 and jsonschema 1.5.0
# (npm), Node.js 20.
#
# Seen, of "20095", "" and "7{,5}", which match:
#
#     PCRE2 10.42: no no yes
#     PCRE2 10.46: yes yes no
#     python3-jsonschema 4.10.3: yes yes no
#     jsonschema 1.5.0: no no yes
#     ajv 8.20.0: Invalid regular expression

set -eu

. "$(dirname "$0")/libraries.sh"

unpack bookworm pcre2-utils=10.42-1+deb12u2 python3-jsonschema=4.10.3-1
unpack trixie pcre2-utils=10.46-1~deb13u3
packages ajv@8.20.0 jsonschema@1.5.0

# pcre2 SUITE VERSION
pcre2()
{
    cat > "$dir/test" <<'EOF'
/^[0-9]{,5}$/
    20095
    \
    7{,5}
EOF
    seen=$(run "$1" usr/bin/pcre2test -q "$dir/test" |
        sed -n 's/^ 0:.*/yes/p; s/^No match$/no/p' | paste -s -d ' ')
    echo "PCRE2 $2: $seen"
}

cat > "$dir/find.py" <<'EOF'
import jsonschema

validator = jsonschema.Draft7Validator({'pattern': '^[0-9]{,5}$'})
words = ['yes' if validator.is_valid(text) else 'no'
         for text in ['20095', '', '7{,5}']]
print('python3-jsonschema 4.10.3:', *words)
EOF

cat > "$dir/find.mjs" <<'EOF'
import jsonschema from 'jsonschema';
import Ajv from 'ajv';

const schema = { pattern: '^[0-9]{,5}$' };

function print(name, valid) {
    const words = ['20095', '', '7{,5}']
        .map((text) => valid(text) ? 'yes' : 'no');
    console.log(`${name}:`, ...words);
}

print('jsonschema 1.5.0',
      (text) => jsonschema.validate(text, schema).valid);

try {
    print('ajv 8.20.0', new Ajv.default({ strict: false }).compile(schema));
} catch (error) {
    console.log(`ajv 8.20.0: ${error.message.split(':')[0]}`);
}
EOF

# python PROGRAM
python()
{
    PYTHONHOME="$dir/bookworm/usr" \
        PYTHONPATH="$dir/bookworm/usr/lib/python3/dist-packages" \
        run bookworm usr/bin/python3.11 "$1"
}

seen=$(pcre2 bookworm 10.42; pcre2 trixie 10.46; python "$dir/find.py"
    node "$dir/find.mjs")

echo "$seen"
expect "matches" "PCRE2 10.42: no no yes
PCRE2 10.46: yes yes no
python3-jsonschema 4.10.3: yes yes no
jsonschema 1.5.0: no no yes
ajv 8.20.0: Invalid regular expression" "$seen"
