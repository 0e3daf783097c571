/* waiting and newborn of a policy. */
#include "fixture.h"

#define WAITING                                                                                    \
    "waiting:\n"                                                                                   \
    "  - {insutypes: [\"390\"], when: [late, break], window_ends: \"02-28\", months: 3,\n"         \
    "     per_missed_year: 1, grace: {after: [\"310\", \"340\"], days: 90}, exempt: [low],\n"      \
    "     newborn_days: 90, infants: {months: 12, opens: next_day}, clause: B}\n"                  \
    "newborn: {days: 28, under: mother, age_and_sex: child, clause: A}\n"

static char *with_waiting(void)
{
    int line;
    return spoil(policy_text, "kinds:\n", WAITING "kinds:\n", &line);
}

static void all_keys(void **state)
{
    (void)state;
    char *text = with_waiting();
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->waiting_count, 1);
    const struct waiting_rule *w = &p->waiting[0];
    assert_int_equal(w->insutypes, 2);
    assert_int_equal(w->exempt, 2);
    assert_true(w->late && w->broken);
    assert_int_equal(w->window_ends, 228);
    assert_int_equal(w->months, 3);
    assert_int_equal(w->per_missed_year, 1);
    assert_int_equal(w->grace_count, 2);
    assert_int_equal(w->grace_after[1], 340);
    assert_int_equal(w->grace_days, 90);
    assert_int_equal(w->newborn_days, 90);
    assert_int_equal(w->infant_months, 12);
    assert_true(w->infant_next_day);
    assert_int_equal(w->clause, 2);
    assert_int_equal(p->newborn.days, 28);
    assert_true(p->newborn.mother && p->newborn.of_child);
    assert_int_equal(p->newborn.clause, 1);
    pack_free(pack);
    free(text);
}

static void absent(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->waiting_count, 0);
    assert_int_equal(p->newborn.days, 0);
    pack_free(pack);
}

static void assert_waiting_fault(const char *from, const char *to, const char *key, const char *en)
{
    char *text = with_waiting();
    int line;
    char *spoilt = spoil(text, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(spoilt), &pack, faults),
                     ERR_INVALID);
    assert_fault_in(faults, "policy.yaml", key, en);
    free(faults);
    free(spoilt);
    free(text);
}

static void faults(void **state)
{
    (void)state;
    assert_waiting_fault("when: [late, break], ", "", "waiting[0].when", "missing");
    assert_waiting_fault("[late, break]", "[late, late]", "waiting[0].when[1]", "occurs twice");
    assert_waiting_fault("[late, break]", "[always]", "waiting[0].when[0]", "late, break");
    assert_waiting_fault("[late, break]", "[break]", "waiting[0].window_ends",
                         "nothing without late");
    assert_waiting_fault("\"02-28\"", "\"02-29\"", "waiting[0].window_ends", "expected MM-DD");
    assert_waiting_fault("months: 3", "months: 61", "waiting[0].months", "expected 0 to 60");
    assert_waiting_fault("per_missed_year: 1", "per_missed_year: 0", "waiting[0].per_missed_year",
                         "expected 1 to 60");
    assert_waiting_fault(", days: 90}", "}", "waiting[0].grace.days", "missing");
    assert_waiting_fault("[\"310\", \"340\"]", "[\"31\"]", "waiting[0].grace.after[0]",
                         "3 to 3 digits");
    assert_waiting_fault("exempt: [low]", "exempt: [rich]", "waiting[0].exempt[0]", "not defined");
    assert_waiting_fault("newborn_days: 90", "newborn_days: 0", "waiting[0].newborn_days",
                         "expected 1 to 366");
    assert_waiting_fault("{months: 12, ", "{", "waiting[0].infants.months", "missing");
    assert_waiting_fault("{months: 12, ", "{months: 0, ", "waiting[0].infants.months",
                         "expected 1 to 60");
    assert_waiting_fault("{months: 12, ", "{months: 2, ", "waiting[0].infants",
                         "takes all of them");
    assert_waiting_fault(", opens: next_day", "", "waiting[0].infants.opens", "missing");
    assert_waiting_fault("next_day", "next_week", "waiting[0].infants.opens", "same_day, next_day");
    assert_waiting_fault(
        "     newborn_days: 90, infants: {months: 12, opens: next_day}, clause: B}\n",
        "     clause: B}\n"
        "  - {insutypes: [\"310\", \"390\"], when: [late], months: 1, clause: A}\n",
        "waiting[1]", "has a waiting period already");
    assert_waiting_fault("under: mother, ", "", "newborn.under", "missing");
    assert_waiting_fault("age_and_sex: child, ", "", "newborn.age_and_sex", "missing");
    assert_waiting_fault("under: mother", "under: aunt", "newborn.under", "mother, parent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_keys),
        cmocka_unit_test(absent),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
