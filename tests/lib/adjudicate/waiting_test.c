/* lib/adjudicate/waiting: from when the pool is open, and newborns. */
#include "fixture.h"

/* A resident whose cover began on 10 April 2024, under a policy that makes it wait three months. */
static struct world *with_waiting(void)
{
    struct world *w = world_new();
    struct insurance *cover = &w->person.insurances[0];
    layer_ratio(w, world_layer(w, "ip", FUND_HIFP), everyone, 5000);
    w->policy.layers[0].needs_pool = true;
    world_line(w, 1, 1000, 0);
    cover->psn_insu_date = cover->pool_begndate = date_of(2024, 4, 10);
    cover->expi_date = DATE_MAX;
    w->policy.waiting_count = 1;
    w->policy.waiting[0] =
        (struct waiting_rule){.insutypes = 1u << policy_insutype(&w->policy, 390),
                              .late = true,
                              .broken = true,
                              .months = 3,
                              .clause = 1};
    return w;
}

static void assert_begins(const struct world *w, int32_t date, uint16_t clause)
{
    struct pool_begins begins =
        adjudicate_pool_begins(&w->policy, &w->person, &w->person.insurances[0]);
    assert_int_equal(begins.date, date);
    assert_int_equal(begins.clause, clause);
}

static void earlier(struct world *w, uint16_t insutype, int32_t from, int32_t to)
{
    w->person.insurances[1] = (struct insurance){.insutype = insutype,
                                                 .psn_insu_date = from,
                                                 .pool_begndate = from,
                                                 .paus_insu_date = DATE_NONE,
                                                 .expi_date = to};
    w->person.insurance_count = 2;
}

static void late_or_broken(void **state)
{
    (void)state;
    struct world *w = with_waiting();
    struct waiting_rule *rule = &w->policy.waiting[0];
    assert_begins(w, date_of(2024, 7, 10), 1);
    rule->late = false;
    assert_begins(w, date_of(2024, 4, 10), 0); /* no earlier cover was broken off */
    earlier(w, 390, date_of(2020, 1, 1), date_of(2023, 12, 31));
    assert_begins(w, date_of(2024, 7, 10), 1);
    rule->broken = false;
    assert_begins(w, date_of(2024, 4, 10), 0);
    rule->late = true;
    w->person.insurances[1].expi_date = date_of(2024, 4, 9);
    assert_begins(w, date_of(2024, 4, 10), 0);
    w->person.insurances[1].expi_date = date_of(2024, 6, 30); /* the two overlap */
    assert_begins(w, date_of(2024, 4, 10), 0);
    rule->insutypes = 0;
    w->person.insurance_count = 1;
    assert_begins(w, date_of(2024, 4, 10), 0);
    world_free(w);
}

static void windows_of_insurance_years(void **state)
{
    (void)state;
    struct world *w = with_waiting();
    struct insurance *cover = &w->person.insurances[0];
    struct waiting_rule *rule = &w->policy.waiting[0];
    rule->window_ends = 430;
    assert_begins(w, date_of(2024, 4, 10), 0);
    w->policy.dates.year_begins = 901;
    rule->window_ends = 1130;
    assert_begins(w, date_of(2024, 7, 10), 1);
    cover->psn_insu_date = cover->pool_begndate = date_of(2024, 11, 30);
    assert_begins(w, date_of(2024, 11, 30), 0);
    rule->window_ends = 131; /* of the calendar year that follows */
    cover->psn_insu_date = cover->pool_begndate = date_of(2025, 1, 31);
    assert_begins(w, date_of(2025, 1, 31), 0);
    cover->psn_insu_date = cover->pool_begndate = date_of(2025, 2, 1);
    assert_begins(w, date_of(2025, 5, 1), 1);
    world_free(w);
}

static void missed_years(void **state)
{
    (void)state;
    struct world *w = with_waiting();
    w->policy.waiting[0].per_missed_year = 2;
    earlier(w, 310, date_of(2010, 1, 1), date_of(2023, 3, 31));
    assert_begins(w, date_of(2024, 7, 10), 1); /* partly insured in 2023, partly in 2024 */
    w->person.insurances[1].expi_date = date_of(2022, 12, 31);
    assert_begins(w, date_of(2024, 9, 10), 1);
    w->person.insurances[1].expi_date = date_of(2019, 12, 31);
    assert_begins(w, date_of(2025, 3, 10), 1); /* eleven months, into the next year */
    world_free(w);
}

