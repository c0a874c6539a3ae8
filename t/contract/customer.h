/*
 * For tests of the contract: a customer that breaks no rule, one member of
 * which a test sets, and what is found then.  Each judgement that accepts is
 * made a second time on the edited document: nothing may change any more.
 */
#ifndef T_CONTRACT_CUSTOMER_H
#define T_CONTRACT_CUSTOMER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "contract/customer/contract.h"
#include "contract/customer/document.h"
#include "contract/customer/edit.h"
#include "contract/customer/findings.h"

#define CUSTOMER_NOW  1795464942 /* 2026-11-23T20:15:42Z */
#define CUSTOMER_SIZE 262144

typedef struct {
    const char *name;
    const char *json; /* NULL: absent */
} customer_member_t;

/* clang-format off */
static const customer_member_t customer_good[] = {
    { "careOf", "\"\"" },
    { "countryCode", "\"DE\"" },
    { "postalCode", "\"97687\"" },
    { "postalPlace", "\"Schadenville\"" },
    { "street", "\"Bergnaum Mountains\"" },
    { "streetNumber", "\"1\"" },
    { "streetNumberAdditional", "\"a\"" },
    { "birthDate", "\"1984-11-11\"" },
    { "companyName", "\"\"" },
    { "customerCategory", "\"PERSON\"" },
    { "customerNumber", "\"c1631704458\"" },
    { "email", "\"Ray_Ankunding43@gmail.com\"" },
    { "firstName", "\"Ray\"" },
    { "identificationNumber", "\"700123651\"" },
    { "language", "\"de\"" },
    { "lastName", "\"Ankunding\"" },
    { "mobilePhone", "\"+4915112345678\"" },
    { "phone", "\"+49 871 7907578\"" },
    { "salutation", "\"MR\"" },
    { "taxIdentificationNumber", "\"12345678L\"" },
    { "id", "\"275122\"" },
    { "extra", NULL }, /* unknown to the contract */
};
/* clang-format on */

#define CUSTOMER_ADDRESS 7 /* the first members stand in the address */
#define CUSTOMER_MEMBERS 22

static riverty_shapes_t *customer_shapes;
static riverty_contract_t customer_contract;
static riverty_document_t customer_document;
static customer_member_t customer_members[CUSTOMER_MEMBERS];
static char customer_body[CUSTOMER_SIZE];
static char customer_found[CUSTOMER_SIZE];
static unsigned char customer_arena[16 * CUSTOMER_SIZE];
static size_t customer_used;


static inline void *
customer_allocate(void *data, size_t size)
{
    size_t start = (customer_used + 15) & ~(size_t) 15;

    (void) data;

    if (size > sizeof(customer_arena) - start) {
        return NULL;
    }

    customer_used = start + size;
    return customer_arena + start;
}

static const riverty_memory_t customer_memory = { customer_allocate, NULL,
                                                  NULL };


static inline int
customer_start(void **state)
{
    (void) state;
    customer_shapes = riverty_shapes_create();
    return customer_shapes == NULL;
}


static inline int
customer_stop(void **state)
{
    (void) state;
    riverty_shapes_free(customer_shapes);
    return 0;
}


static inline void
customer_reset(void)
{
    memcpy(customer_members, customer_good, sizeof(customer_good));
}


/* Before each test. */
static inline int
customer_setup(void **state)
{
    static const uint64_t seed[2] = { 1, 2 };

    (void) state;
    riverty_contract_init(&customer_contract, customer_shapes, seed);
    customer_used = 0;
    customer_reset();
    return 0;
}


/* Sets a member to a JSON text, or takes it away. */
static inline void
customer_set(const char *name, const char *json)
{
    for (size_t i = 0; i < CUSTOMER_MEMBERS; i++) {
        if (strcmp(customer_members[i].name, name) == 0) {
            customer_members[i].json = json;
            return;
        }
    }

    fail_msg("no member %s", name);
}


/* Writes members from first up to end. */
static inline char *
customer_write(char *out, size_t first, size_t end)
{
    const char *comma = "";

    for (size_t i = first; i < end; i++) {
        if (customer_members[i].json != NULL) {
            out += sprintf(out, "%s\"%s\": %s", comma, customer_members[i].name,
                           customer_members[i].json);
            comma = ", ";
        }
    }

    return out;
}


static inline void
customer_build(void)
{
    char *out = customer_body;

    out += sprintf(out, "{\"customer\": {");
    out = customer_write(out, CUSTOMER_ADDRESS, 20);
    out += sprintf(out, ", \"address\": {");
    out = customer_write(out, 0, CUSTOMER_ADDRESS);
    out += sprintf(out, "}}, \"paymentRegistration\": {");
    out = customer_write(out, 20, CUSTOMER_MEMBERS);
    (void) sprintf(out, "}}");
}


