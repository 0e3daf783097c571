/* Limits: over which span, of which items together, with what was dispensed before; and days of
 * supply. */
#include "fixture.h"

#define LIMIT(text)                                                                                \
    "  - {rule: r, zh: r, clause: X, level: inform, items: {any: {codes: [XJ]}}, limit: {" text    \
    "}}\n"

static void one_line(void **state)
{
    (void)state;
    struct bench *b = bench_new(LIMIT("of: cnt, per: line, at_most: 3"));
    bench_line(b, DRUG, 3, 1);
    bench_line(b, DRUG, 4, 1);
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    const struct finding *f = assert_finding(b, 0, "r", "02", 100);
    assert_int_equal(f->vola_evid.found, 4 * CNT_ONE);
    assert_int_equal(f->vola_evid.line, FINDING_WHOLE);
    bench_free(b);
}

static void of_a_day(void **state)
{
    (void)state;
    struct bench *b =
        bench_new(LIMIT("of: cnt, per: fee_day, counted: together, history: false, at_most: 3"));
    bench_line(b, DRUG, 2, 1);
    bench_line(b, OTHER, 3, 1); /* two of three are above */
    bench_line(b, DRUG, 1, 1);  /* all of it is */
    bench_line(b, DRUG, 3, 2);  /* another day */
    bench_dispensed(b, DRUG, 9, 2, 0);
    bench_run(b);
    assert_int_equal(b->report.findings.count, 2);
    assert_finding(b, 0, "r", "02", 200);
    const struct finding *f = assert_finding(b, 1, "r", "03", 100);
    assert_string_equal(b->lines[f->vola_evid.line].feedetl_sn, "02");
    bench_free(b);
}

static void each_item_by_itself(void **state)
{
    (void)state;
    struct bench *b =
        bench_new(LIMIT("of: lines, per: fee_day, counted: each_item, history: false, at_most: 1"));
    bench_line(b, DRUG, 2, 1);
    bench_line(b, OTHER, 3, 1);
    bench_line(b, DRUG, 5, 1);
    bench_line(b, DRUG, 5, 2);
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    assert_finding(b, 0, "r", "03", 500);
    bench_free(b);
}

static void amounts_with_what_others_sold(void **state)
{
    (void)state;
    struct bench *b = bench_new(
        LIMIT("of: amount, per: fee_day, counted: together, history: true, at_most: 10.00"));
    bench_line(b, DRUG, 7, 3);
    bench_dispensed(b, DRUG, 3, 2, 0);
    bench_dispensed(b, OTHER, 4, 3, 0);
    bench_dispensed(b, DRUG, 8, 4, 0); /* later: nobody knew of it */
    bench_dispensed(b, BED, 8, 4, 0);
    bench_run(b);
    const struct finding *f = assert_finding(b, 0, "r", "01", 100);
    assert_string_equal(f->vola_evid.setl_id, "S1");
    assert_int_equal(f->vola_evid.date, DAY(3));
    assert_int_equal(f->vola_evid.found, 1100);
    bench_free(b);
}

static void within_days(void **state)
{
    (void)state;
    struct bench *b = bench_new(
        LIMIT("of: cnt, per: days, days: 7, counted: each_item, history: true, at_most: 2"));
    bench_dispensed(b, DRUG, 1, -4, 0); /* seven days before the 3rd, that day included: not */
    bench_dispensed(b, OTHER, 5, 1, 0); /* another item */
    bench_line(b, DRUG, 1, 3);
    bench_line(b, DRUG, 1, 9); /* with the 3rd's it is two */
    bench_line(b, DRUG, 1, 9);
    bench_line(b, DRUG, 1, 10); /* the 3rd is out, the 9th holds two */
    bench_run(b);
    assert_int_equal(b->report.findings.count, 2);
    assert_finding(b, 0, "r", "03", 100);
    assert_finding(b, 1, "r", "04", 100);
    b->dispensed[0].date = DAY(-3); /* the seventh day */
    b->dispensed[0].cnt = 2 * CNT_ONE;
    bench_run(b);
    assert_finding(b, 0, "r", "01", 100);
    bench_free(b);
}

