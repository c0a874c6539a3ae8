#!/bin/sh
#
# The same BIC is known or unknown to schwifty by its country's lists.
#
# One would expect: the BIC of a head office is written with eight characters
# or with XXX as its branch, and both are one code (ISO 9362).  A library with
# a list of banks finds both, or says which of the two it wants.
#
# What surprises: it compares the text.  "exists" is false for COBADEFF and
# true for COBADEFFXXX, and the other way around for ABNANL2A, for the German
# list was published with the branch and the Dutch one without.  Whichever form
# an application settles for, it is wrong for some countries, and in a few for
# a part of the banks.  The BIC that an IBAN leads to is unequal to the other
# form of itself.  And an IBAN of Kosovo is valid where no BIC of Kosovo is:
# the two classes have different lists of countries.
#
# Why it matters: the check that a customer's BIC goes with the IBAN refuses
# honest customers by country.  Tests with one bank of one's own country pass.
#
# Versions: python3-schwifty 2024.09.0+dfsg-2 (Debian 13) and
# 2025.09.0+dfsg-1 (sid, November 2026).
#
# Seen, "exists" of the BIC with eight characters and with XXX, and whether the
# bank's IBAN has each (made-up accounts):
#
#     DE COBADEFF: exists False True, of the IBAN False True
#     NL ABNANL2A: exists True False, of the IBAN True False
#     XK IBAN valid, BIC InvalidCountryCode

set -eu

. "$(dirname "$0")/debian.sh"

unpack trixie python3-schwifty=2024.09.0+dfsg-2
unpack sid python3-schwifty=2025.09.0+dfsg-1

cat > "$dir/find.py" <<'EOF'
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

for iban, short in [("DE89370400440532013000", "COBADEFF"),
                    ("NL91ABNA0417164300", "ABNANL2A")]:
    forms = [BIC(short), BIC(short + "XXX")]
    print(iban[:2], short + ": exists", *[form.exists for form in forms],
          end=", of the IBAN ")
    print(*[IBAN(iban).bic == form for form in forms])

IBAN("XK051212012345678906")
try:
    BIC("RBKOXKPR")
    print("XK IBAN valid, BIC valid")
except SchwiftyException as error:
    print("XK IBAN valid, BIC", type(error).__name__)
EOF

for suite in trixie sid; do
    python=$(echo "$dir/$suite"/usr/bin/python3.[0-9][0-9])
    seen=$(PYTHONPATH="$dir/$suite/usr/lib/python3/dist-packages" \
        PYTHONHOME="$dir/$suite/usr" \
        run "$suite" "usr/bin/${python##*/}" "$dir/find.py")
    echo "$suite:"
    echo "$seen"
    expect "$suite" "DE COBADEFF: exists False True, of the IBAN False True
NL ABNANL2A: exists True False, of the IBAN True False
XK IBAN valid, BIC InvalidCountryCode" "$seen"
done
