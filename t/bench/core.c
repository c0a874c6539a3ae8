/*
 * What the contract costs, a document and a stage at a time, beside the parse of
 * the same bytes by jansson and yyjson.  t/bench/run-core makes the table of it.
 *
 *   core [DOCUMENT [STAGE]]
 *       times them; prints "DOCUMENT BYTES STAGE NANOSECONDS" lines
 *   core --count [DOCUMENT [STAGE]]
 *       for callgrind with --collect-atstart=no: one run of each, dumped as
 *       "DOCUMENT STAGE"
 *
 * The stages, each with all before it done:
 *
 *   scan       riverty_scan()
 *   judge      riverty_document_check(): the scan again, then the checks
 *   edits      the body with its edits written; nothing where it has none
 *   redaction  the form that a log may show, its pseudonym included
 *   pseudonym  one pseudonym alone
 *   jansson    json_loadb(), duplicates refused as we do; not the free
 *   yyjson     yyjson_read_opts(), which takes duplicates
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime() */

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

#ifdef WITH_YYJSON
#include <yyjson.h>
#endif

#include "contract/audit/redact.h"
#include "contract/customer/edit.h"

#define NOW 1795464942 /* 2026-11-23T20:15:42Z */

#define BODY_SIZE  (65 * 1024)
#define ARENA_SIZE (2 * 1024 * 1024)
#define POOL_SIZE  (2 * 1024 * 1024) /* yyjson's */

/* Runs in a row, and how many such rows; the fastest one counts. */
#define ROW  16
#define ROWS 4000

/* No longer than this for a stage, whatever ROWS says. */
#define STAGE_NANOSECONDS 500000000

typedef struct {
    riverty_contract_t contract;
    riverty_pseudonym_key_t *key;
    riverty_memory_t memory;
    unsigned char arena[ARENA_SIZE];
    size_t used;

    riverty_input_t input;
    riverty_scan_t scan;
    riverty_document_t document;
    unsigned char written[2 * BODY_SIZE];
    json_t *trees[ROW];
    size_t trees_count;
} bench_t;

typedef struct {
    const char *name;
    void (*run)(bench_t *bench);
} stage_t;

/* A document that is one piece again and again, perhaps with a number in it. */
typedef struct {
    const char *before;
    const char *piece;
    const char *behind;
} shape_t;

typedef struct {
    const char *name;
    const char *path; /* in t/data; NULL: made of the create sample */
    size_t size;      /* grown to it with unknown members; 0: as it is */
    shape_t shape;    /* where it has one */
} sample_t;

/* What a hostile client may send, in four sizes. */
#define HOSTILE(name, ...)                                                     \
    { name "-1kB", NULL, 1024, __VA_ARGS__ },                                  \
    { name "-4kB", NULL, 4 * 1024, __VA_ARGS__ },                              \
    { name "-16kB", NULL, 16 * 1024, __VA_ARGS__ },                            \
    { name "-64kB", NULL, 64 * 1024, __VA_ARGS__ }

static const sample_t samples[] = {
    { "create", "t/data/create-request.json", 0, { 0 } },
    { "update", "t/data/update-request.json", 0, { 0 } },
    { "edited", NULL, 0, { 0 } },
    { "read-reply", "t/data/read-response.json", 0, { 0 } },
    { "create-reply", "t/data/create-response.json", 0, { 0 } },
    { "update-reply", "t/data/update-response.json", 0, { 0 } },
    { "8kB", "t/data/create-request.json", 8 * 1024, { 0 } },
    { "16kB", "t/data/create-request.json", 16 * 1024, { 0 } },
    { "32kB", "t/data/create-request.json", 32 * 1024, { 0 } },
    HOSTILE("string", { "{\"x\":\"", "a", "\"}" }),
    HOSTILE("utf-8", { "{\"x\":\"", "\xc3\xa4", "\"}" }),
    HOSTILE("escapes", { "{\"x\":\"", "\\u00e4", "\"}" }),
    HOSTILE("space", { "{\"x\":0", "\n  ", "}" }),
    HOSTILE("number", { "{\"x\":1", "0", "}" }),
    HOSTILE("elements", { "{\"x\":[", "[],", "0]}" }),
    HOSTILE("deep", { "{\"x\":[", "[[[[[[0]]]]]],", "0]}" }),
    HOSTILE("members", { "{", "\"%u\":0,", "\"x\":0}" }),
    HOSTILE("like-names", { "{", "\"memberOfName%u\":0,", "\"x\":0}" }),
    HOSTILE("objects", { "{\"x\":[", "{\"a\":0,\"b\":0,\"c\":0},", "0]}" }),
};

