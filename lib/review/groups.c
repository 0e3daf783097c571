/* Splits rows by the values of the dimensions they ask for, so that rows that list values
 * differently can be laid side by side. */
#include "review/groups.h"

bool group_within(const struct selector *group, const struct selector *who)
{
    bool identities = who->identities == SELECTOR_ANY || (group->identities != SELECTOR_ANY &&
                                                          !(group->identities & ~who->identities));
    /* Of whom all have another identity, nobody in particular has these. */
    bool lacks = !(who->without & ~group->without) ||
                 (group->identities != SELECTOR_ANY && !(group->identities & who->without));
    if (!identities || !lacks || group->age_min < who->age_min || group->age_max > who->age_max)
        return false;
    for (uint8_t i = 0; i < POLICY_DIMENSIONS_MAX; i++)
        if ((who->in.dimensions >> i & 1) &&
            (!(group->in.dimensions >> i & 1) || (group->in.values[i] & ~who->in.values[i])))
            return false;
    return true;
}

bool group_asks(const struct selector *group)
{
    return group->identities != SELECTOR_ANY || group->without || group->age_min > 0 ||
           group->age_max < INT16_MAX || group->in.dimensions;
}

static void add(struct groups *groups, const struct selector *group)
{
    for (uint16_t i = 0; i < groups->count; i++)
        if (group_within(group, &groups->list[i]) && group_within(&groups->list[i], group))
            return;
    CHECK(groups->count < GROUPS_MAX);
    groups->list[groups->count++] = *group;
}

/* Each value of this dimension and the ones behind it. */
static void add_values(struct groups *groups, const struct selector *who, struct selector *group,
                       uint8_t dimension)
{
    if (dimension == POLICY_DIMENSIONS_MAX) {
        add(groups, group);
        return;
    }
    group->in.values[dimension] = 0;
    if (!(who->in.dimensions >> dimension & 1)) {
        add_values(groups, who, group, (uint8_t)(dimension + 1));
        return;
    }
    for (unsigned left = who->in.values[dimension]; left; left &= left - 1) {
        group->in.values[dimension] = (uint16_t)(left & -left);
        add_values(groups, who, group, (uint8_t)(dimension + 1));
    }
}

void groups_add(struct groups *groups, const struct selector *who)
{
    struct selector group = *who;
    group.grades = group.classes = SELECTOR_ANY;
    add_values(groups, who, &group, 0);
}

void groups_remove(struct groups *groups, uint16_t index)
{
    groups->count--;
    for (uint16_t i = index; i < groups->count; i++)
        groups->list[i] = groups->list[i + 1];
}

bool group_join(struct selector *a, const struct selector *b)
{
    int differs = -1;
    if (a->identities != b->identities || a->without != b->without || a->age_min != b->age_min ||
        a->age_max != b->age_max || a->in.dimensions != b->in.dimensions)
        return false;
    for (uint8_t i = 0; i < POLICY_DIMENSIONS_MAX; i++) {
        if (a->in.values[i] == b->in.values[i])
            continue;
        if (differs >= 0)
            return false;
        differs = i;
    }
    if (differs >= 0)
        a->in.values[differs] |= b->in.values[differs];
    return true;
}
