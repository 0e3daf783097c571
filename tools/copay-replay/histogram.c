/* Cells: values below 128 one by one, then 128 to each doubling. Debian 12 has no package of the
 * HDR histogram for C. Pure. */
#include "histogram.h"

#include <string.h>

#define STEP_BITS 7
#define VALUE_MAX ((UINT64_C(1) << 40) - 1)

_Static_assert(HISTOGRAM_STEPS == 1 << STEP_BITS, "cells are found by shifting");
_Static_assert(HISTOGRAM_CELLS >= (40 - STEP_BITS + 1) << STEP_BITS, "every value has its cell");

static uint32_t cell_of(uint64_t value)
{
    if (value < HISTOGRAM_STEPS)
        return (uint32_t)value;
    uint32_t shift = 63 - (uint32_t)__builtin_clzll(value) - STEP_BITS;
    return ((shift + 1) << STEP_BITS) + (uint32_t)((value >> shift) - HISTOGRAM_STEPS);
}

static uint64_t upper_end(uint32_t cell)
{
    if (cell < HISTOGRAM_STEPS)
        return cell;
    uint32_t shift = (cell >> STEP_BITS) - 1;
    uint64_t step = HISTOGRAM_STEPS + (cell & (HISTOGRAM_STEPS - 1));
    return ((step + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, int64_t us)
{
    uint64_t value = us < 0 ? 0 : (uint64_t)us;
    value = value > VALUE_MAX ? VALUE_MAX : value;
    histogram->cells[cell_of(value)]++;
    histogram->count++;
    if (value > histogram->max)
        histogram->max = value;
}

uint64_t histogram_quantile(const struct histogram *histogram, uint32_t of_1000000)
{
    unsigned __int128 wanted = (unsigned __int128)histogram->count * of_1000000 + 999999;
    uint64_t rank = (uint64_t)(wanted / 1000000), seen = 0;
    rank = rank ? rank : 1;
    for (uint32_t i = 0; i < HISTOGRAM_CELLS; i++) {
        seen += histogram->cells[i];
        if (seen >= rank) {
            uint64_t end = upper_end(i);
            return end < histogram->max ? end : histogram->max;
        }
    }
    return histogram->max;
}

void histogram_clear(struct histogram *histogram)
{
    memset(histogram, 0, sizeof *histogram);
}
