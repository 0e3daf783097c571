/* What a situation's value asks of a claim. */
#include "situations.h"

static bool asks(const struct matcher *when, enum match match)
{
    return when->asked >> match & 1;
}

static void matchers(void **state)
{
    (void)state;
    char *text = situations_policy();
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    const struct matcher *filed = &p->dimensions[0].values[0].when;
    const struct matcher *chemo = &p->dimensions[1].values[0].when;
    const struct matcher *old = &p->dimensions[1].values[1].when;
    assert_true(asks(filed, MATCH_DISTANCE) && asks(filed, MATCH_FILING));
    assert_false(asks(filed, MATCH_KINDS));
    assert_int_equal(filed->distances, 12);
    assert_int_equal(filed->filings, 2);
    assert_int_equal(chemo->kinds, 2);
    assert_int_equal(chemo->diseases.count, 3);
    assert_string_equal(chemo->diseases.prefixes[0], "C34");
    assert_string_equal(chemo->diseases.prefixes[2], "Z51.1");
    assert_int_equal(old->med_types, 1);
    assert_true(asks(old, MATCH_KINDS)); /* of its med_types */
    assert_int_equal(old->kinds, 1);
    assert_int_equal(old->age_min, 70);
    assert_int_equal(old->age_max, INT16_MAX);
    assert_int_equal(old->sex, 2);
    assert_int_equal(p->dimensions[2].values[0].when.insutypes, 2);
    assert_int_equal(p->dimensions[2].values[1].when.classes, 1);
    pack_free(pack);
    free(text);
}

static void faults(void **state)
{
    (void)state;
    const char *chemo = "situations.illness.values[0].when";
    assert_situation_fault("diseases: [Z51.1, C34, Z51.0]", "diseases: [Z51.1, C34, Z51]", 0,
                           "situations.illness.values[0].when.diseases", "\"Z51\" holds \"Z51.1\"");
    assert_situation_fault("diseases: [Z51.1, C34, Z51.0]", "diseases: []", 0,
                           "situations.illness.values[0].when.diseases", "1 to");
    assert_situation_fault("kinds: [inpatient]}}", "med_types: [\"11\"], kinds: [inpatient]}}", 0,
                           chemo, "none of these med_types");
    assert_situation_fault("kinds: [inpatient]}}", "beds: 3}}", 0,
                           "situations.illness.values[0].when.beds", "unknown key");
    assert_situation_fault("med_types: [\"11\"]", "med_types: [\"12\"]", 0,
                           "situations.illness.values[1].when.med_types[0]", "not defined");
    assert_situation_fault("age: {from: 70}, sex", "age: {from: 70, to: 69}, sex", 0,
                           "situations.illness.values[1].when.age", "below the lower");
    assert_situation_fault("sex: 2", "sex: 3", 0, "situations.illness.values[1].when.sex",
                           "expected 1 to 2");
    assert_situation_fault("when: {distance: [province, beyond]}", "when: {}", 0,
                           "situations.place.values[1].when", "no condition");
    assert_situation_fault("filing: [residence]", "filing: [stay]", 0,
                           "situations.place.values[0].when.filing[0]", "referral, residence");
    assert_situation_fault("distance: [province, beyond], filing", "distance: [near], filing", 0,
                           "situations.place.values[0].when.distance[0]",
                           "county, city, province, beyond");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matchers),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
