// node patterns.js SCHEMA DOCUMENTS PATTERNS TEXTS: writes the schema's patterns
// and the strings of the documents (a JSON array of JSON texts), a line each,
// and prints for each pattern a line of 1 and 0: does it find something in each
// text?  Strings that have the end of a line are left out.

'use strict';

const fs = require('fs');

const [schema, documents] = process.argv.slice(2, 4)
    .map((path) => JSON.parse(fs.readFileSync(path, 'utf8')));
const patterns = new Set();
const texts = new Set();

JSON.stringify(schema, (name, value) => {
    if (name === 'pattern' && typeof value === 'string') {
        patterns.add(value);
    }
    return value;
});

for (const document of documents) {
    JSON.stringify(JSON.parse(document), (name, value) => {
        if (typeof value === 'string' && !/[\n\r\x0b\x0c\x85\u2028\u2029]/.test(value)) {
            texts.add(value);
        }
        return value;
    });
}

fs.writeFileSync(process.argv[4], [...patterns].map((line) => line + '\n').join(''));
fs.writeFileSync(process.argv[5], [...texts].map((line) => line + '\n').join(''));

for (const pattern of patterns) {
    const regexp = new RegExp(pattern, 'u');
    console.log([...texts].map((text) => (regexp.test(text) ? 1 : 0)).join(''));
}
