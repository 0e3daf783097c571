/* Allowances. */
#include "fixture.h"

static const char leave[] = "situations:\n"
                            "  stay: {zh: 住院, values: [{name: injury, zh: 外伤, when: "
                            "{med_types: [\"22\"]}}, {name: other, "
                            "zh: 其他}]}\n"
                            "allowances:\n"
                            "  - allowance: leave\n"
                            "    zh: 津贴\n"
                            "    when: {insutypes: [\"310\"], kinds: [inpatient], classes: "
                            "[active], in: {stay: [injury]}}\n"
                            "    needs_pool: true\n"
                            "    of: avg_mon_wage\n"
                            "    over_days: 30\n"
                            "    rounding: day\n"
                            "    days:\n"
                            "      - {days: 98, clause: A}\n"
                            "      - {in: {stay: [injury]}, days: 15, clause: B}\n";

static char *text_with(void)
{
    char *text = malloc(POLICY_TEXT_MAX);
    assert_non_null(text);
    snprintf(text, POLICY_TEXT_MAX, "%s%s", policy_text, leave);
    return text;
}

static void allowances(void **state)
{
    (void)state;
    char *text = text_with();
    struct pack *pack = policy_pack(text);
    const struct policy_allowances *p = pack_policy(pack, date_of(2024, 5, 1))->allowances;
    assert_int_equal(p->count, 1);
    const struct allowance *a = &p->list[0];
    assert_string_equal(a->id, "leave");
    assert_int_equal(a->insutypes, 1);
    assert_int_equal(a->kinds, 2);
    assert_int_equal(a->classes, 1);
    assert_int_equal(a->in.dimensions, 1);
    assert_int_equal(a->in.values[0], 1);
    assert_true(a->needs_pool && a->rounds_days);
    assert_int_equal(a->over_days, 30);
    assert_int_equal(a->row_count, 2);
    assert_int_equal(a->rows[0].days, 98);
    assert_int_equal(a->rows[0].in.dimensions, 0);
    assert_int_equal(a->rows[1].in.values[0], 1);
    assert_int_equal(a->rows[1].clause, 2);
    pack_free(pack);
    free(text);
}

static void faults_of_allowances(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *key, *en;
    } cases[] = {
        {"allowance: leave", "allowance: pool", "allowances[0].allowance", "taken"},
        {"of: avg_mon_wage", "of: wage", "allowances[0].of", "one of"},
        {"over_days: 30", "over_days: 0", "allowances[0].over_days", "out of range"},
        {"    rounding: day\n", "", "allowances[0].rounding", "missing"},
        {"    needs_pool: true\n    of", "    of", "allowances[0].needs_pool", "missing"},
        {"days: 98", "days: 0", "allowances[0].days[0].days", "out of range"},
        {"days: 15, clause: B", "days: 15", "allowances[0].days[1].clause", "missing"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int line;
        char *text = text_with(), *spoilt = spoil(text, cases[i].from, cases[i].to, &line);
        struct faults *faults = faults_new();
        struct pack *pack;
        assert_int_equal(pack_compile_policy("policy.yaml", text_of(spoilt), &pack, faults),
                         ERR_INVALID);
        assert_int_equal(faults->count, 1);
        assert_string_equal(faults->list[0].key, cases[i].key);
        assert_non_null(strstr(faults->list[0].en, cases[i].en));
        free(faults);
        free(spoilt);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allowances),
        cmocka_unit_test(faults_of_allowances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
