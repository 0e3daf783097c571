/* No id twice: within one source, between sources and between programs on one world. */
#include "msgids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[] = "/tmp/replay-msgids-XXXXXX";

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/msgid.next", dir);
    unlink(path);
    return rmdir(dir);
}

static void test_ascending_and_well_formed(void **state)
{
    struct msgids ids;
    char last[ID_MSGID + 1] = "", id[ID_MSGID + 1];
    (void)state;
    msgids_begin(&ids, dir, "H43100299001");
    /* More than a block holds. */
    for (int i = 0; i < 450000; i++) {
        assert_true(msgids_next(&ids, id));
        assert_true(strcmp(id, last) > 0);
        memcpy(last, id, sizeof last);
        if (i % 9973 == 0)
            assert_int_equal(id_parse_msgid(id, NULL), ERR_OK);
    }
    assert_memory_equal(id, "H43100299001", ID_FIXMEDINS);
}

static void test_two_sources_never_meet(void **state)
{
    struct msgids a, b;
    char x[ID_MSGID + 1], y[ID_MSGID + 1], first[ID_MSGID + 1];
    int64_t reserved;
    (void)state;
    msgids_begin(&a, dir, "H43100299001");
    msgids_begin(&b, dir, "H43100299001");
    assert_true(msgids_next(&a, x));
    assert_true(msgids_next(&b, first));
    for (int i = 1; i < 200000; i++)
        assert_true(msgids_next(&a, x));
    assert_true(strcmp(x, first) < 0); /* all of a's block lies before b's */
    assert_true(msgids_reserve(dir, 7, &reserved));
    assert_true(msgids_next(&a, y)); /* the next block lies behind what was reserved */
    int64_t sent_ms;
    assert_int_equal(id_parse_msgid(y, &sent_ms), ERR_OK);
    assert_true(sent_ms / 1000 >= reserved + 7);
}

static void test_no_folder(void **state)
{
    struct msgids ids;
    char id[ID_MSGID + 1];
    (void)state;
    msgids_begin(&ids, "/nonexistent", "H43100299001");
    assert_false(msgids_next(&ids, id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascending_and_well_formed),
        cmocka_unit_test(test_two_sources_never_meet),
        cmocka_unit_test(test_no_folder),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
