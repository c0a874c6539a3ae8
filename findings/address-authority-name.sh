#!/bin/sh
#
# An addressee called "Gemeinde ..." or "County ..." loses that word.
#
# One would expect: a formatter of postal addresses puts the lines in the
# country's order and leaves the name of the addressee as it is.
#
# What surprises: @fragaria/address-formatter cleans place names of maps, such
# as "Gemeinde X" to "X", by a country's list of patterns, and applies most of
# the list to every member, to the addressee as well.  A German municipality
# becomes a private person, an English firm loses the first word of its name.
# The same name in the list of the next country stays.  And a line that is
# equal to an earlier one is left out, so a firm named as its town takes the
# town away.
#
# Why it matters: public bodies are customers with invoices, and a letter to
# "Musterdorf" is returned.  Nothing tells that a name was changed, and tests
# with names of persons never show it.
#
# Versions: @fragaria/address-formatter 6.7.1 (npm), Node.js 20.
#
# Seen, the lines of each address joined with " / ":
#
#     DE: Musterdorf / Musterweg 5 / 20095 Musterstadt
#     AT: Gemeinde Musterdorf / Musterweg 5 / 1010 Musterstadt
#     GB: Plumbing Ltd / 5 Muster Road / Lincoln / LN1 1AA
#     GB: Lincoln / 5 Muster Road / LN1 1AA

set -eu

. "$(dirname "$0")/libraries.sh"

packages @fragaria/address-formatter@6.7.1

seen=$(javascript <<'EOF'
import formatter from '@fragaria/address-formatter';

function print(countryCode, attention, road, postcode, city) {
    const address = {
        countryCode, attention, road, houseNumber: '5', postcode, city,
    };
    const lines = formatter.format(address, { output: 'array' });
    console.log(`${countryCode}: ${lines.join(' / ')}`);
}

print('DE', 'Gemeinde Musterdorf', 'Musterweg', '20095', 'Musterstadt');
print('AT', 'Gemeinde Musterdorf', 'Musterweg', '1010', 'Musterstadt');
print('GB', 'County Plumbing Ltd', 'Muster Road', 'LN1 1AA', 'Lincoln');
print('GB', 'Lincoln', 'Muster Road', 'LN1 1AA', 'Lincoln');
EOF
)

echo "$seen"
expect "addresses" "DE: Musterdorf / Musterweg 5 / 20095 Musterstadt
AT: Gemeinde Musterdorf / Musterweg 5 / 1010 Musterstadt
GB: Plumbing Ltd / 5 Muster Road / Lincoln / LN1 1AA
GB: Lincoln / 5 Muster Road / LN1 1AA" "$seen"
