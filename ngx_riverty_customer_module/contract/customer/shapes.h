/*
 * The shapes: what the whole of a value looks like.  A shape is written as one
 * row, a pattern in the part of PCRE2's syntax that pattern.h lists.  All else
 * follows from that row: the automaton that matches it, in a step a character,
 * and the JSON Schema, which has the same text (but for \x{..}, which ECMA-262
 * writes \u{..}).  The unit tests compare each automaton with PCRE2.  What
 * `riverty_field` configures may be any pattern of PCRE2's; it is matched under
 * limits.
 *
 * SHAPE(NAME, mask, pattern)
 *
 *   mask     MASKED: one run of two or more X may stand for digits (trap 3),
 *            so a text that does not match is looked at once more with ones in
 *            its place; else CLEAR
 *   pattern  counts code points; \p{L} and \p{Nd} are letters and digits of
 *            every script, \p{N} fractions and small digits as well
 */
#ifndef RIVERTY_SHAPES_H
#define RIVERTY_SHAPES_H

#include "contract/core/riverty.h"


/*
 * What an e-mail address may hold beyond ASCII (RFC 6531): nothing that is not
 * seen, so no spaces, no general punctuation (U+200B is what copying leaves),
 * no Default_Ignorable_Code_Point of Unicode, no fillers, nothing of the block
 * of specials but U+FFFC and U+FFFD, no tags.
 */
#define RIVERTY_SHAPE_WIDE                                               \
    "\\x{a1}-\\x{ac}\\x{ae}-\\x{34e}\\x{350}-\\x{61b}\\x{61d}-\\x{115e}" \
    "\\x{1161}-\\x{167f}\\x{1681}-\\x{17b3}\\x{17b6}-\\x{180a}"          \
    "\\x{1810}-\\x{1fff}\\x{2070}-\\x{27ff}\\x{2801}-\\x{2fff}"          \
    "\\x{3001}-\\x{3163}\\x{3165}-\\x{fdff}\\x{fe10}-\\x{fefe}"          \
    "\\x{ff00}-\\x{ff9f}\\x{ffa1}-\\x{ffef}\\x{fffc}-\\x{1bc9f}"         \
    "\\x{1bca4}-\\x{1d172}\\x{1d17b}-\\x{dffff}\\x{e1000}-\\x{10ffff}"

/*
 * A run of RFC 5322's atext; a label of at most 63 characters.  The last label
 * has a character that is no digit, and two at least where they are ASCII's.
 */
#define RIVERTY_SHAPE_ATOM \
    "[A-Za-z0-9!#$%&'*+/=?^_`{|}~" RIVERTY_SHAPE_WIDE "-]+"
#define RIVERTY_SHAPE_LABEL_REST                  \
    "(?:[A-Za-z0-9" RIVERTY_SHAPE_WIDE "-]{0,61}" \
    "[A-Za-z0-9" RIVERTY_SHAPE_WIDE "])"
#define RIVERTY_SHAPE_LABEL \
    "[A-Za-z0-9" RIVERTY_SHAPE_WIDE "]" RIVERTY_SHAPE_LABEL_REST "?"
#define RIVERTY_SHAPE_LABEL_LAST                   \
    "(?=[0-9]*[^0-9])(?:[" RIVERTY_SHAPE_WIDE "]|" \
    "[A-Za-z0-9" RIVERTY_SHAPE_WIDE "]" RIVERTY_SHAPE_LABEL_REST ")"

/*
 * What people write into a number beside letters and digits: spaces and dashes
 * of every kind, marks of letters.  What is longer than LINE is a text.
 */
#define RIVERTY_SHAPE_BETWEEN "\\p{M}\\p{Zs}\\p{Pd}\\x{2212}"
#define RIVERTY_SHAPE_LINE    "{1,100}"

/*
 * A phone number with + and its country's code, which starts with no 0, and one
 * as a country writes it for itself, perhaps with 00 in the place of +.  E.164
 * has at most 15 digits.  The normaliser (normalise.h) has made ASCII of spaces
 * and dashes.
 */
