/* Tables: columns, quoting, line numbers, bounds, cells. */
#include "faults.h"

#include "base/date.h"
#include "base/table.h"

static const char *const columns[] = {"code", "name", "amount", "day", "flag"};

struct seen {
    uint32_t rows, stop_after;
    uint32_t numbers[8];
    int lines[8];
    char names[8][32];
    int64_t amount;
};

static bool take(const struct table_row *row, void *user)
{
    struct seen *seen = user;
    seen->numbers[seen->rows % 8] = row->number;
    seen->lines[seen->rows % 8] = row->line;
    snprintf(seen->names[seen->rows % 8], 32, "%s", table_cell(row, 1));
    seen->rows++;
    return seen->rows != seen->stop_after;
}

static enum err read_table(const char *text, struct seen *seen, struct faults *f)
{
    return table_read("t.csv", text_of(text), columns, ARRAY_LEN(columns), take, seen, f);
}

static void any_order_of_columns(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct seen seen = {0};
    const char *text = "\xef\xbb\xbf"
                       "flag,day,name,code,amount\r\n"
                       "1,2024-01-01,\"甲, \"\"乙\"\"\",A,1\r\n\r\n"
                       "0,2024-01-02,\"two\r\nlines\",B,2\r\n"
                       "0,2024-01-02,last,C,3";
    assert_int_equal(read_table(text, &seen, f), ERR_OK);
    assert_int_equal(f->count, 0);
    assert_int_equal(seen.rows, 3);
    assert_int_equal(seen.lines[0], 2);
    assert_int_equal(seen.lines[1], 4);
    assert_int_equal(seen.lines[2], 6);
    assert_string_equal(seen.names[0], "甲, \"乙\"");
    assert_string_equal(seen.names[2], "last");
    free(f);
}

static bool take_optional(const struct table_row *row, void *user)
{
    struct seen *seen = user;
    snprintf(seen->names[seen->rows++], 32, "%s", table_cell(row, 1));
    table_fault(row, 1, "错", "wrong");
    return true;
}

static void a_column_may_be_absent(void **state)
{
    (void)state;
    static const char *const some[] = {"code", "?tags"};
    struct faults *f = faults_new();
    struct seen seen = {0};
    assert_int_equal(
        table_read("t.csv", text_of("tags,code\na;b,A\n"), some, 2, take_optional, &seen, f),
        ERR_OK);
    assert_string_equal(seen.names[0], "a;b");
    assert_fault(f, 2, "tags", "wrong");
    assert_int_equal(table_read("t.csv", text_of("code\nA\n"), some, 2, take_optional, &seen, f),
                     ERR_OK);
    assert_string_equal(seen.names[1], "");
    assert_int_equal(table_read("t.csv", text_of("code\nA,b\n"), some, 2, take_optional, &seen, f),
                     ERR_OK);
    assert_fault(f, 2, "", "found 2 cells, expected 1");
    assert_int_equal(table_read("t.csv", text_of("tags\nA\n"), some, 2, take_optional, &seen, f),
                     ERR_INVALID);
    assert_fault(f, 1, "code", "missing");
    assert_int_equal(seen.rows, 2);
    free(f);
}

static void header_is_closed(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct seen seen = {0};
    assert_int_equal(read_table("code,name,code,extra\na,b,c,d\n", &seen, f), ERR_INVALID);
    assert_int_equal(seen.rows, 0);
    assert_fault(f, 1, "code", "duplicate column");
    assert_fault(f, 1, "extra", "unknown column");
    assert_fault(f, 1, "amount", "missing");
    assert_fault(f, 1, "day", "missing");
    assert_fault(f, 1, "flag", "missing");
    assert_int_equal(f->count, 5);
    free(f);
}

static void rows_of_other_width_are_named(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct seen seen = {0};
    const char *text = "code,name,amount,day,flag\na,b,c\nx,ok,1,1,1\na,b,c,d,e,f\n";
    assert_int_equal(read_table(text, &seen, f), ERR_OK);
    assert_int_equal(f->count, 2);
    assert_fault(f, 2, "", "found 3 cells, expected 5");
    assert_fault(f, 4, "", "found 6 cells, expected 5");
    assert_int_equal(seen.rows, 1);
    assert_int_equal(seen.numbers[0], 2);
    free(f);
}

