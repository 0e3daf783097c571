/* The data folder's lock, seen from a second process. */
#include "ledger/lock.h"

#include <sys/wait.h>

#include "fixture.h"

/* What lock_take() says in a child process, as an exit status. */
static int child_takes(const char *dir)
{
    pid_t pid = fork();
    if (pid == 0) {
        int fd = -1;
        _exit(-(int)lock_take(dir, &fd));
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return -WEXITSTATUS(status);
}

static void test_busy(void **state)
{
    struct scratch *s = *state;
    int fd = -1, again = -1;
    char path[128];
    struct stat st;
    assert_int_equal(lock_take(s->dir, &fd), ERR_OK);
    assert_int_equal(stat(scratch_path(s, "lock", path), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(child_takes(s->dir), ERR_BUSY);
    assert_int_equal(lock_take(s->dir, &again), ERR_BUSY);
    assert_int_equal(again, -1);
    close(fd);
    assert_int_equal(child_takes(s->dir), ERR_OK);
    assert_int_equal(lock_take(s->dir, &fd), ERR_OK);
    close(fd);
}

static void test_no_folder(void **state)
{
    (void)state;
    int fd = -1;
    assert_int_equal(lock_take("/tmp/copayd-no-such-folder", &fd), ERR_IO);
    assert_int_equal(fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_busy, scratch_setup, scratch_teardown),
        cmocka_unit_test(test_no_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
