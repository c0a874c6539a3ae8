// node otel.js API GATEWAY PATH TOKEN: OpenTelemetry on both sides of a gateway.
// It answers on port API, with a span of its own below what came, and asks the
// gateway on port GATEWAY for PATH: with a span of an application, sampled and
// not, and without any.  Prints a line of JSON for each: the application's span,
// and what the API's has for its trace and its parent.

'use strict';

const http = require('http');
const { trace, ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter } = require('@opentelemetry/api');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { AlwaysOffSampler, AlwaysOnSampler, BasicTracerProvider, ParentBasedSampler } = require('@opentelemetry/sdk-trace-base');

const [api, gateway, path, token] = process.argv.slice(2);
const propagator = new W3CTraceContextPropagator();
const tracer = (root) => new BasicTracerProvider({ sampler: new ParentBasedSampler({ root }) }).getTracer('test');

const server = http.createServer((request, response) => {
    const from = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
    const parent = trace.getSpanContext(from);
    const span = tracer(new AlwaysOnSampler()).startSpan('api', {}, from).spanContext();

    response.end(JSON.stringify({ trace: span.traceId, parent: parent?.spanId, flags: span.traceFlags,
                                  state: parent?.traceState?.serialize() }));
});

async function ask(span) {
    const headers = { 'X-App-Token': token };

    if (span) {
        propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, defaultTextMapSetter);
    }

    const answer = await fetch(`http://127.0.0.1:${gateway}${path}`, { headers });
    const { traceId, spanId } = span?.spanContext() ?? {};
    console.log(JSON.stringify({ app: { trace: traceId, span: spanId }, api: await answer.json() }));
}

server.listen(Number(api), '127.0.0.1', async () => {
    await ask(tracer(new AlwaysOnSampler()).startSpan('app'));
    await ask(tracer(new AlwaysOffSampler()).startSpan('app'));
    await ask();
    process.exit(0);
});
