#!/bin/sh
#
# Eight libraries know five plain spellings of a German street in capitals, and
# one of these has a letter less.
#
# One would expect: a library that makes "Grossweg" of a sharp s makes
# "GROSSWEG" of the capital one, which is in Unicode since 2008 and in German
# spelling since 2017.
#
# What surprises: seven of eight do not.  "transliteration" drops the capital
# letter without a trace, three write it as "Ss", two as a single "S" and one
# leaves it.  All eight agree on the small letter.
#
# Why it matters: payment files, labels and search indexes hold the plain
# spelling.  With a letter lost, "GROWEG" is another street, and the small and
# the capital spelling of one customer are two customers.  Nobody types the
# letter, but PCRE2 and utf8proc make it where text is put in capitals.
#
# Versions (npm): transliteration 2.6.1, @sindresorhus/transliterate 2.3.1,
# any-ascii 0.3.3, unidecode 1.1.0, diacritics 1.3.0, modern-diacritics 2.3.1,
# lodash.deburr 4.1.0, speakingurl 14.0.1 for German; Node.js 20.
#
# Seen, of "Gro\u00dfweg" and "GRO\u1e9eWEG":
#
#     transliteration: Grossweg GROWEG
#     @sindresorhus/transliterate: Grossweg GROSsWEG
#     any-ascii: Grossweg GROSsWEG
#     unidecode: Grossweg GROSsWEG
#     diacritics: Grossweg GROSWEG
#     modern-diacritics: Grossweg GROSWEG
#     lodash.deburr: Grossweg GRO\u1e9eWEG
#     speakingurl: Grossweg GROSSWEG

set -eu

. "$(dirname "$0")/libraries.sh"

packages transliteration@2.6.1 @sindresorhus/transliterate@2.3.1 \
    any-ascii@0.3.3 unidecode@1.1.0 diacritics@1.3.0 \
    modern-diacritics@2.3.1 lodash.deburr@4.1.0 speakingurl@14.0.1

seen=$(javascript <<'EOF'
import anyAscii from 'any-ascii';
import deburr from 'lodash.deburr';
import diacritics from 'diacritics';
import { latinize } from 'modern-diacritics';
import sindresorhus from '@sindresorhus/transliterate';
import slug from 'speakingurl';
import { transliterate } from 'transliteration';
import unidecode from 'unidecode';

const libraries = {
    'transliteration': transliterate,
    '@sindresorhus/transliterate': sindresorhus,
    'any-ascii': anyAscii,
    'unidecode': unidecode,
    'diacritics': diacritics.remove,
    'modern-diacritics': latinize,
    'lodash.deburr': deburr,
    'speakingurl': (text) => slug(text, { lang: 'de', maintainCase: true }),
};

for (const [name, plain] of Object.entries(libraries)) {
    const words = ['Gro\u00dfweg', 'GRO\u1e9eWEG']
        .map((word) => plain(word).replace('\u1e9e', '\\u1e9e'));
    console.log(`${name}:`, ...words);
}
EOF
)

echo "$seen"
expect "words" 'transliteration: Grossweg GROWEG
@sindresorhus/transliterate: Grossweg GROSsWEG
any-ascii: Grossweg GROSsWEG
unidecode: Grossweg GROSsWEG
diacritics: Grossweg GROSWEG
modern-diacritics: Grossweg GROSWEG
lodash.deburr: Grossweg GRO\u1e9eWEG
speakingurl: Grossweg GROSSWEG' "$seen"
