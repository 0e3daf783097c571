/* lib/base/check: a broken invariant ends the process, in release builds too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

static int evaluated;

static int counted(int value)
{
    evaluated++;
    return value;
}

static void a_true_condition_passes_and_is_evaluated_once(void **state)
{
    (void)state;
    evaluated = 0;
    CHECK(counted(2) == 2);
    assert_int_equal(evaluated, 1);
}

static void a_false_condition_aborts_and_says_where(void **state)
{
    (void)state;
    int ends[2], status = 0;
    char line[512] = "";
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        CHECK(counted(1) == 2);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_true(read(ends[0], line, sizeof line - 1) > 0);
    close(ends[0]);
    assert_non_null(strstr(line, "event=invariant_broken"));
    assert_non_null(strstr(line, "check_test.c"));
    assert_non_null(strstr(line, "condition=\"counted(1) == 2\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_true_condition_passes_and_is_evaluated_once),
        cmocka_unit_test(a_false_condition_aborts_and_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
