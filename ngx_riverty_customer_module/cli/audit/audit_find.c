/*
 * riverty-customer audit find: all records of a customer, whom records name by
 * pseudonym only.  Each line is searched for the pseudonym first, so that only
 * the lines that are shown are parsed.
 */
#define _GNU_SOURCE /* memmem() */

#include <openssl/crypto.h>
#include <stdio.h>

#include "audit_find.h"
#include "cli/options.h"
#include "audit_command.h"
#include "audit_print.h"
#include "contract/core/bytes.h"
#include "contract/audit/redact.h"
#include "contract/core/text.h"

#define KEYS_MAX   8
#define NUMBER_MAX 1024

/* Any id of the right form: without --id it does not count. */
#define SOME_ID "k1"

typedef struct {
    const char *file;
    const char *id; /* NULL: any */
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX];
    riverty_span_t wanted; /* of it: all, or its digits where id is NULL */
} find_key_t;

typedef struct {
    const char *customer;
    find_key_t keys[KEYS_MAX];
    size_t keys_count;
    riverty_cli_printer_t printer;
} find_t;

enum { OPTION_CUSTOMER = 1, OPTION_REDACTION_KEY, OPTION_ID, OPTION_JSON };

/* clang-format off */
static const struct option names[] = {
    { "customer", required_argument, NULL, OPTION_CUSTOMER },
    { "redaction-key", required_argument, NULL, OPTION_REDACTION_KEY },
    { "id", required_argument, NULL, OPTION_ID },
    { "json", no_argument, NULL, OPTION_JSON },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
add_key(find_t *find)
{
    if (find->keys_count == KEYS_MAX) {
        riverty_cli_complain("--redaction-key: may stand %d times", KEYS_MAX);
        return false;
    }

    find->keys[find->keys_count++].file = optarg;
    return true;
}


/* --id belongs to the key before it. */
static bool
set_id(find_t *find)
{
    find_key_t *key;

    if (find->keys_count == 0) {
        riverty_cli_complain("--id: goes behind its --redaction-key");
        return false;
    }

    key = &find->keys[find->keys_count - 1];
    if (key->id != NULL) {
        riverty_cli_complain("--redaction-key: %s has two ids", key->file);
        return false;
    }

    key->id = optarg;
    return true;
}


static bool
read_option(void *data, int option)
{
    find_t *find = data;

    switch (option) {
    case OPTION_CUSTOMER:
        find->customer = optarg;
        return true;
    case OPTION_REDACTION_KEY:
        return add_key(find);
    case OPTION_ID:
        return set_id(find);
    case OPTION_JSON:
        find->printer.json = true;
        return true;
    default:
        return false;
    }
}


/* Standard input is either the customer number or a log. */
static bool
is_input_shared(const find_t *find, int argc, char **argv)
{
    bool log = false;

    for (int i = optind; i < argc; i++) {
        log = log || strcmp(argv[i], "-") == 0;
    }

    return log && strcmp(find->customer, "-") == 0;
}


static bool
read_options(int argc, char **argv, find_t *find)
{
    if (!riverty_cli_options(argc, argv, names, read_option, find)) {
        return false;
    }

    if (find->customer == NULL || find->keys_count == 0 || optind == argc) {
        riverty_cli_complain(
            "audit find: takes --customer, --redaction-key and "
            "one log or more");
        return false;
    }

    if (is_input_shared(find, argc, argv)) {
        riverty_cli_complain("standard input: can be read only once");
        return false;
    }

    return true;
}


/* The customer number, or the first line of standard input. */
static bool
read_number(const find_t *find, char buffer[NUMBER_MAX], riverty_span_t *number)
{
    const char *text = find->customer;

    if (strcmp(text, "-") == 0) {
        text = fgets(buffer, NUMBER_MAX, stdin) != NULL ? buffer : "";
    }

    number->data = (const unsigned char *) text;
    number->len = strcspn(text, "\r\n");
    *number = riverty_text_trim(*number);

    if (number->len == 0) {
        riverty_cli_complain("--customer: is empty");
        return false;
    }

    return true;
}


/*
 * The text that a line with the pseudonym of number under that key contains.
 */
static bool
make_pseudonym(find_key_t *key, riverty_span_t secret, riverty_span_t number)
{
    const char *id = key->id != NULL ? key->id : SOME_ID;
    riverty_pseudonym_key_t *pseudonym_key =
        riverty_pseudonym_key_create(riverty_span_of(id), secret);
    size_t len = 0;

    if (pseudonym_key != NULL) {
        len = riverty_pseudonym(pseudonym_key,
                                riverty_span(RIVERTY_DOMAIN_CUSTOMER), number,
                                key->pseudonym);
        riverty_pseudonym_key_free(pseudonym_key);
    }

    if (len == 0) {
        riverty_cli_complain("--id: must be 1 to %d letters, digits, _ or -",
                             RIVERTY_PSEUDONYM_ID_MAX);
        return false;
    }

    key->wanted.data = key->id != NULL
                           ? key->pseudonym
                           : key->pseudonym + len - RIVERTY_PSEUDONYM_DIGITS;
    key->wanted.len = key->id != NULL ? len : RIVERTY_PSEUDONYM_DIGITS;
    return true;
}


static bool
make_pseudonyms(find_t *find, riverty_span_t number)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    bool done = true;

    for (size_t i = 0; done && i < find->keys_count; i++) {
        find_key_t *key = &find->keys[i];
        riverty_span_t secret;

        done = riverty_cli_audit_secret("--redaction-key", key->file, secrets,
                                        &secret) &&
               make_pseudonym(key, secret, number);
    }

    riverty_secrets_free(secrets);
    return done;
}


