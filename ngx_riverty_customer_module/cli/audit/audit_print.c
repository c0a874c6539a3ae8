/*
 * A table of records (audit_print.h).  Somebody may have tampered with a log,
 * so nothing is written that could move the cursor or change the order of
 * reading.
 */

#include <inttypes.h>

#include "audit_print.h"
#include "cli/cli.h"
#include "contract/audit/redact.h"
#include "contract/core/text.h"

#define TIME_LENGTH  23 /* to milliseconds */
#define SHORT_DIGITS 8  /* of a pseudonym */
#define SHORT_SIZE   (RIVERTY_PSEUDONYM_ID_MAX + 1 + SHORT_DIGITS + 1)

#define NANOSECONDS 1e6 /* a millisecond */

#define ROW         "%-23s  %-16s  %-15s  %-11s  %6s  %9s  %-11s  %s\n"
#define REPLACEMENT "\xef\xbf\xbd"


json_t *
riverty_cli_print_parse(riverty_cli_printer_t *printer, riverty_span_t text)
{
    json_t *record = json_loadb((const char *) text.data, text.len, 0, NULL);

    if (!json_is_object(record)) {
        json_decref(record);
        printer->torn++;
        return NULL;
    }

    return record;
}


static void
print_point(FILE *file, uint32_t code)
{
    unsigned char bytes[4];

    if (riverty_text_control(code)) {
        fputs(REPLACEMENT, file);
    } else {
        fwrite(bytes, 1, riverty_text_encode(code, bytes), file);
    }
}


void
riverty_cli_print_text(FILE *file, const char *text, int width)
{
    riverty_span_t span = riverty_span_of(text != NULL ? text : "-");
    const unsigned char *pos = span.data;

    while (pos < span.data + span.len) {
        print_point(file, riverty_text_next(&pos, span.data + span.len));
        width--;
    }

    fprintf(file, "%*s", width > 0 ? width : 0, "");
}


void
riverty_cli_print_cell(FILE *file, const char *text, int width)
{
    riverty_cli_print_text(file, text, width);
    fputs("  ", file);
}


static const char *
string_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}


/* Without its end: microseconds and the Z, for all times are UTC. */
static void
print_time(FILE *file, const json_t *record)
{
    const char *time = string_of(record, "@timestamp");
    char text[TIME_LENGTH + 1];

    if (time != NULL) {
        snprintf(text, sizeof(text), "%s", time);
    }

    riverty_cli_print_cell(file, time != NULL ? text : NULL, TIME_LENGTH);
}


/* Intents and the log's own records have no outcome: their type tells more. */
static const char *
outcome_of(const json_t *record)
{
    const char *type = string_of(record, "event.type");

    if (type != NULL && strcmp(type, "start") == 0) {
        return "intent";
    }

    if (type != NULL && strcmp(type, "info") == 0) {
        return type;
    }

    return string_of(json_object_get(record, "riverty"), "outcome");
}


static void
print_numbers(FILE *file, const json_t *record)
{
    const json_t *status = json_object_get(record, "http.response.status_code");
    const json_t *duration = json_object_get(record, "event.duration");

    if (json_is_integer(status)) {
        fprintf(file, "%6" JSON_INTEGER_FORMAT "  ",
                json_integer_value(status));
    } else {
        fprintf(file, "%6s  ", "-");
    }

    if (json_is_integer(duration)) {
        fprintf(file, "%9.1f  ",
                (double) json_integer_value(duration) / NANOSECONDS);
    } else {
        fprintf(file, "%9s  ", "-");
    }
}


/*
 * k1:9f2c4e77 of t:k1:9f2c4e77...; a text that is not a pseudonym is hidden.
 */
static void
print_customer(FILE *file, const json_t *riverty)
{
    const char *pseudonym = string_of(riverty, "customer");
    const char *digits = pseudonym != NULL && strncmp(pseudonym, "t:", 2) == 0
                             ? strchr(pseudonym + 2, ':')
                             : NULL;
    char text[SHORT_SIZE];

    if (digits != NULL && digits - pseudonym - 2 <= RIVERTY_PSEUDONYM_ID_MAX) {
        snprintf(text, sizeof(text), "%.*s",
                 (int) (digits - pseudonym) - 1 + SHORT_DIGITS, pseudonym + 2);
        riverty_cli_print_cell(file, text, 11);
    } else {
        riverty_cli_print_cell(file, NULL, 11);
    }
}