static void of_a_month(void **state)
{
    (void)state;
    struct bench *b =
        bench_new(LIMIT("of: cnt, per: month, counted: together, history: true, at_most: 5"));
    bench_dispensed(b, DRUG, 5, 0, 0); /* the last of April */
    bench_dispensed(b, DRUG, 2, 1, 0);
    bench_line(b, DRUG, 3, 5);
    bench_line(b, DRUG, 2, 31);
    bench_line(b, DRUG, 5, 32); /* June */
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    assert_finding(b, 0, "r", "02", 200);
    bench_free(b);
}

static void days_in_bed(void **state)
{
    (void)state;
    struct bench *b = bench_new("  - {rule: r, zh: r, clause: X, level: refuse_line, borne_by: "
                                "hospital, items: {any: {med_chrgitm_type: [\"01\"]}}, limit: {of: "
                                "cnt, per: claim, counted: together, at_most: stay_days}}\n");
    bench_line(b, BED, 10, 1);
    assert_int_equal(bench_run(b)->count, 0); /* from the 1st to the 11th */
    bench_line(b, BED, 1, 11);
    bench_run(b);
    assert_finding(b, 0, "r", "02", 100);
    assert_int_equal(b->refused[1], LINE_REFUSED_HOSPITAL);
    b->claim.endtime = b->claim.begntime; /* in and out on one day is one day */
    bench_run(b);
    assert_finding(b, 0, "r", "01", 900);
    bench_free(b);
}

static void a_share_is_rounded(void **state)
{
    (void)state;
    struct bench *b = bench_new(LIMIT("of: cnt, per: line, at_most: 1"));
    bench_line(b, DRUG, 3, 1)->det_item_fee_sumamt = 100; /* two thirds of 1.00 */
    bench_run(b);
    assert_finding(b, 0, "r", "01", 67);
    bench_free(b);
}

#define SUPPLY LIMIT("of: supply, counted: each_item, history: true, at_most: 30")

static void what_is_in_hand(void **state)
{
    (void)state;
    struct bench *b = bench_new(SUPPLY);
    bench_dispensed(b, DRUG, 1, -9, 20);        /* on the 1st ten days of it are left */
    bench_line(b, DRUG, 2, 1)->prd_days = 2500; /* 35 are 5 above: a fifth */
    bench_line(b, OTHER, 1, 1)->prd_days = 3000;
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    const struct finding *f = assert_finding(b, 0, "r", "01", 40);
    assert_int_equal(f->vola_evid.found, 3500);
    assert_string_equal(f->vola_evid.setl_id, "S1");
    b->lines[0].prd_days = 2000;
    assert_int_equal(bench_run(b)->count, 0);
    bench_free(b);
}

/* A stock that ran out does not run below nothing, and one bill adds up. */
static void what_is_used_up(void **state)
{
    (void)state;
    struct bench *b = bench_new(SUPPLY);
    bench_dispensed(b, DRUG, 1, -100, 30);
    bench_line(b, DRUG, 1, 1)->prd_days = 2000;
    bench_line(b, DRUG, 1, 6)->prd_days = 2000; /* 15 + 20 */
    bench_line(b, DRUG, 1, 11);                 /* not stated */
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    assert_finding(b, 0, "r", "02", 25);
    bench_free(b);
}

/* Half of it was taken back: half of its days. */
static void a_refunded_supply(void **state)
{
    (void)state;
    struct bench *b = bench_new(SUPPLY);
    bench_line(b, DRUG, 2, 1)->prd_days = 6000;
    bench_run(b);
    assert_finding(b, 0, "r", "01", 100);
    bench_line(b, DRUG, -1, 2)->init_feedetl_sn = "01";
    assert_int_equal(bench_run(b)->count, 0);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line),
        cmocka_unit_test(of_a_day),
        cmocka_unit_test(each_item_by_itself),
        cmocka_unit_test(amounts_with_what_others_sold),
        cmocka_unit_test(within_days),
        cmocka_unit_test(of_a_month),
        cmocka_unit_test(days_in_bed),
        cmocka_unit_test(a_share_is_rounded),
        cmocka_unit_test(what_is_in_hand),
        cmocka_unit_test(what_is_used_up),
        cmocka_unit_test(a_refunded_supply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
