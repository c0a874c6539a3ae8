// node schema.js SCHEMA DOCUMENTS: is the schema valid against its meta-schema,
// and what has it against each document (a JSON array of JSON texts)?  Prints
// {"valid": true, "keywords": [[], ["maxLength", ...], ...]}.

'use strict';

const fs = require('fs');
const Ajv = require('ajv/dist/2020');

const [schema, documents] = process.argv.slice(2)
    .map((path) => JSON.parse(fs.readFileSync(path, 'utf8')));
const ajv = new Ajv({ allErrors: true, strict: true });
const valid = ajv.validateSchema(schema);
const validate = ajv.compile(schema);

const keywords = documents.map((text) => {
    validate(JSON.parse(text));
    return (validate.errors || []).map((error) => error.keyword);
});

console.log(JSON.stringify({ valid, keywords }));
