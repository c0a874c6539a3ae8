#!/bin/sh
#
# Python's Decimal writes 200.00 as 2E+2, which libraries for money read as 22.
#
# One would expect: a decimal number that travels as a text, so that no binary
# fraction spoils it, arrives.  normalize(), which is there to drop zeros at the
# end, writes 12.50 as 12.5 and 200.00 as 200, and whoever reads amounts knows
# the exponents of JSON's own numbers or refuses them.
#
# What surprises: normalize() drops the zeros before the point as well, and
# str() then writes an exponent; a division that comes out even does the same.
# currency.js, numeral and accounting take away what is no digit, so 2E+2 is 22
# and 2.00E+3 is 2.003, or 2 in cents.  With a negative exponent they differ:
# NaN, -57 and 5 for 5E-7.  numbro and @internationalized/number read all.
#
# Why it matters: an amount with cents is right, and a round one is wrong, by a
# factor that differs, and no error is raised on either side.
#
# Versions: python3.11 3.11.2-6+deb12u9 (Debian 12); npm: currency.js 2.0.4,
# numeral 2.0.6, accounting 0.4.1, numbro 2.5.0, @internationalized/number
# 3.6.9; Node.js 20.
#
# Seen, the text of the decimal and the amount of it by each of these:
#
#     12.50 normalized: 12.5 12.5 12.5 12.5 12.5 12.5
#     200.00 normalized: 2E+2 22 22 22 200 200
#     1000 / 0.5: 2.00E+3 2 2.003 2.003 2000 2000
#     0.0000005: 5E-7 NaN -57 5 5e-7 5e-7

set -eu

. "$(dirname "$0")/libraries.sh"

unpack bookworm python3.11=3.11.2-6+deb12u9
packages currency.js@2.0.4 numeral@2.0.6 accounting@0.4.1 numbro@2.5.0 \
    @internationalized/number@3.6.9

cat > "$dir/find.py" <<'EOF'
from decimal import Decimal

print("12.50 normalized", Decimal("12.50").normalize(), sep=": ")
print("200.00 normalized", Decimal("200.00").normalize(), sep=": ")
print("1000 / 0.5", Decimal("1000") / Decimal("0.5"), sep=": ")
print("0.0000005", Decimal("0.0000005"), sep=": ")
EOF

PYTHONHOME="$dir/bookworm/usr" \
    run bookworm usr/bin/python3.11 "$dir/find.py" > "$dir/decimals"

seen=$(javascript <<'EOF'
import fs from 'node:fs';
import accounting from 'accounting';
import currency from 'currency.js';
import numbro from 'numbro';
import numeral from 'numeral';
import { NumberParser } from '@internationalized/number';

const file = new URL('decimals', import.meta.url);
for (const line of fs.readFileSync(file, 'utf8').trim().split('\n')) {
    const text = line.split(': ')[1];
    console.log(line, currency(text).value, numeral(text).value(),
                accounting.unformat(text), numbro.unformat(text),
                new NumberParser('en-US').parse(text));
}
EOF
)

echo "$seen"
expect "amounts" "12.50 normalized: 12.5 12.5 12.5 12.5 12.5 12.5
200.00 normalized: 2E+2 22 22 22 200 200
1000 / 0.5: 2.00E+3 2 2.003 2.003 2000 2000
0.0000005: 5E-7 NaN -57 5 5e-7 5e-7" "$seen"
