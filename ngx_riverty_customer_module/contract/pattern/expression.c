/*
 * The nodes in a table with open addressing.  Lists of alternatives are kept
 * sorted and without doubles, so that derivatives of one meaning are mostly one
 * node and a pattern has few of them.
 */
#include "expression.h"


static bool
is_optional(const riverty_expression_t *expression,
            const riverty_node_form_t *form)
{
    const bool *optional = expression->optional;

    switch ((riverty_kind_t) form->kind) {
    case RIVERTY_KIND_NOTHING:
    case RIVERTY_KIND_SET:
        return false;
    case RIVERTY_KIND_EMPTY:
        return true;
    case RIVERTY_KIND_SEQUENCE:
    case RIVERTY_KIND_BOTH:
        return optional[form->a] && optional[form->b];
    case RIVERTY_KIND_EITHER:
        return optional[form->a] || optional[form->b];
    case RIVERTY_KIND_NOT:
        return !optional[form->a];
    case RIVERTY_KIND_REPEAT:
        return form->min == 0 || optional[form->a];
    }

    return false;
}


static size_t
slot_of(const riverty_node_form_t *form)
{
    uint32_t hash = form->kind;

    hash = hash * 31 + form->a;
    hash = hash * 65599 + form->b;
    hash = hash * 31 + form->min;
    hash = hash * 31 + form->max;
    return (hash ^ hash >> 15) % RIVERTY_NODE_SLOTS;
}


/* The node of that form. */
static riverty_node_t
make(riverty_expression_t *expression, riverty_node_form_t form)
{
    size_t slot = slot_of(&form);
    size_t node;

    while ((node = expression->slots[slot]) != 0) {
        if (memcmp(&expression->nodes[node], &form, sizeof(form)) == 0) {
            return (riverty_node_t) node;
        }
        slot = (slot + 1) % RIVERTY_NODE_SLOTS;
    }

    if (expression->count == RIVERTY_NODES_MAX) {
        expression->full = true;
        return RIVERTY_NODE_NOTHING;
    }

    node = expression->count++;
    expression->nodes[node] = form;
    expression->optional[node] = is_optional(expression, &form);
    expression->slots[slot] = (riverty_node_t) node;
    return (riverty_node_t) node;
}


void
riverty_expression_init(riverty_expression_t *expression)
{
    riverty_code_sets_t *sets = &expression->sets;

    riverty_code_sets_init(sets);
    riverty_code_sets_add(sets, 0, RIVERTY_CODE_MAX);
    (void) riverty_code_sets_close(sets, false);

    memset(expression->slots, 0, sizeof(expression->slots));
    expression->full = false;
    expression->count = 1;
    expression->nodes[RIVERTY_NODE_NOTHING] = (riverty_node_form_t){ 0 };
    expression->optional[RIVERTY_NODE_NOTHING] = false;

    (void) make(expression,
                (riverty_node_form_t){ .kind = RIVERTY_KIND_EMPTY });
    (void) riverty_node_set(expression, 0);
    (void) riverty_node_repeat(expression, RIVERTY_NODE_CODE, 0,
                               RIVERTY_ENDLESS);
}


riverty_node_t
riverty_node_set(riverty_expression_t *expression, unsigned set)
{
    return make(expression, (riverty_node_form_t){ .kind = RIVERTY_KIND_SET,
                                                   .a = (uint16_t) set });
}


/* The rest stands to the right: one form for all ways to put it together. */
riverty_node_t
riverty_node_sequence(riverty_expression_t *expression, riverty_node_t a,
                      riverty_node_t b)
{
    riverty_node_form_t form = expression->nodes[a];

    if (a == RIVERTY_NODE_NOTHING || b == RIVERTY_NODE_NOTHING) {
        return RIVERTY_NODE_NOTHING;
    }

    if (a == RIVERTY_NODE_EMPTY) {
        return b;
    }

    if (b == RIVERTY_NODE_EMPTY) {
        return a;
    }

    if (form.kind == RIVERTY_KIND_SEQUENCE) {
        b = riverty_node_sequence(expression, form.b, b);
        return riverty_node_sequence(expression, form.a, b);
    }

    return make(
        expression,
        (riverty_node_form_t){ .kind = RIVERTY_KIND_SEQUENCE, .a = a, .b = b });
}


/* The first of a list, and what is left of it: nothing where it is one. */
static riverty_node_t
first_of(const riverty_expression_t *expression, riverty_kind_t kind,
         riverty_node_t list)
{
    const riverty_node_form_t *form = &expression->nodes[list];

    return form->kind == kind ? form->a : list;
}


static riverty_node_t
rest_of(const riverty_expression_t *expression, riverty_kind_t kind,
        riverty_node_t list, riverty_node_t nothing)
{
    const riverty_node_form_t *form = &expression->nodes[list];

    return form->kind == kind ? form->b : nothing;
}


/*
 * Makes one sorted list of two.  neutral changes nothing in such a list,
 * decisive makes all else in it needless.
 */
