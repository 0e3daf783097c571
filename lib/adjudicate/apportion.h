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
/* The share of one of them; the others' shares are not set. */
int64_t apportion_one(struct portion *portions, uint32_t count, int64_t total, uint32_t index);

#endif
