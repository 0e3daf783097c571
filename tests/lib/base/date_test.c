/* lib/base/date: the calendar, the day's boundary at +08:00, parsing, ages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"

static void known_days(void **state)
{
    (void)state;
    assert_int_equal(date_of(1970, 1, 1), 0);
    assert_int_equal(date_of(1969, 12, 31), -1);
    assert_int_equal(date_of(1900, 1, 1), -25567);
    assert_int_equal(date_of(2000, 3, 1), 11017);
    assert_int_equal(date_of(2024, 2, 29), 19782);
    assert_int_equal(date_of(9999, 12, 31), DATE_MAX);
}

/* Walks every day of four centuries against plain counting. */
static void every_day_follows_the_one_before(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t date = date_of(1799, 12, 31);
    for (int year = 1800; year < 2200; year++) {
        for (int month = 1; month <= 12; month++) {
            int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            int days = lengths[month - 1] + (month == 2 && leap);
            for (int day = 1; day <= days; day++) {
                assert_int_equal(date_of(year, month, day), ++date);
                struct civil c = date_civil(date_start_ms(date));
                assert_true(c.year == year && c.month == month && c.day == day);
                assert_int_equal(date_year(date), year);
            }
        }
    }
}

static void the_day_turns_at_plus_eight(void **state)
{
    (void)state;
    const int64_t epoch_day = INT64_C(-28800000); /* 1970-01-01 00:00 at +08:00 */
    assert_int_equal(date_start_ms(0), epoch_day);
    assert_int_equal(date_of_time(epoch_day), 0);
    assert_int_equal(date_of_time(epoch_day - 1), -1);
    assert_int_equal(date_of_time(0), 0);
    assert_int_equal(date_of_time(epoch_day + DAY_MS - 1), 0);
    assert_int_equal(date_of_time(epoch_day + DAY_MS), 1);
    char buf[DATE_TEXT];
    assert_string_equal(date_format_time(0, buf), "1970-01-01 08:00:00");
    /* 2023-12-31T16:00:00Z is the new year already. */
    assert_string_equal(date_format_time(INT64_C(1704038400000), buf), "2024-01-01 00:00:00");
    assert_string_equal(date_format_time(INT64_C(1704038399999), buf), "2023-12-31 23:59:59");
    assert_int_equal(date_year(date_of_time(INT64_C(1704038400000))), 2024);
}

static void times_before_1970_round_down(void **state)
{
    (void)state;
    int64_t time_ms;
    char buf[DATE_TEXT];
    assert_int_equal(date_parse_time("1949-10-01 15:00:00", &time_ms), ERR_OK);
    assert_true(time_ms == INT64_C(-639075600000));
    assert_string_equal(date_format_time(time_ms, buf), "1949-10-01 15:00:00");
    assert_string_equal(date_format_time(time_ms - 1, buf), "1949-10-01 14:59:59");
    assert_string_equal(date_format_compact(time_ms, buf), "19491001150000");
    assert_string_equal(date_format(date_of_time(time_ms), buf), "1949-10-01");
}

static void parse_takes_real_days_only(void **state)
{
    (void)state;
    static const char *const good[] = {"2024-02-29", "2000-02-29", "1900-02-28",
                                       "1800-01-01", "9999-12-31", "2023-12-31"};
    static const char *const bad[] = {
        "",           "2023-02-29",  "1900-02-29",  "2100-02-29", "2024-00-01",
        "2024-13-01", "2024-01-00",  "2024-04-31",  "2024-1-01",  "2024/01/01",
        "20240101",   "2024-01-01 ", " 2024-01-01", "2024-01-0a", "-024-01-01",
        "1799-12-31", "0000-00-00",  "2024-01-011", "２０24-01"};
    int32_t date;
    char buf[DATE_TEXT];
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(date_parse(good[i], &date), ERR_OK);
        assert_string_equal(date_format(date, buf), good[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(date_parse(bad[i], &date), ERR_INVALID);
}

static void parse_time_takes_both_forms(void **state)
{
    (void)state;
    int64_t time_ms;
    assert_int_equal(date_parse_time("2024-03-01", &time_ms), ERR_OK);
    assert_true(time_ms == date_start_ms(date_of(2024, 3, 1)));
    assert_int_equal(date_parse_time("2024-03-01 23:59:59", &time_ms), ERR_OK);
    assert_true(time_ms == date_start_ms(date_of(2024, 3, 2)) - 1000);
    static const char *const bad[] = {
        "",
        "2024-03-01 24:00:00",
        "2024-03-01 12:60:00",
        "2024-03-01 12:00:60",
        "2024-03-01T12:00:00",
        "2024-03-01 12:00",
        "2024-03-01 12:00:00 ",
        "2024-03-01 12:00:0x",
        "2024-03-01 -1:00:00",
        "2024-02-30 12:00:00",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(date_parse_time(bad[i], &time_ms), ERR_INVALID);
}

static void parse_compact_takes_fourteen_digits(void **state)
{
    (void)state;
    int64_t time_ms, other;
    char buf[DATE_TEXT];
    assert_int_equal(date_parse_compact("20240229235959", &time_ms), ERR_OK);
    assert_int_equal(date_parse_time("2024-02-29 23:59:59", &other), ERR_OK);
    assert_true(time_ms == other);
    assert_string_equal(date_format_compact(time_ms, buf), "20240229235959");
    static const char *const bad[] = {"",
                                      "2024022923595",
                                      "202402292359590",
                                      "20230229000000",
                                      "20240229240000",
                                      "20240229006000",
                                      "20240229000060",
                                      "2024-02-29 000",
                                      "20240229 00000"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(date_parse_compact(bad[i], &time_ms), ERR_INVALID);
}

static void age_changes_on_the_birthday(void **state)
{
    (void)state;
    int32_t born = date_of(1960, 6, 15);
    assert_int_equal(date_age(born, date_of(2024, 6, 14)), 63);
    assert_int_equal(date_age(born, date_of(2024, 6, 15)), 64);
    assert_int_equal(date_age(born, date_of(2024, 5, 30)), 63);
    assert_int_equal(date_age(born, born), 0);
    int32_t leap = date_of(2004, 2, 29);
    assert_int_equal(date_age(leap, date_of(2022, 2, 28)), 17);
    assert_int_equal(date_age(leap, date_of(2022, 3, 1)), 18);
    assert_int_equal(date_age(leap, date_of(2024, 2, 29)), 20);
    assert_int_equal(date_age(date_of(1900, 1, 1), date_of(2024, 1, 1)), 124);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(the_day_turns_at_plus_eight),
        cmocka_unit_test(times_before_1970_round_down),
        cmocka_unit_test(parse_takes_real_days_only),
        cmocka_unit_test(parse_time_takes_both_forms),
        cmocka_unit_test(parse_compact_takes_fourteen_digits),
        cmocka_unit_test(age_changes_on_the_birthday),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
