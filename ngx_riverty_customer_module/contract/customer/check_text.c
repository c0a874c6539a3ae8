/*
 * Checks of names and other text that people write.  They ask for a letter at
 * least and say nothing of how a name should look: people are called what they
 * are called.  What a program has left in the place of a text is warned of.
 */
#include "check_text.h"

#include "contract/core/bytes.h"
#include "contract/core/text.h"


/* What programs write where there is no value. */
static const char *const nothings[] = {
    "NaN", "null", "NULL", "(null)", "undefined",
};

/* What stands around a name that a value was to take the place of. */
static const struct {
    const char *open;
    const char *close;
} templates[] = {
    { "{", "}" }, /* ${name}, {{ name }}, #{name}, {0} */
    { "[[", "]]" },
    { "[object ", "]" },
    { "*|", "|*" },
};

/* 12 1/2 a */
#define STREET_NUMBER_WORDS 3

#define NOTHINGS  (sizeof(nothings) / sizeof(nothings[0]))
#define TEMPLATES (sizeof(templates) / sizeof(templates[0]))


static inline bool
is_word(unsigned char byte)
{
    return riverty_byte_is_letter(byte) || riverty_byte_is_digit(byte) ||
           byte == '_' || byte == '.';
}


/*
 * Is one of the bytes a mark of markup or of a template: < > & % { [ or one
 * that is cheap to find with them?  The bits of < = > ? differ in the last two,
 * so do those of $ % & '; [ \ ] ^ _ are { | } ~ and DEL in the other case of
 * letters, the last ones of ASCII.
 */
static inline bool
word_marked(uint64_t word)
{
    uint64_t ascii = word & riverty_word_of(0x7f);
    uint64_t last = (ascii | riverty_word_of(0x20)) + riverty_word_of(0x05);
    uint64_t angle = ((ascii ^ riverty_word_of('<')) & riverty_word_of(0x7c)) +
                     riverty_word_of(0x7f);
    uint64_t percent =
        ((ascii ^ riverty_word_of('$')) & riverty_word_of(0x7c)) +
        riverty_word_of(0x7f);

    return ((last | ~(angle & percent)) & ~word & riverty_word_of(0x80)) != 0;
}


/* May text hold a mark?  Where it says no there is none. */
static bool
is_marked(riverty_span_t text)
{
    uint64_t word = riverty_word_of(' ');

    if (text.len < sizeof(word)) {
        memcpy(&word, text.data, text.len);
        return word_marked(word);
    }

    for (size_t i = 0; i + sizeof(word) < text.len; i += sizeof(word)) {
        if (word_marked(riverty_word_load(text.data + i))) {
            return true;
        }
    }

    return word_marked(riverty_word_load(text.data + text.len - sizeof(word)));
}


/* Where what starts in text, from pos on, or text.len. */
static size_t
find(riverty_span_t text, size_t pos, const char *what)
{
    size_t len = strlen(what);

    for (; pos + len <= text.len; pos++) {
        if (memcmp(text.data + pos, what, len) == 0) {
            return pos;
        }
    }

    return text.len;
}


/* A name between two %, two letters at least. */
static bool
has_percent_name(riverty_span_t text)
{
    size_t pos = find(text, 0, "%");
    size_t end;

    for (; pos < text.len; pos = end) {
        for (end = pos + 1; end < text.len && is_word(text.data[end]); end++) {
            /* the name */
        }

        if (end < text.len && text.data[end] == '%' && end - pos > 2 &&
            riverty_byte_is_letter(text.data[pos + 1])) {
            return true;
        }

        end = find(text, end, "%");
    }

    return false;
}


static bool
has_template(riverty_span_t text)
{
    for (size_t i = 0; i < TEMPLATES; i++) {
        size_t pos = find(text, 0, templates[i].open);

        if (pos < text.len && find(text, pos + strlen(templates[i].open),
                                   templates[i].close) < text.len) {
            return true;
        }
    }

    return has_percent_name(text);
}


static bool
is_nothing(riverty_span_t text)
{
    unsigned char first = text.data[0] | 0x20;

    if (first != 'n' && first != 'u' && first != '(') {
        return false;
    }

    for (size_t i = 0; i < NOTHINGS; i++) {
        if (riverty_span_equal(text, riverty_span_of(nothings[i]))) {
            return true;
        }
    }

    return false;
}


static bool
has_angle(riverty_span_t text)
{
    return find(text, 0, "<") < text.len || find(text, 0, ">") < text.len;
}


/* A start or an end of an element, a comment, an instruction. */
static bool
has_markup(riverty_span_t text)
{
    size_t pos = find(text, 0, "<");

    for (; pos + 1 < text.len; pos = find(text, pos + 1, "<")) {
        unsigned char next = text.data[pos + 1];

        if (riverty_byte_is_letter(next) || next == '/' || next == '!' ||
            next == '?') {
            return find(text, pos + 1, ">") < text.len;
        }
    }

    return false;
}


