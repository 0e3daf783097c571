/* lib/adjudicate/item: class, limit, standard, first self-pay, restrictions, who bears the line. */
#include "fixture.h"

static void r05_first_self_pay_is_rounded_per_line(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = world_entry(w, "B1", 2);
    e->selfpay_prop[0] = 9999;
    e->selfpay_prop[1] = 500; /* of this insurance */
    world_coded(w, "B1", 452);
    world_coded(w, "B1", 452);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 23);
    assert_int_equal(r->lines[0].inscp_scp_amt, 429);
    assert_int_equal(r->totals.preselfpay_amt, 46); /* not 45.2 */
    assert_int_equal(r->lines[0].reason, STEP_CLASS_B);
    assert_int_equal(r->lines[0].clause, 42);
    assert_int_equal(r->lines[0].selfpay_prop, 500);
    assert_int_equal(r->lines[0].med_chrgitm_type, 9);
    world_free(w);
}

static void r17_first_self_pay_is_on_the_limited_amount(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = world_entry(w, "US", 2);
    e->selfpay_prop[1] = 1000;
    entry_cap(w, e, PRIMARY, INT64_C(90) * PRIC_ONE);
    entry_cap(w, e, LEVEL3, INT64_C(110) * PRIC_ONE);
    w->institution.benefit_grade = w->institution.dedc_grade = PRIMARY; /* the cap grade decides */
    world_coded(w, "US", 12000);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].overlmt_amt, 1000);
    assert_int_equal(r->lines[0].preselfpay_amt, 1100);
    assert_int_equal(r->lines[0].inscp_scp_amt, 9900);
    assert_int_equal(r->lines[0].pric_uplmt_amt, INT64_C(110) * PRIC_ONE);
    assert_int_equal(r->lines[0].clause, 40);
    assert_int_equal(r->totals.psn_ownpay_amt, 1000);
    world_free(w);
}

/* D68: 80 a day for ten days, capped at 37: the cap is per unit. */
static void caps_are_per_unit(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = world_entry(w, "BED", 1);
    entry_cap(w, e, LEVEL3, INT64_C(37) * PRIC_ONE);
    struct claim_line *line = world_coded(w, "BED", 80000);
    line->cnt = 10 * CNT_ONE;
    line->pric = INT64_C(80) * PRIC_ONE;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.overlmt_selfpay, 43000);
    assert_int_equal(r->totals.inscp_scp_amt, 37000);
    entry_cap(w, e, LEVEL3, INT64_MAX / 2); /* beyond the national range: limits nothing */
    assert_int_equal(world_run(w, 0)->totals.overlmt_selfpay, 0);
    entry_cap(w, e, LEVEL3, 0); /* a cap of nothing is a cap */
    assert_int_equal(world_run(w, 0)->totals.overlmt_selfpay, 80000);
    world_free(w);
}

static void wholly_own_lines_say_why(void **state)
{
    (void)state;
    struct world *w = world_new();
    world_entry(w, "C", 3);
    world_entry(w, "WOMEN", 1)->sex_limit = 2;
    world_entry(w, "CHILD", 1)->age_max = 14;
    world_entry(w, "OLD", 1)->age_min = 54;
    world_entry(w, "STAY", 1)->inpatient_only = true;
    world_entry(w, "LIMITED", 2)->lmt_used_flag = true;
    static const struct {
        const char *code;
        uint8_t flag, reason;
        bool own_at_outpatient, own;
    } cases[] = {{"C", 0, STEP_CLASS_C, true, true},
                 {"WOMEN", 0, STEP_RESTRICTED, true, true},
                 {"CHILD", 0, STEP_RESTRICTED, true, true},
                 {"OLD", 0, STEP_CLASS_A, false, false}, /* 54 since 1 January */
                 {"STAY", 0, STEP_CLASS_A, true, false},
                 {"LIMITED", 1, STEP_CLASS_B, false, false},
                 {"LIMITED", 2, STEP_LIMITED_USE, true, true}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        world_coded(w, cases[i].code, 100)->hosp_appr_flag = cases[i].flag;
    const struct result *r = world_run(w, 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(r->lines[i].reason, cases[i].reason);
        assert_int_equal(r->lines[i].fulamt_ownpay_amt, cases[i].own ? 100 : 0);
        assert_int_equal(r->lines[i].selfpay_prop, cases[i].own ? RATIO_ONE : 0);
    }
    w->claim.med_type = "11";
    r = world_run(w, 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(r->lines[i].fulamt_ownpay_amt, cases[i].own_at_outpatient ? 100 : 0);
    w->person.brdy = date_of(1970, 3, 2); /* 54 the day after the fee */
    r = world_run(w, 0);
    assert_int_equal(r->lines[3].reason, STEP_RESTRICTED);
    world_free(w);
}

/* Limited use and audit: who bears the line is the pack's choice, and the hospital's share is
 * nobody else's base. */
static void the_hospital_bears_lines(void **state)
{
    (void)state;
    struct world *w = world_new();
    w->policy.lines.hosp_appr[2] = HOSP_APPR_HOSPITAL;
    w->policy.lines.hospital = (struct hospital_part){"630101", 44};
    const struct base_term whole[] = {{RATIO_ONE, AMOUNT_MEDFEE, 0}};
    layer_base(world_layer(w, "all", FUND_HIFP), 1, whole);
    layer_ratio(w, &w->policy.layers[0], everyone, 5000);
    world_entry(w, "LIMITED", 2)->lmt_used_flag = true;
    struct claim_line *limited = world_coded(w, "LIMITED", 700);
    limited->hosp_appr_flag = 2;
    limited->cnt = 7 * CNT_ONE;
    limited->pric = PRIC_ONE;
    struct claim_line *refused = world_line(w, 1, 1000, 0);
    refused->refused = LINE_REFUSED;
    world_line(w, 3, 200, 0);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].reason, STEP_LIMITED_USE_HOSPITAL);
    assert_int_equal(r->lines[0].fulamt_ownpay_amt, 700);
    assert_int_equal(r->lines[0].clause, 44);
    assert_int_equal(r->lines[1].reason, STEP_REFUSED);
    assert_int_equal(r->lines[1].fulamt_ownpay_amt, 1000);
    assert_int_equal(r->totals.hosp_part_amt, 700);
    assert_int_equal(r->totals.fund_pay_sumamt, 600); /* (1,900 - 700) x 0.50 */
    assert_int_equal(r->totals.psn_part_amt, 600);
    assert_int_equal(r->totals.psn_ownpay_amt, 600);
    assert_int_equal(find_step(r, STEP_HOSPITAL_LINES, "hospital")->amount, 700);
    w->policy.lines.refused_by_hospital = true;
    r = world_run(w, 0);
    assert_int_equal(r->lines[1].reason, STEP_REFUSED_HOSPITAL);
    assert_int_equal(r->totals.hosp_part_amt, 1700);
    assert_int_equal(r->totals.fund_pay_sumamt, 100);
    /* A rule that names the bearer goes before what the pack says of the others. */
    refused->refused = LINE_REFUSED_PATIENT;
    r = world_run(w, 0);
    assert_int_equal(r->lines[1].reason, STEP_REFUSED);
    assert_int_equal(r->totals.hosp_part_amt, 700);
    w->policy.lines.refused_by_hospital = false;
    refused->refused = LINE_REFUSED_HOSPITAL;
    r = world_run(w, 0);
    assert_int_equal(r->lines[1].reason, STEP_REFUSED_HOSPITAL);
    assert_int_equal(r->totals.hosp_part_amt, 1700);
    world_refund(w, limited, -100, -CNT_ONE);
    r = world_run(w, 0);
    assert_int_equal(r->lines[3].fulamt_ownpay_amt, -100);
    assert_int_equal(r->totals.hosp_part_amt, 1600);
    assert_int_equal(r->rows[0].amount, 1600);
    assert_string_equal(r->rows[0].owner, "H43100299001");
    world_free(w);
}

