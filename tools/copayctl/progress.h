/* A line on the standard error output that says how far a long command is. Main thread. */
#ifndef COPAYCTL_PROGRESS_H
#define COPAYCTL_PROGRESS_H

#include <stdint.h>

struct progress {
    const char *what; /* 中文 and English; borrowed */
    int64_t shown_ms;
    uint64_t total; /* 0: not known */
};

/* At most once a second. */
void progress_show(struct progress *progress, uint64_t done);
/* Ends a terminal's line, if one was shown. */
void progress_end(struct progress *progress);

#endif
