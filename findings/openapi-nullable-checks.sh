#!/bin/sh
#
# The move of a document from OpenAPI 3.0 to 3.1 takes the checks off each field
# that may be null.
#
# One would expect: "nullable: true" of 3.0 and the type ["string", "null"] of
# 3.1 are the same statement, and a generator that reads both makes the same of
# both.  Where it does not know the new form it fails, or says any type.
#
# What surprises: openapi-zod-client reads the new form as a union of bare
# types, so pattern, maxLength, minimum and maxItems are gone, without a word.
# swagger-typescript-api keeps the null of a text and loses that of an
# enumeration; openapi-typescript-codegen does, too, and has any[] for a list of
# texts.
#
# Why it matters: 3.1 is what the frameworks write by now, and the conversion
# of the old form is done by a tool.  Nothing fails at build time: validators
# pass what the server refuses, and code that the compiler has checked meets a
# null.
#
# Versions (npm): openapi-zod-client 1.18.3, swagger-typescript-api 13.13.0,
# openapi-typescript-codegen 0.31.0; Node.js 20.
#
# Seen, for 3.0 and 3.1:
#
#     zod 3.0 plz: z.string().max(5).regex(/^[0-9]{5}$/).nullable()
#     zod 3.0 sum: z.number().gte(0).nullable()
#     zod 3.0 tags: z.array(z.string()).max(3).nullable()
#     swagger-typescript-api 3.0 plz: string | null
#     swagger-typescript-api 3.0 kind: "A" | "B" | null
#     codegen 3.0 plz: string | null
#     codegen 3.0 kind: S.kind | null
#     codegen 3.0 tags: Array<string> | null
#     zod 3.1 plz: z.union([z.string(), z.null()])
#     zod 3.1 sum: z.union([z.number(), z.null()])
#     zod 3.1 tags: z.union([z.array(z.string()), z.null()])
#     swagger-typescript-api 3.1 plz: string | null
#     swagger-typescript-api 3.1 kind: "A" | "B"
#     codegen 3.1 plz: string | null
#     codegen 3.1 kind: S.kind
#     codegen 3.1 tags: any[] | null

set -eu

. "$(dirname "$0")/libraries.sh"

packages openapi-zod-client@1.18.3 swagger-typescript-api@13.13.0 \
    openapi-typescript-codegen@0.31.0

cat > "$dir/3.0.json" <<'EOF'
{ "openapi": "3.0.3", "info": { "title": "t", "version": "1" },
  "paths": { "/p": { "post": { "operationId": "op",
    "requestBody": { "content": { "application/json": { "schema": {
      "$ref": "#/components/schemas/S" } } } },
    "responses": { "204": { "description": "ok" } } } } },
  "components": { "schemas": { "S": { "type": "object",
    "required": [ "plz", "sum", "kind", "tags" ], "properties": {
      "plz": { "type": "string", "nullable": true, "pattern": "^[0-9]{5}$",
               "maxLength": 5 },
      "sum": { "type": "number", "nullable": true, "minimum": 0 },
      "kind": { "type": "string", "nullable": true,
                "enum": [ "A", "B", null ] },
      "tags": { "type": "array", "nullable": true, "maxItems": 3,
                "items": { "type": "string" } } } } } } }
EOF

sed -E 's/"3.0.3"/"3.1.0"/
    s/"type": ("[a-z]*"), "nullable": true/"type": [ \1, "null" ]/' \
    "$dir/3.0.json" > "$dir/3.1.json"

# tool PROGRAM ARGUMENT...
tool()
{
    program=$1
    shift
    (cd "$dir" && "node_modules/.bin/$program" "$@") > "$dir/log" 2>&1 ||
        changed "$program: exit status $?"
}

cat > "$dir/members.mjs" <<'EOF'
import fs from 'node:fs';

const [file, title, ...names] = process.argv.slice(2);
const source = fs.readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s*\n\s*/g, '');

for (const name of names) {
    const member = new RegExp(`[{;,]${name}: (.*?)[;,](?=[a-z]+: |})`);
    console.log(title, `${name}:`, source.match(member)?.[1]);
}
EOF

# members FILE TITLE NAME...
members()
{
    file=$1
    shift
    node "$dir/members.mjs" "$dir/$file" "$@"
}

for version in 3.0 3.1; do
    tool openapi-zod-client $version.json -o zod.ts --export-schemas
    members zod.ts "zod $version" plz sum tags

    tool swagger-typescript-api generate -p $version.json -o . -n api.ts
    members api.ts "swagger-typescript-api $version" plz kind

    tool openapi --input $version.json --output codegen
    members codegen/models/S.ts "codegen $version" plz kind tags
done > "$dir/seen"
cat "$dir/seen"

cat > "$dir/wanted" <<'EOF'
zod 3.0 plz: z.string().max(5).regex(/^[0-9]{5}$/).nullable()
zod 3.0 sum: z.number().gte(0).nullable()
zod 3.0 tags: z.array(z.string()).max(3).nullable()
swagger-typescript-api 3.0 plz: string | null
swagger-typescript-api 3.0 kind: "A" | "B" | null
codegen 3.0 plz: string | null
codegen 3.0 kind: S.kind | null
codegen 3.0 tags: Array<string> | null
zod 3.1 plz: z.union([z.string(), z.null()])
zod 3.1 sum: z.union([z.number(), z.null()])
zod 3.1 tags: z.union([z.array(z.string()), z.null()])
swagger-typescript-api 3.1 plz: string | null
swagger-typescript-api 3.1 kind: "A" | "B"
codegen 3.1 plz: string | null
codegen 3.1 kind: S.kind
codegen 3.1 tags: any[] | null
EOF
expect "members" "$(cat "$dir/wanted")" "$(cat "$dir/seen")"
