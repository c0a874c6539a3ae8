#!/bin/sh
#
# A parser of rate limits makes NaN of the newest header of its own project.
#
# One would expect: ratelimit-header-parser, from the makers of
# express-rate-limit, reads the headers that express-rate-limit writes, or
# returns undefined, as it does where it finds no header it knows.
#
# What surprises: for "draft-8", which the first example of express-rate-limit
# sets, it finds the RateLimit header and returns a full object, in which each
# number is NaN and the time an invalid date.  No error is raised.  The older
# drafts and the X- headers are read.
#
# Why it matters: a client waits "if remaining is 0, until reset".  NaN is not
# 0, and a timer of NaN milliseconds fires at once, so after the server's
# upgrade the client no longer waits at all and is told to by 429.
#
# Versions (npm): express-rate-limit 8.7.5, ratelimit-header-parser 0.1.0,
# express 5.2.1; Node.js 20.
#
# Seen, of a limit of 100 after one request, as limit, remaining, whether the
# reset is in the next minute, and whether "remaining > 0":
#
#     X-RateLimit: 100 99 true true
#     draft-6: 100 99 true true
#     draft-7: 100 99 true true
#     draft-8: NaN NaN false false

set -eu

. "$(dirname "$0")/libraries.sh"

packages express-rate-limit@8.7.5 ratelimit-header-parser@0.1.0 express@5.2.1

seen=$(javascript <<'EOF'
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { parseRateLimit } from 'ratelimit-header-parser';

async function read(name, headers) {
    const app = express();
    app.use(rateLimit({ windowMs: 60000, limit: 100, ...headers }));
    app.get('/', (request, response) => response.send('ok'));

    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const start = Date.now();
    const url = `http://127.0.0.1:${server.address().port}/`;
    const response = await fetch(url);
    const { limit, remaining, reset } = parseRateLimit(response);
    const wait = reset - start;

    console.log(`${name}:`, limit, remaining, wait > 0 && wait < 70000,
                remaining > 0);
    server.closeAllConnections();
    server.close();
}

await read('X-RateLimit', { legacyHeaders: true, standardHeaders: false });
for (const draft of ['draft-6', 'draft-7', 'draft-8']) {
    await read(draft, { legacyHeaders: false, standardHeaders: draft });
}
EOF
)

echo "$seen"
expect "limits" "X-RateLimit: 100 99 true true
draft-6: 100 99 true true
draft-7: 100 99 true true
draft-8: NaN NaN false false" "$seen"