static riverty_node_t
join(riverty_expression_t *expression, riverty_kind_t kind, riverty_node_t a,
     riverty_node_t b)
{
    bool either = kind == RIVERTY_KIND_EITHER;
    riverty_node_t neutral = either ? RIVERTY_NODE_NOTHING : RIVERTY_NODE_ANY;
    riverty_node_t decisive = either ? RIVERTY_NODE_ANY : RIVERTY_NODE_NOTHING;
    riverty_node_t first, a_first, b_first;

    if (a == b || b == neutral || a == decisive) {
        return a;
    }

    if (a == neutral || b == decisive) {
        return b;
    }

    a_first = first_of(expression, kind, a);
    b_first = first_of(expression, kind, b);
    first = a_first < b_first ? a_first : b_first;

    if (a_first == first) {
        a = rest_of(expression, kind, a, neutral);
    }

    if (b_first == first) {
        b = rest_of(expression, kind, b, neutral);
    }

    b = join(expression, kind, a, b);
    if (b == neutral) {
        return first;
    }

    if (b == decisive) {
        return b;
    }

    return make(expression, (riverty_node_form_t){
                                .kind = (uint16_t) kind, .a = first, .b = b });
}


riverty_node_t
riverty_node_either(riverty_expression_t *expression, riverty_node_t a,
                    riverty_node_t b)
{
    return join(expression, RIVERTY_KIND_EITHER, a, b);
}


riverty_node_t
riverty_node_both(riverty_expression_t *expression, riverty_node_t a,
                  riverty_node_t b)
{
    return join(expression, RIVERTY_KIND_BOTH, a, b);
}


riverty_node_t
riverty_node_not(riverty_expression_t *expression, riverty_node_t a)
{
    if (a == RIVERTY_NODE_NOTHING) {
        return RIVERTY_NODE_ANY;
    }

    if (a == RIVERTY_NODE_ANY) {
        return RIVERTY_NODE_NOTHING;
    }

    return make(expression,
                (riverty_node_form_t){ .kind = RIVERTY_KIND_NOT, .a = a });
}


riverty_node_t
riverty_node_repeat(riverty_expression_t *expression, riverty_node_t a,
                    unsigned min, unsigned max)
{
    if (max == 0 || a == RIVERTY_NODE_EMPTY) {
        return RIVERTY_NODE_EMPTY;
    }

    if (a == RIVERTY_NODE_NOTHING) {
        return min == 0 ? RIVERTY_NODE_EMPTY : RIVERTY_NODE_NOTHING;
    }

    if (min == 1 && max == 1) {
        return a;
    }

    /* What may be empty may be empty each time. */
    min = expression->optional[a] ? 0 : min;

    return make(expression, (riverty_node_form_t){ .kind = RIVERTY_KIND_REPEAT,
                                                   .a = a,
                                                   .min = (uint16_t) min,
                                                   .max = (uint16_t) max });
}


/* One of the times has been begun. */
static riverty_node_t
derive_repeat(riverty_expression_t *expression, riverty_node_form_t form,
              unsigned class)
{
    riverty_node_t begun = riverty_node_derive(expression, form.a, class);
    unsigned min = form.min > 0 ? form.min - 1u : 0;
    unsigned max = form.max == RIVERTY_ENDLESS ? form.max : form.max - 1u;

    if (begun == RIVERTY_NODE_NOTHING) {
        return begun;
    }

    return riverty_node_sequence(
        expression, begun, riverty_node_repeat(expression, form.a, min, max));
}


static riverty_node_t
derive_sequence(riverty_expression_t *expression, riverty_node_form_t form,
                unsigned class)
{
    riverty_node_t first = riverty_node_derive(expression, form.a, class);
    riverty_node_t begun = riverty_node_sequence(expression, first, form.b);

    if (!expression->optional[form.a]) {
        return begun;
    }

    return riverty_node_either(expression, begun,
                               riverty_node_derive(expression, form.b, class));
}


static riverty_node_t
derive_list(riverty_expression_t *expression, riverty_node_form_t form,
            unsigned class)
{
    riverty_node_t rest = riverty_node_derive(expression, form.b, class);
    riverty_node_t first = riverty_node_derive(expression, form.a, class);

    return join(expression, (riverty_kind_t) form.kind, first, rest);
}


riverty_node_t
riverty_node_derive(riverty_expression_t *expression, riverty_node_t node,
                    unsigned class)
{
    riverty_node_form_t form = expression->nodes[node];

    switch ((riverty_kind_t) form.kind) {
    case RIVERTY_KIND_NOTHING:
    case RIVERTY_KIND_EMPTY:
        return RIVERTY_NODE_NOTHING;
    case RIVERTY_KIND_SET:
        return riverty_code_sets_hold(&expression->sets, form.a, class)
                   ? RIVERTY_NODE_EMPTY
                   : RIVERTY_NODE_NOTHING;
    case RIVERTY_KIND_SEQUENCE:
        return derive_sequence(expression, form, class);
    case RIVERTY_KIND_EITHER:
    case RIVERTY_KIND_BOTH:
        return derive_list(expression, form, class);
    case RIVERTY_KIND_NOT:
        return riverty_node_not(expression,
                                riverty_node_derive(expression, form.a, class));
    case RIVERTY_KIND_REPEAT:
        return derive_repeat(expression, form, class);
    }

    return RIVERTY_NODE_NOTHING;
}
