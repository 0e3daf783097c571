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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),
        cmocka_unit_test(whole_codes),
        cmocka_unit_test(possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
