/* Chance from a seed. Pure. */
#include "random.h"

#include <math.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct random random_on(uint64_t seed, uint64_t stream)
{
    return (struct random){mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ mix(~stream)};
}

uint64_t random_next(struct random *random)
{
    return mix(random->state += UINT64_C(0x9e3779b97f4a7c15));
}

uint64_t random_below(struct random *random, uint64_t n)
{
    return (uint64_t)(((unsigned __int128)random_next(random) * n) >> 64);
}

double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

uint64_t random_rank(struct random *random, uint64_t n, double exponent)
{
    if (exponent == 0 || n < 2)
        return random_below(random, n);
    double u = random_unit(random), top = (double)n + 1, x;
    if (fabs(exponent - 1) < 1e-9)
        x = exp(u * log(top));
    else
        x = pow(u * (pow(top, 1 - exponent) - 1) + 1, 1 / (1 - exponent));
    uint64_t rank = x <= 1 ? 0 : (uint64_t)x - 1;
    return rank < n ? rank : n - 1;
}
