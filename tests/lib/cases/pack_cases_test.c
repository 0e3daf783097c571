/* A pack with cases: what is wrong with one, and what does not come out, is a fault of the pack. */
#include "../policy/fixture.h"

#include "cases/pack_cases.h"

static const char case_format[] =
    "case: small\n"
    "source: invented\n"
    "policy: ../policy.yaml\n"
    "member: {insutype: \"310\", psn_type: \"11\", born: 1970-01-01}\n"
    "claims:\n"
    "  - {med_type: \"22\", institution: {grade: level3, region: \"431002\"}, from: 2024-03-01,\n"
    "     to: 2024-03-10, lines: [{chrgitm_lv: \"01\", amount: 3000.00}],\n"
    "     trauma: {cause: fall, third_party: false, signed: true},\n"
    "     expect: {%s}}\n"
    "  - {med_type: \"22\", institution: {grade: level3, region: \"431002\"}, from: 2024-04-01,\n"
    "     to: 2024-04-10, lines: [{chrgitm_lv: \"01\", amount: 3000.00}],\n"
    "     expect: {%s}}\n";

/* A bundle with these cases in it, compiled and tried. Caller frees the faults. */
static struct faults *tried(const char *const cases[], size_t count, enum err expected)
{
    struct slice bundle = bundle_of(policy_text, catalogue_text, institutions_text);
    uint8_t *bytes = malloc(bundle.size + 64 * 1024);
    assert_non_null(bytes);
    struct writer w = writer_on(bytes, bundle.size + 64 * 1024);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "cases/%zu.yaml", i);
        write_text(&w, name);
        write_u32(&w, (uint32_t)strlen(cases[i]));
        write_bytes(&w, cases[i], strlen(cases[i]));
    }
    write_bytes(&w, bundle.data, bundle.size);
    assert_false(w.failed);
    struct faults *faults = faults_new();
    struct pack *pack;
    struct slice whole = {bytes, w.used};
    assert_int_equal(pack_compile(whole, &pack, faults), ERR_OK);
    enum err err = pack_cases_run(whole, pack, faults);
    if (err != expected)
        faults_print(faults);
    assert_int_equal(err, expected);
    pack_free(pack);
    free(bytes);
    free((void *)bundle.data);
    return faults;
}

static char *case_of(const char *first, const char *second)
{
    char *text = malloc(4096);
    assert_non_null(text);
    snprintf(text, 4096, case_format, first, second);
    return text;
}

/* (3,000 - 1,100) x 0.85; the pack has one amount for every stay at level 3. */
#define PAID "hifp_pay: 1615.00"
#define REFUSED "refused: TRAUMA_UNDECLARED"

static void a_pack_whose_cases_pass(void **state)
{
    (void)state;
    char *good = case_of(PAID ", act_pay_dedc: 1100.00", REFUSED);
    const char *const cases[] = {good, good};
    struct faults *faults = tried(cases, 2, ERR_OK);
    assert_int_equal(faults_total(faults), 0);
    free(faults);
    free(good);
}

/* Who takes the folder away is not past the red ones. */
static void a_pack_without_cases(void **state)
{
    (void)state;
    struct faults *faults = tried(NULL, 0, ERR_INVALID);
    assert_int_equal(faults_total(faults), 1);
    assert_string_equal(faults->list[0].file, "cases/");
    assert_string_equal(faults->list[0].en, "the pack has no case; it needs one at least");
    free(faults);
}

static void red_cases_are_named_all_at_once(void **state)
{
    (void)state;
    char *figures = case_of("hifp_pay: 1615.01, act_pay_dedc: 1000.00", REFUSED);
    char *refusal = case_of(PAID, "hifp_pay: 1.00, act_pay_dedc: 2.00");
    char *settled = case_of("refused: PERSON_DEAD", REFUSED);
    const char *const cases[] = {figures, refusal, settled, "case: no more than this\n"};
    struct faults *faults = tried(cases, 4, ERR_INVALID);
    assert_int_equal(faults->count, 7); /* 2, 1, 1 and the keys that the last one lacks */
    assert_string_equal(faults->list[0].file, "cases/0.yaml");
    assert_fault(faults, 9, "hifp_pay", "claim 1: expected 1615.01, got 1615.00");
    assert_fault(faults, 9, "act_pay_dedc", "expected 1000.00, got 1100.00");
    assert_fault(faults, 12, "hifp_pay", "got TRAUMA_UNDECLARED");
    assert_fault(faults, 9, "refused", "expected PERSON_DEAD, got");
    free(faults);
    free(figures);
    free(refusal);
    free(settled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pack_whose_cases_pass),
        cmocka_unit_test(a_pack_without_cases),
        cmocka_unit_test(red_cases_are_named_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
