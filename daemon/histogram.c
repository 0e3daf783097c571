/* One writer, so a load and a store do: no locked instruction in the journal's loop. */
#include "daemon/histogram.h"

static void raise_by(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
                          memory_order_relaxed);
}

void histogram_add(struct histogram *histogram, int64_t value)
{
    uint64_t v = value > 0 ? (uint64_t)value : 0;
    int bucket = v > 1 ? 63 - __builtin_clzll(v) : 0;
    raise_by(&histogram->buckets[bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1], 1);
    raise_by(&histogram->sum, v);
    if (v > atomic_load_explicit(&histogram->max, memory_order_relaxed))
        atomic_store_explicit(&histogram->max, v, memory_order_relaxed);
}
