/* Reproducible chance: SplitMix64 (Steele, Lea, Flood 2014), so that one seed makes one world and
 * one run's choices. Not for keys. */
#ifndef REPLAY_RANDOM_H
#define REPLAY_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

/* A generator of its own for each (seed, stream). */
struct random random_on(uint64_t seed, uint64_t stream);
uint64_t random_next(struct random *random);
/* 0 to n - 1; n > 0. */
uint64_t random_below(struct random *random, uint64_t n);
/* [0, 1). */
double random_unit(struct random *random);

/* A rank from 0 to n - 1 that falls off as 1 / (rank + 1)^exponent (a bounded Pareto law cut to
 * whole numbers, near enough to Zipf's); exponent 0 is uniform. */
uint64_t random_rank(struct random *random, uint64_t n, double exponent);

#endif
