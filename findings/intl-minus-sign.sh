#!/bin/sh
#
# A credit note that was formatted for Sweden, Norway or Finland is read as a
# debt.
#
# One would expect: what Intl.NumberFormat writes for -500 is read back as -500,
# or not at all, by a library that was made to read formatted amounts.  An
# integer has no separators to go wrong.
#
# What surprises: for Swedish, Norwegian and Finnish the minus is U+2212, not
# the hyphen of German, Danish and Dutch.  currency.js, numeral and accounting
# drop the characters they do not know, and the amount becomes positive, with
# no error.  numbro gives undefined, Number() NaN; of six only
# @internationalized/number, which asks Intl for its minus, reads it.
#
# Why it matters: the amount is read from a form field or a table cell that the
# same page has formatted, and only the sign of refunds is wrong, in three
# countries of one shop.  The tests in English or German pass, and the two
# characters look alike.
#
# Versions: Node.js 20; npm: currency.js 2.0.4, numeral 2.0.6, accounting 0.4.1,
# numbro 2.5.0, @internationalized/number 3.6.9.
#
# Seen, the amount of Intl.NumberFormat(locale).format(-500) by each of these,
# and by Number():
#
#     sv-SE: 500 500 500 undefined -500 NaN
#     nb-NO: 500 500 500 undefined -500 NaN
#     fi-FI: 500 500 500 undefined -500 NaN
#     de-DE: -500 -500 -500 -500 -500 -500
#     da-DK: -500 -500 -500 -500 -500 -500

set -eu

. "$(dirname "$0")/libraries.sh"

packages currency.js@2.0.4 numeral@2.0.6 accounting@0.4.1 numbro@2.5.0 \
    @internationalized/number@3.6.9

seen=$(javascript <<'EOF'
import accounting from 'accounting';
import currency from 'currency.js';
import numbro from 'numbro';
import numeral from 'numeral';
import { NumberParser } from '@internationalized/number';

for (const locale of ['sv-SE', 'nb-NO', 'fi-FI', 'de-DE', 'da-DK']) {
    const text = new Intl.NumberFormat(locale).format(-500);
    console.log(`${locale}:`, currency(text).value, numeral(text).value(),
                accounting.unformat(text), numbro.unformat(text),
                new NumberParser(locale).parse(text), Number(text));
}
EOF
)

echo "$seen"
lost="500 500 500 undefined -500 NaN"
kept="-500 -500 -500 -500 -500 -500"
expect "amounts" "sv-SE: $lost
nb-NO: $lost
fi-FI: $lost
de-DE: $kept
da-DK: $kept" "$seen"
