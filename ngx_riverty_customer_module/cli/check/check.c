/*
 * riverty-customer check: judges documents, or one in each line of a file, as
 * the gateway judges them.
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
#include "files.h"
#include "output.h"
#include "output_json.h"
#include "output_text.h"
#include "contract/customer/customer_number.h"

typedef struct {
    char *const *files;
    size_t count;
    riverty_operation_t operation;
    const char *number;   /* NULL: not given */
    const char *config;   /* NULL: not given */
    const char *location; /* NULL: not given */
    riverty_profile_t profile;
    bool json;
    bool lines; /* a document in each line; as JSON */
    bool quiet; /* nothing of what is accepted */
    bool many;  /* each document is told by its file's name */
} options_t;

/* What judging goes on with from one document to the next. */
typedef struct {
    const options_t *options;
    const riverty_contract_t *contract;
    riverty_input_t input;
    const char *file;
    size_t max_body;
    size_t judged;
    size_t accepted;
} check_t;

enum {
    OPTION_OPERATION = 1,
    OPTION_NUMBER,
    OPTION_RULES,
    OPTION_CONFIG,
    OPTION_LOCATION,
    OPTION_JSON,
    OPTION_LINES,
    OPTION_QUIET
};

/* clang-format off */
static const struct option names[] = {
    { "operation", required_argument, NULL, OPTION_OPERATION },
    { "number", required_argument, NULL, OPTION_NUMBER },
    { "rules", required_argument, NULL, OPTION_RULES },
    { "config", required_argument, NULL, OPTION_CONFIG },
    { "location", required_argument, NULL, OPTION_LOCATION },
    { "json", no_argument, NULL, OPTION_JSON },
    { "lines", no_argument, NULL, OPTION_LINES },
    { "quiet", no_argument, NULL, OPTION_QUIET },
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
    case OPTION_LOCATION:
        options->location = optarg;
        return true;
    case OPTION_QUIET:
        options->quiet = true;
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

    if (optind == argc) {
        riverty_cli_complain("check: takes files, directories, or - for "
                             "standard input");
        return false;
    }

    if (options->location != NULL && options->config == NULL) {
        riverty_cli_complain("--location: goes with --config");
        return false;
    }

    if (options->number != NULL && options->operation != RIVERTY_UPDATE) {
        riverty_cli_complain("--number: goes with --operation update");
        return false;
    }

    options->files = argv + optind;
    options->count = (size_t) (argc - optind);
    options->many =
        options->count > 1 || riverty_cli_files_directory(options->files[0]);
    return true;
}


/*
 * Without --number the path's customer number is not known, so nothing can
 * differ from it.
 */
static bool
prepare(const options_t *options, riverty_contract_t *contract,
        riverty_shapes_t *shapes, size_t *max_body)
{
    uint64_t seed[2] = { 0, 0 };

    (void) RAND_bytes((unsigned char *) seed, sizeof(seed));
    riverty_contract_init(contract, shapes, seed);
    riverty_contract_profile(contract, options->profile);

    if (options->config != NULL &&
        !riverty_cli_config_apply(options->config, options->location, contract,
                                  shapes, max_body)) {
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


static void
print_output(const options_t *options, riverty_cli_output_t *output)
{
    if (options->json) {
        riverty_cli_output_json(stdout, output, options->many);
    } else if (options->quiet) {
        riverty_cli_output_verdict(stdout, output);
    } else {
        riverty_cli_output_text(stdout, output);
    }

    json_decref(output->audit);
}


static bool
judge_document(check_t *check, const char *name, riverty_cli_output_t *output)
{
    riverty_memory_t memory = riverty_cli_memory();
    riverty_document_t *document = riverty_cli_allocate(sizeof(*document));

    (void) riverty_document_check(document, check->contract, &check->input,
                                  &memory);

    if (document->verdict == RIVERTY_ACCEPTED && check->options->quiet) {
        return true;
    }

    riverty_cli_output_fill(output, name, check->contract, document);
    print_output(check->options, output);
    return output->accepted;
}


/* Lets go of what the document took: there may be any number of them. */
static void
judge_body(check_t *check, riverty_span_t body)
{
    const void *mark = riverty_cli_memory_mark();
    const char *name = strcmp(check->file, "-") == 0 ? "stdin" : check->file;
    riverty_cli_output_t output;

    check->input.body = body;
    check->judged++;

    if (body.len > check->max_body) {
        riverty_cli_output_too_large(&output, name, body, check->max_body);
        print_output(check->options, &output);
    } else {
        check->accepted += judge_document(check, name, &output);
    }

    riverty_cli_memory_release(mark);
}


static void
judge_lines(check_t *check, riverty_span_t rest)
{
    while (rest.len > 0) {
        const unsigned char *end = memchr(rest.data, '\n', rest.len);
        size_t len = end != NULL ? (size_t) (end - rest.data) : rest.len;
        size_t read = len + (end != NULL);
        riverty_span_t line = { rest.data, len };

        rest = (riverty_span_t){ rest.data + read, rest.len - read };
        judge_body(check, line);
    }
}


static bool
judge_file(void *data, const char *path)
{
    check_t *check = data;
    const void *mark = riverty_cli_memory_mark();
    riverty_span_t bytes;
    bool read = riverty_cli_read(path, &bytes);

    check->file = path;

    if (read && check->options->lines) {
        judge_lines(check, bytes);
    } else if (read) {
        judge_body(check, bytes);
    }

    riverty_cli_memory_release(mark);
    return read;
}


static void
print_sum(const check_t *check)
{
    if (check->options->many && !check->options->json) {
        printf("%s%zu documents: %zu accepted, %zu not\n",
               check->options->quiet ? "" : "\n", check->judged,
               check->accepted, check->judged - check->accepted);
    }
}


/* One is bad: all are. */
static riverty_cli_status_t
judge(const options_t *options, riverty_shapes_t *shapes)
{
    riverty_contract_t contract;
    check_t check = { .options = options,
                      .contract = &contract,
                      .max_body = SIZE_MAX,
                      .input = { .operation = options->operation,
                                 .now = (int64_t) time(NULL) } };

    if (!prepare(options, &contract, shapes, &check.max_body)) {
        return RIVERTY_CLI_FAILED;
    }

    if (options->number != NULL) {
        check.input.customer_number = riverty_span_of(options->number);
    }

    if (!riverty_cli_files(options->files, options->count, judge_file,
                           &check)) {
        return RIVERTY_CLI_FAILED;
    }

    print_sum(&check);
    return check.accepted == check.judged ? RIVERTY_CLI_GOOD : RIVERTY_CLI_BAD;
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
