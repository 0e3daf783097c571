/* Sharing an amount that no single line owns (design decision 2); private to lib/adjudicate. Pure.
 */
#ifndef ADJUDICATE_APPORTION_H
#define ADJUDICATE_APPORTION_H

#include <stdint.h>

struct portion {
    int64_t weight; /* not negative */
    int64_t share;
    int64_t rest; /* what rounding the share down left, in parts of the whole weight */
};

/* Shares `total`, at most the weights' sum, by weight: rounded down, and what is left goes to the
 * largest remainders, the first of equal ones. No share is larger than its weight. */
void apportion(struct portion *portions, uint32_t count, int64_t total);
/* The last part of that alone: each share one more where its rest, below `whole`, is among the
 * `left` largest. There are so many rests. */
void apportion_rests(struct portion *portions, uint32_t count, int64_t whole, uint32_t left);
/* The same share of one of so many weights, which come to `whole`, were its weight `weight`. */
int64_t apportion_one(const int64_t *weights, uint32_t count, int64_t whole, int64_t total,
                      uint32_t index, int64_t weight);

#endif
