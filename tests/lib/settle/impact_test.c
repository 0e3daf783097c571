/* lib/settle/impact: a pack tried on what a ledger holds. */
#include "fixture.h"

#include "settle/impact.h"

static const struct bill visit = {.psn_no = RESIDENT, .lines = {{DRUG_A, 10000}}};

static struct pack *pack_of(struct slice bundle)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct pack *pack;
    OK(settle_compile(bundle, REGION, &pack, faults));
    free((void *)bundle.data);
    free(faults);
    return pack;
}

static struct impact *fed(struct world *w, const struct pack *pack)
{
    struct impact *impact;
    OK(impact_new(REGION, pack, &impact));
    for (uint32_t i = 0; i < w->record_count; i++)
        OK(impact_record(impact, i + 1, (struct slice){w->records[i].bytes, w->records[i].size}));
    return impact;
}

static void what_would_come_out_otherwise_is_listed(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &visit);
    struct bill later = visit;
    later.visit = "second";
    char *second = world_settled(w, &later);
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);

    struct pack *pack = pack_of(world_bundle("0.60"));
    struct impact *impact = fed(w, pack);
    struct impact_report report = impact_report(impact);
    assert_int_equal(report.settlements, 2);
    assert_int_equal(report.count, 2);
    assert_string_equal(report.list[0].setl_id, first);
    assert_true(report.list[0].voided);
    assert_false(report.list[1].voided);
    assert_string_equal(report.list[1].setl_id, second);
    assert_int_equal(report.list[1].refused, REASON_NONE);
    assert_int_equal(report.list[1].fund_pay_sumamt, 7000);
    assert_int_equal(report.list[1].would_fund_pay_sumamt, 6000);
    assert_int_equal(report.list[1].psn_part_amt, 3000);
    assert_int_equal(report.list[1].would_psn_part_amt, 4000);
    impact_free(impact);
    pack_free(pack);
    free(first);
    free(second);
}

static void the_same_rules_touch_nothing(void **state)
{
    struct world *w = *state;
    free(world_settled(w, &visit));
    struct pack *pack = pack_of(world_bundle("0.70"));
    struct impact *impact = fed(w, pack);
    struct impact_report report = impact_report(impact);
    assert_int_equal(report.settlements, 1);
    assert_int_equal(report.count, 0);
    impact_free(impact);
    pack_free(pack);
}

static void rules_of_other_days_touch_nothing(void **state)
{
    struct world *w = *state;
    const struct world_version version = {.outpatient_ratio = "0.60",
                                          .effective = "effective: {from: 2027-01-01}",
                                          .clause = "居民门诊, p"};
    free(world_settled(w, &visit));
    struct pack *pack = pack_of(world_bundle_versions(&version, 1));
    struct impact *impact = fed(w, pack);
    assert_int_equal(impact_report(impact).settlements, 0);
    assert_int_equal(impact_report(impact).count, 0);
    impact_free(impact);
    pack_free(pack);
}

static void a_ledger_with_a_gap_ends_it(void **state)
{
    struct world *w = *state;
    struct pack *pack = pack_of(world_bundle("0.70"));
    struct impact *impact;
    OK(impact_new(REGION, pack, &impact));
    const struct slice second = {w->records[1].bytes, w->records[1].size};
    assert_int_equal(impact_record(impact, 2, second), ERR_CORRUPT);
    impact_free(impact);
    pack_free(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(what_would_come_out_otherwise_is_listed),
        WORLD_TEST(the_same_rules_touch_nothing),
        WORLD_TEST(rules_of_other_days_touch_nothing),
        WORLD_TEST(a_ledger_with_a_gap_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
