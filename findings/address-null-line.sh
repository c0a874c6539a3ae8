#!/bin/sh
#
# An empty member of a customer's address is printed on the envelope as "null".
#
# One would expect: a formatter of postal addresses takes the members that it
# knows, leaves alone what it does not know, and prints nothing for a member
# that has no value.
#
# What surprises: every member that @fragaria/address-formatter does not know
# goes to the line of the addressee, after the name and in the order of the
# document, and one without a value goes there as the word "null".  A member
# it does know may be null or missing, nothing is printed then.  So whether a
# null shows depends on the spelling of the member's name.
#
# Why it matters: an address in a customer document has more members than a
# template, and null is how an API says "not given".  The letter's first line
# then shows the customer what the document holds besides (a date of birth,
# too), and a member that an API adds later shows up in print.
#
# Versions: @fragaria/address-formatter 6.7.1 (npm), Node.js 20.
#
# Seen, the first line of each address:
#
#     known members only: Erika Mustermann
#     city and suburb null: Erika Mustermann
#     careOf null: Erika Mustermann, null
#     birthDate: Erika Mustermann, 1990-01-31

set -eu

. "$(dirname "$0")/libraries.sh"

packages @fragaria/address-formatter@6.7.1

seen=$(javascript <<'EOF'
import formatter from '@fragaria/address-formatter';

const address = {
    countryCode: 'DE', attention: 'Erika Mustermann', road: 'Musterweg',
    houseNumber: '5', postcode: '20095', city: 'Musterstadt',
};

function line(what, more) {
    const lines = formatter.format({ ...address, ...more }, { output: 'array' });
    console.log(`${what}: ${lines[0]}`);
}

line('known members only', {});
line('city and suburb null', { city: null, suburb: null });
line('careOf null', { careOf: null });
line('birthDate', { birthDate: '1990-01-31' });
EOF
)

echo "$seen"
expect "first lines" "known members only: Erika Mustermann
city and suburb null: Erika Mustermann
careOf null: Erika Mustermann, null
birthDate: Erika Mustermann, 1990-01-31" "$seen"
