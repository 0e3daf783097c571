/* Counts of values by their power of two, raised by one thread and read by any. */
#ifndef DAEMON_HISTOGRAM_H
#define DAEMON_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

/* Bucket i counts values from 2^i on and below 2^(i + 1); the first one 0 too, the last one all
 * above: in microseconds more than half an hour. */
#define HISTOGRAM_BUCKETS 32

struct histogram {
    _Atomic uint64_t buckets[HISTOGRAM_BUCKETS];
    _Atomic uint64_t sum, max;
};

/* One thread only. Negative values count as 0. */
void histogram_add(struct histogram *histogram, int64_t value);

#endif
