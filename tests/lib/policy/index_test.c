/* What is worked out of the rules once: which layers some care can come to, whose base is counted.
 */
#include "fixture.h"

enum { BASIC, CRITICAL, POOL }; /* layers */
enum { EMPLOYEE, RESIDENT };
enum { OUTPATIENT, INPATIENT, SHOP };

static void layers_by_insurance_and_kind(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 1, 1));
    assert_int_equal(p->layers_of[EMPLOYEE][INPATIENT], 1u << BASIC | 1u << CRITICAL);
    assert_int_equal(p->layers_of[EMPLOYEE][OUTPATIENT], 0);
    assert_int_equal(p->layers_of[RESIDENT][OUTPATIENT], 1u << POOL);
    assert_int_equal(p->layers_of[RESIDENT][INPATIENT], 0);
    assert_int_equal(p->layers_of[EMPLOYEE][SHOP] | p->layers_of[RESIDENT][SHOP], 0);
    pack_free(pack);
}

/* The cap on eligible money names two scopes; a cap on payment counts no base. */
static void whose_base_is_counted(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    struct policy p = *pack_policy(pack, date_of(2024, 1, 1));
    assert_true(p.layers[BASIC].counts_base);
    assert_true(p.layers[CRITICAL].counts_base);
    assert_false(p.layers[POOL].counts_base);
    p.layers[CRITICAL].cap_count = 0; /* asked again, nothing of the first answer is left */
    p.layers[POOL].kinds = 1u << SHOP;
    policy_index(&p);
    assert_false(p.layers[BASIC].counts_base);
    assert_int_equal(p.layers_of[RESIDENT][OUTPATIENT], 0);
    assert_int_equal(p.layers_of[RESIDENT][SHOP], 1u << POOL);
    pack_free(pack);
}

static void rules_by_grade_and_class(void **state)
{
    (void)state;
    enum { PRIMARY, LEVEL3 };
    enum { ACTIVE, RETIRED, OTHER };
    struct pack *pack = policy_pack(policy_text);
    const struct layer *basic = &pack_policy(pack, date_of(2024, 1, 1))->layers[BASIC];
    assert_int_equal(basic->deductible_index.by_grade[PRIMARY], 1u << 0);
    assert_int_equal(basic->deductible_index.by_grade[LEVEL3], 1u << 1);
    assert_int_equal(basic->deductible_index.by_class[OTHER], 3); /* any class */
    assert_int_equal(basic->ratio_index.by_grade[LEVEL3], 7);     /* any grade */
    assert_int_equal(basic->ratio_index.by_class[ACTIVE], 1u << 0);
    assert_int_equal(basic->ratio_index.by_class[RETIRED], 1u << 1 | 1u << 2);
    assert_int_equal(basic->ratio_index.by_class[OTHER], 0);
    pack_free(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_by_insurance_and_kind),
        cmocka_unit_test(rules_by_grade_and_class),
        cmocka_unit_test(whose_base_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
