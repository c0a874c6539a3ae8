#!/bin/sh
#
# swagger-client reads a reply of plain text as YAML, against its own document.
#
# One would expect: a reply of text/plain whose schema is a string arrives as
# the string that was sent.  A client that is made of an OpenAPI document knows
# both, and has no cause to guess.
#
# What surprises: "body" of each reply with "text" in its type is what a reader
# of YAML makes of it.  A reference 00042 is the number 42, a phone number loses
# its plus sign, a version 1.10 is 1.1, a date is a Date, a line with "#" before
# it is null, and "Error: not found" is an object with a member "Error".  A line
# of CSV with a colon is an object, too.  The Content-Type and the schema say
# "string" each time; "text" of the same reply has it as it was.
#
# Why it matters: most words are the same in YAML, so it works with the first
# reference, and is wrong for those with a zero in front.  A client that shows
# an error text shows "[object Object]" for those that have a colon.
#
# Versions (npm): swagger-client 3.37.3; Node.js 20.
#
# Seen, the reply and the type and value of "body":
#
#     text/plain A-42: string "A-42"
#     text/plain 00042: number 42
#     text/plain +4930123456: number 4930123456
#     text/plain 1.10: number 1.1
#     text/plain 2026-01-01: Date "2026-01-01T00:00:00.000Z"
#     text/plain # 7: null
#     text/plain Error: not found: Object {"Error":"not found"}
#     text/csv ref: 1: Object {"ref":1}

set -eu

. "$(dirname "$0")/libraries.sh"

packages swagger-client@3.37.3

seen=$(javascript <<'EOF'
import http from 'node:http';
import SwaggerClient from 'swagger-client';

const replies = [
    ['text/plain', 'A-42'],
    ['text/plain', '00042'],
    ['text/plain', '+4930123456'],
    ['text/plain', '1.10'],
    ['text/plain', '2026-01-01'],
    ['text/plain', '# 7'],
    ['text/plain', 'Error: not found'],
    ['text/csv', 'ref: 1'],
];

const server = http.createServer((request, response) => {
    const [type, text] = replies[request.url.slice(1)];
    response.setHeader('Content-Type', type);
    response.end(text);
});
server.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const operation = (index) => ({
    operationId: `op${index}`,
    responses: { 200: { description: 'ok', content: {
        [replies[index][0]]: { schema: { type: 'string' } } } } },
});

const client = await new SwaggerClient({ spec: {
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    servers: [{ url: `http://127.0.0.1:${server.address().port}` }],
    paths: Object.fromEntries(replies.map((reply, index) =>
        [`/${index}`, { get: operation(index) }])),
} });

for (const [index, [type, sent]] of replies.entries()) {
    const { body, text } = await client.execute({ operationId: `op${index}` });
    const kind = body === null || typeof body !== 'object' ? typeof body
        : body.constructor.name;
    console.log(type, `${sent}:`, body === null ? 'null'
        : `${kind} ${JSON.stringify(body)}`,
                ...text === sent ? [] : ['and another text']);
}

server.closeAllConnections();
server.close();
EOF
)

echo "$seen"
expect "bodies" 'text/plain A-42: string "A-42"
text/plain 00042: number 42
text/plain +4930123456: number 4930123456
text/plain 1.10: number 1.1
text/plain 2026-01-01: Date "2026-01-01T00:00:00.000Z"
text/plain # 7: null
text/plain Error: not found: Object {"Error":"not found"}
text/csv ref: 1: Object {"ref":1}' "$seen"
