/*
 * Postal codes: as trap 1 wants them, as people write them, and values made
 * from every country's pattern, with its prefixes and separators.
 */
#include <ctype.h>
#include <stdlib.h>

#include "customer.h"
#include "contract/core/text.h"
#include "contract/customer/codes.h"
#include "contract/customer/postal_code.h"
#include "contract/customer/shapes.h"

#define SAMPLES 200
#define ROOM    256

typedef struct {
    const char *country;
    const char *code;
    const char *found;
    const char *forwarded;
} postal_t;

typedef struct {
    const char *country;
    const char *code;
} example_t;

static const example_t examples[] = {
#include "postal_examples.h"
};

static uint64_t random_state;


/* clang-format off */
static void
test_judged(void **state)
{
    static const char bad[] = "reject postal_code postalCode";
    static const char suffix[] = "warn postal_code_suffix postalCode";
    static const postal_t cases[] = {
        { "DE", "97687", "", "97687" },
        { "DE", "97687-7791", suffix, "97687-7791" },
        { "DE", "9768", bad, NULL },
        { "DE", "976877", bad, NULL },
        { "DE", "ABCDE", bad, NULL },
        { "DE", "O7687", bad, NULL },
        { "DE", "97687-779", bad, NULL },
        { "DE", "97687-77911", bad, NULL },
        { "DE", "97687 7791", bad, NULL },
        { "DE", "9768-7791", bad, NULL },
        { "DE", "-7791", bad, NULL },
        { "DE", "1234 AB", bad, NULL },
        { "DE", "９７６８７", bad, NULL },
        { "AT", "1010", "", "1010" },
        { "AT", "1010-1234", suffix, "1010-1234" },
        { "AT", "97687", bad, NULL },
        { "CH", "8001", "", "8001" },
        { "CH", "CH-8001", "", "CH-8001" },
        { "CH", "ch-8001", "", "CH-8001" },
        { "CH", "DE-8001", bad, NULL },
        { "CH", "CH-8001-1234", bad, NULL },
        { "LU", "L-1234", "", "L-1234" },
        { "LT", "LT-01100", "", "LT-01100" },
        { "FI", "FI-00100", "", "FI-00100" },
        { "SE", "111 22", "", "111 22" },
        { "SE", "111 22-1234", bad, NULL },
        { "SE", "SE-11122", "", "SE-11122" },
        { "LV", "LV-1010", "", "LV-1010" },
        { "LV", "1010", "", "1010" },
        { "PL", "00-001", "", "00-001" },
        { "NL", "1234 AB", "", "1234 AB" },
        { "NL", "1234 ab", "", "1234 AB" },
        { "NL", "1234ab", "", "1234AB" },
        { "NL", "1234", bad, NULL },
        { "NL", "1234-1234", bad, NULL },
        { "GB", "sw1a 1aa", "", "SW1A 1AA" },
        { "GB", "SW1A1AA", "", "SW1A1AA" },
        { "GB", "12345", bad, NULL },
        { "US", "97687-7791", "", "97687-7791" },
        { "PT", "1000-001", "", "1000-001" },
        { "IE", "D02 X285", "", "D02 X285" },
        { "IE", "d02x285", "", "D02X285" },
        { "IE", "", "", "" },
        { "HK", "", "", "" },
        { "HK", "none needed", "reject too_long postalCode", NULL },
        { "HK", "999077", "", "999077" },
        { "DE", "", "reject required postalCode", NULL },
        { "ZZ", "nonsense", "reject country_code countryCode", NULL },
        { "ZZ", "", "reject country_code countryCode", NULL },
        { "DEU", "1234 AB", "reject country_three_letter countryCode DE",
          NULL },

        /* The country before it. */
        { "DE", "D-97687", "", "97687" },
        { "DE", "d 97687", "", "97687" },
        { "DE", "DE97687", "", "97687" },
        { "DE", "A-97687", bad, NULL },
        { "DE", "D-D-97687", bad, NULL },
        { "DE", "D-9768", bad, NULL },
        { "DE", "D-97687-7791", bad, NULL },
        { "DK", "DK-1050", "", "1050" },
        { "AT", "A-1010", "", "1010" },
        { "BE", "B-1000", "", "1000" },
        { "NL", "NL-1012 ab", "", "1012 AB" },
        { "HU", "H-2747", "", "2747" },
        { "LI", "LI-9490", "", "9490" },
        { "LI", "FL9490", "", "FL-9490" },
        { "LU", "LU 1234", "", "1234" },
        { "SE", "S-111 22", "", "111 22" },
        { "SE", "SE11122", "", "SE-11122" },
        { "CH", "CH 8001", "", "CH-8001" },
        { "GB", "UK-SW1A 1AA", "", "SW1A 1AA" },
        { "PR", "PR 00901", "", "00901" },

        /* What stands between the characters. */
        { "LV", "LV1010", "", "LV-1010" },
        { "AZ", "AZ1000", "", "AZ 1000" },
        { "MD", "MD2001", "", "MD-2001" },
        { "IN", "110 001", "", "110001" },
        { "IE", "D02-AF30", "", "D02 AF30" },
        { "IE", "d6w xy00", "", "D6W XY00" },
        { "IE", "Dublin 4", bad, NULL },
        { "PL", "00001", "", "00-001" },
        { "PL", "00\xe2\x80\x93" "001", "", "00-001" },
        { "PT", "1000001", "", "1000-001" },
        { "BR", "01.310-100", "", "01310100" },
        { "US", "976877791", "", "97687-7791" },
        { "GB", "SW1A\xc2\xa0" "1AA", "", "SW1A 1AA" },
        { "SE", "111\xe2\x80\xaf" "22", "", "111 22" },
        { "FR", "750 01", "", "75001" },
        { "LB", "3087-7185", "", "3087 7185" },
        { "DE", "97 - 687", "", "97687" },
        { "DE", "97_687", bad, NULL },
        { "DE", "97687-", bad, NULL },
        { "DE", "97687 \xe2\x80\x93", bad, NULL },
        { "DE", "-97687", bad, NULL },
        { "DE", "9768\xc3\xa9", bad, NULL },

        /* Its own forms, with more than ten characters, too. */
        { "IR", "12345-12345", "", "12345-12345" },
        { "GH", "GA-183-8164", "", "GA-183-8164" },
        { "GH", "ga 183 8164", "", "GA-183-8164" },
        { "GH", "00233", "", "00233" },
        { "KH", "120101", "", "120101" },
        { "KH", "12203", "", "12203" },
        { "SV", "1101", "", "1101" },
        { "SV", "CP1101", "", "CP 1101" },
        { "SH", "tdcu1zz", "", "TDCU 1ZZ" },

        /* No such codes. */
        { "DE", "00000", bad, NULL },
        { "DE", "D-00000", bad, NULL },
        { "DE", "00000-7791", bad, NULL },
        { "US", "00000-0000", bad, NULL },
        { "US", "00000-1234", bad, NULL },
        { "US", "00501-0001", "", "00501-0001" },
        { "CH", "CH-0000", bad, NULL },
        { "LV", "LV0000", bad, NULL },
        { "NL", "0123 AB", bad, NULL },
        { "NL", "1234 SS", bad, NULL },
        { "NL", "1234 SD", bad, NULL },
        { "NL", "1234 SA", bad, NULL },
        { "NL", "1234 SB", "", "1234 SB" },
        { "NO", "0001", "", "0001" },
    };
    char country[8], code[64];

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void) sprintf(country, "\"%s\"", cases[i].country);
        (void) sprintf(code, "\"%s\"", cases[i].code);
        customer_set("countryCode", country);
        customer_set("postalCode", code);

        if (strcmp(customer_findings(), cases[i].found) != 0) {
            fail_msg("%s %s: %s", country, code, customer_found);
        }

        if (cases[i].forwarded != NULL) {
            assert_string_equal(customer_value(RIVERTY_FIELD_POSTAL_CODE),
                                cases[i].forwarded);
        }
    }
}
/* clang-format on */