/* A customer that breaks no rule once these have been edited. */
static const char edited[] =
    "{\"customer\": {\"address\": {\"careOf\": \" c/o Vogel \","
    "\"countryCode\": \"de\", \"postalCode\": \" 97687\","
    "\"postalPlace\": \"M\\u00fcnchen \", \"street\": \"Bergstra\\u00dfe \","
    "\"streetNumber\": \"1 \"}, \"birthDate\": \"1984-11-11T00:00:00Z\","
    "\"customerCategory\": \"person\", \"customerNumber\": \"c1631704458\","
    "\"email\": \"Ray_Ankunding43@GMAIL.com\", \"firstName\": \"Rene\xcc\x81\","
    "\"language\": \"DE\", \"lastName\": \" Ankunding\","
    "\"mobilePhone\": \"+37258774123\", \"salutation\": \"Mr\"},"
    "\"paymentRegistration\": {\"id\": \" 275122 \"}}";

/* What a document is grown with: an array of these, a member of the first. */
static const char item[] =
    "{\"contractId\": \"c-20418\", \"amount\": 1249.50, \"paid\": true,\n"
    " \"note\": \"delivered to the neighbour\", \"items\": [1, 2, 3]},\n";


static void
die(const char *why, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}


static void *
allocate(void *data, size_t size)
{
    bench_t *bench = data;
    size_t start = (bench->used + 15) & ~(size_t) 15;

    if (size > ARENA_SIZE - start) {
        die("is full", "the arena");
    }

    bench->used = start + size;
    return bench->arena + start;
}


static void
run_scan(bench_t *bench)
{
    bench->used = 0;
    (void) riverty_scan(&bench->scan, &bench->contract.names, bench->input.body,
                        &bench->memory);
}


static void
run_judge(bench_t *bench)
{
    bench->used = 0;
    (void) riverty_document_check(&bench->document, &bench->contract,
                                  &bench->input, &bench->memory);
}


static void
run_edits(bench_t *bench)
{
    if (bench->document.edits_count > 0 &&
        riverty_document_length(&bench->document) <= sizeof(bench->written)) {
        (void) riverty_document_write(&bench->document, bench->written);
    }
}


static void
run_redaction(bench_t *bench)
{
    riverty_out_t out;

    riverty_out_init(&out, bench->written, sizeof(bench->written));
    riverty_redact_document(&out, &bench->contract, &bench->document,
                            bench->key);
}


static void
run_pseudonym(bench_t *bench)
{
    (void) riverty_pseudonym(bench->key, riverty_span("/paymentRegistration/id"),
                         riverty_span("275122"), bench->written);
}


static void
run_jansson(bench_t *bench)
{
    json_error_t error;

    bench->trees[bench->trees_count++] =
        json_loadb((const char *) bench->input.body.data, bench->input.body.len,
                   JSON_REJECT_DUPLICATES, &error);
}


#ifdef WITH_YYJSON

/* With a pool that is there already: the least that it takes. */
static void
run_yyjson(bench_t *bench)
{
    static unsigned char pool[POOL_SIZE];
    yyjson_alc allocator;

    if (!yyjson_alc_pool_init(&allocator, pool, sizeof(pool)) ||
        yyjson_read_opts((char *) (uintptr_t) bench->input.body.data,
                         bench->input.body.len,
                         YYJSON_READ_BIGNUM_AS_RAW, &allocator, NULL) == NULL) {
        die("does not take a document", "yyjson");
    }
}

#endif


static const stage_t stages[] = {
    { "scan", run_scan },   { "judge", run_judge },
    { "edits", run_edits }, { "redaction", run_redaction },
    { "pseudonym", run_pseudonym }, { "jansson", run_jansson },
#ifdef WITH_YYJSON
    { "yyjson", run_yyjson },
#endif
};


static void
free_trees(bench_t *bench)
{
    while (bench->trees_count > 0) {
        json_decref(bench->trees[--bench->trees_count]);
    }
}


static uint64_t
nanoseconds(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}


/* One row; returns how long it took. */
static uint64_t
run_row(bench_t *bench, const stage_t *stage)
{
    uint64_t start = nanoseconds();
    uint64_t end;

    for (int i = 0; i < ROW; i++) {
        stage->run(bench);
    }

    end = nanoseconds();
    free_trees(bench);
    return end - start;
}


static void
time_stage(bench_t *bench, const sample_t *sample, const stage_t *stage)
{
    uint64_t start = nanoseconds();
    uint64_t best = UINT64_MAX;
    uint64_t row;

    for (int i = 0; i < ROWS && nanoseconds() - start < STAGE_NANOSECONDS;
         i++) {
        row = run_row(bench, stage);
        best = row < best ? row : best;
    }

    printf("%s %zu %s %.1f\n", sample->name, bench->input.body.len, stage->name,
           (double) best / ROW);
}


