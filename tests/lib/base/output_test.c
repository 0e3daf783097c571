/* lib/base/output: in a child whose standard output is somewhere else, the exit status tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/output.h"

#define UNWRITTEN 7

/* The status of a program that prints `size` bytes to the file, NULL: to none, and what it said to
 * standard error. */
static int ended(const char *file, size_t size, int status, char said[256])
{
    int ends[2];
    memset(said, 0, 256);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        if (file ? !freopen(file, "w", stdout) : close(STDOUT_FILENO) != 0)
            _exit(99);
        for (size_t i = 0; i < size; i++)
            putchar('x');
        _exit(output_end("program", status, UNWRITTEN));
    }
    close(ends[1]);
    for (size_t used = 0; used < 255;) {
        ssize_t n = read(ends[0], said + used, 255 - used);
        if (n <= 0)
            break;
        used += (size_t)n;
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void what_was_written_keeps_its_status(void **state)
{
    char said[256];
    (void)state;
    assert_int_equal(ended("/dev/null", 100000, 0, said), 0);
    assert_int_equal(ended("/dev/null", 1, 5, said), 5);
    assert_string_equal(said, "");
}

static void a_full_disk_is_told(void **state)
{
    static const size_t sizes[] = {1, 4096, 1000000};
    char said[256];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        assert_int_equal(ended("/dev/full", sizes[i], 0, said), UNWRITTEN);
        assert_non_null(strstr(said, "program: "));
        assert_non_null(strstr(said, "standard output could not be written"));
        assert_non_null(strstr(said, strerror(ENOSPC)));
    }
    assert_int_equal(ended("/dev/full", 1, 5, said), 5); /* what else went wrong is worth more */
    assert_non_null(strstr(said, strerror(ENOSPC)));
}

static void who_prints_nothing_needs_no_output(void **state)
{
    char said[256];
    (void)state;
    assert_int_equal(ended(NULL, 0, 0, said), 0);
    assert_int_equal(ended("/dev/full", 0, 0, said), 0);
    assert_string_equal(said, "");
    assert_int_equal(ended(NULL, 1, 0, said), UNWRITTEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_keeps_its_status),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(who_prints_nothing_needs_no_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
