/* A book on disk is the book; a line that is none is refused. */
#include "book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/replay-book-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static struct book_entry sample(uint8_t outcome)
{
    struct book_entry e = {.infno = "2207",
                           .msgid = "H43100299001202606010930000001",
                           .outcome = outcome,
                           .dev_no = "R1"};
    if (outcome == 1) {
        snprintf(e.setl_id, sizeof e.setl_id, "431000202606010000000000000042");
        snprintf(e.insutype, sizeof e.insutype, "390");
        snprintf(e.clr_type, sizeof e.clr_type, "11");
        snprintf(e.setl_optins, sizeof e.setl_optins, "431002");
        e.medfee_sumamt = -123456;
        e.fund_pay_sumamt = -3;
        e.psn_cash_pay = -123453;
        e.refunded = e.has_tally = true;
        e.tally = (struct book_tally){.setl_cnt = 7, .medfee_sumamt = -99, .acct_pay = -5};
        memset(e.tally.digest.bytes, 0xa5, HASH_SIZE);
        memset(e.reply.bytes, 0x5a, HASH_SIZE);
    }
    if (outcome == 2)
        e.reason = 2002;
    return e;
}

static void test_round(void **state)
{
    struct book_entry entries[3];
    struct book book = {.entries = entries, .count = 3}, read = {0};
    uint8_t body[] = {0, 1, 0xfe, 0xff};
    (void)state;
    for (uint8_t i = 0; i < 3; i++)
        entries[i] = sample(i);
    entries[0].body = body;
    entries[0].body_size = sizeof body;
    assert_true(book_write(&book, path));
    assert_true(book_read(&read, path));
    assert_int_equal(read.count, 3);
    assert_int_equal(read.entries[0].body_size, sizeof body);
    assert_memory_equal(read.entries[0].body, body, sizeof body);
    free(read.entries[0].body);
    read.entries[0].body = body;
    for (size_t i = 0; i < 3; i++)
        assert_memory_equal(&read.entries[i], &entries[i], sizeof entries[i]);
    free(read.entries);
}

static void overwrite(const char *text)
{
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_broken_lines(void **state)
{
    static const char *const lines[] = {"\n", "x\n", "a\tb\tc\n",
                                        "H43100299001202606010930000001\t2207\t9\n"};
    struct book book = {0};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct book empty = {0};
        assert_true(book_write(&empty, path));
        overwrite(lines[i]);
        assert_false(book_read(&book, path));
        book_free(&book);
    }
    assert_int_equal(truncate(path, 0), 0);
    assert_false(book_read(&book, path)); /* not even a title */
    assert_false(book_read(&book, "/nonexistent"));
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_broken_lines),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
