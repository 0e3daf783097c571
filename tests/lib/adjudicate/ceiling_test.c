/* lib/adjudicate/ceiling: amounts per stay, per day of it, and per day of fees. */
#include "fixture.h"

enum { BED = 1, EXAM = 3, TEST = 4 };

static struct ceiling ceilings[2];
static struct ceiling_rule rules[2];

/* One ceiling over fees of that type, for everybody's stays. */
static struct world *with_ceiling(enum ceiling_per per, uint16_t types, int64_t fen)
{
    struct world *w = world_new();
    rules[0] = (struct ceiling_rule){.who = everyone, .fen = fen, .clause = 47};
    ceilings[0] = (struct ceiling){.id = "ceiling/c",
                                   .name_zh = "限额",
                                   .insutypes = SELECTOR_ANY,
                                   .kinds = 1u << INPATIENT,
                                   .classes = SELECTOR_ANY,
                                   .scope = {.any = {.med_chrgitm_type = types}},
                                   .per = per,
                                   .above = PART_OVERLMT,
                                   .rule_count = 1,
                                   .rules = rules};
    w->policy.lines.ceilings = ceilings;
    w->policy.lines.ceiling_count = 1;
    return w;
}

static struct claim_line *fee(struct world *w, uint8_t type, int64_t amount, int day)
{
    struct claim_line *line = world_line(w, 1, amount, 0);
    w->stated[line - w->lines].med_chrgitm_type = type;
    line->fee_ocur_time += day * DAY_MS;
    return line;
}

/* P-31: examinations and tests above 1,500 a stay. */
static void per_stay(void **state)
{
    (void)state;
    struct world *w = with_ceiling(CEILING_STAY, 1u << EXAM | 1u << TEST, 150000);
    fee(w, EXAM, 100000, 0);
    fee(w, TEST, 80000, 1);
    fee(w, BED, 900000, 1);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.overlmt_selfpay, 30000);
    assert_int_equal(r->lines[0].overlmt_amt, 16667); /* 5/9 of 300 */
    assert_int_equal(r->lines[1].overlmt_amt, 13333);
    assert_int_equal(r->lines[0].reason, STEP_OVER_CEILING);
    assert_int_equal(r->lines[0].clause, 47);
    assert_int_equal(r->lines[2].reason, STEP_STATED);
    const struct step *step = find_step(r, STEP_CEILING, "ceiling/c");
    assert_int_equal(step->base, 180000);
    assert_int_equal(step->limit, 150000);
    assert_int_equal(step->amount, 30000);
    ceilings[0].above = PART_FULAMT;
    assert_int_equal(world_run(w, 0)->totals.fulamt_ownpay_amt, 30000);
    rules[0].who = for_grades(1u << PRIMARY);
    assert_int_equal(world_run(w, 0)->totals.overlmt_selfpay, 0);
    rules[0].who = everyone;
    w->claim.med_type = "11";
    assert_int_equal(world_run(w, 0)->totals.overlmt_selfpay, 0);
    world_free(w);
}

/* It is of in-scope money: first self-pay and what a price limit cuts are not in it. */
static void of_money_in_scope(void **state)
{
    (void)state;
    struct world *w = with_ceiling(CEILING_STAY, 1u << EXAM, 5000);
    struct claim_line *line = world_line(w, 2, 10000, 2000);
    w->stated[line - w->lines].med_chrgitm_type = EXAM;
    w->stated[line - w->lines].pric_uplmt_amt = 80 * PRIC_ONE;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 1600);
    assert_int_equal(r->lines[0].overlmt_amt, 2000 + 1400);
    assert_int_equal(r->lines[0].inscp_scp_amt, 5000);
    world_free(w);
}

