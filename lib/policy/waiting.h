/* When pooled benefits begin under a cover that began late or after a break (V-57), and newborns
 * (V-57, V-74). */
#ifndef POLICY_WAITING_H
#define POLICY_WAITING_H

#include <stdbool.h>
#include <stdint.h>

/* At most one for an insurance type. */
struct waiting_rule {
    uint32_t insutypes;                /* mask */
    uint32_t exempt;                   /* mask of identities that do not wait */
    bool late;                         /* who began after the window waits */
    bool broken;                       /* who was not insured right before waits */
    uint16_t window_ends;              /* month x 100 + day; 0: the benefit year's first day */
    uint8_t months, per_missed_year;   /* more for each benefit year without any cover */
    uint16_t grace_days, newborn_days; /* 0: none */
    uint8_t infant_months;             /* who begins so young does not wait; 0: nobody */
    bool infant_next_day;              /* the pool opens on the day after the cover begins */
    uint8_t grace_count;
    uint16_t grace_after[4]; /* insurance types, this region's or others */
    uint16_t clause;
};

/* A newborn's bill under another's cover. */
struct newborn_rule {
    uint16_t days; /* at admission it is at most so many days old; 0: there is no such bill */
    bool mother;   /* the cover must be a woman's */
    bool of_child; /* rules ask for the child's age and sex, not for those of who is insured */
    uint16_t clause;
};

#endif
