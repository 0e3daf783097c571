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
    assert_string_equal(chemo->diseases.codes[0], "C34");
    assert_string_equal(chemo->diseases.codes[2], "Z51.1");
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

static void rare_matchers(void **state)
{
    (void)state;
    char *text = situations_policy();
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    const struct dimension_value *values = p->dimensions[3].values;
    const struct matcher *birth = &values[0].when, *named = &values[1].when;
    const struct matcher *tagged = &values[2].when, *rank = &values[3].when;
    const struct matcher *moved = &values[4].when;
    assert_int_equal(birth->asked,
                     1u << MATCH_DELIVERY | 1u << MATCH_EMERGENCY | 1u << MATCH_NEWBORN);
    assert_string_equal(birth->delivery.codes[1], "2");
    assert_true(birth->newborn && !birth->emergency);
    assert_int_equal(named->asked, 1u << MATCH_INSTITUTIONS | 1u << MATCH_OPERATIONS);
    assert_string_equal(named->institutions.codes[0], "H43100299001");
    assert_int_equal(named->operations.count, 2);
    assert_int_equal(tagged->asked, 1u << MATCH_INSTITUTION_TAGS | 1u << MATCH_TRAUMA |
                                        1u << MATCH_BIRCTRL | 1u << MATCH_FETUS_CNT |
                                        1u << MATCH_FETTS);
    assert_int_equal(tagged->fetus_cnt.from, 2);
    assert_int_equal(tagged->fetus_cnt.to, CHILDREN_MAX);
    assert_int_equal(tagged->fetts.from, 1);
    assert_int_equal(tagged->fetts.to, 3);
    assert_int_equal(tagged->institution_tags, 2);
    assert_true(tagged->trauma);
    assert_string_equal(tagged->birctrl.codes[0], "3");
    assert_int_equal(rank->asked, 1u << MATCH_CVLSERV_LV | 1u << MATCH_PRESCRIBER_GRADES);
    assert_string_equal(rank->cvlserv_lv.codes[0], "1");
    assert_int_equal(rank->prescriber_grades, 2);
    assert_int_equal(moved->asked, 1u << MATCH_TRANSFER);
    assert_int_equal(moved->transfers, 5);
    assert_int_equal(moved->transfer_days, 1);
    assert_int_equal(values[5].when.asked, 1u << MATCH_BREAK_DAYS | 1u << MATCH_GRADES);
    assert_int_equal(values[5].when.break_days, 90);
    assert_int_equal(values[5].when.grades, 1);
    pack_free(pack);
    free(text);
}

static void faults_of_rare_matchers(void **state)
{
    (void)state;
    assert_situation_fault("[H43100299002, H43100299001]", "[H43100299002, H431]", 0,
                           "situations.rare.values[1].when.institutions", "\"H431\" is no");
    assert_situation_fault("[H43100299002, H43100299001]", "[H43100299002, H43100299002]", 0,
                           "situations.rare.values[1].when.institutions", "occurs twice");
    assert_situation_fault("institution_tags: [county]", "institution_tags: [village]", 0,
                           "situations.rare.values[2].when.institution_tags[0]", "tcm, county");
    assert_situation_fault("trauma: true, birctrl", "trauma: 1, birctrl", 0,
                           "situations.rare.values[2].when.trauma", "true");
    assert_situation_fault("fetus_cnt: {from: 2}", "fetus_cnt: {from: 0}", 0,
                           "situations.rare.values[2].when.fetus_cnt.from", "expected 1 to 20");
    assert_situation_fault("fetus_cnt: {from: 2}", "fetus_cnt: {from: 3, to: 2}", 0,
                           "situations.rare.values[2].when.fetus_cnt", "below the lower");
    assert_situation_fault("fetts: {to: 3}", "fetts: {}", 0, "situations.rare.values[2].when.fetts",
                           "at least one");
    assert_situation_fault(", within_days: 1}", "}", 0,
                           "situations.rare.values[4].when.transfer.within_days", "missing");
    assert_situation_fault("to: [up, same]", "to: [away]", 0,
                           "situations.rare.values[4].when.transfer.to[0]", "up, down, same");
    assert_situation_fault("break_days: 90", "break_days: 0", 0,
                           "situations.rare.values[5].when.break_days", "expected 1 to");
    assert_situation_fault("[tcm, county]", "[tcm, tcm]", 0, "institution_tags[1]", "occurs twice");
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
        cmocka_unit_test(rare_matchers),
        cmocka_unit_test(faults),
        cmocka_unit_test(faults_of_rare_matchers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
