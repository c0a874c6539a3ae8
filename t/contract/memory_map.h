/*
 * For tests of secrets: what this process has in memory, and where.
 */
#ifndef T_CONTRACT_MEMORY_MAP_H
#define T_CONTRACT_MEMORY_MAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Shadow memory of sanitizers is larger, and holds no bytes of ours. */
#define MAPPING_MAX ((uintptr_t) 256 * 1024 * 1024)

typedef struct {
    uintptr_t start;
    uintptr_t end;
    bool readable;
    bool undumped; /* MADV_DONTDUMP */
    bool locked;
} mapping_t;


/* Reads the next mapping of /proc/self/smaps; false at its end. */
static inline bool
next_mapping(FILE *smaps, mapping_t *mapping)
{
    char line[512], mode;
    uintptr_t start, end;

    while (fgets(line, sizeof(line), smaps) != NULL) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %c", &start, &end, &mode) ==
            3) {
            mapping->start = start;
            mapping->end = end;
            mapping->readable = mode == 'r' && strstr(line, "[v") == NULL;

        } else if (strncmp(line, "VmFlags:", 8) == 0) {
            mapping->undumped = strstr(line, " dd") != NULL;
            mapping->locked = strstr(line, " lo") != NULL;
            return true;
        }
    }

    return false;
}


/* The mapping that address is in; false where there is none. */
static inline bool
mapping_of(const void *address, mapping_t *mapping)
{
    FILE *smaps = fopen("/proc/self/smaps", "r");
    bool found = false;

    *mapping = (mapping_t){ 0 };
    while (!found && next_mapping(smaps, mapping)) {
        found = (uintptr_t) address >= mapping->start &&
                (uintptr_t) address < mapping->end;
    }

    fclose(smaps);
    return found;
}

#endif