/* A cap of the configuration counts. */
static void
test_configured_cap(void **state)
{
    (void) state;
    customer_set("countryCode", "\"IR\"");
    customer_set("postalCode", "\"12345-12345\"");
    assert_string_equal(customer_findings(), "");

    customer_contract.fields[RIVERTY_FIELD_POSTAL_CODE].cap = 8;
    assert_string_equal(customer_findings(), "reject too_long postalCode");
}


/* Reads text as a code of row into out; "" where it is none. */
static const char *
read_code(size_t row, const char *text)
{
    static char out[ROOM];
    unsigned char room[RIVERTY_POSTAL_CODE_SIZE];
    riverty_span_t form = riverty_span_of(text);

    if (riverty_postal_code_read(customer_shapes, row, &form, room) !=
        RIVERTY_POSTAL_CODE_GOOD) {
        return "";
    }

    (void) snprintf(out, sizeof(out), "%.*s", (int) form.len,
                    (const char *) form.data);
    return out;
}


static void
test_examples(void **state)
{
    (void) state;

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        int row = riverty_postal_code_row(riverty_span_of(examples[i].country));

        assert_true(row >= 0);
        assert_string_equal(read_code((size_t) row, examples[i].code),
                            examples[i].code);
    }
}


static unsigned
below(unsigned limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned) (random_state >> 33) % limit;
}


