#!/bin/sh
#
# A problem document that was handed on as members sets the HTTP status.
#
# One would expect: "new Problem(502, title, members)" answers with 502.  The
# members are extensions (RFC 9457, section 3.2) and stand beside type, title
# and status; one that is called "status" loses or is an error.
#
# What surprises: in api-problem the members are copied over the three, and the
# status line is written from what came out.  In http-problem-details, with its
# Express middleware, the extensions do the same.  So a gateway that gives the
# upstream's problem document as members, to keep its fields, answers with the
# upstream's status, title and type.  In api-problem the message of the error,
# which is what the log has, still says 502.
#
# Why it matters: a caller that gets 404 for a failing upstream deletes its
# copy of the customer, where a 502 would be tried again; and in the log there
# is a 502.
#
# Versions: api-problem 9.0.2, http-problem-details 0.1.7,
# express-http-problem-details 0.2.1, express 4.21.2 (npm), Node.js 20.
#
# Seen, the status line and body of an answer that was made with 502:
#
#     api-problem: 404 {"type":"https://api.example/gone","title":"No customer","status":404}
#     its message: [502] Upstream failed (https://gateway.example/upstream)
#     http-problem-details: 404 {"type":"https://api.example/gone","title":"No customer","status":404}

set -eu

. "$(dirname "$0")/libraries.sh"

packages api-problem@9.0.2 http-problem-details@0.1.7 \
    http-problem-details-mapper@0.1.7 express-http-problem-details@0.2.1 \
    express@4.21.2

seen=$(javascript <<'EOF'
import { createRequire } from 'node:module';
import express from 'express';

const require = createRequire(import.meta.url);
const Problem = require('api-problem');
const { ProblemDocument } = require('http-problem-details');
const { HttpProblemResponse } = require('express-http-problem-details');

const upstream = {
    type: 'https://api.example/gone', title: 'No customer', status: 404,
};
const type = 'https://gateway.example/upstream';
const title = 'Upstream failed';

let message;
const app = express();

app.get('/api-problem', (request, response) => {
    const problem = new Problem(502, title, type, upstream);
    message = problem.message;
    problem.send(response);
});

app.get('/http-problem-details', (request, response, next) => {
    next(new Error());
});

app.use(HttpProblemResponse({
    strategy: {
        map: () => new ProblemDocument({ status: 502, title, type }, upstream),
    },
}));

const server = app.listen(0, '127.0.0.1', async () => {
    for (const name of ['api-problem', 'http-problem-details']) {
        const address = `http://127.0.0.1:${server.address().port}/${name}`;
        const answer = await fetch(address);
        console.log(`${name}: ${answer.status} ${await answer.text()}`);
        if (name === 'api-problem') {
            console.log(`its message: ${message}`);
        }
    }
    server.close();
});
EOF
)

echo "$seen"
expect "answers" 'api-problem: 404 {"type":"https://api.example/gone","title":"No customer","status":404}
its message: [502] Upstream failed (https://gateway.example/upstream)
http-problem-details: 404 {"type":"https://api.example/gone","title":"No customer","status":404}' "$seen"
