/* Code lists, and what values are possible where. */
#include "fixture.h"

static bool holds(const char *code)
{
    static const char *const some[] = {"C34", "M05", "Z51.0", "Z51.1"};
    const struct code_list list = {4, some};
    return code_list_begins(&list, code);
}

static void codes(void **state)
{
    (void)state;
    assert_true(holds("C34"));
    assert_true(holds("C34.900"));
    assert_true(holds("M0501"));
    assert_true(holds("Z51.1"));
    assert_true(holds("Z51.0001"));
    assert_false(holds("Z51"));
    assert_false(holds("Z51.2"));
    assert_false(holds("C35"));
    assert_false(holds("A00"));
    assert_false(holds("M06"));
    assert_false(holds(""));
    assert_false(code_list_begins(&(struct code_list){0}, "C34"));
}

static void whole_codes(void **state)
{
    (void)state;
    static const char *const some[] = {"1", "12", "3"};
    const struct code_list list = {3, some};
    assert_true(code_list_has(&list, "1"));
    assert_true(code_list_has(&list, "12"));
    assert_false(code_list_has(&list, "11"));
    assert_false(code_list_has(&list, "31"));
    assert_false(code_list_has(&list, ""));
    assert_false(code_list_has(&(struct code_list){0}, "1"));
}

static void possible(void **state)
{
    (void)state;
    struct dimension d = {.value_count = 4};
    d.values[0].when = (struct matcher){.asked = 1u << MATCH_KINDS, .kinds = 2};
    d.values[1].when = (struct matcher){.asked = 1u << MATCH_INSUTYPES, .insutypes = 1};
    d.values[2].when = (struct matcher){.asked = 1u << MATCH_CLASSES, .classes = 4};
    assert_int_equal(dimension_possible(&d, 2, 1, 4), 15);
    assert_int_equal(dimension_possible(&d, 1, 1, 4), 14);
    assert_int_equal(dimension_possible(&d, 3, 2, 7), 13);
    assert_int_equal(dimension_possible(&d, 2, 3, 3), 11);
}

#define ASK(match) (UINT32_C(1) << (match))

/* What is asked of b is within what is asked of a, and b asks all that a asks. */
static void within(void **state)
{
    (void)state;
    static const char *const short_codes[] = {"C34", "M05"}, *const long_codes[] = {"C34.9", "M05"};
    const struct matcher a[] = {
        {.asked = ASK(MATCH_KINDS), .kinds = 3},
        {.asked = ASK(MATCH_MED_TYPES), .med_types = 3},
        {.asked = ASK(MATCH_INSUTYPES), .insutypes = 3},
        {.asked = ASK(MATCH_CLASSES), .classes = 3},
        {.asked = ASK(MATCH_AGE), .age_min = 6, .age_max = 69},
        {.asked = ASK(MATCH_DISTANCE), .distances = 3},
        {.asked = ASK(MATCH_FILING), .filings = 3},
        {.asked = ASK(MATCH_DISEASES), .diseases = {2, short_codes}},
        {.asked = ASK(MATCH_OPERATIONS), .operations = {2, short_codes}},
        {.asked = ASK(MATCH_INSTITUTIONS), .institutions = {2, short_codes}},
        {.asked = ASK(MATCH_INSTITUTION_TAGS), .institution_tags = 3},
        {.asked = ASK(MATCH_DELIVERY), .delivery = {2, short_codes}},
        {.asked = ASK(MATCH_FETUS_CNT), .fetus_cnt = {2, 20}},
        {.asked = ASK(MATCH_FETTS), .fetts = {1, 3}},
        {.asked = ASK(MATCH_BIRCTRL), .birctrl = {2, short_codes}},
        {.asked = ASK(MATCH_CVLSERV_LV), .cvlserv_lv = {2, short_codes}},
        {.asked = ASK(MATCH_PRESCRIBER_GRADES), .prescriber_grades = 3},
        {.asked = ASK(MATCH_TRANSFER), .transfers = 3, .transfer_days = 3},
        {.asked = ASK(MATCH_GRADES), .grades = 3},
        {.asked = ASK(MATCH_BREAK_DAYS), .break_days = 30},
    };
    const struct matcher b[] = {
        {.asked = ASK(MATCH_KINDS), .kinds = 2},
        {.asked = ASK(MATCH_MED_TYPES), .med_types = 2},
        {.asked = ASK(MATCH_INSUTYPES), .insutypes = 2},
        {.asked = ASK(MATCH_CLASSES), .classes = 2},
        {.asked = ASK(MATCH_AGE), .age_min = 6, .age_max = 68},
        {.asked = ASK(MATCH_DISTANCE), .distances = 2},
        {.asked = ASK(MATCH_FILING), .filings = 2},
        {.asked = ASK(MATCH_DISEASES), .diseases = {2, long_codes}},
        {.asked = ASK(MATCH_OPERATIONS), .operations = {2, long_codes}},
        {.asked = ASK(MATCH_INSTITUTIONS), .institutions = {1, short_codes}},
        {.asked = ASK(MATCH_INSTITUTION_TAGS), .institution_tags = 2},
        {.asked = ASK(MATCH_DELIVERY), .delivery = {1, short_codes}},
        {.asked = ASK(MATCH_FETUS_CNT), .fetus_cnt = {3, 20}},
        {.asked = ASK(MATCH_FETTS), .fetts = {1, 2}},
        {.asked = ASK(MATCH_BIRCTRL), .birctrl = {1, short_codes}},
        {.asked = ASK(MATCH_CVLSERV_LV), .cvlserv_lv = {1, short_codes}},
        {.asked = ASK(MATCH_PRESCRIBER_GRADES), .prescriber_grades = 2},
        {.asked = ASK(MATCH_TRANSFER), .transfers = 2, .transfer_days = 1},
        {.asked = ASK(MATCH_GRADES), .grades = 2},
        {.asked = ASK(MATCH_BREAK_DAYS), .break_days = 90},
    };
    for (size_t i = 0; i < ARRAY_LEN(a); i++) {
        struct matcher more = b[i];
        more.asked |= ASK(MATCH_SEX);
        more.sex = 2;
        if (!matcher_within(&b[i], &a[i]) || matcher_within(&a[i], &b[i]) ||
            !matcher_within(&more, &a[i]) || matcher_within(&b[i], &more))
            fail_msg("pair %zu", i);
    }
}

static void within_of_two_answers(void **state)
{
    (void)state;
    const uint32_t asked =
        ASK(MATCH_SEX) | ASK(MATCH_EMERGENCY) | ASK(MATCH_TRAUMA) | ASK(MATCH_NEWBORN);
    const struct matcher a = {.asked = asked, .sex = 1, .emergency = true};
    struct matcher b = a;
    assert_true(matcher_within(&b, &a));
    b.sex = 2;
    assert_false(matcher_within(&b, &a));
    b = a;
    b.emergency = false;
    assert_false(matcher_within(&b, &a));
    b = a;
    b.trauma = true;
    assert_false(matcher_within(&b, &a));
    b = a;
    b.newborn = true;
    assert_false(matcher_within(&b, &a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),
        cmocka_unit_test(whole_codes),
        cmocka_unit_test(possible),
        cmocka_unit_test(within),
        cmocka_unit_test(within_of_two_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
