/* Packages. */
#include "fixture.h"

#define DISEASE                                                                                    \
    "packages:\n"                                                                                  \
    "  - package: single\n"                                                                        \
    "    zh: 单病种\n"                                                                          \
    "    method: disease\n"                                                                        \
    "    layer: basic\n"                                                                           \
    "    of: [fulamt_ownpay_amt, inscp_scp_amt]\n"                                                 \
    "    share_on: fixed\n"                                                                        \
    "    above: hospital\n"                                                                        \
    "    below: hospital_keeps\n"                                                                  \
    "    fund_pay_type: \"999996\"\n"                                                              \
    "    price:\n"                                                                                 \
    "      - {grades: [level3], yuan: 5000.00, patient: 800.00, clause: A}\n"                      \
    "      - {grades: [primary], classes: [retired], yuan: 3000.00, patient: 0, clause: B}\n"
#define GROUPS                                                                                     \
    "  - package: groups\n"                                                                        \
    "    zh: 分组\n"                                                                             \
    "    method: drg\n"                                                                            \
    "    layer: critical\n"                                                                        \
    "    of: [inscp_scp_amt]\n"                                                                    \
    "    price:\n"                                                                                 \
    "      - {grades: [primary], stated: true, clause: B}\n"
#define HEADS                                                                                      \
    "  - package: heads\n"                                                                         \
    "    zh: 人头\n"                                                                             \
    "    method: capitation\n"                                                                     \
    "    layer: pool\n"                                                                            \
    "    price: [{clause: A}]\n"

static char *with(const char *rest)
{
    char *text = malloc(POLICY_TEXT_MAX);
    assert_non_null(text);
    assert_true(snprintf(text, POLICY_TEXT_MAX, "%s%s", policy_text, rest) < POLICY_TEXT_MAX);
    return text;
}

static void packages(void **state)
{
    (void)state;
    char *text = with(DISEASE GROUPS HEADS);
    struct pack *pack = policy_pack(text);
    const struct policy_packages *p = pack_policy(pack, date_of(2024, 5, 1))->packages;
    assert_int_equal(p->count, 3);
    assert_int_equal(p->rule_count, 4);
    const struct package *single = &p->list[0];
    assert_int_equal(single->method, METHOD_DISEASE);
    assert_int_equal(single->layer, 0);
    assert_int_equal(single->share_on, SHARE_FIXED);
    assert_true(single->above_hospital && single->below_kept);
    assert_int_equal(single->part_count, 2);
    assert_int_equal(single->parts[0], PART_FULAMT);
    assert_int_equal(single->parts[1], PART_INSCP);
    assert_string_equal(single->fund_pay_type, "999996");
    assert_int_equal(p->rules[0].price_fen, 500000);
    assert_int_equal(p->rules[0].patient_fen, 80000);
    assert_int_equal(p->rules[1].patient_fen, 0);
    assert_int_equal(p->rules[1].who.classes, 2);
    assert_int_equal(p->rules[2].price_fen, -1);
    assert_int_equal(p->rules[2].package, 1);
    assert_int_equal(p->list[1].layer, 1);
    assert_int_equal(p->list[2].method, METHOD_CAPITATION);
    assert_int_equal(p->rules_of[0][1], 7);
    assert_int_equal(p->rules_of[1][0], 8);
    assert_int_equal(p->index.by_grade[1], 1 | 8);
    pack_free(pack);
    free(text);
}

/* Among what is found there is that. */
static void assert_fault_of(const char *rest, const char *from, const char *to, const char *key,
                            const char *en)
{
    int line;
    char *text = with(rest), *spoilt = spoil(text, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(spoilt), &pack, faults),
                     ERR_INVALID);
    assert_fault_in(faults, "policy.yaml", key, en);
    free(faults);
    free(spoilt);
    free(text);
}

static void faults_of_packages(void **state)
{
    (void)state;
    assert_fault_of(DISEASE, "package: single", "package: basic", "packages[0].package", "taken");
    assert_fault_of(DISEASE GROUPS, "package: groups", "package: single", "packages[1].package",
                    "taken");
    assert_fault_of(DISEASE, "    layer: basic\n", "    layer: critical\n", "packages[0].layer",
                    "cumulative");
    assert_fault_of(DISEASE, "    of: [fulamt_ownpay_amt, inscp_scp_amt]\n", "", "packages[0].of",
                    "missing");
    assert_fault_of(DISEASE, "    share_on: fixed\n", "", "packages[0].share_on", "missing");
    assert_fault_of(DISEASE, "    above: hospital\n", "", "packages[0].above", "missing");
    assert_fault_of(DISEASE, "    below: hospital_keeps\n", "", "packages[0].below", "missing");
    assert_fault_of(DISEASE, "    fund_pay_type: \"999996\"\n", "", "packages[0].fund_pay_type",
                    "missing");
    assert_fault_of(DISEASE, "patient: 800.00, ", "", "packages[0].price[0].patient", "missing");
    assert_fault_of(DISEASE, "patient: 800.00", "patient: 5000.01", "packages[0].price[0]",
                    "above the price");
    assert_fault_of(DISEASE, "yuan: 5000.00", "stated: true, yuan: 5000.00",
                    "packages[0].price[0].stated", "has no stated");
    assert_fault_of(DISEASE, "yuan: 5000.00, ", "", "packages[0].price[0].yuan", "missing");
    assert_fault_of(DISEASE, "grades: [primary], classes: [retired]", "classes: [retired]",
                    "packages[0].price[1]", "overlaps a row of single");
    assert_fault_of(DISEASE GROUPS, "{grades: [primary], stated", "{grades: [level3], stated",
                    "packages[1].price[0]", "overlaps a row of single");
    assert_fault_of(DISEASE GROUPS, "stated: true", "stated: false", "packages[1].price[0]",
                    "either yuan or stated");
    assert_fault_of(DISEASE GROUPS, "    of: [inscp_scp_amt]\n",
                    "    of: [inscp_scp_amt]\n    above: patient\n", "packages[1].above",
                    "has no above");
    assert_fault_of(DISEASE HEADS, "price: [{clause: A}]", "price: [{yuan: 1.00, clause: A}]",
                    "packages[1].price[0].yuan", "has no yuan");
}

/* What the hospital bears is off no line in particular. */
static void no_scope_beside_what_the_hospital_bears(void **state)
{
    (void)state;
    int line;
    char *text = with(DISEASE);
    char *spoilt =
        spoil(text, "when: {insutypes: [\"390\"], kinds: [outpatient], identities: [low]}",
              "when: {insutypes: [\"310\"], kinds: [inpatient], identities: [low]}", &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(spoilt), &pack, faults),
                     ERR_INVALID);
    assert_int_equal(faults->count, 1);
    assert_non_null(strstr(faults->list[0].en, "layer pool has a scope"));
    free(faults);
    free(spoilt);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packages),
        cmocka_unit_test(faults_of_packages),
        cmocka_unit_test(no_scope_beside_what_the_hospital_bears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
