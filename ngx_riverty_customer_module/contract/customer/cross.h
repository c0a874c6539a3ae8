/*
 * Fields that must agree.
 */
#ifndef RIVERTY_CROSS_H
#define RIVERTY_CROSS_H

#include "judgement.h"


/* Learns what the document is about, once each value has been judged. */
void riverty_cross_learn(riverty_judgement_t *judgement);

/* Is the field required of a document like this one? */
bool riverty_cross_requires(const riverty_judgement_t *judgement,
                            unsigned field);

/*
 * Has the value a form that bounds its length by itself?  Then the cap of the
 * table does not count; one of `riverty_field` does.
 */
bool riverty_cross_bounds(const riverty_judgement_t *judgement, unsigned field);

/* Is the field judged against others, even where it is absent? */
bool riverty_cross_knows(unsigned field);

/* Judges such a field against others. */
void riverty_cross_check(riverty_judgement_t *judgement, unsigned field);

#endif
