/* lib/client/msgid: national form, ascending, never twice: over processes and restarts with a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/id.h"
#include "client/copay.h"

#define INSTITUTION "H43100299001"

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void ids_are_national_and_ascend(void **state)
{
    (void)state;
    struct copay_msgids *m;
    struct copay_error error;
    char last[COPAY_MSGID + 1] = "", id[COPAY_MSGID + 1];
    assert_int_equal(copay_msgids_open(INSTITUTION, NULL, &m, &error), COPAY_DONE);
    for (int i = 0; i < 25000; i++) { /* more than a second has: the next one's are borrowed */
        assert_true(copay_msgids_next(m, id));
        assert_int_equal(id_parse_msgid(id, NULL), ERR_OK);
        assert_memory_equal(id, INSTITUTION, 12);
        assert_true(strcmp(last, id) < 0);
        memcpy(last, id, sizeof last);
    }
    copay_msgids_close(m);
    assert_int_equal(copay_msgids_open("X1", NULL, &m, &error), COPAY_INVALID);
    assert_true(error.zh[0] && error.en[0]);
}

static void a_file_outlives_the_process(void **state)
{
    (void)state;
    char path[] = "/tmp/copay-msgid-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct copay_msgids *m;
    struct copay_error error;
    char id[COPAY_MSGID + 1];
    write_file(path, "209912312359599998\n"); /* the clock has gone back */
    assert_int_equal(copay_msgids_open(INSTITUTION, path, &m, &error), COPAY_DONE);
    assert_true(copay_msgids_next(m, id));
    assert_string_equal(id, INSTITUTION "209912312359599999");
    copay_msgids_close(m);
    assert_int_equal(copay_msgids_open(INSTITUTION, path, &m, &error), COPAY_DONE);
    assert_true(copay_msgids_next(m, id));
    assert_string_equal(id, INSTITUTION "210001010000000000");
    copay_msgids_close(m);
    close(fd);
    unlink(path);
}

static void processes_share_a_file(void **state)
{
    (void)state;
    enum { EACH = 50 };
    char path[] = "/tmp/copay-msgid-XXXXXX";
    int fd = mkstemp(path), pipes[2];
    assert_true(fd >= 0 && pipe(pipes) == 0);
    for (int child = 0; child < 2; child++)
        if (fork() == 0) {
            struct copay_msgids *m;
            struct copay_error error;
            char id[COPAY_MSGID + 1];
            if (copay_msgids_open(INSTITUTION, path, &m, &error) != COPAY_DONE)
                _exit(1);
            for (int i = 0; i < EACH; i++)
                if (!copay_msgids_next(m, id) || write(pipes[1], id, 31) != 31)
                    _exit(1);
            _exit(0);
        }
    close(pipes[1]);
    static char ids[2 * EACH][31];
    int n = 0;
    while (n < 2 * EACH && read(pipes[0], ids[n], 31) == 31)
        n++;
    int status = 0, failed = 0;
    while (wait(&status) > 0)
        failed += status != 0;
    assert_int_equal(failed, 0);
    assert_int_equal(n, 2 * EACH);
    qsort(ids, (size_t)n, 31, (int (*)(const void *, const void *))strcmp);
    for (int i = 1; i < n; i++)
        assert_true(strcmp(ids[i - 1], ids[i]) < 0);
    close(pipes[0]);
    close(fd);
    unlink(path);
}

static void a_damaged_file_gives_no_id(void **state)
{
    (void)state;
    static const char *const texts[] = {"x", "20251113093015000", "2025111309301500011\n",
                                        "202513130930150001\n", "202511130930150001"};
    char path[] = "/tmp/copay-msgid-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct copay_msgids *m;
        struct copay_error error;
        char id[COPAY_MSGID + 1];
        write_file(path, texts[i]);
        assert_int_equal(copay_msgids_open(INSTITUTION, path, &m, &error), COPAY_DONE);
        assert_false(copay_msgids_next(m, id));
        copay_msgids_close(m);
    }
    close(fd);
    unlink(path);
    struct copay_msgids *m;
    struct copay_error error;
    assert_int_equal(copay_msgids_open(INSTITUTION, "/nonexistent/file", &m, &error),
                     COPAY_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_national_and_ascend),
        cmocka_unit_test(a_file_outlives_the_process),
        cmocka_unit_test(processes_share_a_file),
        cmocka_unit_test(a_damaged_file_gives_no_id),
    };
    return cmocka_run_group_tests_name("msgid", tests, NULL, NULL);
}
