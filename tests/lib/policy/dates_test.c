/* Which day a question is asked of, and benefit years. */
#include "fixture.h"

static void calendar_years(void **state)
{
    (void)state;
    struct policy_dates dates = {0};
    assert_int_equal(dates_year(&dates, date_of(2024, 1, 1)), 2024);
    assert_int_equal(dates_year(&dates, date_of(2024, 12, 31)), 2024);
    assert_int_equal(dates_year_end(&dates, 2024), date_of(2024, 12, 31));
    dates.year_begins = 101;
    assert_int_equal(dates_year(&dates, date_of(2024, 1, 1)), 2024);
    assert_int_equal(dates_year_end(&dates, 2024), date_of(2024, 12, 31));
}

static void insurance_years(void **state)
{
    (void)state;
    const struct policy_dates dates = {.year_begins = 901};
    assert_int_equal(dates_year(&dates, date_of(2024, 8, 31)), 2023);
    assert_int_equal(dates_year(&dates, date_of(2024, 9, 1)), 2024);
    assert_int_equal(dates_year(&dates, date_of(2025, 2, 28)), 2024);
    assert_int_equal(dates_year_end(&dates, 2023), date_of(2024, 8, 31));
}

static void days_of_care(void **state)
{
    (void)state;
    const struct care_days days =
        care_days(date_start_ms(date_of(2024, 3, 1)), date_start_ms(date_of(2024, 3, 10)) - 1,
                  date_start_ms(date_of(2024, 3, 12)));
    assert_int_equal(care_day(&days, DAY_ADMISSION), date_of(2024, 3, 1));
    assert_int_equal(care_day(&days, DAY_DISCHARGE), date_of(2024, 3, 9));
    assert_int_equal(care_day(&days, DAY_SETTLEMENT), date_of(2024, 3, 12));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_years),
        cmocka_unit_test(insurance_years),
        cmocka_unit_test(days_of_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
