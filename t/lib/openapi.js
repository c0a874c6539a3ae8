// node openapi.js BUNDLE ANSWERS: what the description (OpenAPI 3.1, without
// references) has against each answer: an array of objects with path, method,
// status, headers (lower-case names) and body.  Prints an array of arrays of
// complaints.

'use strict';

const fs = require('fs');
const Ajv = require('ajv/dist/2020');

const [api, answers] = process.argv.slice(2)
    .map((path) => JSON.parse(fs.readFileSync(path, 'utf8')));
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });

function faults(schema, value) {
    const validate = ajv.compile(schema);
    return validate(value) ? [] : validate.errors.map((error) =>
        `${error.instancePath} ${error.message}`);
}

function judge(answer) {
    const operation = api.paths[answer.path][answer.method];
    const response = operation.responses[answer.status];
    if (!response) {
        return [`${answer.status} is not described`];
    }

    const all = [];
    for (const [name, header] of Object.entries(response.headers || {})) {
        const value = answer.headers[name.toLowerCase()];
        if (value !== undefined) {
            all.push(...faults(header.schema, value).map((text) => `${name}: ${text}`));
        } else if (name === 'X-Request-ID') {
            all.push(`no ${name}`);
        }
    }

    const content = response.content[answer.headers['content-type']];
    if (!content) {
        return [...all, `type ${answer.headers['content-type']} is not described`];
    }
    return [...all, ...faults(content.schema, JSON.parse(answer.body))];
}

console.log(JSON.stringify(answers.map(judge)));
