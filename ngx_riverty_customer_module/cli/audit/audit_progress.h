/*
 * How far a long reading has come: a bar on standard error where that is a
 * terminal, else nothing.
 */
#ifndef RIVERTY_CLI_AUDIT_PROGRESS_H
#define RIVERTY_CLI_AUDIT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>


typedef struct {
    bool shown;      /* is standard error a terminal? */
    uint64_t total;  /* bytes of all files; 0: not known */
    uint64_t read;   /* bytes of them that have been read */
    uint64_t text;   /* the same, unpacked */
    int64_t started; /* nanoseconds of a clock that never goes back */
    int64_t drawn;   /* the last time */
} riverty_cli_progress_t;


/* Starts; total is 0 where it is not known. */
void riverty_cli_progress_start(riverty_cli_progress_t *progress,
                                uint64_t total);

/* Notes that more bytes were read, and how much text they made. */
void riverty_cli_progress_more(riverty_cli_progress_t *progress, uint64_t read,
                               uint64_t text);

/* Takes the bar away again. */
void riverty_cli_progress_end(riverty_cli_progress_t *progress);

#endif
