#!/bin/sh
#
# A discriminator that names its schemas shortly stops openapi-typescript.
#
# One would expect: in an OpenAPI discriminator, "mapping" leads from a value
# to the name of a schema or to a reference, so "person": "Person" is as good
# as "person": "#/components/schemas/Person" (OpenAPI 3.0.3, Discriminator
# Object).  The newest Redocly bundles such a document without a word.
#
# What surprises: openapi-typescript, which has Redocly's code within, resolves
# each entry as a file reference, does not find it and writes nothing at all.
# The message speaks of a $ref that the document does not have.
#
# Why it matters: a provider may shorten the mapping in any release and every
# other tool goes on; the clients' types are no longer made.  The search for
# the broken $ref leads nowhere.
#
# Versions: openapi-typescript 7.13.0 and @redocly/cli 2.77.0 (npm), Node.js 20.
#
# Seen, for the mapping by reference and by name:
#
#     reference: openapi-typescript 0, redocly 0
#     name: openapi-typescript 1, redocly 0
#     Error: Can't resolve $ref at #/components/schemas/Party/discriminator/mapping/person

set -eu

. "$(dirname "$0")/libraries.sh"

packages openapi-typescript@7.13.0 @redocly/cli@2.77.0 typescript@5.9.3

export REDOCLY_TELEMETRY=off

# description MAPPING: an OpenAPI document with a person or a company
description()
{
    cat <<EOF
openapi: 3.0.3
info: { title: parties, version: "1" }
paths: {}
components:
  schemas:
    Party:
      oneOf:
        - \$ref: '#/components/schemas/Person'
        - \$ref: '#/components/schemas/Company'
      discriminator:
        propertyName: kind
        mapping:
          person: '$1Person'
          company: '$1Company'
    Person:
      type: object
      required: [kind]
      properties: { kind: { type: string } }
    Company:
      type: object
      required: [kind]
      properties: { kind: { type: string } }
EOF
}

# made COMMAND...: the exit status of a generator
made()
{
    status=0
    "$dir/node_modules/.bin/$1" "$2" "$3" -o "$4" > "$dir/log" 2>&1 ||
        status=$?
    echo "$status"
}

# tools HOW: both generators with the mapping of this kind
tools()
{
    types=$(cd "$dir" && made openapi-typescript "$1.yaml" --silent "$1.ts")
    sed -n 's/^ *\(Error: .*\)/\1/p' "$dir/log" > "$dir/error"
    bundle=$(cd "$dir" && made redocly bundle "$1.yaml" "$1-bundle.yaml")
    echo "$1: openapi-typescript $types, redocly $bundle"
}

description '#/components/schemas/' > "$dir/reference.yaml"
description '' > "$dir/name.yaml"

seen=$(tools reference; tools name; cat "$dir/error")

echo "$seen"
expect "exit statuses" "reference: openapi-typescript 0, redocly 0
name: openapi-typescript 1, redocly 0
Error: Can't resolve \$ref at #/components/schemas/Party/discriminator/mapping/person" \
    "$seen"
