#!/bin/sh
#
# A parser of Prometheus' text drops the labels, the sum and the count of every
# histogram that has a label, and all of its series but the last.
#
# One would expect: the parser gives each series of a histogram by its labels,
# as it does for counters and gauges, or throws where it cannot.
#
# What surprises: a histogram without labels of its own comes out whole, as in
# the package's own example.  With one label its buckets come out without that
# label and without sum and count; of two series the buckets of the one that
# stands last in the text overwrite the other's.  So it is with summaries.
# Nothing is thrown, and the shape is the same.
#
# Why it matters: hardly a histogram has no label.  A health page, a test or a
# scaler that reads latencies this way sees one route instead of all, which one
# depends on the order of the text, and a mean cannot be had at all.
#
# Versions (npm): parse-prometheus-text-format 1.1.1, prom-client 15.1.3 to
# write the text; Node.js 20.
#
# Seen, as what was observed and what is read:
#
#     counter a,b: [{"value":"1","labels":{"route":"a"}},{"value":"1","labels":{"route":"b"}}]
#     histogram none: [{"buckets":{"1":"1","+Inf":"1"},"count":"1","sum":"0.5"}]
#     histogram a: [{"buckets":{"1":"1","+Inf":"1"}}]
#     histogram a,b,b: [{"buckets":{"1":"2","+Inf":"2"}}]
#     histogram b,b,a: [{"buckets":{"1":"1","+Inf":"1"}}]
#     summary a,b,b: [{"quantiles":{"0.5":"0.5"}}]

set -eu

. "$(dirname "$0")/libraries.sh"

packages parse-prometheus-text-format@1.1.1 prom-client@15.1.3

seen=$(javascript <<'EOF'
import parser from 'parse-prometheus-text-format';
import { Counter, Histogram, Registry, Summary } from 'prom-client';

const parse = parser.default ?? parser;

async function read(Metric, options, routes) {
    const registers = [new Registry()];
    const labelNames = routes[0] === 'none' ? [] : ['route'];
    const metric = new Metric({ name: 'x', help: 'x', labelNames, registers, ...options });
    for (const route of routes) {
        const labels = labelNames.length ? { route } : {};
        Metric === Counter ? metric.inc(labels) : metric.observe(labels, 0.5);
    }
    const [family] = parse(await registers[0].metrics());
    console.log(`${Metric.name.toLowerCase()} ${routes}: ${JSON.stringify(family.metrics)}`);
}

const buckets = { buckets: [1] };
await read(Counter, {}, ['a', 'b']);
await read(Histogram, buckets, ['none']);
await read(Histogram, buckets, ['a']);
await read(Histogram, buckets, ['a', 'b', 'b']);
await read(Histogram, buckets, ['b', 'b', 'a']);
await read(Summary, { percentiles: [0.5] }, ['a', 'b', 'b']);
EOF
)

echo "$seen"
expect "metrics" 'counter a,b: [{"value":"1","labels":{"route":"a"}},{"value":"1","labels":{"route":"b"}}]
histogram none: [{"buckets":{"1":"1","+Inf":"1"},"count":"1","sum":"0.5"}]
histogram a: [{"buckets":{"1":"1","+Inf":"1"}}]
histogram a,b,b: [{"buckets":{"1":"2","+Inf":"2"}}]
histogram b,b,a: [{"buckets":{"1":"1","+Inf":"1"}}]
summary a,b,b: [{"quantiles":{"0.5":"0.5"}}]' "$seen"
