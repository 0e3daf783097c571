/* lib/adjudicate/crossing: stays that must be settled in parts. */
#include "fixture.h"

static struct world *with_layer(void)
{
    struct world *w = world_new();
    layer_ratio(w, world_layer(w, "ip", FUND_HIFP), everyone, 5000);
    world_line(w, 1, 1000, 0);
    return w;
}

static void assert_refused_beyond(struct world *w, const char *day)
{
    const struct result *r = world_run(w, 0);
    assert_refused(r, REASON_MID_SETTLE, "endtime");
    assert_non_null(strstr(r->problems.list[0].zh, day));
}

static void stay(struct world *w, int32_t from, int32_t to)
{
    w->claim.begntime = date_start_ms(from);
    w->claim.endtime = date_start_ms(to) + NOON_MS;
    w->in.setl_time = w->claim.endtime;
    w->lines[0].fee_ocur_time = w->claim.begntime;
}

static void a_stay_across_years(void **state)
{
    (void)state;
    struct world *w = with_layer();
    struct policy_dates *dates = &w->policy.dates;
    w->person.insurances[0].expi_date = DATE_MAX;
    stay(w, date_of(2024, 12, 20), date_of(2025, 1, 5));
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    dates->across_years = CROSSING_MID_SETTLE;
    assert_refused_beyond(w, "2024-12-31");
    dates->year_begins = 901;
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    stay(w, date_of(2024, 8, 20), date_of(2025, 10, 5)); /* over two changes: the first */
    assert_refused_beyond(w, "2024-08-31");
    stay(w, date_of(2024, 9, 1), date_of(2025, 8, 31));
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    stay(w, date_of(2024, 8, 20), date_of(2024, 9, 5));
    w->person.death_date = date_of(2024, 8, 31); /* its papers came later */
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    w->person.death_date = DATE_NONE;
    w->claim.med_type = "11"; /* no stay */
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    world_free(w);
}

/* Two insurances that follow each other on 5 March, in a stay from 1 to 10 March. */
static struct world *with_change(void)
{
    struct world *w = with_layer();
    struct insurance *first = &w->person.insurances[0], *next = &w->person.insurances[1];
    *next = *first;
    first->expi_date = date_of(2024, 3, 4);
    next->psn_insu_date = next->pool_begndate = date_of(2024, 3, 5);
    w->person.insurance_count = 2;
    w->policy.dates.cover = w->policy.dates.person_class = DAY_DISCHARGE;
    w->policy.dates.cover_change = CROSSING_MID_SETTLE;
    return w;
}

static void a_change_of_cover(void **state)
{
    (void)state;
    struct world *w = with_change();
    struct insurance *next = &w->person.insurances[1];
    assert_int_equal(world_run(w, 0)->problems.count, 0); /* only renewed */
    next->insutype = 310;
    snprintf(next->psn_type, 7, "1101");
    assert_refused_beyond(w, "2024-03-04");
    w->policy.dates.cover_change = CROSSING_WHOLE;
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    w->policy.dates.cover_change = CROSSING_MID_SETTLE;
    snprintf(next->psn_type, 7, "1201");
    w->person.insurances[0] = *next;
    w->person.insurances[0].psn_insu_date = date_of(2020, 1, 1);
    w->person.insurances[0].pool_begndate = date_of(2020, 1, 1);
    w->person.insurances[0].expi_date = date_of(2024, 3, 4);
    snprintf(w->person.insurances[0].psn_type, 7, "1101");
    assert_refused_beyond(w, "2024-03-04"); /* another class */
    world_free(w);
}

static void a_cover_that_ends_or_closes(void **state)
{
    (void)state;
    struct world *w = with_change();
    w->person.insurance_count = 1;
    w->policy.dates.cover = w->policy.dates.person_class = DAY_ADMISSION;
    assert_refused_beyond(w, "2024-03-04");
    struct insurance *only = &w->person.insurances[0];
    only->expi_date = DATE_MAX;
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    only->paus_insu_date = date_of(2024, 3, 8);
    assert_refused_beyond(w, "2024-03-07");
    only->pool_begndate = date_of(2024, 3, 6); /* waiting ends first */
    assert_refused_beyond(w, "2024-03-05");
    only->pool_begndate = date_of(2024, 3, 1);
    only->paus_insu_date = date_of(2024, 3, 11);
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    world_free(w);
}

/* A bill that names its insurance goes by that one as long as it lasts. */
static void one_of_two_at_once(void **state)
{
    (void)state;
    struct world *w = with_change();
    struct insurance *resident = &w->person.insurances[0], *employee = &w->person.insurances[1];
    employee->insutype = 310;
    snprintf(employee->psn_type, 7, "1101");
    resident->expi_date = DATE_MAX;
    assert_refused_beyond(w, "2024-03-04");
    w->claim.insutype = "390";
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    resident->expi_date = date_of(2024, 3, 6);
    w->policy.dates.cover = w->policy.dates.person_class = DAY_ADMISSION;
    assert_refused_beyond(w, "2024-03-06");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stay_across_years),
        cmocka_unit_test(a_change_of_cover),
        cmocka_unit_test(a_cover_that_ends_or_closes),
        cmocka_unit_test(one_of_two_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
