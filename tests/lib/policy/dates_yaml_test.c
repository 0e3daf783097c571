/* effective and dates of a policy. */
#include "fixture.h"

static const struct policy *only(const struct pack *pack)
{
    return pack_policy(pack, date_of(2024, 5, 1));
}

static void by_settlement(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy_dates *dates = &only(pack)->dates;
    assert_int_equal(dates->rule_version, DAY_SETTLEMENT);
    assert_int_equal(dates->identity, DAY_SETTLEMENT);
    assert_int_equal(dates->year_begins, 0);
    pack_free(pack);
}

static void by_other_days(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text,
                       "dates: {rule_version: settlement, benefit_year: settlement, cover: "
                       "settlement,\n        person_class: settlement, identity: settlement,",
                       "dates: {rule_version: admission, benefit_year: discharge, cover: "
                       "settlement,\n        person_class: enrolment, identity: admission, "
                       "year_begins: \"09-01\", ",
                       &line);
    struct pack *pack = policy_pack(text);
    const struct policy_dates *dates = &only(pack)->dates;
    assert_int_equal(dates->rule_version, DAY_ADMISSION);
    assert_int_equal(dates->benefit_year, DAY_DISCHARGE);
    assert_int_equal(dates->cover, DAY_SETTLEMENT);
    assert_int_equal(dates->person_class, DAY_ENROLMENT);
    assert_int_equal(dates->identity, DAY_ADMISSION);
    assert_int_equal(dates->year_begins, 901);
    const struct care_days days = {date_of(2023, 12, 31), date_of(2024, 1, 2), date_of(2024, 1, 3)};
    assert_int_equal(pack_rule_day(pack, days), date_of(2023, 12, 31));
    assert_null(pack_policy_for(pack, days));
    pack_free(pack);
    free(text);
}

static void split_stays(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "stay_across_years: whole",
                       "stay_across_years: split, split: {deductible: once, nth: each}", &line);
    struct pack *pack = policy_pack(text);
    const struct policy_dates *dates = &only(pack)->dates;
    assert_int_equal(dates->across_years, CROSSING_SPLIT);
    assert_int_equal(dates->cover_change, CROSSING_WHOLE);
    assert_true(dates->split_dedc_once);
    assert_false(dates->split_nth_once);
    pack_free(pack);
    free(text);
    assert_policy_fault("cover_change: whole", "cover_change: split", -1, "dates.split", "missing");
    assert_policy_fault("cover_change: whole", "cover_change: split, split: {nth: once}", 0,
                        "dates.split.deductible", "missing");
    assert_policy_fault("cover_change: whole", "cover_change: split, split: {deductible: once}", 0,
                        "dates.split.nth", "missing");
    assert_policy_fault("cover_change: whole",
                        "cover_change: whole, split: {deductible: once, nth: once}", 0,
                        "dates.split", "nothing where no stay is split");
    assert_policy_fault("cover_change: whole}\n",
                        "cover_change: split, split: {deductible: once, nth: once}}\n"
                        "packages: []\n",
                        1, "packages", "where stays are split");
}

static void a_split_looks_back_at_nothing(void **state)
{
    (void)state;
    int line, ignored;
    char *merges =
        spoil(policy_text, "      nth: same_grade\n",
              "      nth: same_grade\n"
              "      merge: [{within_days: 1, transfers: [up], pays: none, clause: A}]\n",
              &ignored);
    char *text = spoil(merges, "stay_across_years: whole",
                       "stay_across_years: split, split: {deductible: once, nth: each}", &line);
    struct faults *found = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, found), ERR_INVALID);
    assert_fault(found, line, "dates.stay_across_years", "look back at the stay before");
    assert_int_equal(found->count, 1);
    free(found);
    free(text);
    free(merges);
}

static void a_split_carries_nothing(void **state)
{
    (void)state;
    int line, ignored;
    char *carried = spoil(policy_text, "unused: lost", "unused: carried", &ignored);
    char *text = spoil(carried, "cover_change: whole",
                       "cover_change: split, split: {deductible: once, nth: each}", &line);
    struct faults *found = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, found), ERR_INVALID);
    assert_fault(found, line, "dates.split", "a deductible is carried");
    assert_int_equal(found->count, 1);
    free(found);
    free(text);
    free(carried);
}

static void faults(void **state)
{
    (void)state;
    assert_policy_fault("to: 2025-12-31", "to: 2023-12-31", 0, "effective.to", "before the first");
    assert_policy_fault("from: 2024-01-01", "from: 2024-02-30", 0, "effective.from", "a date");
    assert_policy_fault("cover: settlement", "cover: enrolment", 0, "dates.cover",
                        "expected one of: settlement, admission, discharge");
    assert_policy_fault("identity: settlement, ", "", -1, "dates.identity", "missing");
    assert_policy_fault("stay_across_years: whole", "stay_across_years: never", 0,
                        "dates.stay_across_years", "one of: whole, mid_settle, split");
    assert_policy_fault(", cover_change: whole}", "}", -1, "dates.cover_change", "missing");
    assert_policy_fault("stay_across_years: whole", "stay_across_years: mid_settle", 0,
                        "dates.stay_across_years", "a benefit_year that is not by settlement");
    assert_policy_fault("cover_change: whole", "cover_change: mid_settle", 0, "dates.cover_change",
                        "a cover and a person_class that are not by settlement");
    static const char *const no_days[] = {"\"02-29\"", "\"9-1\"", "\"13-01\"", "\"0901\"", "901"};
    for (size_t i = 0; i < ARRAY_LEN(no_days); i++) {
        char keys[64];
        snprintf(keys, sizeof keys, "dates: {year_begins: %s, ", no_days[i]);
        assert_policy_fault("dates: {", keys, 0, "dates.year_begins", "expected MM-DD");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_settlement),
        cmocka_unit_test(by_other_days),
        cmocka_unit_test(split_stays),
        cmocka_unit_test(a_split_looks_back_at_nothing),
        cmocka_unit_test(a_split_carries_nothing),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
