/* The head of policy.yaml. */
#include "fixture.h"

static void head(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    assert_string_equal(pack_region(pack), "431000");
    assert_null(pack_policy(pack, date_of(2023, 12, 31)));
    assert_null(pack_policy(pack, date_of(2026, 1, 1)));
    const struct policy *p = pack_policy(pack, date_of(2024, 1, 1));
    assert_ptr_equal(p, pack_policy(pack, date_of(2025, 12, 31)));
    assert_string_equal(p->name, "测试");
    assert_int_equal(p->insutype_count, 2);
    assert_int_equal(p->insutypes[1], 390);
    assert_int_equal(p->grade_count, 2);
    assert_string_equal(p->cap_grades[1], "high");
    pack_free(pack);
}

static void open_end(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, ", to: 2025-12-31", "", &line);
    struct pack *pack = policy_pack(text);
    assert_non_null(pack_policy(pack, date_of(9999, 12, 31)));
    pack_free(pack);
    free(text);
}

static void version_0_is_read_as_1(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "language: 1", "language: 0", &line);
    struct pack *pack = policy_pack(text), *now = policy_pack(policy_text);
    assert_int_equal(pack_policy(pack, date_of(2024, 5, 1))->language, 0);
    assert_int_equal(pack_policy(now, date_of(2024, 5, 1))->language, POLICY_LANGUAGE);
    pack_free(pack);
    pack_free(now);
    free(text);
}

static void faults_of_the_head(void **state)
{
    (void)state;
    assert_policy_fault("language: 1", "language: 2", 0, "language", "not supported, expected 1");
    assert_policy_fault("language: 1", "language: -1", 0, "language", "");
    assert_policy_fault("language: 1\n", "", 0, "language", "missing");
    assert_policy_fault("\"431000\"", "\"43100\"", 0, "region", "6 to 6 digits");
    assert_policy_fault("name: 测试", "nam: 测试", 0, "nam", "unknown key");
    assert_policy_fault("insutypes: [\"310\", \"390\"]", "insutypes: [\"310\", \"310\"]", 0,
                        "insutypes[1]", "occurs twice");
    assert_policy_fault("[primary, level3]", "[primary, Level3]", 0, "grades[1]", "is no name");
    assert_policy_fault("[primary, level3]", "[primary, primary]", 0, "grades[1]", "occurs twice");
    assert_policy_fault("[low, high]", "[a, b, c, d, e, f, g, h, i, j, k, l, m]", 0, "cap_grades",
                        "the limit is 12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head),
        cmocka_unit_test(open_end),
        cmocka_unit_test(version_0_is_read_as_1),
        cmocka_unit_test(faults_of_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
