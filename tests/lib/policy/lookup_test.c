/* Lookups in a compiled policy. */
#include "fixture.h"

static void lookups(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(policy_insutype(p, 390), 1);
    assert_int_equal(policy_insutype(p, 340), -1);
    assert_int_equal(policy_class(p, 310, "11"), 0);
    assert_int_equal(policy_class(p, 310, "1201"), 1);
    assert_int_equal(policy_class(p, 310, "1"), -1);
    assert_int_equal(policy_class(p, 310, "1401"), -1);
    assert_int_equal(policy_class(p, 390, "1501"), 2);
    assert_int_equal(policy_class(p, 340, "11"), -1);
    assert_int_equal(policy_grade(p, "level3"), 1);
    assert_int_equal(policy_grade(p, "level4"), -1);
    assert_int_equal(policy_kind(p, "shop"), 2);
    assert_int_equal(policy_kind(p, ""), -1);
    assert_null(policy_med_type(p, "99"));
    assert_int_equal(policy_identity(p, "3"), 1);
    assert_int_equal(policy_identity(p, "9"), -1);
    assert_ptr_equal(policy_layer(p, "critical"), &p->layers[1]);
    assert_null(policy_layer(p, "none"));
    pack_free(pack);
}

static void provenances(void **state)
{
    (void)state;
    assert_string_equal(provenance_zh(PROVENANCE_OFFICIAL), "官方");
    assert_string_equal(provenance_zh(PROVENANCE_SECONDARY), "二手资料,未核实");
    assert_string_equal(provenance_zh(PROVENANCE_ILLUSTRATIVE), "示例数据");
    assert_string_equal(provenance_key(PROVENANCE_SECONDARY), "secondary");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookups),
        cmocka_unit_test(provenances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