/* 1 to 10 March are nine days. */
static void per_day_of_the_stay(void **state)
{
    (void)state;
    struct world *w = with_ceiling(CEILING_STAY_DAY, 1u << BED, 3700);
    fee(w, BED, 80000, 0); /* all in one line: the days are the stay's */
    assert_int_equal(world_run(w, 0)->totals.inscp_scp_amt, 9 * 3700);
    rules[0].special_days = 2;
    rules[0].special_fen = 10000;
    assert_int_equal(world_run(w, 0)->totals.inscp_scp_amt, 7 * 3700 + 2 * 10000);
    w->claim.endtime = w->claim.begntime + NOON_MS; /* a day at least */
    assert_int_equal(world_run(w, 0)->totals.inscp_scp_amt, 10000);
    world_free(w);
}

/* Days of 80, 20, 100, 100 at 37: what a cheap day leaves does not help a dear one. Two special
 * days at 90: the dearest. */
static void per_day_of_fees(void **state)
{
    (void)state;
    struct world *w = with_ceiling(CEILING_FEE_DAY, 1u << BED, 3700);
    fee(w, BED, 8000, 0);
    fee(w, BED, 2000, 1);
    fee(w, BED, 10000, 2);
    fee(w, BED, 6000, 3);
    fee(w, BED, 4000, 3);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.inscp_scp_amt, 3 * 3700 + 2000);
    assert_int_equal(r->lines[3].inscp_scp_amt, 2220);
    assert_int_equal(r->lines[4].inscp_scp_amt, 1480);
    rules[0].special_days = 2;
    rules[0].special_fen = 9000;
    r = world_run(w, 0);
    assert_int_equal(r->lines[0].inscp_scp_amt, 3700);
    assert_int_equal(r->lines[2].inscp_scp_amt, 9000);
    assert_int_equal(r->lines[3].inscp_scp_amt + r->lines[4].inscp_scp_amt, 9000);
    rules[0].special_days = 1; /* of two equal days the first */
    r = world_run(w, 0);
    assert_int_equal(r->lines[2].inscp_scp_amt, 9000);
    assert_int_equal(r->lines[3].inscp_scp_amt, 2220);
    world_free(w);
}

static void ties_go_by_number(void **state)
{
    (void)state;
    struct world *w = with_ceiling(CEILING_STAY, 1u << EXAM, 99);
    fee(w, EXAM, 100, 0)->feedetl_sn = "2";
    fee(w, EXAM, 100, 0)->feedetl_sn = "1";
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].overlmt_amt, 50);
    assert_int_equal(r->lines[1].overlmt_amt, 51);
    world_free(w);
}

static void a_line_counts_once(void **state)
{
    (void)state;
    struct world *w = with_ceiling(CEILING_STAY, 1u << EXAM, 1000);
    ceilings[1] = ceilings[0];
    ceilings[1].id = "ceiling/d";
    ceilings[1].scope.any.med_chrgitm_type = 1u << EXAM | 1u << TEST;
    ceilings[1].rules = &rules[1];
    rules[1] = (struct ceiling_rule){.who = everyone, .fen = 100, .clause = 48};
    w->policy.lines.ceiling_count = 2;
    fee(w, EXAM, 1500, 0);
    fee(w, TEST, 300, 0);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].inscp_scp_amt, 1000);
    assert_int_equal(r->lines[1].inscp_scp_amt, 100);
    rules[0].who = for_classes(1u << ACTIVE); /* where the first is for others, the second holds */
    r = world_run(w, 0);
    assert_int_equal(r->totals.inscp_scp_amt, 100);
    assert_int_equal(r->lines[1].clause, 48);
    world_free(w);
}

static void an_amount_beyond_all_limits_nothing(void **state)
{
    (void)state;
    struct world *w = with_ceiling(CEILING_STAY_DAY, 1u << BED, FEN_MAX);
    rules[0].special_days = 366;
    rules[0].special_fen = FEN_MAX;
    fee(w, BED, 80000, 0);
    assert_int_equal(world_run(w, 0)->totals.inscp_scp_amt, 80000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(per_stay),
        cmocka_unit_test(of_money_in_scope),
        cmocka_unit_test(per_day_of_the_stay),
        cmocka_unit_test(per_day_of_fees),
        cmocka_unit_test(ties_go_by_number),
        cmocka_unit_test(a_line_counts_once),
        cmocka_unit_test(an_amount_beyond_all_limits_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
