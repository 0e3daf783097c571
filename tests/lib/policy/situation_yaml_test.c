/* Filings, dimensions, and the rules that select by them. */
#include "situations.h"

static void dimensions(void **state)
{
    (void)state;
    char *text = situations_policy();
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->filing_count, 2);
    assert_int_equal(policy_filing(p, "2562"), 0);
    assert_int_equal(policy_filing(p, "2505"), 1);
    assert_int_equal(policy_filing(p, "2599"), -1);
    assert_int_equal(p->filings[0].days, 180);
    assert_int_equal(p->filings[1].days, 0);
    assert_int_equal(p->filings[0].clause, 2);
    assert_int_equal(p->filings[1].clause, 0);
    assert_int_equal(p->dimensions[1].values[0].clause, 0);
    assert_int_equal(p->dimensions[1].values[1].clause, 2);
    assert_int_equal(p->dimension_count, 4);
    assert_int_equal(policy_institution_tag(p, "county"), 1);
    const struct dimension *place = &p->dimensions[0];
    assert_string_equal(place->name, "place");
    assert_string_equal(place->name_zh, "就医");
    assert_int_equal(place->value_count, 3);
    assert_string_equal(place->values[1].name_zh, "未备案");
    assert_string_equal(place->values[1].id, "place/away");
    assert_int_equal(place->values[2].when.asked, 0);
    assert_true(policy_asks_filings(p));
    pack_free(pack);
    free(text);
}

static void selectors(void **state)
{
    (void)state;
    char *text = situations_policy();
    int line;
    char *layer = spoil(text, "kinds: [outpatient], identities: [low]}",
                        "kinds: [outpatient], identities: [low], in: {place: [away], illness: "
                        "[old, other]}}",
                        &line);
    struct pack *pack = policy_pack(layer);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    const struct situation_set *in = &p->layers[0].ratios[0].who.in;
    assert_int_equal(in->dimensions, 1);
    assert_int_equal(in->values[0], 5);
    assert_int_equal(p->layers[0].in.dimensions, 0);
    assert_int_equal(p->layers[0].deductibles[0].who.in.dimensions, 0);
    assert_int_equal(p->layers[2].in.dimensions, 3);
    assert_int_equal(p->layers[2].in.values[0], 2);
    assert_int_equal(p->layers[2].in.values[1], 6);
    pack_free(pack);
    free(layer);
    free(text);
}

static void faults_of_filings(void **state)
{
    (void)state;
    assert_situation_fault("codes: [\"2505\"]", "codes: [\"2501\"]", 0,
                           "filings.residence.codes[0]", "occurs twice");
    assert_situation_fault("[\"2501\", \"2562\"]", "[\"2501\", \"2501\"]", 0,
                           "filings.referral.codes[1]", "occurs twice");
    assert_situation_fault("days: 180", "days: 0", 0, "filings.referral.days", "expected 1 to");
    assert_situation_fault("  referral: {", "  Referral: {", 0, "filings.Referral", "is no name");
    assert_situation_fault("days: 180, clause: B", "days: 180, clause: C", 0,
                           "filings.referral.clause", "not defined");
}

static void faults_of_dimensions(void **state)
{
    (void)state;
    assert_situation_fault("{name: home, zh: 本地}", "{name: home, zh: 本地, when: {sex: 1}}", 0,
                           "situations.place.values[2].when", "all the rest");
    assert_situation_fault("{name: home, zh: 本地}", "{name: home, zh: 本地, clause: B}", 0,
                           "situations.place.values[2].clause", "no when");
    assert_situation_fault(", when: {distance: [province, beyond]}}", "}", 0,
                           "situations.place.values[1].when", "missing");
    assert_situation_fault("{name: away, zh: 未备案", "{name: filed, zh: 未备案", 0,
                           "situations.place.values[1]", "occurs twice");
    assert_situation_fault("when: {distance: [province, beyond], filing: [residence]}",
                           "when: {distance: [province, beyond]}", 1, "situations.place.values[1]",
                           "whenever away holds, filed before it does");
    assert_situation_fault("    zh: 病种\n", "", -1, "situations.illness.zh", "missing");
}

static void faults_of_in(void **state)
{
    (void)state;
    const char *row = "layers[0].ratio.table[1].in";
    assert_situation_fault("in: {place: [away]}", "in: {where: [away]}", 0,
                           "layers[0].ratio.table[1].in.where", "have no \"where\"");
    assert_situation_fault("in: {place: [away]}", "in: {place: [gone]}", 0,
                           "layers[0].ratio.table[1].in.place[0]", "filed, away, home");
    assert_situation_fault("in: {place: [away]}", "in: {}", 0, row, "names no situation");
    assert_situation_fault("in: {place: [away]}", "in: {place: [away], illness: [old]}", 0, row,
                           "never meets illness/old");
    assert_situation_fault("in: {place: [away]}", "in: {place: [away], group: [residents]}", 0, row,
                           "never meets group/residents");
    assert_situation_fault("[\"310\"], kinds: [inpatient]}",
                           "[\"310\"], kinds: [inpatient], in: {place: [home]}}", 15,
                           "layers[0].ratio.table[0].in", "never meets place/filed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dimensions),        cmocka_unit_test(selectors),
        cmocka_unit_test(faults_of_filings), cmocka_unit_test(faults_of_dimensions),
        cmocka_unit_test(faults_of_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
