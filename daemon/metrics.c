/* The process's counters. */
#include "daemon/metrics.h"

struct metrics metrics;
