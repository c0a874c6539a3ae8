/*
 * The scanner with vectors against itself without: its sources are compiled
 * here once more for a processor that has none.  Both must say the same of
 * documents that are drawn from a seed, whole, broken and cut off.
 */
#define riverty_scan                plain_scan
#define riverty_number_scan         plain_number_scan
#define riverty_string_scan_special plain_string_scan_special
#define riverty_string_unescape     plain_string_unescape
#define riverty_names_init          plain_names_init
#define riverty_names_add           plain_names_add
#define riverty_names_find_caseless plain_names_find_caseless
#define riverty_seen_init           plain_seen_init
#define riverty_seen_unescape       plain_seen_unescape
#define riverty_seen_add_many       plain_seen_add_many
#define riverty_seen_among_few      plain_seen_among_few
#define riverty_seen_end            plain_seen_end
#define riverty_window_init         plain_window_init
#define riverty_window_move         plain_window_move
#define riverty_runs                plain_runs
#define riverty_runs_count          plain_runs_count
#define riverty_run_plain           plain_run_plain
#define riverty_run_space           plain_run_space

#define RIVERTY_NO_VECTORS

#include "contract/core/runs.c"
#include "contract/json/json_number.c"
#include "contract/json/json_string.c"
#include "contract/json/names.c"
#include "contract/json/scan.c"
#include "contract/json/seen.c"
#include "contract/json/window.c"

#include "draft.h"
#include "scanned.h"

#undef riverty_scan

/* The library's, which has vectors. */
riverty_scan_status_t riverty_scan(riverty_scan_t *scan,
                                   const riverty_names_t *names,
                                   riverty_span_t body,
                                   const riverty_memory_t *memory);

#define ROUNDS 30000


/* Both scans of a body that ends where its block does. */
static void
compare(scanned_t *scanned, const draft_t *draft)
{
    riverty_memory_t memory = { scanned_allocate, scanned, scanned_take_back };
    riverty_scan_status_t status;
    riverty_scan_t scan;
    riverty_span_t body;

    scanned_run(scanned, draft->text, draft->len);

    body = (riverty_span_t){ scanned->body, draft->len };
    memset(&scan, 0xa5, sizeof(scan));
    status = riverty_scan(&scan, &scanned->names, body, &memory);

    if (status != scanned->status ||
        memcmp(&scan, &scanned->scan, sizeof(scan)) != 0) {
        fail_msg("%.*s: %s at %zu, without vectors %s at %zu", (int) draft->len,
                 draft->text, riverty_scan_id(status), scan.error,
                 riverty_scan_id(scanned->status), scanned->scan.error);
    }
}


static void
test_documents(void **state)
{
    scanned_t *scanned = *state;
    draft_t draft = { .random = 1 };

    for (unsigned i = 0; i < ROUNDS; i++) {
        draft.len = 0;
        if (i % 2 == 0) {
            draft_put_customer(&draft, &scanned->names, 0);
        } else {
            draft_put_value(&draft, &scanned->names, 0, 0);
        }

        compare(scanned, &draft);

        for (size_t wounds = draft_below(&draft, 3); wounds > 0; wounds--) {
            draft_hurt(&draft);
        }
        compare(scanned, &draft);

        draft.len = draft_below(&draft, draft.len + 1);
        compare(scanned, &draft);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_documents, scanned_setup,
                                        scanned_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
