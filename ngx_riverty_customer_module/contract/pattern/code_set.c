/*
 * Sets of code points as sorted ranges, one set behind the other.
 */
#include "code_set.h"

#include <stdlib.h>
#include <utf8proc.h>


void
riverty_code_sets_init(riverty_code_sets_t *sets)
{
    sets->ranges_count = 0;
    sets->count = 0;
    sets->full = false;
}


/* Where the ranges of a set, or of the one that is open, start. */
static size_t
start_of(const riverty_code_sets_t *sets, size_t set)
{
    return set == 0 ? 0 : sets->end[set - 1];
}


void
riverty_code_sets_add(riverty_code_sets_t *sets, uint32_t first, uint32_t last)
{
    if (sets->ranges_count == RIVERTY_CODE_RANGES_MAX) {
        sets->full = true;
        return;
    }

    sets->ranges[sets->ranges_count++] = (riverty_code_range_t){ first, last };
}


static bool
has_category(uint32_t code, riverty_span_t name)
{
    const char *category = utf8proc_category_string((utf8proc_int32_t) code);

    return memcmp(category, name.data, name.len) == 0;
}


bool
riverty_code_sets_add_category(riverty_code_sets_t *sets, riverty_span_t name)
{
    size_t before = sets->ranges_count;
    uint32_t code = 0;

    if (name.len == 0 || name.len > 2) {
        return false;
    }

    while (code <= RIVERTY_CODE_MAX) {
        uint32_t first = code;

        while (code <= RIVERTY_CODE_MAX && has_category(code, name)) {
            code++;
        }

        if (code > first) {
            riverty_code_sets_add(sets, first, code - 1);
        }
        code++;
    }

    return sets->ranges_count > before;
}


static int
compare_ranges(const void *a, const void *b)
{
    uint32_t first = ((const riverty_code_range_t *) a)->first;
    uint32_t other = ((const riverty_code_range_t *) b)->first;

    return first < other ? -1 : first > other;
}


/* Sorts the ranges of the open set and makes one of those that touch. */
static void
merge(riverty_code_sets_t *sets)
{
    riverty_code_range_t *ranges = sets->ranges;
    size_t start = start_of(sets, sets->count);
    size_t end = start;

    qsort(ranges + start, sets->ranges_count - start, sizeof(ranges[0]),
          compare_ranges);

    for (size_t i = start; i < sets->ranges_count; i++) {
        if (end > start && ranges[i].first <= ranges[end - 1].last + 1) {
            if (ranges[i].last > ranges[end - 1].last) {
                ranges[end - 1].last = ranges[i].last;
            }
        } else {
            ranges[end++] = ranges[i];
        }
    }

    sets->ranges_count = end;
}


/* Puts the gaps between the open set's ranges in their place. */
static void
negate(riverty_code_sets_t *sets)
{
    riverty_code_range_t *ranges = sets->ranges;
    size_t start = start_of(sets, sets->count);
    size_t end = start;
    uint32_t free = 0;

    for (size_t i = start; i < sets->ranges_count; i++) {
        riverty_code_range_t range = ranges[i];

        if (range.first > free) {
            ranges[end++] = (riverty_code_range_t){ free, range.first - 1 };
        }
        free = range.last + 1;
    }

    sets->ranges_count = end;
    if (free <= RIVERTY_CODE_MAX) {
        riverty_code_sets_add(sets, free, RIVERTY_CODE_MAX);
    }
}


static bool
is_equal(const riverty_code_sets_t *sets, size_t a, size_t b)
{
    const riverty_code_range_t *ranges = sets->ranges;
    size_t a_start = start_of(sets, a);
    size_t b_start = start_of(sets, b);
    size_t count = sets->end[a] - a_start;

    return sets->end[b] - b_start == count &&
           memcmp(ranges + a_start, ranges + b_start,
                  count * sizeof(ranges[0])) == 0;
}


unsigned
riverty_code_sets_close(riverty_code_sets_t *sets, bool negated)
{
    size_t set = sets->count;

    if (set == RIVERTY_CODE_SETS_MAX) {
        sets->full = true;
        sets->ranges_count = start_of(sets, set);
        return 0;
    }

    merge(sets);
    if (negated) {
        negate(sets);
    }

    sets->end[set] = sets->ranges_count;

    for (size_t other = 0; other < set; other++) {
        if (is_equal(sets, other, set)) {
            sets->ranges_count = start_of(sets, set);
            return (unsigned) other;
        }
    }

    sets->count++;
    return (unsigned) set;
}


static bool
is_in(const riverty_code_sets_t *sets, size_t set, uint32_t code)
{
    for (size_t i = start_of(sets, set); i < sets->end[set]; i++) {
        if (code <= sets->ranges[i].last) {
            return code >= sets->ranges[i].first;
        }
    }

    return false;
}


/* The closed sets that code is in. */
static uint64_t
holders_of(const riverty_code_sets_t *sets, uint32_t code)
{
    uint64_t holders = 0;

    for (size_t set = 0; set < sets->count; set++) {
        holders |= (uint64_t) is_in(sets, set, code) << set;
    }

    return holders;
}


/* The class that those sets hold, a new one perhaps; 0 where there is no room.
 */
static uint32_t
class_of(riverty_code_sets_t *sets, uint64_t holders)
{
    for (size_t class = RIVERTY_CODE_CLASS_FIRST; class < sets->classes;
         class++) {
        if (sets->holders[class] == holders) {
            return (uint32_t) class;
        }
    }

    if (sets->classes == RIVERTY_CODE_CLASSES_MAX) {
        return 0;
    }

    sets->holders[sets->classes] = holders;
    return (uint32_t) sets->classes++;
}


/* The first code point above code where a set's range starts or has ended. */
static uint32_t
next_cut(const riverty_code_sets_t *sets, uint32_t code)
{
    uint32_t cut = RIVERTY_CODE_MAX + 1;

    for (size_t i = 0; i < sets->ranges_count; i++) {
        uint32_t first = sets->ranges[i].first;
        uint32_t behind = sets->ranges[i].last + 1;

        cut = first > code && first < cut ? first : cut;
        cut = behind > code && behind < cut ? behind : cut;
    }

    return cut;
}


size_t
riverty_code_sets_divide(riverty_code_sets_t *sets, riverty_code_run_t *runs,
                         size_t size)
{
    size_t count = 0;
    uint32_t class;

    sets->classes = RIVERTY_CODE_CLASS_FIRST;

    for (uint32_t code = 0; code <= RIVERTY_CODE_MAX;
         code = next_cut(sets, code)) {

        class = class_of(sets, holders_of(sets, code));

        if (class == 0 || count == size) {
            return 0;
        }

        if (count == 0 || runs[count - 1].class != class) {
            runs[count++] = (riverty_code_run_t){ code, class };
        }
    }

    return count;
}
