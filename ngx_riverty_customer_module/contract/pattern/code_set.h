/*
 * Sets of code points, and the classes that they divide all code points into:
 * two code points of one class are in the same sets.
 */
#ifndef RIVERTY_CODE_SET_H
#define RIVERTY_CODE_SET_H

#include "contract/core/riverty.h"


#define RIVERTY_CODE_MAX 0x10ffff

/* Sets of one pattern; which of them hold a class is one word. */
#define RIVERTY_CODE_SETS_MAX 64

#define RIVERTY_CODE_RANGES_MAX 8192

/* The classes before this one are none: the automaton has a use for them. */
#define RIVERTY_CODE_CLASS_FIRST 2
#define RIVERTY_CODE_CLASSES_MAX 64

typedef struct {
    uint32_t first;
    uint32_t last;
} riverty_code_range_t;

/* From this code point up to that of the next run they have this class. */
typedef struct {
    uint32_t first;
    uint32_t class;
} riverty_code_run_t;

/* Categories that are kept, which takes a look at all code points. */
#define RIVERTY_CODE_CATEGORIES_MAX 8
#define RIVERTY_CODE_KEPT_MAX       4096

typedef struct {
    char name[3];
    size_t start; /* in kept */
    size_t count;
} riverty_code_category_t;

/* A set is a part of ranges: sorted ones that neither meet nor touch. */
typedef struct {
    riverty_code_range_t ranges[RIVERTY_CODE_RANGES_MAX];
    size_t ranges_count;
    size_t end[RIVERTY_CODE_SETS_MAX]; /* of each set's ranges */
    size_t count;                      /* sets that are closed */
    bool full;                         /* something found no room */

    uint64_t holders[RIVERTY_CODE_CLASSES_MAX]; /* the sets that hold it */
    size_t classes;                             /* with those that are none */

    riverty_code_category_t categories[RIVERTY_CODE_CATEGORIES_MAX];
    riverty_code_range_t kept[RIVERTY_CODE_KEPT_MAX];
    size_t categories_count;
    size_t kept_count;
} riverty_code_sets_t;


/*
 * Makes all sets anew; the categories that are kept stay, so that their counts
 * are 0 before the first time.
 */
void riverty_code_sets_init(riverty_code_sets_t *sets);

/*
 * Adds code points to the set that is open: the range, or all whose general
 * category starts with a name such as L or Nd (libutf8proc's Unicode).
 * Returns false for a category that there is not.
 */
void riverty_code_sets_add(riverty_code_sets_t *sets, uint32_t first,
                           uint32_t last);
bool riverty_code_sets_add_category(riverty_code_sets_t *sets,
                                    riverty_span_t name);

/*
 * Closes the set that is open, turned into what it does not hold where it is
 * negated, and opens an empty one.  Returns the number of the closed set; equal
 * sets have one number.
 */
unsigned riverty_code_sets_close(riverty_code_sets_t *sets, bool negated);

/*
 * Divides all code points into classes by the closed sets, and writes the runs
 * of equal class into runs, which has room for size.  Returns how many, or 0
 * where there is no room for the runs or the classes.
 */
size_t riverty_code_sets_divide(riverty_code_sets_t *sets,
                                riverty_code_run_t *runs, size_t size);

/* Does the set hold the class? */
static inline bool
riverty_code_sets_hold(const riverty_code_sets_t *sets, unsigned set,
                       unsigned class)
{
    return (sets->holders[class] >> set & 1) != 0;
}

#endif