static void
print_word(FILE *file, const char *before, const char *word)
{
    fputs(before, file);
    riverty_cli_print_text(file, word, 0);
}


/* One list of what has changed in a key store: its entries, and how many more.
 */
static void
print_list(FILE *file, const json_t *store, const char *name)
{
    const json_t *list = json_object_get(store, name);
    size_t count = json_array_size(list);
    char total[16]; /* added_total */

    if (count == 0) {
        return;
    }

    fprintf(file, "; %s ", name);

    for (size_t i = 0; i < count; i++) {
        print_word(file, i > 0 ? " " : "",
                   json_string_value(json_array_get(list, i)));
    }

    snprintf(total, sizeof(total), "%s_total", name);

    if (json_object_get(store, total) != NULL) {
        fprintf(file, " ... %" JSON_INTEGER_FORMAT " in all",
                json_integer_value(json_object_get(store, total)));
    }
}


/* What a version of the key store is. */
static void
print_store(FILE *file, const json_t *riverty, const json_t *store)
{
    const json_t *since = json_object_get(store, "since");

    fprintf(file, "version %" JSON_INTEGER_FORMAT,
            json_integer_value(json_object_get(riverty, "store")));

    if (json_is_integer(since)) {
        fprintf(file, " since %" JSON_INTEGER_FORMAT,
                json_integer_value(since));
    }

    print_list(file, store, "added");
    print_list(file, store, "removed");
    print_list(file, store, "changed");
    fputc('\n', file);
}


static void
print_findings(FILE *file, const json_t *riverty)
{
    const json_t *findings = json_object_get(riverty, "findings");
    const char *outcome = string_of(riverty, "outcome");
    const char *would = string_of(riverty, "would"); /* monitor only */
    const char *before = "";

    for (size_t i = 0; i < json_array_size(findings); i++) {
        const char *rule = string_of(json_array_get(findings, i), "rule");

        if (rule != NULL) {
            print_word(file, before, rule);
            before = ",";
        }
    }

    if (would != NULL && outcome != NULL && strcmp(would, outcome) != 0) {
        print_word(file, before[0] != '\0' ? " would be " : "would be ", would);
        before = ",";
    }

    fputs(before[0] != '\0' ? "\n" : "-\n", file);
}


static void
print_row(FILE *file, const json_t *record)
{
    const json_t *riverty = json_object_get(record, "riverty");
    const json_t *store = json_object_get(riverty, "key_store");

    print_time(file, record);
    riverty_cli_print_cell(file, string_of(record, "user.name"), 16);
    riverty_cli_print_cell(file, string_of(record, "event.action"), 15);
    riverty_cli_print_cell(file, outcome_of(record), 11);
    print_numbers(file, record);
    print_customer(file, riverty);

    if (json_is_object(store)) {
        print_store(file, riverty, store);
    } else {
        print_findings(file, riverty);
    }
}


void
riverty_cli_print_record(riverty_cli_printer_t *printer, const json_t *record,
                         riverty_span_t text)
{
    if (printer->json) {
        fwrite(text.data, 1, text.len, printer->file);
        fputc('\n', printer->file);

    } else {
        if (printer->shown == 0) {
            fprintf(printer->file, ROW, "time (UTC)", "app", "action",
                    "outcome", "status", "ms", "customer", "findings");
        }

        print_row(printer->file, record);
    }

    printer->shown++;
}


void
riverty_cli_print_torn(uint64_t torn)
{
    if (torn > 0) {
        riverty_cli_complain("skipped %" PRIu64 " torn line%s", torn,
                             torn == 1 ? "" : "s");
    }
}


void
riverty_cli_print_end(const riverty_cli_printer_t *printer)
{
    riverty_cli_print_torn(printer->torn);

    if (printer->shown == 0) {
        riverty_cli_complain("no record");
    }
}
