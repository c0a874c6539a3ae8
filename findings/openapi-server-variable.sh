#!/bin/sh
#
# A validator refuses an OpenAPI 3.1 document because a variable of a server's
# address has a description, and takes it where the member is misspelt.
#
# One would expect: what the specification's own example has (a server variable
# with default and description) is valid to every validator; and a member that
# no specification has, such as "descriptions", is an error of the author.
#
# What surprises: swagger-parser has it the other way around, for 3.1 only.  It
# judges by the schema of 3.1 as it was first published, which spells the member
# "descriptions" and lets nothing else in.  The newest version has that schema
# still.  The same variable is valid in a document of 3.0.
#
# Why it matters: generators validate by this package before they write a line
# (orval 7 says "Swagger schema validation failed", and goes on; others stop),
# and the message names the variable as a whole, not the member.  Whoever moves
# a document from 3.0 to 3.1 looks for a mistake that is not there.
#
# Versions (npm): @apidevtools/swagger-parser 10.1.1, 13.1.0.
#
# Seen, by each of the two:
#
#     3.0.3 {"default":"a","description":"b"} valid
#     3.1.0 {"default":"a"} valid
#     3.1.0 {"default":"a","description":"b"} #/servers/0/variables/host must NOT have unevaluated properties
#     3.1.0 {"default":"a","descriptions":"b"} valid

set -eu

. "$(dirname "$0")/libraries.sh"

wanted='3.0.3 {"default":"a","description":"b"} valid
3.1.0 {"default":"a"} valid
3.1.0 {"default":"a","description":"b"} #/servers/0/variables/host must NOT have unevaluated properties
3.1.0 {"default":"a","descriptions":"b"} valid'

for version in 10.1.1 13.1.0; do
    rm -rf "$dir/node_modules"
    packages "@apidevtools/swagger-parser@$version"

    seen=$(javascript <<'EOF'
import parser from '@apidevtools/swagger-parser';

for (const [openapi, host] of [
    ['3.0.3', { default: 'a', description: 'b' }],
    ['3.1.0', { default: 'a' }],
    ['3.1.0', { default: 'a', description: 'b' }],
    ['3.1.0', { default: 'a', descriptions: 'b' }],
]) {
    const verdict = await parser.validate({
        openapi, info: { title: 't', version: '1' }, paths: {},
        servers: [{ url: 'https://{host}', variables: { host } }],
    }).then(() => 'valid', (error) => error.message.split('\n')[1].trim());

    console.log(openapi, JSON.stringify(host), verdict);
}
EOF
)
    echo "$version"
    echo "$seen"
    expect "verdicts of $version" "$wanted" "$seen"
done
