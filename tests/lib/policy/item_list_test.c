/* lib/policy/item_list: prefixes of codes. */
#include "fixture.h"

static void a_code_is_in_the_lists_that_hold_a_prefix_of_it(void **state)
{
    (void)state;
    static const char *const few[] = {"XA01", "XA0B", "XB"}, *const one[] = {"XA01AA"};
    const struct item_lists lists = {2, {{3, few}, {1, one}}};
    const uint32_t first = 1u << ITEM_TAGS_MAX, second = first << 1;
    static const struct {
        const char *code;
        uint32_t first, second;
    } cases[] = {{"XA01AA5", 1, 1}, {"XA01AB", 1, 0}, {"XA01", 1, 0}, {"XA0", 0, 0}, {"XA0B", 1, 0},
                 {"XA0C", 0, 0},    {"XB9", 1, 0},    {"A", 0, 0},    {"Z", 0, 0},   {"", 0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(item_lists_holding(&lists, cases[i].code),
                         cases[i].first * first | cases[i].second * second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_in_the_lists_that_hold_a_prefix_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
