#!/bin/sh
#
# A validator that was made of OpenAPI takes "" and false for the amount 0.
#
# One would expect: the zod schema that hey-api writes of { "type": "integer",
# "format": "int64" } takes integers and refuses all else, as it does for a
# plain integer and for int32, and what it has checked can be sent.
#
# What surprises: int64 alone is coerced to a BigInt, as the constructor does
# it: "" and false and [] are 0, true is 1, "0x1f" is 31 and [7] is 7.  All of
# these pass, and a missing field does not.  The result can then no longer be
# written, since JSON.stringify() raises an error for a BigInt, though the type
# that the same generator writes beside the schema is a number.  And an object
# with patternProperties and without other properties, which is how one
# describes extension members, becomes a record of "never": it refuses every
# object that has a member at all.
#
# Why it matters: frameworks on a JVM or .NET write int64 for every "long", so
# the field that a form left empty passes as 0 where int32 would have told.  To
# the author of the API the two formats differ in size only.
#
# Versions (npm): @hey-api/openapi-ts 0.95.0, zod 4.6.7, typescript 5.9.3;
# Node.js 20.
#
# Seen, what passes, as JSON to the result:
#
#     int32: 7 to 7
#     int64: 7 to 7n, "" to 0n, false to 0n, [] to 0n, true to 1n, "0x1f" to
#         31n, [7] to 7n
#     int64 in JSON: TypeError
#     ^x-: {} to {}

set -eu

. "$(dirname "$0")/libraries.sh"

packages @hey-api/openapi-ts@0.95.0 zod@4.6.7 typescript@5.9.3

cat > "$dir/openapi.json" <<'EOF'
{ "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
  "paths": { "/p": { "post": { "operationId": "op",
    "requestBody": { "content": { "application/json": { "schema": {
      "$ref": "#/components/schemas/S" } } } },
    "responses": { "204": { "description": "ok" } } } } },
  "components": { "schemas": { "S": { "type": "object",
    "required": [ "int32", "int64", "members" ], "properties": {
      "int32": { "type": "integer", "format": "int32" },
      "int64": { "type": "integer", "format": "int64" },
      "members": { "type": "object", "additionalProperties": false,
        "patternProperties": { "^x-": { "type": "string" } } } } } } } }
EOF

cat > "$dir/openapi-ts.config.mjs" <<'EOF'
export default { input: 'openapi.json', output: 'out', plugins: ['zod'] };
EOF

(cd "$dir" && node_modules/.bin/openapi-ts -f openapi-ts.config.mjs) \
    > "$dir/log" 2>&1 || changed "openapi-ts: exit status $?"

seen=$(javascript <<'EOF'
import fs from 'node:fs';
import { inspect } from 'node:util';
import ts from 'typescript';

const generated = new URL('out/zod.gen.ts', import.meta.url);
const source = fs.readFileSync(generated, 'utf8');
fs.writeFileSync(new URL('zod.gen.mjs', import.meta.url), ts.transpile(source,
    { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }));
const { int32, int64, members } = (await import('./zod.gen.mjs')).zS.shape;

function passed(name, schema, values) {
    const lines = values
        .filter((value) => schema.safeParse(value).success)
        .map((value) => `${JSON.stringify(value)} to `
            + inspect(schema.parse(value)));
    console.log(`${name}:`, lines.join(', '));
}

const values = [7, 7.5, '', false, [], true, '0x1f', [7], 'x', null];
passed('int32', int32, values);
passed('int64', int64, values);
try {
    JSON.stringify({ amount: int64.parse(7) });
    console.log('int64 in JSON: written');
} catch (error) {
    console.log('int64 in JSON:', error.name);
}
passed('^x-', members, [{}, { 'x-reference': 'a' }, { other: 'a' }]);
EOF
)

echo "$seen"
expect "what passes" 'int32: 7 to 7
int64: 7 to 7n, "" to 0n, false to 0n, [] to 0n, true to 1n, "0x1f" to 31n, [7] to 7n
int64 in JSON: TypeError
^x-: {} to {}' "$seen"
