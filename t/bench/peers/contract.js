// The contract in njs: a customer document judged with JSON.parse and regular
// expressions.  njs runs a module's top level anew for each request, so the
// tables are an object that js_preload_object has made once (contract.json);
// patterns are literals, which are compiled once.

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const DATE_TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00(?:\.0+)?Z?$/;
const MARKUP = /[<>]/, DIGIT = /[0-9]/, MASK = /XX+/;
const ENDS = /^[ \u00a0]+|[ \u00a0]+$/g;
const SHAPES = {
    customer_number: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    payment_registration_id: /^[A-Za-z0-9_-]+$/,
    street_number: /^[0-9A-Za-z][0-9A-Za-z \/.-]*$/,
    identification_number: /^(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9 .\/+-]*$/,
    tax_number: /^(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9 .\/+-]*$/,
    mobile_phone: /^\+(?:[().\-\/ ]*[0-9]){7,15}$/,
    phone: /^\+?(?=[0-9(])(?:[().\-\/ ]*[0-9]){5,15}(?: ?(?:x|X|ext\.?|#) ?[0-9]{1,6})?$/,
    email: /^(?=[^@]{1,64}@)[^@\s"(),:;<>\[\\\].]+(?:\.[^@\s"(),:;<>\[\\\].]+)*@[^@\s"(),:;<>\[\\\]._-](?:[^@\s"(),:;<>\[\\\]._]{0,61}[^@\s"(),:;<>\[\\\]._-])?(?:\.[^@\s"(),:;<>\[\\\]._-](?:[^@\s"(),:;<>\[\\\]._]{0,61}[^@\s"(),:;<>\[\\\]._-])?)+$/,
    name: /[A-Za-z\u0080-\uffff]/,
    postal_place: /[A-Za-z\u0080-\uffff]/,
    company_name: /[0-9A-Za-z\u0080-\uffff]/,
};
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function note(self, rule, pointer, level) {
    self.findings.push({ rule: rule, level: level || 'reject',
                         pointer: pointer });
    if (!level) {
        self.rejected = true;
    }
}

function change(self, field, object, value) {
    object[field.name] = value;
    self.changes.push(field.pointer);
    return value;
}

function checkShape(self, field, value) {
    const rule = field.shape, shape = SHAPES[rule];
    let tested = value;

    if (self.tables.masked[rule]) {
        tested = value.replace(MASK, (run) => '0'.repeat(run.length));
    }
    if (!shape.test(tested)) {
        note(self, rule, field.pointer);
    } else if (tested !== value) {
        note(self, 'masked_value', field.pointer, 'warn');
    } else if (rule === 'phone' && value[0] !== '+') {
        note(self, 'phone_not_international', field.pointer, 'warn');
    } else if (rule === 'name' && MARKUP.test(value)) {
        note(self, 'name_markup', field.pointer, 'warn');
    }
}

function checkBirthDate(self, field, object, value) {
    if (DATE_TIME.test(value)) {
        value = change(self, field, object, value.slice(0, 10));
        note(self, 'birth_date_time', field.pointer, 'warn');
    }

    const part = DATE.exec(value);
    if (!part) {
        note(self, 'birth_date', field.pointer);
        return;
    }
    const year = Number(part[1]), month = Number(part[2]);
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const most = month === 2 && leap ? 29 : DAYS[month - 1] || 0;
    if (Number(part[3]) < 1 || Number(part[3]) > most) {
        note(self, 'birth_date', field.pointer);
        return;
    }

    const today = new Date().toISOString().slice(0, 10);
    let age = Number(today.slice(0, 4)) - year;
    if (value.slice(5) > today.slice(5)) {
        age--;
    }
    if (value > today) {
        note(self, 'birth_date_future', field.pointer);
    } else if (age >= 125) {
        note(self, 'birth_date_age', field.pointer);
    } else if (age < 18) {
        note(self, 'birth_date_minor', field.pointer, 'warn');
    }
}

function checkPostalCode(self, field, value, country) {
    const pattern = self.tables.postal_codes[country];

    if (!pattern || new RegExp(`^(?:${pattern})$`).test(value)) {
        return;
    }
    if (new RegExp(`^(?:${pattern})-[0-9]{4}$`).test(value)) {
        note(self, 'postal_code_suffix', field.pointer, 'warn');
    } else {
        note(self, 'postal_code', field.pointer);
    }
}

function checkCode(self, field, object, value) {
    const form = field.case === 'upper' ? value.toUpperCase()
                                        : value.toLowerCase();

    if (!self.tables.words[field.code][form]) {
        if (!field.level) {
            delete self.filled[field.name];
        }
        note(self, field.code, field.pointer, field.level);
    } else if (form !== value) {
        self.filled[field.name] = change(self, field, object, form);
    }
}

function checkField(self, field, object) {
    let value = object[field.name];

    if (value === undefined || value === null) {
        if (field.required) {
            note(self, 'required', field.pointer);
        } else if (value === null) {
            note(self, 'null_value', field.pointer, 'warn');
        }
        return;
    }
    if (typeof value !== 'string') {
        note(self, 'type', field.pointer);
        return;
    }
    if (CONTROL.test(value)) {
        note(self, 'control_character', field.pointer);
        return;
    }

    const ends = value.length > 0
        && (value[0] <= ' ' || value[value.length - 1] <= ' '
            || value[0] === '\u00a0' || value[value.length - 1] === '\u00a0');
    const clean = ends ? value.replace(ENDS, '') : value;
    if (clean !== value) {
        value = change(self, field, object, clean);
    }
    value = value.normalize ? value.normalize('NFC') : value;
    if (value === '') {
        if (field.required) {
            note(self, 'required', field.pointer);
        }
        return;
    }
    if (value.length > field.longest) {
        note(self, 'too_long', field.pointer);
        return;
    }

    self.filled[field.name] = value;
    if (field.code) {
        checkCode(self, field, object, value);
    } else if (field.shape) {
        checkShape(self, field, value);
        if (field.name === 'email') {
            const at = value.indexOf('@');
            const domain = value.slice(at);
            if (domain.toLowerCase() !== domain) {
                change(self, field, object,
                       value.slice(0, at) + domain.toLowerCase());
            }
        }
    } else if (field.name === 'birthDate') {
        checkBirthDate(self, field, object, value);
    } else if (field.name === 'postalCode') {
        checkPostalCode(self, field, value, self.filled.countryCode);
    }
}

function checkTogether(self) {
    const filled = self.filled, at = '/customer/';

    if (filled.customerCategory === 'PERSON') {
        if (!filled.firstName) {
            note(self, 'required', at + 'firstName');
        }
        if (!filled.lastName) {
            note(self, 'required', at + 'lastName');
        }
        if (filled.companyName) {
            note(self, 'person_company_name', at + 'companyName', 'warn');
        }
    } else if (filled.customerCategory === 'COMPANY') {
        if (!filled.companyName) {
            note(self, 'required', at + 'companyName');
        }
        if (filled.birthDate) {
            note(self, 'company_birth_date', at + 'birthDate', 'warn');
        }
    }
    if (!filled.email) {
        note(self, 'email_missing', at + 'email', 'warn');
    }
    if (self.tables.postal_codes[filled.countryCode] && !filled.postalCode) {
        note(self, 'required', at + 'address/postalCode');
    }
    if (filled.streetNumberAdditional && !filled.streetNumber) {
        note(self, 'street_number_alone',
             at + 'address/streetNumberAdditional', 'warn');
    }
    if (filled.street && !filled.streetNumber && DIGIT.test(filled.street)) {
        note(self, 'street_with_number', at + 'address/street', 'warn');
    }
}

function isObject(value) {
    return value !== null && typeof value === 'object'
        && !Array.isArray(value);
}

// The verdict; throws where the body is not JSON.
function judge(tables, body) {
    const root = JSON.parse(body);
    const self = { tables: tables, document: root, findings: [], changes: [],
                   filled: {}, unknown: 0, rejected: false };
    const customer = isObject(root) ? root.customer : undefined;
    const found = {
        document: root,
        customer: customer,
        address: isObject(customer) ? customer.address : undefined,
        paymentRegistration: isObject(root) ? root.paymentRegistration
                                            : undefined,
    };

    // What was loaded before has no methods, forEach() among them.
    for (let i = 0; i < tables.objects.length; i++) {
        const object = tables.objects[i], name = object.name;
        if (!isObject(found[name])) {
            note(self, found[name] ? 'type' : 'required', object.pointer);
            found[name] = null;
            continue;
        }
        const known = tables.known[name];
        const unknown = Object.keys(found[name])
            .filter((member) => !known[member]).length;
        if (unknown > 0) {
            self.unknown += unknown;
            note(self, 'unknown_member', object.pointer, 'warn');
        }
    }
    for (let i = 0; i < tables.fields.length; i++) {
        const field = tables.fields[i], object = found[field.in];
        if (object) {
            checkField(self, field, object);
        }
    }
    checkTogether(self);
    return self;
}

export default { judge };
