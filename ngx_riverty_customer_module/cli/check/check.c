/*
 * riverty-customer check: judges a document, or one in each line of a file, as
 * the gateway judges it.
 */

#include <openssl/rand.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "cli/options.h"
#include "cli/read.h"
#include "config.h"
#include "output.h"
#include "output_json.h"
#include "output_text.h"
#include "contract/customer/customer_number.h"

typedef struct {
    const char *file;
    riverty_operation_t operation;
    const char *number; /* NULL: not given */
    const char *config; /* NULL: not given */
    riverty_profile_t profile;
    bool json;
    bool lines; /* a document in each line; as JSON */
} options_t;

enum {
    OPTION_OPERATION = 1,
    OPTION_NUMBER,
    OPTION_RULES,
    OPTION_CONFIG,
    OPTION_JSON,
    OPTION_LINES
};

/* clang-format off */
static const struct option names[] = {
    { "operation", required_argument, NULL, OPTION_OPERATION },
    { "number", required_argument, NULL, OPTION_NUMBER },
    { "rules", required_argument, NULL, OPTION_RULES },
    { "config", required_argument, NULL, OPTION_CONFIG },
    { "json", no_argument, NULL, OPTION_JSON },
    { "lines", no_argument, NULL, OPTION_LINES },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
read_operation(const char *word, riverty_operation_t *operation)
{
    if (strcmp(word, "create") == 0) {
        *operation = RIVERTY_CREATE;
    } else if (strcmp(word, "update") == 0) {
        *operation = RIVERTY_UPDATE;
    } else {
        riverty_cli_complain("--operation: must be create or update");
        return false;
    }

    return true;
}


static bool
read_profile(const char *word, riverty_profile_t *profile)
{
    if (!riverty_profile_parse(riverty_span_of(word), profile)) {
        riverty_cli_complain("--rules: must be strict, default or lenient");
        return false;
    }

    return true;
}


static bool
read_option(void *data, int option)
{
    options_t *options = data;

    switch (option) {
    case OPTION_OPERATION:
        return read_operation(optarg, &options->operation);
    case OPTION_NUMBER:
        options->number = optarg;
        return true;
    case OPTION_RULES:
        return read_profile(optarg, &options->profile);
    case OPTION_CONFIG:
        options->config = optarg;
        return true;
    case OPTION_JSON:
        options->json = true;
        return true;
    case OPTION_LINES:
        options->json = true;
        options->lines = true;
        return true;
    default:
        return false;
    }
}


static bool
read_options(int argc, char **argv, options_t *options)
{
    if (!riverty_cli_options(argc, argv, names, read_option, options)) {
        return false;
    }

    if (argc - optind != 1) {
        riverty_cli_complain("check: takes one file, or - for standard input");
        return false;
    }

    if (options->number != NULL && options->operation != RIVERTY_UPDATE) {
        riverty_cli_complain("--number: goes with --operation update");
        return false;
    }

    options->file = argv[optind];
    return true;
}


/*
 * Without --number the path's customer number is not known, so nothing can
 * differ from it.
 */
static bool
prepare(const options_t *options, riverty_contract_t *contract,
        riverty_shapes_t *shapes)
{
    uint64_t seed[2] = { 0, 0 };

    (void) RAND_bytes((unsigned char *) seed, sizeof(seed));
    riverty_contract_init(contract, shapes, seed);
    riverty_contract_profile(contract, options->profile);

    if (options->config != NULL &&
        !riverty_cli_config_apply(options->config, contract, shapes)) {
        return false;
    }

    if (options->number == NULL) {
        contract->levels[RIVERTY_RULE_CUSTOMER_NUMBER_MISMATCH] =
            RIVERTY_LEVEL_OFF;

    } else if (!riverty_customer_number_valid(
                   contract, riverty_span_of(options->number))) {
        riverty_cli_complain("--number: is not a customer number");
        return false;
    }

    return true;
}


static riverty_cli_status_t
print_judged(const options_t *options, const riverty_contract_t *contract,
             const riverty_document_t *document)
{
    const char *name =
        strcmp(options->file, "-") == 0 ? "stdin" : options->file;
    riverty_cli_output_t output;

    riverty_cli_output_fill(&output, name, contract, document);

    if (options->json) {
        riverty_cli_output_json(stdout, &output);
    } else {
        riverty_cli_output_text(stdout, &output);
    }

    json_decref(output.audit);

    return document->verdict == RIVERTY_ACCEPTED ? RIVERTY_CLI_GOOD
                                                 : RIVERTY_CLI_BAD;
}


static riverty_cli_status_t
judge_body(const options_t *options, const riverty_contract_t *contract,
           const riverty_input_t *input)
{
    riverty_memory_t memory = riverty_cli_memory();
    riverty_document_t document;

    (void) riverty_document_check(&document, contract, input, &memory);
    return print_judged(options, contract, &document);
}


/* One is bad: all are. */
static riverty_cli_status_t
judge_lines(const options_t *options, const riverty_contract_t *contract,
            riverty_input_t *input)
{
    riverty_cli_status_t status = RIVERTY_CLI_GOOD;
    riverty_span_t rest = input->body;

    while (rest.len > 0) {
        const unsigned char *end = memchr(rest.data, '\n', rest.len);
        size_t len = end != NULL ? (size_t) (end - rest.data) : rest.len;
        size_t read = len + (end != NULL);

        input->body = (riverty_span_t){ rest.data, len };
        rest = (riverty_span_t){ rest.data + read, rest.len - read };

        if (judge_body(options, contract, input) != RIVERTY_CLI_GOOD) {
            status = RIVERTY_CLI_BAD;
        }
    }

    return status;
}


static riverty_cli_status_t
judge(const options_t *options, riverty_shapes_t *shapes)
{
    riverty_contract_t contract;
    riverty_input_t input = { .operation = options->operation,
                              .now = (int64_t) time(NULL) };

    if (!prepare(options, &contract, shapes) ||
        !riverty_cli_read(options->file, &input.body)) {
        return RIVERTY_CLI_FAILED;
    }

    if (options->number != NULL) {
        input.customer_number = riverty_span_of(options->number);
    }

    return options->lines ? judge_lines(options, &contract, &input)
                          : judge_body(options, &contract, &input);
}


riverty_cli_status_t
riverty_cli_check(int argc, char **argv)
{
    options_t options = { .operation = RIVERTY_CREATE,
                          .profile = RIVERTY_PROFILE_DEFAULT };
    riverty_cli_status_t status;
    riverty_shapes_t *shapes;

    if (!read_options(argc, argv, &options)) {
        return RIVERTY_CLI_USAGE;
    }

    shapes = riverty_shapes_create();
    if (shapes == NULL) {
        riverty_cli_starve();
    }

    status = judge(&options, shapes);
    riverty_shapes_free(shapes);

    return status;
}
