/*
 * Sets of code points as sorted ranges, one set behind the other.
 */
#include "code_set.h"

#include <stdlib.h>
#include <utf8proc.h>


/* Planes in which no character is, nor will be soon: all of category Cn. */
#define EMPTY_FIRST 0x40000
#define EMPTY_END   0xe0000


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


/* Is the name of code's category one that starts with name? */
static bool
is_named(uint32_t code, riverty_span_t name)
{
    const char *category = utf8proc_category_string((utf8proc_int32_t) code);

    return memcmp(category, name.data, name.len) == 0;
}


/* The same, and the categories that have been seen so far. */
static bool
has_category(uint32_t code, riverty_span_t name, uint64_t *seen,
             uint64_t *named)
{
    uint64_t category = (uint64_t) 1
                        << utf8proc_category((utf8proc_int32_t) code);

    if ((*seen & category) == 0) {
        *seen |= category;
        *named |= is_named(code, name) ? category : 0;
    }

    return (*named & category) != 0;
}


/* Adds the code points of a category. */
static void
scan_category(riverty_code_sets_t *sets, riverty_span_t name)
{
    uint64_t seen = 0, named = 0;
    uint32_t code = 0;

    while (code <= RIVERTY_CODE_MAX) {
        uint32_t first = code;

        if (code == EMPTY_FIRST && name.data[0] != 'C') {
            code = EMPTY_END;
            continue;
        }

        while (code <= RIVERTY_CODE_MAX &&
               has_category(code, name, &seen, &named)) {
            code++;
        }

        if (code > first) {
            riverty_code_sets_add(sets, first, code - 1);
        }
        code++;
    }
}


/* The category of that name that is kept, or NULL. */
static const riverty_code_category_t *
find_category(const riverty_code_sets_t *sets, riverty_span_t name)
{
    for (size_t i = 0; i < sets->categories_count; i++) {
        const riverty_code_category_t *category = &sets->categories[i];

        if (memcmp(category->name, name.data, name.len) == 0 &&
            category->name[name.len] == '\0') {
            return category;
        }
    }

    return NULL;
}


/* Keeps the ranges from start on as those of a category, if there is room. */
static void
keep_category(riverty_code_sets_t *sets, riverty_span_t name, size_t start)
{
    riverty_code_category_t *category;
    size_t count = sets->ranges_count - start;

    if (sets->full || count > RIVERTY_CODE_KEPT_MAX - sets->kept_count ||
        sets->categories_count == RIVERTY_CODE_CATEGORIES_MAX) {
        return;
    }

    category = &sets->categories[sets->categories_count++];
    memset(category->name, 0, sizeof(category->name));
    memcpy(category->name, name.data, name.len);
    category->start = sets->kept_count;
    category->count = count;

    memcpy(sets->kept + sets->kept_count, sets->ranges + start,
           count * sizeof(sets->kept[0]));
    sets->kept_count += count;
}


bool
riverty_code_sets_add_category(riverty_code_sets_t *sets, riverty_span_t name)
{
    const riverty_code_category_t *category;
    size_t before = sets->ranges_count;

    if (name.len == 0 || name.len > 2) {
        return false;
    }

    category = find_category(sets, name);

    if (category == NULL) {
        scan_category(sets, name);
        keep_category(sets, name, before);
        return sets->ranges_count > before;
    }

    for (size_t i = 0; i < category->count; i++) {
        riverty_code_range_t range = sets->kept[category->start + i];

        riverty_code_sets_add(sets, range.first, range.last);
    }

    return true;
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


/* Moves each set to its range that ends at code or behind it. */
static void
pass_ranges(const riverty_code_sets_t *sets, size_t *ranges, uint32_t code)
{
    for (size_t set = 0; set < sets->count; set++) {
        while (ranges[set] < sets->end[set] &&
               sets->ranges[ranges[set]].last < code) {
            ranges[set]++;
        }
    }
}


/* The closed sets that code is in; each is at its range. */
static uint64_t
holders_of(const riverty_code_sets_t *sets, const size_t *ranges, uint32_t code)
{
    uint64_t holders = 0;

    for (size_t set = 0; set < sets->count; set++) {
        bool is_in = ranges[set] < sets->end[set] &&
                     sets->ranges[ranges[set]].first <= code;

        holders |= (uint64_t) is_in << set;
    }

    return holders;
}


/* The class that those sets hold, a new one perhaps; 0 where there is no room.
 */
static uint32_t
class_of(riverty_code_sets_t *sets, uint64_t holders)
{
    for (size_t class = RIVERTY_CODE_CLASS_FIRST; class < sets->classes;
         class ++) {
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
next_cut(const riverty_code_sets_t *sets, const size_t *ranges, uint32_t code)
{
    uint32_t next = RIVERTY_CODE_MAX + 1;

    for (size_t set = 0; set < sets->count; set++) {
        if (ranges[set] < sets->end[set]) {
            riverty_code_range_t range = sets->ranges[ranges[set]];
            uint32_t cut = range.first > code ? range.first : range.last + 1;

            next = cut < next ? cut : next;
        }
    }

    return next;
}


size_t
riverty_code_sets_divide(riverty_code_sets_t *sets, riverty_code_run_t *runs,
                         size_t size)
{
    size_t ranges[RIVERTY_CODE_SETS_MAX];
    size_t count = 0;
    uint32_t class;

    sets->classes = RIVERTY_CODE_CLASS_FIRST;

    for (size_t set = 0; set < sets->count; set++) {
        ranges[set] = start_of(sets, set);
    }

    for (uint32_t code = 0; code <= RIVERTY_CODE_MAX;
         code = next_cut(sets, ranges, code)) {

        pass_ranges(sets, ranges, code);
        class = class_of(sets, holders_of(sets, ranges, code));

        if (class == 0 || count == size) {
            return 0;
        }

        if (count == 0 || runs[count - 1].class != class) {
            runs[count++] = (riverty_code_run_t){ code, class };
        }
    }

    return count;
}
