/* The end of the process when an invariant is broken: one line to stderr, then abort. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "event=invariant_broken file=%s line=%d condition=\"%s\"\n", file, line,
            condition);
    abort();
}
