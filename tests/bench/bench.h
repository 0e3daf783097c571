/* What the micro benches share: options, clocks, a generator of numbers, one line of JSON as the
 * outcome. Each bench is one process with one thread; tools/bench starts it and reads the line. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/err.h"

/* "--name value" pairs; an unknown name ends the process with a usage line. */
struct bench_option {
    const char *name, *text; /* text: value as given, or the default */
};
void bench_options(int argc, char **argv, struct bench_option *options, size_t count);
uint64_t bench_number(const struct bench_option *option);

/* Ends the process when err is not ERR_OK. */
void bench_must(enum err err, const char *what);
/* The same for a system call's -1 or a NULL. */
void bench_need(bool good, const char *what);

double bench_wall(void); /* seconds, monotonic */
double bench_cpu(void);  /* seconds of this thread */

/* SplitMix64: the same numbers on every machine. */
struct bench_random {
    uint64_t state;
};
uint64_t bench_next(struct bench_random *random);
uint64_t bench_below(struct bench_random *random, uint64_t bound);
void bench_shuffle(struct bench_random *random, uint32_t *list, uint32_t count);

/* Sorts; the value at that share (0 to 1) of the list. */
double bench_percentile(double *list, size_t count, double share);

#endif
