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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/aborts.h"

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

#endif
