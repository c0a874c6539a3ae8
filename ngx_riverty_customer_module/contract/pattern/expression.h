/*
 * Regular expressions as nodes, equal ones only once, and their derivatives
 * (J. Brzozowski, "Derivatives of Regular Expressions", 1964): what may follow
 * once a character has been read.
 */
#ifndef RIVERTY_EXPRESSION_H
#define RIVERTY_EXPRESSION_H

#include "contract/core/riverty.h"
#include "code_set.h"


#define RIVERTY_NODES_MAX  8192
#define RIVERTY_NODE_SLOTS (2 * RIVERTY_NODES_MAX)

/* The count of a repetition without an end. */
#define RIVERTY_ENDLESS UINT16_MAX

typedef uint16_t riverty_node_t;

/* The nodes that are always there. */
enum {
    RIVERTY_NODE_NOTHING, /* matches no text */
    RIVERTY_NODE_EMPTY,   /* matches the empty text */
    RIVERTY_NODE_CODE,    /* any one code point: the set 0 */
    RIVERTY_NODE_ANY,     /* matches every text */
    RIVERTY_NODE_FIRST    /* of the others */
};

typedef enum {
    RIVERTY_KIND_NOTHING,
    RIVERTY_KIND_EMPTY,
    RIVERTY_KIND_SET,      /* one code point of set a */
    RIVERTY_KIND_SEQUENCE, /* a, then b */
    RIVERTY_KIND_EITHER,   /* a or b; a list: a is no EITHER */
    RIVERTY_KIND_BOTH,     /* a and b; a list: a is no BOTH */
    RIVERTY_KIND_NOT,      /* what a does not match */
    RIVERTY_KIND_REPEAT    /* a, from min to max times */
} riverty_kind_t;

typedef struct {
    uint16_t kind;
    uint16_t a;
    uint16_t b;
    uint16_t min;
    uint16_t max;
} riverty_node_form_t;

typedef struct {
    riverty_code_sets_t sets;
    riverty_node_form_t nodes[RIVERTY_NODES_MAX];
    bool optional[RIVERTY_NODES_MAX]; /* matches the empty text, too */
    riverty_node_t slots[RIVERTY_NODE_SLOTS];
    size_t count;
    bool full; /* a node found no room: no node of it is to be trusted */
} riverty_expression_t;


void riverty_expression_init(riverty_expression_t *expression);

/* One code point of a closed set. */
riverty_node_t riverty_node_set(riverty_expression_t *expression, unsigned set);

riverty_node_t riverty_node_sequence(riverty_expression_t *expression,
                                     riverty_node_t a, riverty_node_t b);
riverty_node_t riverty_node_either(riverty_expression_t *expression,
                                   riverty_node_t a, riverty_node_t b);
riverty_node_t riverty_node_both(riverty_expression_t *expression,
                                 riverty_node_t a, riverty_node_t b);
riverty_node_t riverty_node_not(riverty_expression_t *expression,
                                riverty_node_t a);
riverty_node_t riverty_node_repeat(riverty_expression_t *expression,
                                   riverty_node_t a, unsigned min,
                                   unsigned max);

/* What node leaves to match once a code point of class has been read. */
riverty_node_t riverty_node_derive(riverty_expression_t *expression,
                                   riverty_node_t node, unsigned class);

#endif
