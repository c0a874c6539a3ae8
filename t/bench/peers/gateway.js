// The gateway's job in njs: js_content judges, and a subrequest takes the
// document to the API, since njs has no phase that may change a body on its way
// to proxy_pass.  The record is a variable of the access log.

import crypto from 'crypto';
import contract from 'contract.js';

const PATH = /^(\/subscriptions\/v[0-9]+\/customers)(?:\/([A-Za-z0-9][A-Za-z0-9._-]{0,49}))?$/;
const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i;
const LAST_LABEL = /\.([A-Za-z0-9-]+)$/;
const OPERATIONS = { POST: 'create', GET: 'read', PUT: 'update' };
const TITLES = {
    400: 'The request cannot be served', 401: 'The app is not known',
    403: 'The app may not do this', 404: 'There is no such path',
    405: 'The method is not allowed', 413: 'The body is too large',
    415: 'The media type is not JSON',
    422: 'The document breaks the contract',
};

function pseudonym(domain, value) {
    return 't:k1:' + crypto
        .createHmac('sha256', Buffer.from(contract_tables.redaction_key, 'hex'))
        .update(`${domain}\0${value}`).digest('hex').slice(0, 32);
}

// The same number stands in a record three times.
function customerPseudonym(state, number) {
    if (state.pseudonymOf !== number) {
        state.pseudonymOf = number;
        state.pseudonym = pseudonym('customerNumber', number);
    }
    return state.pseudonym;
}

function redacted(verdict) {
    const out = {}, filled = verdict.filled;

    for (let i = 0; i < contract_tables.fields.length; i++) {
        const field = contract_tables.fields[i];
        const value = filled[field.name], at = field.pointer;
        if (!value || field.redact === 'drop') {
            continue;
        }
        if (field.redact === 'keep') {
            out[at] = value;
        } else if (field.redact === 'token') {
            out[at] = pseudonym(at, value);
        } else if (field.redact === 'length') {
            out[at] = { len: value.length };
        } else if (field.redact === 'present') {
            out[at] = true;
        } else if (field.name === 'email') {
            const last = LAST_LABEL.exec(value);
            if (last) {
                out[at] = '...' + last[1];
            }
        } else {
            out[at] = value.slice(0, 2) + '...';
        }
    }
    if (verdict.unknown > 0) {
        out.unknown = verdict.unknown;
    }
    return out;
}

function answerOf(state, reply) {
    try {
        const answer = JSON.parse(reply.responseText);
        return {
            reference: customerPseudonym(state,
                                         answer.externalCustomerReference),
            customer: customerPseudonym(state, answer.customerNumber),
        };
    } catch (e) {
        return undefined;
    }
}

// What nginx knows of the request stands in the log format, beside this.
function record(r, state, reply) {
    const verdict = state.verdict;
    const number = state.number || (verdict && verdict.filled.customerNumber);
    const customer = number ? customerPseudonym(state, number) : undefined;
    const riverty = {
        outcome: state.outcome, mode: 'on', problem: state.problem,
        key: reply ? state.app.key_id : undefined, customer: customer,
    };

    if (verdict) {
        riverty.findings = verdict.findings;
        riverty.changes = verdict.changes;
        riverty.document = redacted(verdict);
    }
    if (reply) {
        riverty.upstream = {
            addr: r.variables.riverty_upstream_addr, status: reply.status,
        };
        riverty.answer = verdict ? answerOf(state, reply) : undefined;
    }

    const own = JSON.stringify({
        'event.action': 'customer.' + (state.operation || 'unknown'),
        'http.request.body.bytes': state.bytes || 0,
        'url.path': (state.path || '')
            + (state.number ? `/{${customer}}` : ''),
        'user.name': state.app ? state.app.name : '',
        riverty: riverty,
    });
    r.variables.riverty_record = own.slice(1);
}

function refuse(r, state, status, slug, errors) {
    state.outcome = status === 422 ? 'rejected'
        : status === 401 || status === 403 ? 'denied' : 'refused';
    state.problem = slug;
    record(r, state);
    r.headersOut['Content-Type'] = 'application/problem+json';
    r.return(status, JSON.stringify({
        type: 'urn:riverty-customer:problem:' + slug, title: TITLES[status],
        status: status, instance: r.variables.request_id, errors: errors,
    }));
}

function errorsOf(verdict) {
    return verdict.findings
        .filter((finding) => finding.level === 'reject')
        .map((finding) => ({
            pointer: finding.pointer, rule: finding.rule,
            field: finding.pointer.slice(1).split('/').join('.'),
            detail: 'breaks the rule ' + finding.rule,
        }));
}

function forward(r, state, body) {
    r.variables.riverty_key = state.app.key;
    r.subrequest('/api' + r.variables.request_uri,
                 { method: r.method, body: body }, (reply) => {
        record(r, state, reply);
        r.headersOut['Content-Type'] = reply.headersOut['Content-Type'];
        r.return(reply.status, reply.responseBuffer);
    });
}

function handle(r) {
    const state = { outcome: 'forwarded' };

    const token = r.headersIn['X-App-Token'];
    const app = token && contract_tables.apps[
        crypto.createHash('sha256').update(token).digest('hex')];
    if (!app) {
        return refuse(r, state, 401, 'unknown-app');
    }
    state.app = app;

    const path = PATH.exec(r.variables.request_uri);
    if (!path) {
        return refuse(r, state, 404, 'path-not-found');
    }
    state.path = path[1];
    state.number = path[2];

    const operation = OPERATIONS[r.method];
    if (!operation || (operation === 'create') !== !state.number) {
        return refuse(r, state, 405, 'method-not-allowed');
    }
    state.operation = operation;
    if (!app.operations[operation]) {
        return refuse(r, state, 403, 'operation-not-granted');
    }
    if (operation === 'read') {
        return forward(r, state, '');
    }

    if (!JSON_TYPE.test(r.headersIn['Content-Type'] || '')) {
        return refuse(r, state, 415, 'unsupported-media-type');
    }
    const body = r.requestText;
    if (body === undefined || body.length > 65536) {
        return refuse(r, state, 413, 'content-too-large');
    }
    state.bytes = r.requestBuffer.length;

    let verdict;
    try {
        verdict = contract.judge(contract_tables, body);
    } catch (e) {
        return refuse(r, state, 400, 'malformed-json');
    }
    state.verdict = verdict;
    if (verdict.rejected) {
        return refuse(r, state, 422, 'contract-broken', errorsOf(verdict));
    }
    if (state.number && verdict.filled.customerNumber !== state.number) {
        return refuse(r, state, 422, 'contract-broken', [ {
            pointer: '/customer/customerNumber',
            rule: 'customer_number_mismatch' } ]);
    }
    forward(r, state, verdict.changes.length > 0
            ? JSON.stringify(verdict.document) : body);
}

export default { handle };
