/* Cells that need quotes survive a round. */
#include "sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_round(void **state)
{
    static const char *const cells[] = {"plain", "a,b", "say \"so\"", "", "药,\"乙\""};
    char path[] = "/tmp/replay-sheet-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    struct sheet sheet;
    (void)state;
    assert_non_null(file);
    fputs("one,two\n", file);
    for (size_t i = 0; i < 5; i++) {
        sheet_put(file, cells[i], false);
        sheet_put(file, "x", true);
    }
    fclose(file);
    assert_true(sheet_read(path, &sheet));
    assert_int_equal(sheet.rows, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_string_equal(sheet_cell(&sheet, i, sheet_column(&sheet, "one")), cells[i]);
        assert_string_equal(sheet_cell(&sheet, i, 1), "x");
    }
    assert_int_equal(sheet_column(&sheet, "three"), -1);
    assert_string_equal(sheet_cell(&sheet, 0, -1), "");
    sheet_free(&sheet);
    unlink(path);
}

static void test_no_file(void **state)
{
    struct sheet sheet;
    (void)state;
    assert_false(sheet_read("/nonexistent/table.csv", &sheet));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
