/* lib/settle/detail_rows: rows are found by either name, the first of several, and by nothing
 * else. */
#include "settle/detail_rows.h"

#include "fixture.h"

#define SETL(n) "43100020260310000000000000000" n
#define MSG(n) "H4310029900120260310090000000" n

static void the_first_of_a_name_is_found(void **state)
{
    (void)state;
    static const struct detail_row rows[] = {
        {.setl_id = SETL("7"), .msgid = ""},
        {.setl_id = "", .msgid = MSG("5")},
        {.setl_id = SETL("3"), .msgid = MSG("4")},
        {.setl_id = SETL("7"), .msgid = MSG("5")},
        {.setl_id = "nonsense", .msgid = "too"},
        {.setl_id = "430000202603100000000000000003", .msgid = ""}, /* another region's 3 */
    };
    struct arena *arena = arena_new(1 << 20);
    struct detail_rows list;
    uint32_t row = 99;
    OK(detail_rows_index(rows, ARRAY_LEN(rows), arena, &list));
    assert_true(detail_rows_settlement(&list, SETL("7"), &row));
    assert_int_equal(row, 0);
    assert_true(detail_rows_settlement(&list, SETL("3"), &row));
    assert_int_equal(row, 2);
    assert_true(detail_rows_settlement(&list, rows[5].setl_id, &row));
    assert_int_equal(row, 5);
    assert_false(detail_rows_settlement(&list, SETL("4"), &row));
    assert_false(detail_rows_settlement(&list, "nonsense", &row));
    assert_true(detail_rows_message(&list, MSG("5"), &row));
    assert_int_equal(row, 1);
    assert_true(detail_rows_message(&list, MSG("4"), &row));
    assert_int_equal(row, 2);
    assert_false(detail_rows_message(&list, MSG("6"), &row));
    assert_false(detail_rows_message(&list,
                                     "P4310029900120260310090000000"
                                     "4",
                                     &row));
    arena_free(arena);
}

static void an_empty_list_has_none(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct detail_rows list;
    uint32_t row;
    OK(detail_rows_index(NULL, 0, arena, &list));
    assert_false(detail_rows_settlement(&list, SETL("7"), &row));
    assert_false(detail_rows_message(&list, MSG("7"), &row));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_a_name_is_found),
        cmocka_unit_test(an_empty_list_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