static void broken_texts(void **state)
{
    (void)state;
    struct {
        const char *text;
        int line;
        const char *en;
    } cases[] = {
        {"", 0, "empty"},
        {"\n\n", 0, "empty"},
        {"code,name,amount,day,flag\na,\"b,1,1,1\nmore\n", 2, "not closed"},
        {"code,name,amount,day,flag\na,b\"c,1,1,1\n", 2, "misplaced"},
        {"code,name,amount,day,flag\n\na,\xff,1,1,1\n", 3, "UTF-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct faults *f = faults_new();
        struct seen seen = {0};
        assert_int_equal(read_table(cases[i].text, &seen, f), ERR_INVALID);
        assert_fault(f, cases[i].line, "", cases[i].en);
        free(f);
    }
}

static void bounds(void **state)
{
    (void)state;
    size_t size = 4 * TABLE_ROW_MAX;
    char *big = malloc(size + 64);
    assert_non_null(big);
    int head = snprintf(big, 64, "code,name,amount,day,flag\na,\"");
    for (size_t i = 0; i < 2; i++) { /* one long line; then many short lines in one cell */
        memset(big + head, 'x', size);
        for (size_t j = 0; i == 1 && j < size; j += 50)
            big[(size_t)head + j] = '\n';
        big[(size_t)head + size] = '\0';
        struct faults *f = faults_new();
        struct seen seen = {0};
        assert_int_equal(read_table(big, &seen, f), ERR_LIMIT);
        assert_fault(f, 2, "", "too long");
        free(f);
    }
    free(big);
}

static void stops_when_told(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct seen seen = {.stop_after = 1};
    const char *text = "code,name,amount,day,flag\na,b,1,1,1\na,b,1,1,1\n";
    assert_int_equal(read_table(text, &seen, f), ERR_OK);
    assert_int_equal(seen.rows, 1);
    free(f);
}

static bool read_cells(const struct table_row *row, void *user)
{
    int *good = user;
    const char *text;
    int64_t n = 0;
    int32_t day = 0;
    bool flag = false;
    *good += table_text(row, 0, 3, &text);
    *good += table_integer(row, 1, 1, 14, &n);
    *good += table_decimal(row, 2, 6, INT64_C(1000000000), &n);
    *good += table_date(row, 3, &day);
    *good += table_flag(row, 4, &flag);
    if (row->number == 1) {
        assert_int_equal(n, 12500000);
        assert_int_equal(day, date_of(2024, 2, 29));
        assert_true(flag);
    }
    return true;
}

static void typed_cells(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    int good = 0;
    const char *text = "code,name,amount,day,flag\nabc,07,12.5,2024-02-29,1\n"
                       "abcd,15,-1,2024-2-9,2\n,1.0,1000.000001,,\n";
    assert_int_equal(
        table_read("t.csv", text_of(text), columns, ARRAY_LEN(columns), read_cells, &good, f),
        ERR_OK);
    assert_int_equal(good, 5);
    assert_int_equal(f->count, 10);
    assert_fault(f, 3, "code", "expected 1 to 3");
    assert_fault(f, 3, "name", "integer from 1 to 14");
    assert_fault(f, 3, "amount", "from 0 to 1000 with at most 6 decimals");
    assert_fault(f, 4, "day", "YYYY-MM-DD");
    assert_fault(f, 4, "flag", "expected 0 or 1");
    free(f);
}

static bool read_named(const struct table_row *row, void *user)
{
    const char *text;
    *(int *)user += table_text(row, 1, 40, &text);
    return true;
}

static void texts_hold_no_controls(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    int good = 0;
    const char *text = "code,name,amount,day,flag\na,x\x1b[2K\u202e,1,1,1\nb,\"y\nz\",1,1,1\n"
                       "c,医保,1,1,1\n";
    assert_int_equal(
        table_read("t.csv", text_of(text), columns, ARRAY_LEN(columns), read_named, &good, f),
        ERR_OK);
    assert_int_equal(good, 3); /* they can be used all the same */
    assert_int_equal(f->count, 2);
    assert_int_equal(f->objections, 2);
    assert_fault(f, 2, "name",
                 "found \"x\\u001b[2K\\u202e\", expected a text without control "
                 "characters (it has U+001B)");
    assert_non_null(strstr(f->list[0].zh, "应为不含控制字符的文本（现有 U+001B）"));
    assert_fault(f, 3, "name", "found \"y\\u000az\", expected");
    free(f);
}

static bool take_code(const struct table_row *row, void *user)
{
    uint8_t *codes = user;
    (void)table_code(row, 1, 3, &codes[row->number - 1]);
    return true;
}

static void codes_have_two_digits_or_lost_their_zero(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    uint8_t codes[5] = {9, 9, 9, 9, 9};
    const char *text = "code,name,amount,day,flag\na,01,,,\nb,3,,,\nc,00,,,\nd,04,,,\ne,1.0,,,\n";
    assert_int_equal(
        table_read("t.csv", text_of(text), columns, ARRAY_LEN(columns), take_code, codes, f),
        ERR_OK);
    assert_memory_equal(codes, ((uint8_t[]){1, 3, 9, 9, 9}), sizeof codes);
    assert_int_equal(f->count, 3);
    assert_fault(f, 4, "name", "found \"00\", expected 01 to 03");
    free(f);
}

static bool take_period(const struct table_row *row, void *user)
{
    int32_t *days = user;
    (void)table_period(row, 0, 1, &days[0], &days[1]);
    return true;
}

static enum err read_period(const char *text, int32_t days[2], struct faults *f)
{
    static const char *const names[] = {"from", "to"};
    return table_read("t.csv", text_of(text), names, ARRAY_LEN(names), take_period, days, f);
}

static void periods(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    int32_t days[2] = {7, 7};
    assert_int_equal(read_period("from,to\n2024-01-01,2024-01-01\n", days, f), ERR_OK);
    assert_int_equal(days[0], date_of(2024, 1, 1));
    assert_int_equal(days[1], date_of(2024, 1, 1));
    assert_int_equal(read_period("from,to\n2024-01-02,\n", days, f), ERR_OK);
    assert_int_equal(days[0], date_of(2024, 1, 2));
    assert_int_equal(days[1], DATE_MAX);
    assert_int_equal(f->count, 0);
    days[0] = days[1] = 7;
    assert_int_equal(
        read_period("from,to\n2024-01-02,2024-01-01\n,2024-01-01\nx,y\n2024-01-01,y\n", days, f),
        ERR_OK);
    assert_true(days[0] == 7 && days[1] == 7);
    assert_int_equal(f->count, 5);
    assert_fault(f, 2, "to", "before from");
    assert_fault(f, 3, "from", "YYYY-MM-DD");
    assert_fault(f, 4, "from", "YYYY-MM-DD");
    assert_fault(f, 4, "to", "YYYY-MM-DD");
    assert_fault(f, 5, "to", "YYYY-MM-DD");
    free(f);
}

/* However the lines end, so that a file saved on Windows is not twice as long. */
static void rows_are_bounded_from_above(void **state)
{
    (void)state;
    assert_int_equal(table_rows_most(text_of("")), 1);
    assert_int_equal(table_rows_most(text_of("a\nb")), 2);
    assert_int_equal(table_rows_most(text_of("a\r\nb\r\n")), 3);
    assert_int_equal(table_rows_most(text_of("a\rb\r\rc\n\nd")), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_columns),
        cmocka_unit_test(a_column_may_be_absent),
        cmocka_unit_test(header_is_closed),
        cmocka_unit_test(rows_of_other_width_are_named),
        cmocka_unit_test(broken_texts),
        cmocka_unit_test(bounds),
        cmocka_unit_test(stops_when_told),
        cmocka_unit_test(typed_cells),
        cmocka_unit_test(texts_hold_no_controls),
        cmocka_unit_test(codes_have_two_digits_or_lost_their_zero),
        cmocka_unit_test(periods),
        cmocka_unit_test(rows_are_bounded_from_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
