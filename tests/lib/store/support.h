/* What the tests of lib/store share: a folder of their own, slices of C strings, short calls. */
#ifndef STORE_TEST_SUPPORT_H
#define STORE_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/store.h"

#define OK(call) assert_int_equal(call, ERR_OK)

static inline struct slice text(const char *s)
{
    return (struct slice){(const uint8_t *)s, strlen(s)};
}

static inline struct slice nothing(void)
{
    return (struct slice){NULL, 0};
}

/* Each test gets an empty folder as its state. */
static inline int folder_make(void **state)
{
    char *dir = strdup("/tmp/copayd-store-XXXXXX");
    if (!dir || !mkdtemp(dir))
        return -1;
    *state = dir;
    return 0;
}

static inline int folder_drop(void **state)
{
    char path[PATH_MAX];
    DIR *d = opendir(*state);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", (char *)*state, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    int failed = rmdir(*state);
    free(*state);
    return failed;
}

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