static void the_explanation_names_the_clause(void **state)
{
    (void)state;
    struct world *w = with_waiting();
    w->claim.begntime = date_start_ms(date_of(2024, 6, 1));
    w->claim.endtime = w->in.setl_time = w->lines[0].fee_ocur_time = w->claim.begntime + NOON_MS;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.fund_pay_sumamt, 0);
    assert_int_equal(find_step(r, STEP_POOL_CLOSED, "ip")->clause, 1);
    w->policy.waiting_count = 0;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    world_free(w);
}

static void a_newborn_is_covered_from_birth(void **state)
{
    (void)state;
    struct world *w = with_waiting();
    w->person.brdy = date_of(2024, 3, 1);
    const int32_t day = date_of(2024, 3, 5);
    assert_null(adjudicate_cover(&w->policy, &w->person, 0, day));
    w->policy.waiting[0].newborn_days = 40;
    assert_ptr_equal(adjudicate_cover(&w->policy, &w->person, 0, day), &w->person.insurances[0]);
    assert_ptr_equal(adjudicate_cover(&w->policy, &w->person, 390, day), &w->person.insurances[0]);
    assert_null(adjudicate_cover(&w->policy, &w->person, 310, day));
    assert_null(adjudicate_cover(&w->policy, &w->person, 0, w->person.brdy - 1));
    assert_begins(w, w->person.brdy, 1);
    w->policy.waiting[0].newborn_days = 39;
    assert_null(adjudicate_cover(&w->policy, &w->person, 0, day));
    w->policy.waiting[0].newborn_days = 40;
    w->person.insurances[0].pool_begndate = date_of(2024, 8, 1); /* enrolment says otherwise */
    assert_null(adjudicate_cover(&w->policy, &w->person, 0, day));
    assert_begins(w, date_of(2024, 8, 1), 0);
    world_free(w);
}

/* Born on 10 April 2023 it is still an infant on the same day a year later, and not the day after.
 */
static void an_infant_does_not_wait(void **state)
{
    (void)state;
    struct world *w = with_waiting();
    const int32_t enrolled = w->person.insurances[0].psn_insu_date;
    w->policy.waiting[0].infant_months = 12;
    w->person.brdy = date_of(2023, 4, 10);
    assert_begins(w, enrolled, 0);
    w->policy.waiting[0].infant_next_day = true;
    assert_begins(w, enrolled + 1, 1);
    w->person.brdy = date_of(2023, 4, 9);
    assert_begins(w, date_of(2024, 7, 10), 1);
    w->person.brdy = date_of(2023, 4, 10);
    w->policy.waiting[0].late = false; /* who began in time does not move by a day */
    assert_begins(w, enrolled, 0);
    world_free(w);
}

/* Whose sex and age: the catalogue's limits are about the patient, rules as the policy says. */
static void a_newborn_under_its_mother(void **state)
{
    (void)state;
    struct world *w = world_new();
    layer_ratio(w, world_layer(w, "ip", FUND_HIFP), everyone, 5000);
    struct selector *who = &world_rules(w, &w->policy.layers[0])->ratios[0].who;
    world_line(w, 1, 1000, 0);
    w->claim.newborn = (struct newborn){true, 1, date_of(2024, 2, 25)};
    assert_refused(world_run(w, 0), REASON_NOT_INSURED, "newborn");
    w->policy.newborn = (struct newborn_rule){28, true, true, 1};
    w->person.gend = 1;
    assert_refused(world_run(w, 0), REASON_NOT_INSURED, "newborn");
    w->policy.newborn.mother = false;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    w->person.gend = 2;
    w->policy.newborn.mother = true;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    assert_int_equal(find_step(&w->result, STEP_NEWBORN, "")->clause, 1);
    who->age_max = 5;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    w->policy.newborn.of_child = false;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 0);
    *who = everyone;
    struct catalogue_entry *entry = &w->catalogue.entries[w->catalogue.count++];
    *entry = (struct catalogue_entry){.med_list_codg = "CHILD",
                                      .enddate = DATE_MAX,
                                      .chrgitm_lv = 1,
                                      .med_chrgitm_type = 9,
                                      .sex_limit = 1,
                                      .age_max = 5,
                                      .pric_uplmt_amt.at_all = -1};
    w->stated[0].chrgitm_lv = 0;
    w->lines[0].med_list_codg = "CHILD";
    assert_int_equal(world_run(w, 0)->totals.inscp_scp_amt, 1000);
    w->claim.newborn.present = false;
    assert_int_equal(world_run(w, 0)->totals.fulamt_ownpay_amt, 1000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_or_broken),
        cmocka_unit_test(windows_of_insurance_years),
        cmocka_unit_test(missed_years),
        cmocka_unit_test(the_explanation_names_the_clause),
        cmocka_unit_test(a_newborn_is_covered_from_birth),
        cmocka_unit_test(an_infant_does_not_wait),
        cmocka_unit_test(a_newborn_under_its_mother),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
