/* Broken invariants abort: how a test sees it. */
#ifndef TESTS_BASE_ABORTS_H
#define TESTS_BASE_ABORTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs a call that must abort, in a child whose complaint goes nowhere. */
static inline void assert_aborts(void (*call)(void *), void *context)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        /* cmocka catches signals of its own accord. */
        signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr))
            call(context);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

#endif
