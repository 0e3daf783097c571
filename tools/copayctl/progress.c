/* A bar on a terminal, lines in a file. */
#include "progress.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define PROGRESS_MS 1000
#define BAR 30

void progress_show(struct progress *progress, uint64_t done)
{
    static const char bar[] = "##############################..............................";
    int64_t now = clock_mono_ms();
    if (progress->shown_ms == 0)
        progress->shown_ms = now;
    if (now - progress->shown_ms < PROGRESS_MS)
        return;
    progress->shown_ms = now;
    bool terminal = isatty(STDERR_FILENO);
    fprintf(stderr, "%s%s ", terminal ? "\r" : "", progress->what);
    if (progress->total == 0) {
        fprintf(stderr, "%" PRIu64, done);
    } else {
        uint64_t part = done < progress->total ? done * 100 / progress->total : 100;
        if (terminal)
            fprintf(stderr, "[%.*s] ", BAR, bar + BAR - part * BAR / 100);
        fprintf(stderr, "%" PRIu64 " %%", part);
    }
    fputs(terminal ? "   " : "\n", stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown_ms != 0 && isatty(STDERR_FILENO))
        fputs("\n", stderr);
    progress->shown_ms = 0;
}
