/*
 * Patterns in the part of PCRE2's syntax that an automaton can be made of:
 *
 *   a  \.  \x{a1}        a character; an escape of one that is no letter or
 *                        digit, or its number
 *   [A-Za-z0-9 .-]       a class; negated with ^; \p{L}, \p{Nd} in it or alone:
 *                        a general category
 *   a|b  (?:a|b)         alternatives
 *   ?  *  +  {2}  {2,}  {2,5}
 *   \Q...\E              text as it stands
 *   (?=a)  (?!a)         what must follow or must not: outside of all groups
 *
 * A pattern describes the whole text.  Whatever else PCRE2 knows is refused.
 */
#ifndef RIVERTY_PATTERN_H
#define RIVERTY_PATTERN_H

#include "contract/core/riverty.h"
#include "expression.h"


/*
 * Reads a pattern into expression, from its beginning.  Returns its node, or
 * RIVERTY_NODE_NOTHING where the pattern is of another syntax or finds no room
 * in expression.
 */
riverty_node_t riverty_pattern_read(riverty_expression_t *expression,
                                    riverty_span_t pattern);

#endif
