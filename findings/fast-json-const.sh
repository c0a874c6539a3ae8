#!/bin/sh
#
# Fastify's serializer sends the constant of the schema, whatever the value is.
#
# One would expect: a response schema picks the members and their types.  A
# value that does not fit is left as it is, as with "enum" or "maxLength", or
# raises an error, as a text does where a number is asked for.
#
# What surprises: for "const" the value is not looked at.  A status of "failed"
# leaves as "paid" where the schema says { "const": "paid" }, and null does,
# too.  The text "false" of a boolean is sent as true.  A null becomes 0, "" or
# false after the type, and so does the empty text of a number.
#
# Why it matters: the document that the client gets is valid by the schema, so
# no test against the schema can see that it is not what the server had.  One
# sees it in the log of the server, or in the money.
#
# Versions (npm): fast-json-stringify 7.3.10; Node.js 20.
#
# Seen, as schema, value and what is sent:
#
#     {"const":"paid"} "failed" => "paid"
#     {"const":"paid"} null => "paid"
#     {"enum":["paid"]} "failed" => "failed"
#     {"type":"boolean"} "false" => true
#     {"type":"integer"} null => 0
#     {"type":"number"} "" => 0
#     {"type":"number"} "5,00" => Error
#     {"type":"string"} null => ""

set -eu

. "$(dirname "$0")/libraries.sh"

packages fast-json-stringify@7.3.10

seen=$(javascript <<'EOF'
import compile from 'fast-json-stringify';

function send(schema, value) {
    const stringify = compile({ type: 'object', properties: { v: schema } });
    let sent;
    try {
        sent = stringify({ v: value }).slice('{"v":'.length, -1);
    } catch (error) {
        sent = error.name;
    }
    console.log(JSON.stringify(schema), JSON.stringify(value), '=>', sent);
}

send({ const: 'paid' }, 'failed');
send({ const: 'paid' }, null);
send({ enum: ['paid'] }, 'failed');
send({ type: 'boolean' }, 'false');
send({ type: 'integer' }, null);
send({ type: 'number' }, '');
send({ type: 'number' }, '5,00');
send({ type: 'string' }, null);
EOF
)

echo "$seen"
expect "documents" '{"const":"paid"} "failed" => "paid"
{"const":"paid"} null => "paid"
{"enum":["paid"]} "failed" => "failed"
{"type":"boolean"} "false" => true
{"type":"integer"} null => 0
{"type":"number"} "" => 0
{"type":"number"} "5,00" => Error
{"type":"string"} null => ""' "$seen"
