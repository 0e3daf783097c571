/* Which lines a layer pays for. */
#include "fixture.h"

#define SCOPE                                                                                      \
    "{any: {chrgitm_lv: [\"01\"], med_chrgitm_type: [\"02\", \"12\"], bas_medn_flag: true}, "      \
    "clause: A}"

static struct line_scope scope_of(const char *scope)
{
    int line;
    char *text = spoil(policy_text, SCOPE, scope, &line);
    char *tagged = spoil(text, "layers:\n", "item_tags: [dual, tcm]\nlayers:\n", &line);
    struct pack *pack = policy_pack(tagged);
    struct line_scope out = pack_policy(pack, date_of(2024, 5, 1))->layers[2].scope;
    pack_free(pack);
    free(tagged);
    free(text);
    return out;
}

static void conditions(void **state)
{
    (void)state;
    struct line_scope s = scope_of(SCOPE);
    assert_false(s.all);
    assert_int_equal(s.any.chrgitm_lv, 1u << 1);
    assert_int_equal(s.any.med_chrgitm_type, 1u << 2 | 1u << 12);
    assert_true(s.any.bas_medn);
    assert_int_equal(s.clause, 1);
    s = scope_of("{any: {tags: [tcm]}, none: {tags: [dual], items: [XA, XB01]}, clause: A}");
    assert_int_equal(s.any.tags, 1u << 1);
    assert_int_equal(s.any.chrgitm_lv, 0);
    assert_int_equal(s.none.tags, 1u << 0 | 1u << ITEM_TAGS_MAX);
    s = scope_of("{none: {chrgitm_lv: [\"02\"]}, clause: A}"); /* of all the others */
    assert_int_equal(s.any.chrgitm_lv, UINT8_MAX);
    assert_int_equal(s.none.chrgitm_lv, 1u << 2);
}

static void faults(void **state)
{
    (void)state;
    assert_policy_fault("chrgitm_lv: [\"01\"]", "chrgitm_lv: [\"04\"]", 0,
                        "layers[2].scope.any.chrgitm_lv[0]", "outside 01 to 03");
    assert_policy_fault("[\"02\", \"12\"]", "[\"02\", \"15\"]", 0,
                        "layers[2].scope.any.med_chrgitm_type[1]", "outside 01 to 14");
    assert_policy_fault("bas_medn_flag: true}, clause: A}", "bas_medn_flag: true}}", 0,
                        "layers[2].scope.clause", "missing");
    assert_policy_fault("bas_medn_flag: true}", "bas_medn_flag: false}", 0,
                        "layers[2].scope.any.bas_medn_flag", "true is all");
    assert_policy_fault(SCOPE, "{clause: A}", 0, "layers[2].scope", "any or none");
    assert_policy_fault(SCOPE, "{any: {}, clause: A}", 0, "layers[2].scope.any", "no condition");
    assert_policy_fault(SCOPE, "{any: {tags: [dual]}, clause: A}", 0, "layers[2].scope.any.tags[0]",
                        "not defined");
    assert_policy_fault(SCOPE, "{none: {items: [XA, XA01]}, clause: A}", 0,
                        "layers[2].scope.none.items", "holds \"XA01\" already");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