/*
 * A character that was written for HTML: &amp; or &#39;.  One letter between &
 * and ; is more likely a company's (H&M; C&A).
 */
static bool
has_reference(riverty_span_t text)
{
    size_t pos = find(text, 0, "&");
    size_t end;

    for (; pos < text.len; pos = find(text, end, "&")) {
        end = pos + 1;
        if (end < text.len && text.data[end] == '#') {
            end++;
        }

        while (end < text.len && is_word(text.data[end])) {
            end++;
        }

        if (end < text.len && text.data[end] == ';' && end - pos > 2) {
            return true;
        }
    }

    return false;
}


/*
 * What a spreadsheet computes: behind = + or @ a call, NAME(, or what is asked
 * of another program, NAME|...!.
 */
static bool
is_formula(riverty_span_t text)
{
    size_t bar;

    for (size_t i = 2; i < text.len; i++) {
        if (text.data[i] == '(' && is_word(text.data[i - 1])) {
            return true;
        }
    }

    bar = find(text, 1, "|");
    return bar < text.len && find(text, bar, "!") < text.len;
}


/*
 * What no person writes; markup is the rule about it.  Almost every text has no
 * mark, so that each costs a look at its words.
 */
static void
check_leftovers(riverty_value_t *value, riverty_rule_id_t markup)
{
    riverty_span_t text = value->text;
    bool marked = is_marked(text);

    if (marked && (markup == RIVERTY_RULE_NAME_MARKUP ? has_angle(text)
                                                      : has_markup(text))) {
        riverty_value_note(value, markup, NULL);
    }

    if (marked && has_reference(text)) {
        riverty_value_note(value, RIVERTY_RULE_MARKUP, NULL);
    }

    if ((marked && has_template(text)) || is_nothing(text)) {
        riverty_value_note(value, RIVERTY_RULE_TEMPLATE_LEFTOVER, NULL);
    }

    if ((text.data[0] == '=' || text.data[0] == '+' || text.data[0] == '@') &&
        is_formula(text)) {
        riverty_value_note(value, RIVERTY_RULE_FORMULA, NULL);
    }
}


/* Is there nothing to read?  Then the value counts as empty. */
static bool
is_blank(riverty_value_t *value)
{
    if (riverty_byte_is_letter(value->text.data[0])) {
        return false;
    }

    value->blank = !riverty_text_readable(value->text);
    return value->blank;
}


static bool
has_letter(riverty_span_t text)
{
    return riverty_byte_is_letter(text.data[0]) ||
           riverty_text_has_letter(text);
}


void
riverty_check_name(riverty_value_t *value)
{
    if (is_blank(value)) {
        return;
    }

    if (!has_letter(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_NAME, NULL);
    }

    check_leftovers(value, RIVERTY_RULE_NAME_MARKUP);
}


void
riverty_check_company_name(riverty_value_t *value)
{
    if (is_blank(value)) {
        return;
    }

    if (!riverty_text_has_alphanumeric(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_COMPANY_NAME, NULL);
    }

    check_leftovers(value, RIVERTY_RULE_MARKUP);
}


void
riverty_check_postal_place(riverty_value_t *value)
{
    if (is_blank(value)) {
        return;
    }

    if (!has_letter(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_POSTAL_PLACE, NULL);
    }

    check_leftovers(value, RIVERTY_RULE_MARKUP);
}


void
riverty_check_text(riverty_value_t *value)
{
    if (!is_blank(value)) {
        check_leftovers(value, RIVERTY_RULE_MARKUP);
    }
}


/*
 * Is there an @ in text, or are there too many words, with spaces of any width
 * between them?
 */
static bool
is_more(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    size_t words = 0;
    bool within = false;

    while (pos < end) {
        uint32_t code = riverty_text_next(&pos, end);
        bool space = code < 0x80 ? code == ' ' : riverty_text_space(code);

        if (code == '@') {
            return true;
        }

        words += !space && !within;
        within = !space;
    }

    return words > STREET_NUMBER_WORDS;
}


/* Does text start with what stands between two parts of an address? */
static bool
starts_between(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    uint32_t first = riverty_text_next(&pos, text.data + text.len);

    if (first >= 0x80) {
        return riverty_text_dash(first);
    }

    return first < '0' ? first != '\0' && strchr(",/.+)-", (int) first) != NULL
                       : first == ':' || first == ';';
}


void
riverty_check_street_number(riverty_value_t *value)
{
    if (is_more(value->text) || starts_between(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_STREET_NUMBER_MORE, NULL);
    }

    if (is_nothing(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_TEMPLATE_LEFTOVER, NULL);
    }
}
