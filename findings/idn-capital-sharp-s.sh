#!/bin/sh
#
# A domain in capital letters leads to another host after a Debian upgrade.
#
# One would expect: STRA[capital sharp s]E.de and its small spelling are one
# domain, as names do not differ by case; and which host a name leads to does
# not change with the release of a library.
#
# What surprises: up to libidn2 2.3.3 (Debian 12) the capital sharp s became
# "ss", so the name in capitals led to strasse.de, whereas the small spelling
# leads to xn--strae-oqa.de.  With libidn2 2.3.8 (Debian 13) the capitals lead
# there, too: the table of Unicode's UTS #46 changed with 15.1.  Both are right
# by the table of their time.  In npm's tr46 the change came with 5.0.0.
#
# Why it matters: names and mail addresses are kept in capitals, and PCRE2 and
# utf8proc make the capital sharp s of the small one.  Two hosts of one system,
# or the form and the mailer, send the same address to two different owners.
# A table of domains that was made before the upgrade does not match any more.
#
# Versions: idn2 2.3.3-1+b1 (Debian 12) and 2.3.8-2 (Debian 13), tr46 4.1.1 and
# 5.0.0 (npm), Node.js 20.
#
# Seen, of "stra\u00dfe.de STRASSE.de STRA\u1e9eE.de":
#
#     libidn2 2.3.3: xn--strae-oqa.de strasse.de strasse.de
#     libidn2 2.3.8: xn--strae-oqa.de strasse.de xn--strae-oqa.de
#     tr46 4.1.1: xn--strae-oqa.de strasse.de strasse.de
#     tr46 5.0.0: xn--strae-oqa.de strasse.de xn--strae-oqa.de

set -eu

. "$(dirname "$0")/libraries.sh"

unpack bookworm idn2=2.3.3-1+b1
unpack trixie idn2=2.3.8-2
packages old@npm:tr46@4.1.1 new@npm:tr46@5.0.0

sharp_s=$(printf '\303\237')
capital=$(printf '\341\272\236')

# hosts SUITE: the three names by the suite's libidn2
hosts()
{
    version=$(run "$1" usr/bin/idn2 --version | sed -n '1s/.* //p')
    seen=$(LC_ALL=C.UTF-8 run "$1" usr/bin/idn2 "stra${sharp_s}e.de" \
        STRASSE.de "STRA${capital}E.de" | paste -s -d ' ')
    echo "libidn2 $version: $seen"
}

hosts bookworm > "$dir/seen"
hosts trixie >> "$dir/seen"
javascript >> "$dir/seen" <<'EOF'
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

for (const name of ['old', 'new']) {
    const { toASCII } = require(name);
    const hosts = ['stra\u00dfe.de', 'STRASSE.de', 'STRA\u1e9eE.de']
        .map((domain) => toASCII(domain));
    console.log(`tr46 ${require(`${name}/package.json`).version}:`, ...hosts);
}
EOF

cat "$dir/seen"
expect "hosts" "libidn2 2.3.3: xn--strae-oqa.de strasse.de strasse.de
libidn2 2.3.8: xn--strae-oqa.de strasse.de xn--strae-oqa.de
tr46 4.1.1: xn--strae-oqa.de strasse.de strasse.de
tr46 5.0.0: xn--strae-oqa.de strasse.de xn--strae-oqa.de" "$(cat "$dir/seen")"