/* A person class's ratio holds instead of the insurance's, where the catalogue states one. */
static void first_self_pay_by_class(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = world_entry(w, "B1", 2);
    e->selfpay_prop[0] = e->selfpay_prop[1] = 1000;
    entry_more(w, e)->selfpay_prop[RETIRED] = 500;
    world_coded(w, "B1", 10000);
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 1000); /* a resident */
    world_employee(w, "1101");
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 1000);
    world_employee(w, "1201");
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 500);
    assert_int_equal(w->result.lines[0].selfpay_prop, 500);
    entry_more(w, e)->selfpay_prop[RETIRED] = 0; /* nothing is something */
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 0);
    world_free(w);
}

/* 10 units at 12.00, limited to 11.00, standard 8.00: 10 over the limit, 30 above the standard, and
 * the ratio is of the 80. */
static void above_the_payment_standard(void **state)
{
    (void)state;
    struct world *w = world_new();
    w->policy.lines.pay_standard = (struct pay_standard){true, PART_PRESELFPAY, 45};
    struct catalogue_entry *e = world_entry(w, "VBP", 2);
    e->selfpay_prop[1] = 1000;
    e->pric_uplmt_amt.at_all = 11 * PRIC_ONE;
    entry_more(w, e)->pay_standard = 8 * PRIC_ONE;
    struct claim_line *line = world_coded(w, "VBP", 12000);
    line->cnt = 10 * CNT_ONE;
    line->pric = 12 * PRIC_ONE;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].overlmt_amt, 1000);
    assert_int_equal(r->lines[0].preselfpay_amt, 3000 + 800);
    assert_int_equal(r->lines[0].inscp_scp_amt, 7200);
    assert_int_equal(r->lines[0].reason, STEP_PAY_STANDARD);
    assert_int_equal(r->lines[0].clause, 45);
    w->policy.lines.pay_standard.above = PART_OVERLMT;
    r = world_run(w, 0);
    assert_int_equal(r->totals.overlmt_selfpay, 4000);
    assert_int_equal(r->totals.preselfpay_amt, 800);
    w->policy.lines.pay_standard.above = PART_FULAMT;
    r = world_run(w, 0);
    assert_int_equal(r->totals.fulamt_ownpay_amt, 3000);
    assert_int_equal(r->totals.inscp_scp_amt, 7200);
    assert_int_equal(r->totals.hosp_part_amt, 0);
    entry_more(w, e)->pay_standard = 12 * PRIC_ONE; /* not reached */
    r = world_run(w, 0);
    assert_int_equal(r->lines[0].reason, STEP_CLASS_B);
    assert_int_equal(r->totals.inscp_scp_amt, 9900);
    world_refund(w, line, -2400, -2 * CNT_ONE);
    entry_more(w, e)->pay_standard = 8 * PRIC_ONE;
    r = world_run(w, 0);
    assert_int_equal(r->lines[1].fulamt_ownpay_amt, -600);
    assert_int_equal(r->lines[1].preselfpay_amt, -160);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r05_first_self_pay_is_rounded_per_line),
        cmocka_unit_test(r17_first_self_pay_is_on_the_limited_amount),
        cmocka_unit_test(caps_are_per_unit),
        cmocka_unit_test(wholly_own_lines_say_why),
        cmocka_unit_test(the_hospital_bears_lines),
        cmocka_unit_test(first_self_pay_by_class),
        cmocka_unit_test(above_the_payment_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