static const char *make_alternatives(const char *pos, char **out);


/* A character of the class at pos; returns what follows it. */
static const char *
make_class(const char *pos, char **out)
{
    char members[128];
    unsigned count = 0;

    for (pos++; *pos != ']'; pos++) {
        char last = pos[1] == '-' && pos[2] != ']' ? pos[2] : pos[0];

        for (char c = pos[0]; c <= last; c++) {
            members[count++] = c;
        }
        pos += last != pos[0] ? 2 : 0;
    }

    *(*out)++ = members[below(count)];
    return pos + 1;
}


/* Something that the piece at pos matches. */
static const char *
make_piece(const char *pos, char **out)
{
    if (*pos == '[') {
        return make_class(pos, out);
    }

    if (*pos == '(') {
        return make_alternatives(pos + strlen("(?:"), out) + 1;
    }

    *(*out)++ = *pos;
    return pos + 1;
}


/* How many of a piece, as the quantifier at *pos says. */
static unsigned
make_times(const char **pos)
{
    unsigned least = 1, most = 1;
    char *end;

    if (**pos == '?') {
        least = 0;
        (*pos)++;

    } else if (**pos == '{') {
        least = most = (unsigned) strtoul(*pos + 1, &end, 10);
        most = *end == ',' ? (unsigned) strtoul(end + 1, &end, 10) : most;
        *pos = end + 1;
    }

    return least + below(most - least + 1);
}


/* Something that the pieces up to the next | or ) match. */
static const char *
make_sequence(const char *pos, char **out)
{
    while (*pos != '\0' && *pos != '|' && *pos != ')') {
        const char *piece = pos;
        char *start = *out;
        unsigned times;

        pos = make_piece(piece, out);
        times = make_times(&pos);
        *out = start;

        while (times-- > 0) {
            (void) make_piece(piece, out);
        }
    }

    return pos;
}


/* Something that one of the alternatives from pos on matches. */
static const char *
make_alternatives(const char *pos, char **out)
{
    char made[ROOM], *end = made;
    unsigned count = 1;

    pos = make_sequence(pos, &end);
    memcpy(*out, made, (size_t) (end - made));

    while (*pos == '|') {
        char other[ROOM], *other_end = other;

        pos = make_sequence(pos + 1, &other_end);
        if (below(++count) == 0) {
            memcpy(made, other, (size_t) (other_end - other));
            end = made + (other_end - other);
        }
    }

    memcpy(*out, made, (size_t) (end - made));
    *out += end - made;
    return pos;
}


static bool
is_plain(char byte)
{
    return isalnum((unsigned char) byte) != 0;
}


/* A code of the pattern, the country's own prefix before it at times. */
static void
make_code(const riverty_postal_code_t *row, char *out)
{
    if (below(2) == 0) {
        out += sprintf(out, "%s", row->prefix);
    }

    (void) make_alternatives(row->pattern, &out);
    *out = '\0';
}


/* Adds up to two separators. */
static char *
put_separators(char *out)
{
    for (unsigned times = below(3); times > 0; times--) {
        const riverty_postal_separator_t *row =
            &riverty_postal_separators[below(
                (unsigned) riverty_postal_separators_count)];
        uint32_t code =
            row->first + below((unsigned) (row->last - row->first) + 1);

        out += riverty_text_encode(code, (unsigned char *) out);
    }

    return out;
}


