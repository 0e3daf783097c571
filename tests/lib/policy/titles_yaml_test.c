/* Chinese names of grades, classes and kinds. */
#include "fixture.h"

static void names_in_print(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "cap_grades:",
                       "zh: {level3: 三级医院, resident: 居民, low: 低价区}\ncap_grades:", &line);
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_string_equal(policy_title(p, "level3"), "三级医院");
    assert_string_equal(policy_title(p, "resident"), "居民");
    assert_string_equal(policy_title(p, "low"), "低价区");
    assert_null(policy_title(p, "primary"));
    pack_free(pack);
    free(text);
}

static void faults_of_names(void **state)
{
    (void)state;
    assert_policy_fault("cap_grades:", "zh: {level9: 九级}\ncap_grades:", 0, "zh.level9",
                        "no grade, person class, kind");
    assert_policy_fault("cap_grades:", "zh: [level3]\ncap_grades:", 0, "zh", "mapping");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_in_print),
        cmocka_unit_test(faults_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