static void
count_stage(bench_t *bench, const sample_t *sample, const stage_t *stage)
{
    char name[64];

    snprintf(name, sizeof(name), "%s %s", sample->name, stage->name);

    (void) run_row(bench, stage); /* binds what is bound at the first call */
    CALLGRIND_TOGGLE_COLLECT;
    stage->run(bench);
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT(name);
    free_trees(bench);
}


static size_t
append(unsigned char *body, size_t len, const char *text, size_t text_len)
{
    if (text_len > BODY_SIZE - len) {
        die("is too long", "a document");
    }

    memcpy(body + len, text, text_len);
    return len + text_len;
}


static size_t
read_file(unsigned char *body, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    if (file == NULL) {
        die("cannot be opened; run from the top of the tree", path);
    }

    len = fread(body, 1, BODY_SIZE, file);
    fclose(file);
    return len;
}


/* Puts one more member, an array of items, before the last bracket. */
static size_t
grow(unsigned char *body, size_t len, size_t size)
{
    while (body[len - 1] != '}') {
        len--;
    }

    len = append(body, len - 1, ",\"contracts\": [", 15);
    while (len + 2 * sizeof(item) < size) {
        len = append(body, len, item, sizeof(item) - 1);
    }

    return append(body, len, "{}]}", 4);
}


/* The pieces of a shape, to about that size. */
static size_t
repeat(unsigned char *body, const shape_t *shape, size_t size)
{
    size_t len = append(body, 0, shape->before, strlen(shape->before));
    const char *number = strstr(shape->piece, "%u");
    char text[64];

    for (unsigned i = 0; len < size - 16; i++) {
        if (number == NULL) {
            len = append(body, len, shape->piece, strlen(shape->piece));
            continue;
        }

        len = append(body, len, shape->piece, (size_t) (number - shape->piece));
        len = append(body, len, text, (size_t) sprintf(text, "%u", i));
        len = append(body, len, number + 2, strlen(number + 2));
    }

    return append(body, len, shape->behind, strlen(shape->behind));
}


static size_t
build(const sample_t *sample, unsigned char *body)
{
    size_t len;

    if (sample->shape.piece != NULL) {
        return repeat(body, &sample->shape, sample->size);
    }

    len = sample->path != NULL ? read_file(body, sample->path)
                               : append(body, 0, edited, sizeof(edited) - 1);

    return sample->size > 0 ? grow(body, len, sample->size) : len;
}


static void
prepare(bench_t *bench, const sample_t *sample, unsigned char *body)
{
    size_t len = build(sample, body);

    bench->input.body = (riverty_span_t){ body, len };
    bench->input.operation = RIVERTY_CREATE;
    bench->input.now = NOW;

    if (strcmp(sample->name, "update") == 0) {
        bench->input.operation = RIVERTY_UPDATE;
        bench->input.customer_number = riverty_span("c1631704458");
    }
}


/* Is it what was asked for, or was nothing asked for? */
static bool
is_wanted(const char *name, const char *wanted)
{
    return wanted == NULL || strcmp(name, wanted) == 0;
}


/* wanted: names of a document and a stage, each of which may be NULL */
static void
measure(bench_t *bench,
        void (*with)(bench_t *bench, const sample_t *sample,
                     const stage_t *stage),
        char *const *wanted)
{
    static unsigned char body[BODY_SIZE];

    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        if (!is_wanted(samples[i].name, wanted[0])) {
            continue;
        }

        prepare(bench, &samples[i], body);
        run_judge(bench); /* what the stages behind it look at */

        for (size_t j = 0; j < sizeof(stages) / sizeof(stages[0]); j++) {
            if (wanted[0] == NULL || is_wanted(stages[j].name, wanted[1])) {
                with(bench, &samples[i], &stages[j]);
            }
        }
    }
}


int
main(int argc, char **argv)
{
    static const uint64_t seed[2] = { 1, 2 };
    static bench_t bench;
    riverty_shapes_t *shapes = riverty_shapes_create();
    bool count = argc > 1 && strcmp(argv[1], "--count") == 0;

    bench.key = riverty_pseudonym_key_create(
        riverty_span("k1"), riverty_span("0123456789abcdef0123456789abcdef"));
    if (shapes == NULL || bench.key == NULL) {
        die("is not to be had", "memory");
    }

    bench.memory = (riverty_memory_t){ allocate, &bench, NULL };
    riverty_contract_init(&bench.contract, shapes, seed);

    measure(&bench, count ? count_stage : time_stage, argv + 1 + count);

    riverty_pseudonym_key_free(bench.key);
    riverty_shapes_free(shapes);
    return 0;
}
