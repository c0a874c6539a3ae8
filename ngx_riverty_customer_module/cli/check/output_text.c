/*
 * The output for people: findings as compilers print them, then what is
 * forwarded and what is recorded, then the verdict.
 */

#include "output_text.h"
#include "cli/print_json.h"
#include "output.h"
#include "show.h"
#include "show_line.h"
#include "contract/customer/rules.h"


static const char *
colour_of(const riverty_cli_colours_t *colours, riverty_level_t level)
{
    return level == RIVERTY_LEVEL_REJECT ? colours->reject : colours->warn;
}


static void
print_finding(FILE *file, const riverty_cli_output_t *output,
              const riverty_cli_finding_t *finding)
{
    const riverty_cli_colours_t *colours = riverty_cli_colours(file);
    const char *subject =
        finding->pointer[0] == '\0' ? output->subject : finding->pointer;

    fprintf(file, "%s:%zu:%zu: %s%s%s: %s %s [%s]\n", output->name,
            finding->line, finding->column, colour_of(colours, finding->level),
            riverty_level_name(finding->level), colours->end, subject,
            finding->detail, finding->rule);

    riverty_cli_show_line(file, output->body, finding->start, finding->end);
}


static void
print_title(FILE *file, const char *title)
{
    const riverty_cli_colours_t *colours = riverty_cli_colours(file);

    fprintf(file, "\n%s%s%s\n", colours->title, title, colours->end);
}


static void
print_changes(FILE *file, const riverty_cli_output_t *output)
{
    print_title(file, output->changes_count > 0 ? "Changed" : "Not changed");

    for (size_t i = 0; i < output->changes_count; i++) {
        const riverty_cli_change_t *change = &output->changes[i];

        fprintf(file, "%s: ", change->pointer);
        riverty_cli_show_string(file, change->old_raw);
        fputs(" -> ", file);
        riverty_cli_show_string(file, change->new_raw);
        fputc('\n', file);
    }
}


static void
print_document(FILE *file, const riverty_cli_output_t *output)
{
    riverty_span_t document = output->document;

    print_title(file,
                output->accepted ? "Forwarded" : "Normalised, not forwarded");

    riverty_cli_show_json(file, document);

    if (document.data[document.len - 1] != '\n') {
        fputc('\n', file);
    }
}


static void
print_audit(FILE *file, const riverty_cli_output_t *output)
{
    print_title(file, "Recorded (pseudonyms with a made-up key)");
    riverty_cli_print_json(file, output->audit);
}


static void
print_count(FILE *file, size_t count, const char *what)
{
    if (count > 0) {
        fprintf(file, ", %zu %s%s", count, what, count > 1 ? "s" : "");
    }
}


void
riverty_cli_output_verdict(FILE *file, const riverty_cli_output_t *output)
{
    const riverty_cli_colours_t *colours = riverty_cli_colours(file);
    size_t rejects = 0;

    for (size_t i = 0; i < output->findings_count; i++) {
        rejects += output->findings[i].level == RIVERTY_LEVEL_REJECT;
    }

    fprintf(file, "%s: %s%s%s", output->name,
            output->accepted ? "" : colours->reject, output->verdict,
            colours->end);

    print_count(file, rejects, "error");
    print_count(file, output->findings_count - rejects, "warning");
    print_count(file, output->findings_total - output->findings_count,
                "more finding");
    fputc('\n', file);
}


void
riverty_cli_output_text(FILE *file, const riverty_cli_output_t *output)
{
    for (size_t i = 0; i < output->findings_count; i++) {
        print_finding(file, output, &output->findings[i]);
    }

    if (output->judged) {
        print_changes(file, output);
        print_document(file, output);
    }

    print_audit(file, output);
    fputc('\n', file);
    riverty_cli_output_verdict(file, output);
}