/*
 * Writes what somebody might type for code: its characters in any case, with
 * anything between them, behind before.
 */
static void
type_code(const char *before, const char *code, char *out)
{
    char whole[ROOM];

    (void) sprintf(whole, "%s%s", before, code);

    for (const char *pos = whole; *pos != '\0'; pos++) {
        if (!is_plain(*pos)) {
            continue;
        }
        out = pos > whole && below(3) == 0 ? put_separators(out) : out;
        *out++ = (char) (below(2) == 0 ? tolower(*pos) : *pos);
    }

    *out = '\0';
}


/* The characters of a code, without what separates them. */
static void
characters_of(const char *code, char *out)
{
    char *pos = out;

    for (; *code != '\0'; code++) {
        if (is_plain(*code)) {
            *pos++ = *code;
        }
    }

    *pos = '\0';
}


/* What is typed before or between is certain: the same code is read. */
static void
assert_typed(size_t row, const char *before, const char *code)
{
    const riverty_postal_code_t *codes = &riverty_postal_codes[row];
    char typed[ROOM], read[ROOM], wanted[ROOM], seen[ROOM], own[ROOM];

    type_code(before, code, typed);
    (void) strcpy(read, read_code(row, typed));

    if (read[0] == '\0') {
        fail_msg("%s: %s for %s is refused", codes->country, typed, code);
    }

    characters_of(code, wanted);
    characters_of(read, seen);
    characters_of(codes->prefix, own);

    if (strcmp(seen, wanted) != 0 &&
        (strncmp(seen, own, strlen(own)) != 0 ||
         strcmp(seen + strlen(own), wanted) != 0)) {
        fail_msg("%s: %s for %s is %s", codes->country, typed, code, read);
    }

    assert_string_equal(read_code(row, read), read);
}


/* Codes of one country, as its pattern makes them and as they are typed. */
static void
assert_row(size_t row)
{
    const riverty_postal_code_t *codes = &riverty_postal_codes[row];
    unsigned good = 0;

    for (unsigned i = 0; i < SAMPLES; i++) {
        char code[ROOM];

        make_code(codes, code);
        if (read_code(row, code)[0] == '\0') {
            assert_null(strpbrk(code, "123456789")); /* zeros */
            continue;
        }

        good++;
        assert_string_equal(read_code(row, code), code);
        assert_typed(row, "", code);

        /* In Ghana whatever stands there may be a code. */
        if (strcmp(codes->country, "GH") != 0) {
            assert_typed(row, codes->country, code);
            assert_typed(row, codes->sign, code);
        }
    }

    assert_true(good > SAMPLES / 2);
}


static void
test_generated(void **state)
{
    (void) state;
    random_state = 0x9e3779b97f4a7c15;

    for (size_t row = 0; row < riverty_postal_codes_count; row++) {
        assert_row(row);
    }
}


static void
test_zeros(void **state)
{
    static const char zeros[] = "0000000000";
    char code[ROOM];

    (void) state;

    for (size_t row = 0; row < riverty_postal_codes_count; row++) {
        for (int len = 3; len <= 10; len++) {
            (void) sprintf(code, "%.*s", len, zeros);
            assert_string_equal(read_code(row, code), "");
            (void) sprintf(code, "%s%.*s", riverty_postal_codes[row].prefix,
                           len, zeros);
            assert_string_equal(read_code(row, code), "");
        }
    }
}


/* What no form can come of is refused, whatever its length. */
static void
test_hostile(void **state)
{
    static const char *const pieces[] = { "9", "A", " ", "-", "\xe2\x80\x93",
                                          "\xc3\xa9", "0 " };
    char code[ROOM];

    (void) state;

    for (size_t row = 0; row < riverty_postal_codes_count; row++) {
        for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
            size_t len = strlen(pieces[i]);

            for (size_t end = 0; end + len < ROOM - 1; end += len) {
                (void) strcpy(code + end, pieces[i]);
            }
            assert_string_equal(read_code(row, code), "");
        }
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_judged, customer_setup),
        cmocka_unit_test_setup(test_configured_cap, customer_setup),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_generated),
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
