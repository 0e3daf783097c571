/* lib/wire/line_clause: each class remembers its own. */
#include "support.h"

#include "wire/line_clause.h"

static const char *next(const char *last[LINE_CLASSES], uint32_t chrgitm_lv, char *clause)
{
    Copay__LineSplit line = COPAY__LINE_SPLIT__INIT;
    line.chrgitm_lv = chrgitm_lv;
    line.clause = clause;
    return wire_line_clause(&line, last);
}

static void what_a_line_leaves_out_is_its_classs_last(void **state)
{
    (void)state;
    const char *last[LINE_CLASSES] = {NULL};
    assert_null(next(last, 1, NULL));
    assert_string_equal(next(last, 2, "L-B"), "L-B");
    assert_null(next(last, 1, NULL));
    assert_string_equal(next(last, 1, "L-A"), "L-A");
    assert_string_equal(next(last, 2, NULL), "L-B");
    assert_string_equal(next(last, 1, NULL), "L-A");
    assert_string_equal(next(last, 2, ""), ""); /* none, said */
    assert_string_equal(next(last, 2, NULL), "");
}

static void a_class_that_nobody_knows_remembers_nothing(void **state)
{
    (void)state;
    const char *last[LINE_CLASSES] = {NULL};
    assert_string_equal(next(last, LINE_CLASSES, "X"), "X");
    assert_null(next(last, LINE_CLASSES, NULL));
    assert_null(next(last, UINT32_MAX, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_line_leaves_out_is_its_classs_last),
        cmocka_unit_test(a_class_that_nobody_knows_remembers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
