/* How lines split, and who bears those that no fund pays for. */
#include "fixture.h"

/* The policy with one place of it changed. */
static struct pack *changed(const char *from, const char *to)
{
    int line;
    char *text = spoil(policy_text, from, to, &line);
    struct pack *pack = policy_pack(text);
    free(text);
    return pack;
}

static const struct policy *of(const struct pack *pack)
{
    return pack_policy(pack, date_of(2024, 5, 1));
}

static void clauses_and_flags(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = of(pack);
    assert_int_equal(p->lines.clauses[0], 2);
    assert_int_equal(p->lines.clauses[1], 1);
    assert_int_equal(p->lines.hosp_appr[0], HOSP_APPR_AS_LISTED);
    assert_int_equal(p->lines.hosp_appr[2], HOSP_APPR_OWN);
    assert_false(p->lines.refused_by_hospital);
    pack_free(pack);
    assert_policy_fault("\"2\": own", "\"3\": own", 0, "lines.hosp_appr_flag.3", "unknown key");
    assert_policy_fault(", \"2\": own", "", 0, "lines.hosp_appr_flag.2", "missing");
}

#define BEARS "  hospital: {fund_pay_type: \"630101\", clause: B}\n"

static void who_bears_what_no_fund_pays_for(void **state)
{
    (void)state;
    struct pack *pack = changed("refused_line: patient\n", "refused_line: hospital\n" BEARS);
    assert_true(of(pack)->lines.refused_by_hospital);
    assert_string_equal(of(pack)->lines.hospital.fund_pay_type, "630101");
    assert_int_equal(of(pack)->lines.hospital.clause, 2);
    pack_free(pack);
    pack = changed("\"2\": own}\n", "\"2\": hospital}\n" BEARS);
    assert_int_equal(of(pack)->lines.hosp_appr[2], HOSP_APPR_HOSPITAL);
    pack_free(pack);
    assert_policy_fault("  refused_line: patient\n", "", -3, "lines.refused_line", "missing");
    assert_policy_fault("refused_line: patient", "refused_line: fund", 0, "lines.refused_line",
                        "patient, hospital");
    assert_policy_fault("refused_line: patient", "refused_line: hospital", -3, "lines.hospital",
                        "missing");
    /* A rule of audit.yaml may lay a line on it where no key here does. */
    pack = changed("refused_line: patient\n", "refused_line: patient\n" BEARS);
    assert_false(of(pack)->lines.refused_by_hospital);
    assert_int_equal(of(pack)->lines.hospital.clause, 2);
    pack_free(pack);
}

static void what_columns_of_the_catalogue_mean(void **state)
{
    (void)state;
    struct pack *pack =
        changed("refused_line: patient\n", "refused_line: patient\n"
                                           "  pay_standard: {above: fulamt_ownpay_amt, clause: A}\n"
                                           "  item_dedc: {ratio_of: whole, clause: B}\n");
    const struct line_rules *lines = &of(pack)->lines;
    assert_true(lines->pay_standard.given);
    assert_int_equal(lines->pay_standard.above, PART_FULAMT);
    assert_int_equal(lines->pay_standard.clause, 1);
    assert_true(lines->item_dedc.given && lines->item_dedc.of_whole);
    assert_int_equal(lines->item_dedc.clause, 2);
    pack_free(pack);
    assert_policy_fault("refused_line: patient\n",
                        "refused_line: patient\n  pay_standard: {above: hifp_pay, clause: A}\n", 1,
                        "lines.pay_standard.above", "preselfpay_amt");
    assert_policy_fault("refused_line: patient\n",
                        "refused_line: patient\n  item_dedc: {clause: A}\n", 1,
                        "lines.item_dedc.ratio_of", "missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_and_flags),
        cmocka_unit_test(who_bears_what_no_fund_pays_for),
        cmocka_unit_test(what_columns_of_the_catalogue_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
