/*
 * The command line's memory: taken when needed, freed back to a mark or at the
 * end of the program.
 */

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "cli.h"

/* All blocks hang on a list, so that a leak checker finds them. */
typedef struct block_s block_t;

struct block_s {
    block_t *next;
    alignas(max_align_t) unsigned char bytes[];
};

static block_t *blocks;


void
riverty_cli_starve(void)
{
    riverty_cli_complain("out of memory");
    exit(2);
}


void *
riverty_cli_allocate(size_t size)
{
    block_t *block = NULL;

    if (size <= SIZE_MAX - sizeof(*block)) {
        block = malloc(sizeof(*block) + size);
    }

    if (block == NULL) {
        riverty_cli_starve();
    }

    block->next = blocks;
    blocks = block;
    return block->bytes;
}


void *
riverty_cli_memory_mark(void)
{
    return blocks;
}


void
riverty_cli_memory_release(const void *mark)
{
    while (blocks != mark) {
        block_t *block = blocks;

        blocks = block->next;
        free(block);
    }
}


static void *
allocate(void *data, size_t size)
{
    (void) data;
    return riverty_cli_allocate(size);
}


riverty_memory_t
riverty_cli_memory(void)
{
    return (riverty_memory_t){ allocate, NULL, NULL };
}
