/*
 * The command line's memory.
 */
#ifndef RIVERTY_CLI_MEMORY_H
#define RIVERTY_CLI_MEMORY_H

#include "cli.h"


/* Complains that there is no memory, and ends the program. */
_Noreturn void riverty_cli_starve(void);

/* Memory until the program ends; never NULL: see riverty_cli_starve(). */
void *riverty_cli_allocate(size_t size);

/* Frees what has been allocated since mark was taken. */
void *riverty_cli_memory_mark(void);
void riverty_cli_memory_release(const void *mark);

/* The same as the contract's memory. */
riverty_memory_t riverty_cli_memory(void);

#endif
