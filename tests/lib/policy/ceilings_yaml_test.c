/* lines.ceilings: whose, over which lines, per what. */
#include "fixture.h"

#define EXAMS                                                                                      \
    "  ceilings:\n"                                                                                \
    "    - ceiling: exams\n"                                                                       \
    "      zh: 检查化验\n"                                                                     \
    "      when: {insutypes: [\"390\"], kinds: [inpatient]}\n"                                     \
    "      scope: {any: {med_chrgitm_type: [\"03\", \"04\"]}}\n"                                   \
    "      of: inscp_scp_amt\n"                                                                    \
    "      per: stay\n"                                                                            \
    "      above: overlmt_selfpay\n"                                                               \
    "      table: [{grades: [primary], yuan: 1500.00, clause: A}, {grades: [level3], yuan: "       \
    "2000.00, clause: B}]\n"
#define BEDS                                                                                       \
    "    - ceiling: beds\n"                                                                        \
    "      zh: 床位\n"                                                                           \
    "      when: {insutypes: [\"310\", \"390\"], kinds: [inpatient], classes: [active]}\n"         \
    "      scope: {none: {med_chrgitm_type: [\"03\"]}}\n"                                          \
    "      of: inscp_scp_amt\n"                                                                    \
    "      per: fee_day\n"                                                                         \
    "      above: fulamt_ownpay_amt\n"                                                             \
    "      table: [{yuan: 37.00, special: {days_at_most: 5, yuan: 100.00}, clause: A}]\n"

static char *policy_with(const char *ceilings)
{
    int line;
    char text[4096];
    snprintf(text, sizeof text, "%saccount:", ceilings);
    return spoil(policy_text, "account:", text, &line);
}

static void ceilings(void **state)
{
    (void)state;
    char *text = policy_with(EXAMS BEDS);
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_version(pack, 0);
    assert_int_equal(p->lines.ceiling_count, 2);
    const struct ceiling *exams = &p->lines.ceilings[0], *beds = &p->lines.ceilings[1];
    assert_string_equal(exams->id, "ceiling/exams");
    assert_string_equal(exams->name_zh, "检查化验");
    assert_int_equal(exams->insutypes, 1u << 1);
    assert_int_equal(exams->kinds, 1u << 1);
    assert_int_equal(exams->classes, 1u << 2);
    assert_int_equal(exams->scope.any.med_chrgitm_type, 1u << 3 | 1u << 4);
    assert_int_equal(exams->per, CEILING_STAY);
    assert_int_equal(exams->above, PART_OVERLMT);
    assert_int_equal(exams->rule_count, 2);
    assert_int_equal(exams->rules[1].fen, 200000);
    assert_int_equal(exams->rules[1].who.grades, 1u << 1);
    assert_int_equal(exams->rules[1].clause, 2);
    assert_int_equal(beds->classes, 1u << 0);
    assert_int_equal(beds->per, CEILING_FEE_DAY);
    assert_int_equal(beds->above, PART_FULAMT);
    assert_int_equal(beds->rules[0].special_days, 5);
    assert_int_equal(beds->rules[0].special_fen, 10000);
    assert_int_equal(p->lines.ceilings_of[0][1], 2); /* employees' stays */
    assert_int_equal(p->lines.ceilings_of[1][1], 3);
    assert_int_equal(p->lines.ceilings_of[1][0], 0);
    assert_ptr_equal(policy_ceiling(p, "ceiling/beds"), beds);
    assert_null(policy_ceiling(p, "beds"));
    pack_free(pack);
    free(text);
}

static void refused(const char *from, const char *to, int below, const char *key, const char *en)
{
    int line;
    char *good = policy_with(EXAMS BEDS), *text = spoil(good, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, faults), ERR_INVALID);
    assert_fault(faults, line + below, key, en);
    free(faults);
    free(text);
    free(good);
}

static void faults(void **state)
{
    (void)state;
    refused("ceiling: beds", "ceiling: exams", 0, "lines.ceilings[1].ceiling", "twice");
    refused("per: fee_day", "per: night", 0, "lines.ceilings[1].per", "stay_day");
    refused("per: fee_day", "per: stay", 2, "lines.ceilings[1].table[0].special", "no days");
    refused("above: fulamt_ownpay_amt", "above: preselfpay_amt", 0, "lines.ceilings[1].above",
            "overlmt_selfpay");
    refused("days_at_most: 5, yuan: 100.00", "days_at_most: 5, yuan: 37.00", 0,
            "lines.ceilings[1].table[0].special.yuan", "more than on other days");
    refused("{none: {med_chrgitm_type: [\"03\"]}}", "{}", 0, "lines.ceilings[1].scope",
            "any or none");
    refused("classes: [active]}\n      scope: {none",
            "classes: [active, shop]}\n      scope: {none", 0, "lines.ceilings[1].when.classes[1]",
            "not defined");
    refused("{grades: [level3], yuan: 2000.00", "{grades: [primary], yuan: 2000.00", 0,
            "lines.ceilings[0].table[1]", "overlaps");
    refused("      of: inscp_scp_amt\n      per: stay\n", "      per: stay\n", -4,
            "lines.ceilings[0].of", "missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ceilings),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
