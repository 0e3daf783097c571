/* lib/adjudicate/allowance: days of wages, beside the bill. */
#include "fixture.h"

static int64_t allowances_of(const struct result *r)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < r->step_count; i++)
        sum += r->steps[i].code == STEP_ALLOWANCE ? r->steps[i].amount : 0;
    return sum;
}

static void days_of_wages(void **state)
{
    (void)state;
    struct policy_allowances allowances = {
        .count = 1,
        .list = {{.id = "leave",
                  .insutypes = 2,
                  .kinds = 1u << INPATIENT,
                  .classes = 1u << RESIDENT,
                  .over_days = 30,
                  .row_count = 2,
                  .rows = {{.days = 98, .clause = 1}, {.days = 15, .clause = 2}}}}};
    struct world *w = world_new();
    struct allowance *leave = &allowances.list[0];
    w->policy.allowances = &allowances;
    assert_int_equal(allowances_of(world_run(w, 1000)), 0); /* the wage is not known */
    w->in.avg_mon_wage = 500001;
    const struct result *r = world_run(w, 1000);
    assert_int_equal(find_step(r, STEP_ALLOWANCE, "leave")->limit, 98);
    assert_int_equal(find_step(r, STEP_ALLOWANCE, "leave")->base, 500001);
    assert_int_equal(find_step(r, STEP_ALLOWANCE, "leave")->amount, 1633337); /* .. 336.6 */
    assert_int_equal(allowances_of(r), 1883337);                              /* .. 337.1 */
    assert_int_equal(r->totals.psn_cash_pay, 1000);
    leave->rounds_days = true;
    assert_int_equal(allowances_of(world_run(w, 1000)), 16667 * 113);

    leave->needs_pool = true;
    w->person.insurances[0].paus_insu_date = date_of(2024, 2, 1);
    assert_int_equal(allowances_of(world_run(w, 1000)), 0);
    leave->needs_pool = false;
    assert_int_equal(allowances_of(world_run(w, 1000)), 16667 * 113);
    leave->classes = 1u << ACTIVE;
    assert_int_equal(allowances_of(world_run(w, 1000)), 0);
    leave->classes = SELECTOR_ANY;
    leave->kinds = 1u << OUTPATIENT;
    assert_int_equal(allowances_of(world_run(w, 1000)), 0);
    leave->kinds = SELECTOR_ANY;
    leave->insutypes = 1;
    assert_int_equal(allowances_of(world_run(w, 1000)), 0);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_of_wages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
