/*
 * Rows of a report, found by their names: how often something was, when, and an
 * example.
 */
#ifndef RIVERTY_CLI_REPORT_ROWS_H
#define RIVERTY_CLI_REPORT_ROWS_H

#include "contract/core/riverty.h"


#define RIVERTY_CLI_ROW_NAMES 2

/*
 * A log may be forged, so names have an end, and so do rows: what comes after
 * is counted in a row of the name RIVERTY_CLI_ROW_OTHERS.
 */
#define RIVERTY_CLI_ROW_NAME_MAX 256
#define RIVERTY_CLI_ROWS_MAX     65536
#define RIVERTY_CLI_ROW_OTHERS   "(others)"

/* 2026-11-23T20:15:42.183905Z, or as much of an event's id, and a NUL */
#define RIVERTY_CLI_ROW_TEXT_SIZE 40

typedef struct riverty_cli_row_s riverty_cli_row_t;

struct riverty_cli_row_s {
    riverty_cli_row_t *next; /* in the order of their coming */
    riverty_span_t keys[RIVERTY_CLI_ROW_NAMES]; /* as JSON has them */
    const char *names[RIVERTY_CLI_ROW_NAMES];   /* unescaped, UTF-8 */
    uint64_t hash;
    uint64_t record;  /* the last one that was counted, by its number */
    uint64_t refusal; /* the last one that was refused */
    uint64_t requests;
    uint64_t monitored; /* of them, in monitor mode */
    uint64_t refused;   /* of them, by `on` */
    uint64_t would;     /* of them, those that `on` would refuse */
    uint64_t bytes;     /* of the longest body */
    char first[RIVERTY_CLI_ROW_TEXT_SIZE];
    char last[RIVERTY_CLI_ROW_TEXT_SIZE];
    char event[RIVERTY_CLI_ROW_TEXT_SIZE];           /* of the last one */
    unsigned char pointer[RIVERTY_CLI_ROW_NAME_MAX]; /* as JSON has it */
    size_t pointer_len;
};

typedef struct {
    riverty_cli_row_t *rows; /* a list */
    riverty_cli_row_t **tail;
    size_t count;
    riverty_cli_row_t **slots;
    size_t size;
    uint64_t seed[2];
} riverty_cli_rows_t;


void riverty_cli_rows_init(riverty_cli_rows_t *rows);

/* The row of these names, which are the insides of JSON strings. */
riverty_cli_row_t *riverty_cli_rows_get(riverty_cli_rows_t *rows,
                                        riverty_span_t a, riverty_span_t b);

/* The same, or NULL where there is none. */
const riverty_cli_row_t *riverty_cli_rows_find(const riverty_cli_rows_t *rows,
                                               riverty_span_t a,
                                               riverty_span_t b);

/* Notes when and where: the texts of a record, as JSON has them. */
void riverty_cli_row_seen(riverty_cli_row_t *row, riverty_span_t time,
                          riverty_span_t event, riverty_span_t pointer);

/* The pointer of the last one, unescaped; "" where there is none. */
const char *riverty_cli_row_pointer(const riverty_cli_row_t *row);

/* All rows in the order that compare gives, which is that of qsort(). */
riverty_cli_row_t **riverty_cli_rows_sorted(const riverty_cli_rows_t *rows,
                                            int (*compare)(const void *,
                                                           const void *));

#endif
