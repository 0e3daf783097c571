/* lib/adjudicate/lines: class, cap, first self-pay, restrictions, limited use, refunds. */
#include "fixture.h"

/* An entry for everybody from 2024 on, and a line of it that is looked up. */
static struct catalogue_entry *entry(struct world *w, const char *code, uint8_t chrgitm_lv)
{
    struct catalogue_entry *e = &w->catalogue.entries[w->catalogue.count++];
    *e = (struct catalogue_entry){.chrgitm_lv = chrgitm_lv,
                                  .med_chrgitm_type = 9,
                                  .age_max = CATALOGUE_AGE_OPEN,
                                  .begndate = date_of(2024, 1, 1),
                                  .enddate = DATE_MAX,
                                  .pric_uplmt_amt = {.at_all = -1}};
    snprintf(e->med_list_codg, sizeof e->med_list_codg, "%s", code);
    return e;
}

static void cap(struct world *w, struct catalogue_entry *e, int grade, int64_t amount)
{
    int64_t *caps = w->catalogue.caps[e - w->catalogue.entries];
    for (int i = 0; !e->caps_by_grade && i < CATALOGUE_CAP_GRADES_MAX; i++)
        caps[i] = -1;
    caps[grade] = amount;
    e->caps_by_grade = true;
    e->pric_uplmt_amt.by_grade = caps;
}

static struct claim_line *line_of(struct world *w, const char *code, int64_t amount)
{
    struct claim_line *line = world_line(w, 0, amount, 0);
    line->med_list_codg = code;
    return line;
}

static void r05_first_self_pay_is_rounded_per_line(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = entry(w, "B1", 2);
    e->selfpay_prop[0] = 9999;
    e->selfpay_prop[1] = 500; /* of this insurance */
    line_of(w, "B1", 452);
    line_of(w, "B1", 452);
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
    struct catalogue_entry *e = entry(w, "US", 2);
    e->selfpay_prop[1] = 1000;
    cap(w, e, PRIMARY, INT64_C(90) * PRIC_ONE);
    cap(w, e, LEVEL3, INT64_C(110) * PRIC_ONE);
    w->institution.benefit_grade = w->institution.dedc_grade = PRIMARY; /* the cap grade decides */
    line_of(w, "US", 12000);
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
    struct catalogue_entry *e = entry(w, "BED", 1);
    cap(w, e, LEVEL3, INT64_C(37) * PRIC_ONE);
    struct claim_line *line = line_of(w, "BED", 80000);
    line->cnt = 10 * CNT_ONE;
    line->pric = INT64_C(80) * PRIC_ONE;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.overlmt_selfpay, 43000);
    assert_int_equal(r->totals.inscp_scp_amt, 37000);
    cap(w, e, LEVEL3, INT64_MAX / 2); /* beyond the national range: limits nothing */
    assert_int_equal(world_run(w, 0)->totals.overlmt_selfpay, 0);
    cap(w, e, LEVEL3, 0); /* a cap of nothing is a cap */
    assert_int_equal(world_run(w, 0)->totals.overlmt_selfpay, 80000);
    world_free(w);
}

static void wholly_own_lines_say_why(void **state)
{
    (void)state;
    struct world *w = world_new();
    entry(w, "C", 3);
    entry(w, "WOMEN", 1)->sex_limit = 2;
    entry(w, "CHILD", 1)->age_max = 14;
    entry(w, "OLD", 1)->age_min = 54;
    entry(w, "STAY", 1)->inpatient_only = true;
    entry(w, "LIMITED", 2)->lmt_used_flag = true;
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
        line_of(w, cases[i].code, 100)->hosp_appr_flag = cases[i].flag;
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
    entry(w, "LIMITED", 2)->lmt_used_flag = true;
    struct claim_line *limited = line_of(w, "LIMITED", 700);
    limited->hosp_appr_flag = 2;
    limited->cnt = 7 * CNT_ONE;
    limited->pric = PRIC_ONE;
    world_line(w, 1, 1000, 0)->refused = true;
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
    world_refund(w, limited, -100, -CNT_ONE);
    r = world_run(w, 0);
    assert_int_equal(r->lines[3].fulamt_ownpay_amt, -100);
    assert_int_equal(r->totals.hosp_part_amt, 1600);
    assert_int_equal(r->rows[0].amount, 1600);
    assert_string_equal(r->rows[0].owner, "H43100299001");
    world_free(w);
}

static void unknown_items_are_told_all_at_once(void **state)
{
    (void)state;
    struct world *w = world_new();
    entry(w, "NEW", 1)->begndate = date_of(2024, 3, 2);
    line_of(w, "X1", 100);
    line_of(w, "NEW", 100);
    line_of(w, "X2", 100);
    line_of(w, "NEW", 100)->fee_ocur_time += DAY_MS;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->problems.count, 3);
    assert_int_equal(r->problems.list[0].reason, REASON_ITEM_UNKNOWN);
    assert_string_equal(r->problems.list[0].feedetl_sn, "0001");
    assert_int_equal(r->problems.list[1].reason, REASON_ITEM_NOT_IN_FORCE);
    assert_string_equal(r->problems.list[2].feedetl_sn, "0003");
    w->in.catalogue = NULL;
    assert_int_equal(world_run(w, 0)->problems.count, 4);
    world_free(w);
}

static void refunds_report_the_difference(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = entry(w, "B1", 2);
    e->selfpay_prop[1] = 500;
    struct claim_line *line = line_of(w, "B1", 1356); /* 3 x 4.52: 0.678 -> 0.68 */
    line->cnt = 3 * CNT_ONE;
    line->pric = 4520000;
    world_refund(w, line, -452, -CNT_ONE);
    world_refund(w, line, -452, -CNT_ONE);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 68);
    assert_int_equal(r->lines[1].preselfpay_amt, 45 - 68); /* 9.04: 0.452 */
    assert_int_equal(r->lines[2].preselfpay_amt, 23 - 45); /* 4.52: 0.226 */
    assert_int_equal(r->totals.preselfpay_amt, 23);        /* as if one had been sold */
    assert_int_equal(r->totals.inscp_scp_amt, 429);
    assert_int_equal(r->lines[1].reason, STEP_REFUNDED);
    assert_int_equal(r->lines[1].det_item_fee_sumamt, -452);
    world_free(w);
}

static void a_refund_follows_its_originals_cap_and_class(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = entry(w, "BED", 1);
    cap(w, e, LEVEL3, INT64_C(37) * PRIC_ONE);
    struct claim_line *bed = line_of(w, "BED", 24000);
    bed->cnt = 3 * CNT_ONE;
    bed->pric = INT64_C(80) * PRIC_ONE;
    world_refund(w, bed, -8000, -CNT_ONE);
    entry(w, "C", 3);
    struct claim_line *own = line_of(w, "C", 500);
    world_refund(w, own, -500, -CNT_ONE);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[1].overlmt_amt, -4300);
    assert_int_equal(r->lines[1].inscp_scp_amt, -3700);
    assert_int_equal(r->lines[3].fulamt_ownpay_amt, -500);
    assert_int_equal(r->totals.fulamt_ownpay_amt, 0);
    assert_int_equal(r->totals.medfee_sumamt, 16000);
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
        cmocka_unit_test(unknown_items_are_told_all_at_once),
        cmocka_unit_test(refunds_report_the_difference),
        cmocka_unit_test(a_refund_follows_its_originals_cap_and_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