#define RIVERTY_SHAPE_PHONE_DIGIT "[().\\-/ ]{0,5}[0-9]"
#define RIVERTY_SHAPE_PHONE_INTERNATIONAL(least) \
    "(?:\\([ ]{0,1})?\\+[().\\-/ ]{0,5}[1-9]"    \
    "(?:" RIVERTY_SHAPE_PHONE_DIGIT "){" least ",14}"
#define RIVERTY_SHAPE_PHONE_NATIONAL(least) \
    "(?:\\([().\\-/ ]{0,5})?"               \
    "(?:0[ ]{0,1}0[().\\-/ ]{0,5})?[0-9]"   \
    "(?:" RIVERTY_SHAPE_PHONE_DIGIT "){" least ",14}"

/*
 * Its extension: x # ext extn extension int interno anexo and the Russian word
 * (libphonenumber), poste (French), DW Durchwahl App Apparat Kl Klappe
 * (German), toestel tst (Dutch), lok lokal (Danish), linje (Danish,
 * Norwegian), ankn anknytning (Swedish), wew wewn (Polish), linka (Czech,
 * Slovak), mell mellék (Hungarian), ramal (Portuguese), the Greek and the
 * Bulgarian abbreviation, ;ext= (RFC 3966).
 */
#define RIVERTY_SHAPE_PHONE_EXTENSION                                      \
    "(?:[ ,]{0,2}(?:[Xx]|#|"                                               \
    "[Ee][Xx][Tt](?:[Nn]|[Ee][Nn][Ss][Ii][Oo\\x{d3}\\x{f3}][Nn])?|"        \
    "[Ii][Nn][Tt](?:[Ee][Rr][Nn][Oo])?|[Aa][Nn][Ee][Xx][Oo]|"              \
    "[\\x{414}\\x{434}][\\x{41e}\\x{43e}][\\x{411}\\x{431}]|"              \
    "[Pp][Oo][Ss][Tt][Ee]|[Dd][Ww]|[Dd][Uu][Rr][Cc][Hh][Ww][Aa][Hh][Ll]|"  \
    "[Aa][Pp][Pp](?:[Aa][Rr][Aa][Tt])?|[Kk][Ll](?:[Aa][Pp][Pp][Ee])?|"     \
    "[Tt][Oo][Ee][Ss][Tt][Ee][Ll]|[Tt][Ss][Tt]|[Ll][Oo][Kk](?:[Aa][Ll])?|" \
    "[Aa][Nn][Kk][Nn](?:[Yy][Tt][Nn][Ii][Nn][Gg])?|[Ww][Ee][Ww][Nn]?|"     \
    "[Ll][Ii][Nn](?:[Kk][Aa]|[Jj][Ee])|[Rr][Aa][Mm][Aa][Ll]|"              \
    "[Mm][Ee][Ll][Ll](?:[\\x{c9}\\x{e9}][Kk])?|"                           \
    "[\\x{395}\\x{3b5}][\\x{3a3}\\x{3c3}][\\x{3a9}\\x{3c9}]"               \
    "[\\x{3a4}\\x{3c4}]|"                                                  \
    "[\\x{412}\\x{432}][\\x{42a}\\x{44a}][\\x{422}\\x{442}]"               \
    "[\\x{420}\\x{440}]"                                                   \
    ")[.: ]{0,3}[0-9]{1,6}|;[Ee][Xx][Tt]=[0-9]{1,6})?"

