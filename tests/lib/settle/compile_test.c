/* lib/settle/compile: a region's own packs, and those whose cases pass. */
#include "fixture.h"

static void a_pack_of_another_region_does_not_compile(void **state)
{
    (void)state;
    struct faults *faults = calloc(1, sizeof *faults);
    struct pack *pack = NULL;
    struct slice bundle = world_bundle("0.70");
    assert_int_equal(settle_compile(bundle, "430100", &pack, faults), ERR_INVALID);
    assert_null(pack);
    assert_int_equal(faults->count, 1);
    assert_string_equal(faults->list[0].key, "region");
    free((void *)bundle.data);
    free(faults);
}

/* What the daemon compiles for a submission and an activation, and what verify makes again. */
static void a_pack_with_a_red_case_is_refused(void **state)
{
    (void)state;
    static const char text[] =
        "case: one\n"
        "source: invented\n"
        "policy: ../policy.yaml\n"
        "member: {insutype: \"390\", psn_type: \"1501\", born: 1980-01-01}\n"
        "claims:\n"
        "  - {med_type: \"11\", institution: {grade: primary, region: \"431002\"},\n"
        "     from: 2026-03-01, to: 2026-03-01, lines: [{chrgitm_lv: \"01\", amount: 100.00}],\n"
        "     expect: {hifp_pay: 70.00}}\n";
    static const struct {
        const char *ratio;
        enum err expected;
    } packs[] = {{"0.70", ERR_OK}, {"0.71", ERR_INVALID}};
    for (size_t i = 0; i < ARRAY_LEN(packs); i++) {
        struct faults *faults = calloc(1, sizeof *faults);
        struct slice bundle = world_bundle(packs[i].ratio);
        const struct slice no_locks = {0};
        struct pack *pack = NULL;
        world_bundle_add(&bundle, "cases/one.yaml", text);
        enum err err = settle_rehearse(bundle, no_locks, REGION, &pack, faults);
        assert_int_equal(err, packs[i].expected);
        assert_int_equal(pack != NULL, err == ERR_OK);
        if (err != ERR_OK)
            assert_string_equal(faults->list[0].file, "cases/one.yaml");
        pack_free(pack);
        free((void *)bundle.data);
        free(faults);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pack_of_another_region_does_not_compile),
        cmocka_unit_test(a_pack_with_a_red_case_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
