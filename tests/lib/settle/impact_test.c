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

static void assert_sum(struct impact_sum sum, int64_t is, int64_t would)
{
    assert_int_equal(sum.is, is);
    assert_int_equal(sum.would, would);
}

/* All that a document needs: who, each fund, the person, the clause. */
static void a_difference_says_who_how_much_and_why(void **state)
{
    struct world *w = *state;
    static const struct bill shopping = {.infno = "2102",
                                         .fixmedins = PHARMACY,
                                         .med_type = "41",
                                         .psn_no = EMPLOYEE,
                                         .account = true,
                                         .lines = {{DRUG_A, 1500}}};
    free(world_settled(w, &visit));
    free(world_settled(w, &shopping));
    struct pack *pack = pack_of(world_bundle("0.60"));
    struct impact *impact = fed(w, pack);
    struct impact_report report = impact_report(impact);
    assert_int_equal(report.settlements, 2);
    assert_int_equal(report.count, 1);
    const struct impact_entry *e = &report.list[0];
    assert_string_equal(e->psn_no, RESIDENT);
    assert_int_equal(e->fund_count, 1);
    assert_string_equal(e->funds[0].fund_pay_type, "390101");
    assert_int_equal(e->funds[0].owner_kind, OWNER_COUNTY);
    assert_string_equal(e->funds[0].owner, "431002");
    assert_sum(e->funds[0].paid, 7000, 6000);
    assert_sum(e->cash, 3000, 4000);
    assert_sum(e->account, 0, 0);
    assert_sum(e->hospital, 0, 0);
    assert_string_equal(e->cause.clause, "R-OP");
    assert_string_equal(e->cause.was_clause, "R-OP");
    assert_string_equal(e->cause.layer, "resident_outpatient");
    assert_string_equal(e->cause.feedetl_sn, "");
    impact_free(impact);
    pack_free(pack);
}

/* A pack that does not let its hospital give that care settles nothing of it. */
static void what_it_refuses_would_cost_nobody_anything(void **state)
{
    struct world *w = *state;
    free(world_settled(w, &visit));
    struct slice bundle = world_bundle_changed("kind: outpatient, clr", "kind: pharmacy, clr");
    struct pack *pack = pack_of(bundle);
    struct impact *impact = fed(w, pack);
    struct impact_report report = impact_report(impact);
    assert_int_equal(report.count, 1);
    assert_int_not_equal(report.list[0].refused, REASON_NONE);
    assert_sum(report.list[0].fund, 7000, 0);
    assert_sum(report.list[0].funds[0].paid, 7000, 0);
    assert_string_equal(report.list[0].cause.clause, "");
    impact_free(impact);
    pack_free(pack);
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
    assert_sum(report.list[1].fund, 7000, 6000);
    assert_sum(report.list[1].person, 3000, 4000);
    assert_int_equal(report.sequence, w->record_count);
    assert_int_equal(report.time_ms, w->now_ms);
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
        WORLD_TEST(a_difference_says_who_how_much_and_why),
        WORLD_TEST(what_it_refuses_would_cost_nobody_anything),
        WORLD_TEST(the_same_rules_touch_nothing),
        WORLD_TEST(rules_of_other_days_touch_nothing),
        WORLD_TEST(a_ledger_with_a_gap_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