static inline riverty_verdict_t
customer_check(riverty_document_t *document, riverty_span_t body,
               const char *number)
{
    riverty_input_t input = { .body = body,
                              .operation = RIVERTY_CREATE,
                              .now = CUSTOMER_NOW };

    if (number != NULL) {
        input.operation = RIVERTY_UPDATE;
        input.customer_number = riverty_span_of(number);
    }

    return riverty_document_check(document, &customer_contract, &input,
                                  &customer_memory);
}


/* The body as it is forwarded. */
static inline const char *
customer_edited(void)
{
    static char edited[2][CUSTOMER_SIZE];
    static int turn;
    char *out = edited[turn = !turn];
    size_t len = riverty_document_length(&customer_document);
    unsigned char *end;

    assert_true(len < CUSTOMER_SIZE);
    end = riverty_document_write(&customer_document, (unsigned char *) out);
    assert_ptr_equal(end, out + len);
    out[len] = '\0';
    return out;
}


/* Is there such a finding among document's? */
static inline bool
customer_has(const riverty_document_t *document,
             const riverty_finding_t *finding)
{
    for (size_t i = 0; i < document->findings_count; i++) {
        if (document->findings[i].rule == finding->rule &&
            document->findings[i].field == finding->field) {
            return true;
        }
    }

    return false;
}


/* What was forwarded once stays as it is. */
static inline void
customer_assert_idempotent(const char *number)
{
    static riverty_document_t again;
    const char *body = customer_edited();

    assert_int_equal(customer_check(&again, riverty_span_of(body), number),
                     RIVERTY_ACCEPTED);
    assert_int_equal(again.edits_count, 0);

    for (size_t i = 0; i < again.findings_count; i++) {
        assert_true(customer_has(&customer_document, &again.findings[i]));
    }
}


static inline void
customer_list(void)
{
    const riverty_document_t *document = &customer_document;
    char *out = customer_found;

    *out = '\0';

    for (size_t i = 0; i < document->findings_count; i++) {
        const riverty_finding_t *finding = &document->findings[i];
        riverty_span_t name =
            riverty_field_name(&customer_contract.fields[finding->field]);

        out += sprintf(out, "%s%s %s %.*s", i > 0 ? ", " : "",
                       riverty_level_name((riverty_level_t) finding->level),
                       riverty_rules[finding->rule].id, (int) name.len,
                       (const char *) name.data);

        if (finding->hint[0] != '\0') {
            out += sprintf(out, " %s", finding->hint);
        }

        if (finding->count > 0) {
            out += sprintf(out, " %u", finding->count);
        }
    }
}


/*
 * Judges a body, as an update where number is not NULL; returns the findings
 * as "reject country_code countryCode GB, warn null_value phone".
 */
static inline const char *
customer_judge(const char *body, const char *number)
{
    riverty_verdict_t verdict =
        customer_check(&customer_document, riverty_span_of(body), number);
    bool rejects;

    customer_list();
    rejects = strstr(customer_found, "reject ") != NULL;
    assert_int_equal(verdict, rejects ? RIVERTY_REJECTED : RIVERTY_ACCEPTED);

    if (!rejects) {
        customer_assert_idempotent(number);
    }

    return customer_found;
}


/* Judges the customer as it is set. */
static inline const char *
customer_findings(void)
{
    customer_build();
    return customer_judge(customer_body, NULL);
}


/* Judges the good customer with one member set. */
static inline const char *
customer_with(const char *name, const char *json)
{
    customer_reset();
    customer_set(name, json);
    return customer_findings();
}


/* A field's value as it is forwarded, or NULL. */
static inline const char *
customer_value(unsigned field)
{
    static char value[CUSTOMER_SIZE];
    riverty_span_t text = customer_document.values[field];

    if (text.data == NULL) {
        return NULL;
    }

    memcpy(value, text.data, text.len);
    value[text.len] = '\0';
    return value;
}


static inline bool
customer_invalid(unsigned field)
{
    return (customer_document.invalid >> field & 1) != 0;
}


static inline void
customer_level(riverty_rule_id_t rule, riverty_level_t level)
{
    customer_contract.levels[rule] = level;
}

/* What is found when a member of the good customer is set. */
typedef struct {
    const char *name;
    const char *json;
    const char *found;
} customer_case_t;

#define customer_assert(cases) \
    customer_assert_cases(cases, sizeof(cases) / sizeof(cases[0]))


static inline void
customer_assert_cases(const customer_case_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *found = customer_with(cases[i].name, cases[i].json);

        if (strcmp(found, cases[i].found) != 0) {
            fail_msg("%s = %s: found \"%s\", expected \"%s\"", cases[i].name,
                     cases[i].json, found, cases[i].found);
        }
    }
}

#endif
