/* lib/wire/cause: the first thing that two explanations of one bill tell otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/algorithm.h"
#include "copay.pb-c.h"
#include "wire/cause.h"

#define STEPS 3

/* A settlement of two lines, which share a clause, and three steps, as a reply's bytes; malloc'ed.
 */
struct bill {
    Copay__LineSplit line, second;
    Copay__Step steps[STEPS];
    size_t step_count;
};

static void bill_init(struct bill *bill)
{
    static char *const clauses[STEPS] = {NULL, "C-RATIO", "C-CAP"};
    bill->step_count = STEPS;
    copay__line_split__init(&bill->line);
    bill->line.feedetl_sn = "L1";
    bill->line.clause = "L-B";
    bill->line.det_item_fee_sumamt = 10000;
    bill->line.has_inscp_scp_amt = true;
    bill->line.inscp_scp_amt = 9000;
    bill->line.chrgitm_lv = 2;
    bill->second = bill->line;
    bill->second.feedetl_sn = "L2";
    bill->second.clause = NULL; /* that of the last line of its class */
    for (size_t i = 0; i < STEPS; i++) {
        copay__step__init(&bill->steps[i]);
        bill->steps[i].code = 32 + (uint32_t)i;
        bill->steps[i].amount = 9000 - (int64_t)i;
        bill->steps[i].clause = clauses[i];
    }
    bill->steps[0].layer = "basic"; /* the later ones leave it out */
}

static struct slice packed(struct bill *bill)
{
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__Settlement settlement = COPAY__SETTLEMENT__INIT;
    Copay__LineSplit *lines[] = {&bill->line, &bill->second};
    Copay__Step *steps[STEPS];
    for (size_t i = 0; i < STEPS; i++)
        steps[i] = &bill->steps[i];
    reply.infno = "2207";
    reply.msgid = "M";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.settlement = &settlement;
    settlement.lines = lines;
    settlement.n_lines = 2;
    settlement.steps = steps;
    settlement.n_steps = bill->step_count;
    uint8_t *bytes = malloc(copay__reply__get_packed_size(&reply));
    return (struct slice){bytes, copay__reply__pack(&reply, bytes)};
}

static struct cause cause_between(struct bill *is, struct bill *would)
{
    struct arena *arena = arena_new(1 << 20);
    struct slice first = packed(is), second = packed(would);
    struct cause cause;
    assert_int_equal(wire_reply_cause(first, second, arena, &cause), ERR_OK);
    free((void *)first.data);
    free((void *)second.data);
    arena_free(arena);
    return cause;
}

static void assert_cause(const struct cause *cause, const char *clause, const char *was,
                         const char *layer, const char *line)
{
    assert_string_equal(cause->clause, clause);
    assert_string_equal(cause->was_clause, was);
    assert_string_equal(cause->layer, layer);
    assert_string_equal(cause->feedetl_sn, line);
}

static void the_same_has_none(void **state)
{
    (void)state;
    struct bill is, would;
    bill_init(&is);
    bill_init(&would);
    struct cause cause = cause_between(&is, &would);
    assert_cause(&cause, "", "", "", "");
}

static void a_line_comes_before_all_steps(void **state)
{
    (void)state;
    struct bill is, would;
    bill_init(&is);
    bill_init(&would);
    would.line.inscp_scp_amt = 8000;
    would.line.clause = "L-CAP";
    would.steps[1].amount = 1;
    struct cause cause = cause_between(&is, &would);
    assert_cause(&cause, "L-CAP", "L-B", "", "L1");
}

static void a_line_has_the_clause_of_the_last_of_its_class(void **state)
{
    (void)state;
    struct bill is, would;
    bill_init(&is);
    bill_init(&would);
    would.second.inscp_scp_amt = 8000;
    struct cause cause = cause_between(&is, &would);
    assert_cause(&cause, "L-B", "L-B", "", "L2");
    would.second.clause = "";
    cause = cause_between(&is, &would);
    assert_cause(&cause, "", "L-B", "", "L2");
}

static void the_first_step_with_a_clause(void **state)
{
    (void)state;
    struct bill is, would;
    bill_init(&is);
    bill_init(&would);
    would.steps[1].has_ratio = true;
    would.steps[1].ratio = 8000;
    would.steps[2].amount = 1;
    struct cause cause = cause_between(&is, &would);
    assert_cause(&cause, "C-RATIO", "C-RATIO", "basic", "");
    /* A base that names none leads to one that does. */
    would.steps[0].amount = 1;
    cause = cause_between(&is, &would);
    assert_cause(&cause, "C-RATIO", "C-RATIO", "basic", "");
    would.steps[1].clause = "C-NEW";
    cause = cause_between(&is, &would);
    assert_cause(&cause, "C-NEW", "C-RATIO", "basic", "");
}

static void a_step_more_or_less(void **state)
{
    (void)state;
    struct bill is, would;
    bill_init(&is);
    bill_init(&would);
    would.step_count = 2;
    struct cause cause = cause_between(&is, &would);
    assert_cause(&cause, "", "C-CAP", "basic", "");
    cause = cause_between(&would, &is);
    assert_cause(&cause, "C-CAP", "", "basic", "");
}

static void what_is_no_settlement(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct bill is;
    struct cause cause;
    bill_init(&is);
    struct slice bytes = packed(&is);
    const struct slice torn = {bytes.data, bytes.size - 1}, none = {(const uint8_t *)"", 0};
    assert_int_equal(wire_reply_cause(bytes, torn, arena, &cause), ERR_INVALID);
    assert_int_equal(wire_reply_cause(none, bytes, arena, &cause), ERR_INVALID);
    free((void *)bytes.data);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_has_none),
        cmocka_unit_test(a_line_comes_before_all_steps),
        cmocka_unit_test(a_line_has_the_clause_of_the_last_of_its_class),
        cmocka_unit_test(the_first_step_with_a_clause),
        cmocka_unit_test(a_step_more_or_less),
        cmocka_unit_test(what_is_no_settlement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