/* clang-format off */
#define RIVERTY_SHAPES(SHAPE)                                                  \
    SHAPE(CUSTOMER_NUMBER, CLEAR, "[A-Za-z0-9][A-Za-z0-9._-]*")                \
    SHAPE(EMAIL, CLEAR,                                                        \
          "(?=[^@]{1,64}@)"                                                    \
          RIVERTY_SHAPE_ATOM "(?:\\." RIVERTY_SHAPE_ATOM ")*@"                 \
          "(?:" RIVERTY_SHAPE_LABEL "\\.)+" RIVERTY_SHAPE_LABEL_LAST)          \
    SHAPE(IDENTIFICATION, MASKED,                                              \
          "(?=[^\\p{Nd}]*[\\p{Nd}])(?=[\\p{L}\\p{Nd}])"                        \
          "[\\p{L}\\p{Nd}" RIVERTY_SHAPE_BETWEEN "./+:()&,]"                   \
          RIVERTY_SHAPE_LINE)                                                  \
    SHAPE(MOBILE_PHONE, MASKED,                                                \
          RIVERTY_SHAPE_PHONE_INTERNATIONAL("6") "|"                           \
          RIVERTY_SHAPE_PHONE_NATIONAL("5"))                                   \
    SHAPE(PAYMENT_REGISTRATION_ID, CLEAR, "[A-Za-z0-9_-]+")                    \
    SHAPE(PHONE, CLEAR,                                                        \
          "(?:" RIVERTY_SHAPE_PHONE_INTERNATIONAL("4") "|"                     \
          RIVERTY_SHAPE_PHONE_NATIONAL("4") ")" RIVERTY_SHAPE_PHONE_EXTENSION) \
    SHAPE(STREET_NUMBER, CLEAR,                                                \
          "(?=[^\\p{L}\\p{N}]*[\\p{L}\\p{N}])"                                 \
          "[\\p{L}\\p{N}" RIVERTY_SHAPE_BETWEEN "/.,;+'\\x{2019}()#:&@"        \
          "\"\\x{ab}\\x{bb}\\x{2018}\\x{201c}-\\x{201e}"                       \
          "\\x{b0}\\x{2044}\\x{2116}\\x{2215}]"                                \
          RIVERTY_SHAPE_LINE)

typedef enum {
    RIVERTY_SHAPE_NONE,
#define RIVERTY_SHAPE_ENUM(NAME, ...) RIVERTY_SHAPE_##NAME,
    RIVERTY_SHAPES(RIVERTY_SHAPE_ENUM)
#undef RIVERTY_SHAPE_ENUM
    RIVERTY_SHAPE_COUNT
} riverty_shape_id_t;
/* clang-format on */

typedef enum {
    RIVERTY_MATCH_YES,
    RIVERTY_MATCH_NO,
    RIVERTY_MATCH_LIMIT /* given up: too much backtracking or depth */
} riverty_match_t;

/* Why a pattern was not taken: PCRE2's words, and where in the pattern. */
typedef struct {
    size_t offset;
    char message[120];
} riverty_pattern_error_t;

/* All automata, and what is configured with what PCRE2 needs to match it. */
typedef struct riverty_shapes_s riverty_shapes_t;


/*
 * Makes the automata of the shapes and of every country's postal codes.
 * Returns NULL when there is no memory.  The owner calls riverty_shapes_free().
 * Not for two threads at once: it holds the space that PCRE2 matches in.
 */
riverty_shapes_t *riverty_shapes_create(void);
void riverty_shapes_free(riverty_shapes_t *shapes);

/*
 * Compiles one more pattern, for riverty_contract_field().  Returns its id,
 * good for these shapes only, or RIVERTY_SHAPE_NONE, and then tells why.
 */
riverty_shape_id_t riverty_shapes_add(riverty_shapes_t *shapes,
                                      riverty_span_t pattern,
                                      riverty_pattern_error_t *error);

/* Does the whole of text, which must be valid UTF-8, have that shape? */
riverty_match_t riverty_shape_match(const riverty_shapes_t *shapes,
                                    riverty_shape_id_t shape,
                                    riverty_span_t text);

/* The same as a yes or no; every text has RIVERTY_SHAPE_NONE. */
static inline bool
riverty_shape_fits(const riverty_shapes_t *shapes, riverty_shape_id_t shape,
                   riverty_span_t text)
{
    return shape == RIVERTY_SHAPE_NONE ||
           riverty_shape_match(shapes, shape, text) == RIVERTY_MATCH_YES;
}

/* A match of the postal code of postal_codes.h's row, its prefix allowed. */
riverty_match_t riverty_postal_code_match(const riverty_shapes_t *shapes,
                                          size_t row, riverty_span_t text);

/* The text of a pattern of the table; static. */
const char *riverty_shape_pattern(riverty_shape_id_t shape);

/* May a run of X stand for digits in that shape of the table? */
bool riverty_shape_masked(riverty_shape_id_t shape);

#endif
