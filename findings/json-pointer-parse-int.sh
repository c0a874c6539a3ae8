#!/bin/sh
#
# A JSON Pointer of "/list/1st" finds an element, and "/list/0x1" another one.
#
# One would expect: an index of an array in a JSON Pointer is "0" or digits
# without a leading zero (RFC 6901, section 4); anything else is an error, as
# two other implementations have it.
#
# What surprises: @hyperjump/json-pointer, which a JSON Schema implementation
# of the same author stands on, takes the digits that an index begins with and
# leaves the rest unread: "01" and "1st" are 1, and "0x1" is 0.  It reads and
# writes by such pointers: set() makes a copy with that element replaced.
#
# Why it matters: a misspelt pointer changes an element instead of failing, and
# one element has endlessly many pointers, so a list of changed fields that is
# kept by pointer has one field twice.
#
# Versions: @hyperjump/json-pointer 1.1.2, json-pointer 0.6.2,
# @swaggerexpert/json-pointer 2.10.2 (npm), Node.js 20.
#
# Seen, the value from each of the three, in this order:
#
#     /list/1: b b b
#     /list/01: b error error
#     /list/1st: b error error
#     /list/1.9: b error error
#     /list/0x1: a error error
#     set /list/0x1: ["A","b"]

set -eu

. "$(dirname "$0")/libraries.sh"

packages @hyperjump/json-pointer@1.1.2 json-pointer@0.6.2 \
    @swaggerexpert/json-pointer@2.10.2

seen=$(javascript <<'EOF'
import * as hyperjump from '@hyperjump/json-pointer';
import pointer from 'json-pointer';
import { evaluate } from '@swaggerexpert/json-pointer';

const document = { list: ['a', 'b'] };

function value(get) {
    try {
        return get();
    } catch {
        return 'error';
    }
}

for (const index of ['1', '01', '1st', '1.9', '0x1']) {
    const path = `/list/${index}`;
    console.log(`${path}:`,
                value(() => hyperjump.get(path, document)),
                value(() => pointer.get(document, path)),
                value(() => evaluate(document, path)));
}

console.log('set /list/0x1:',
            JSON.stringify(hyperjump.set('/list/0x1', document, 'A').list));
EOF
)

echo "$seen"
expect "values" "/list/1: b b b
/list/01: b error error
/list/1st: b error error
/list/1.9: b error error
/list/0x1: a error error
set /list/0x1: [\"A\",\"b\"]" "$seen"
