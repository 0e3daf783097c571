/* Latencies in microseconds, log-linear: 128 steps to each doubling, so that a quantile is at most
 * 0.8 % too high and never too low; up to 2^40 us. */
#ifndef REPLAY_HISTOGRAM_H
#define REPLAY_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 128
#define HISTOGRAM_CELLS (HISTOGRAM_STEPS * 35)

struct histogram {
    uint64_t count, max;
    uint64_t cells[HISTOGRAM_CELLS];
};

void histogram_add(struct histogram *histogram, int64_t us);
/* The least recorded value (its cell's upper end, never over max) that at least `of_1000000`
 * millionths of all do not exceed; 0 when empty. */
uint64_t histogram_quantile(const struct histogram *histogram, uint32_t of_1000000);
void histogram_clear(struct histogram *histogram);

#endif
