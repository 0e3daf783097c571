/* Groups of people and situations, grades and classes apart, that the rows of a table tell apart:
 * each with one value of every dimension that its row asks for. */
#ifndef REVIEW_GROUPS_H
#define REVIEW_GROUPS_H

#include "policy/policy.h"

#define GROUPS_MAX 256

struct groups {
    uint16_t count;
    struct selector list[GROUPS_MAX]; /* grades and classes: any */
};

/* Adds the groups of a row that are not there yet. */
void groups_add(struct groups *groups, const struct selector *who);
void groups_remove(struct groups *groups, uint16_t index);
/* Whether all of `group` is of those that the row is for, grades and classes apart. */
bool group_within(const struct selector *group, const struct selector *who);
/* Whether it asks anything at all. */
bool group_asks(const struct selector *group);
/* Adds b's values to a where they differ in one dimension only; else nothing. */
bool group_join(struct selector *a, const struct selector *b);

#endif
