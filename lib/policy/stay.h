/* What a deductible per stay asks of the year's other stays. */
#ifndef POLICY_STAY_H
#define POLICY_STAY_H

#include <stdint.h>

/* Which of the year's stays count for the nth. */
enum nth_of { NTH_SAME_GRADE, NTH_ALL_STAYS };
struct nth_rule {
    uint8_t of; /* enum nth_of */
    uint8_t dimension;
    uint16_t values; /* only stays whose value of the dimension is among them; 0: all */
};

/* How the person came from the stay before; the pack lists grades from the lowest up. Whoever
 * stays where he was has not changed its grade. */
enum transfer { TRANSFER_UP, TRANSFER_DOWN, TRANSFER_SAME, TRANSFER_SAME_HOSPITAL, TRANSFERS };

/* A stay that begins at most so many days after the one before it ended is no stay of its own. */
enum merge_pays { MERGE_DIFFERENCE, MERGE_NONE, MERGE_FULL };
struct merge_rule {
    uint8_t transfers; /* mask, bit 1 << enum transfer */
    uint8_t within_days;
    uint8_t pays; /* enum merge_pays */
    uint16_t clause;
};
#define RULE_MERGES_MAX 4

#endif
