/*
 * The list of sources as data.
 */
#include "sources.h"


/* clang-format off */
const riverty_source_t riverty_sources[RIVERTY_SOURCE_COUNT] = {
#define SOURCE_ROW(NAME, name, place, gives) { name, place, gives },
    RIVERTY_SOURCES(SOURCE_ROW)
#undef SOURCE_ROW
};
/* clang-format on */