/* Are the digits at pos those of a pseudonym, with any id? */
static bool
is_pseudonym(const unsigned char *start, const unsigned char *pos)
{
    const unsigned char *id;

    if (pos == start || pos[-1] != ':') {
        return false;
    }

    id = pos - 1;
    while (id > start && riverty_byte_is_id(id[-1])) {
        id--;
    }

    return id - start >= 2 && id < pos - 1 && id[-1] == ':' && id[-2] == 't';
}


static bool
holds(riverty_span_t text, const find_key_t *key)
{
    const unsigned char *end = text.data + text.len;
    const unsigned char *pos = text.data;

    while ((pos = memmem(pos, (size_t) (end - pos), key->wanted.data,
                         key->wanted.len)) != NULL) {
        if (key->id != NULL || is_pseudonym(text.data, pos)) {
            return true;
        }

        pos++;
    }

    return false;
}


static void
find_part(find_t *find, riverty_span_t part)
{
    bool found = false;
    json_t *record;

    for (size_t i = 0; i < find->keys_count; i++) {
        found = found || holds(part, &find->keys[i]);
    }

    if (!found) {
        return;
    }

    record = riverty_cli_print_parse(&find->printer, part);
    if (record != NULL) {
        riverty_cli_print_record(&find->printer, record, part);
    }

    json_decref(record);
}


static void
find_line(void *data, const riverty_cli_line_t *line)
{
    riverty_span_t rest = line->text;

    while (rest.len > 0) {
        find_part(data, riverty_cli_line_part(&rest));
    }
}


/* The customer number is kept only until its pseudonyms are made. */
static bool
prepare(find_t *find)
{
    char buffer[NUMBER_MAX] = "";
    riverty_span_t number;
    bool done =
        read_number(find, buffer, &number) && make_pseudonyms(find, number);

    OPENSSL_cleanse(buffer, sizeof(buffer));
    return done;
}


riverty_cli_status_t
riverty_cli_audit_find(int argc, char **argv)
{
    find_t find = { .printer = { .file = stdout } };
    size_t count;
    bool read;

    if (!read_options(argc, argv, &find)) {
        return RIVERTY_CLI_USAGE;
    }

    count = (size_t) (argc - optind);

    if (!riverty_cli_lines_readable(argv + optind, count) || !prepare(&find)) {
        return RIVERTY_CLI_FAILED;
    }

    read = riverty_cli_lines_read(argv + optind, count, find_line, &find);
    riverty_cli_print_end(&find.printer);

    return read ? RIVERTY_CLI_GOOD : RIVERTY_CLI_FAILED;
}
