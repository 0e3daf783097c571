/* One line, written over itself. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "run.h"

#define SECOND_US 1000000

void progress_add(struct progress *progress, int64_t latency_us)
{
    histogram_add(&progress->second, latency_us);
}

void progress_show(struct progress *progress, int64_t now_us, const struct run_result *result,
                   uint64_t outstanding)
{
    if (progress->shown_us == 0)
        progress->shown_us = now_us;
    if (now_us - progress->shown_us < SECOND_US)
        return;
    const struct histogram *h = &progress->second;
    uint64_t rate = h->count * SECOND_US / (uint64_t)(now_us - progress->shown_us);
    fprintf(stderr,
            "\r%8" PRIu64 "/s  p50 %6" PRIu64 " us  p99 %7" PRIu64 " us  out %5" PRIu64
            "  done %9" PRIu64 "  refused %6" PRIu64 "  lost %4" PRIu64 "\033[K",
            rate, histogram_quantile(h, 500000), histogram_quantile(h, 990000), outstanding,
            result->done, result->refused, result->lost);
    fflush(stderr);
    histogram_clear(&progress->second);
    progress->shown_us = now_us;
}

void progress_end(struct progress *progress)
{
    if (progress->shown_us)
        fputc('\n', stderr);
}
