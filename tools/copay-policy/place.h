/* Where rules may meet: an insurance, a kind of care, a person, a grade, a situation. What check
 * walks through to find rules that meet nobody and shares that jump. */
#ifndef COPAY_POLICY_PLACE_H
#define COPAY_POLICY_PLACE_H

#include "policy/policy.h"
#include "words.h"

#define PLACE_NOBODY UINT8_MAX /* no identity in particular */

struct place {
    uint8_t insutype, kind, class, grade;
    uint8_t identity; /* index, or PLACE_NOBODY */
    int16_t age;
    uint8_t values[POLICY_DIMENSIONS_MAX]; /* of each dimension */
};

/* Calls `visit` for every place whose rows differ from those of all places before it. Of
 * situations, one value is tried at a time, the others keep their last. False from `visit` stops.
 */
void place_each(const struct policy *policy,
                bool (*visit)(void *context, const struct place *place), void *context);

/* Whether a layer is for the place, and whether a row is. */
bool place_meets(const struct place *place, const struct policy *policy, const struct layer *layer);
bool place_selects(const struct place *place, const struct selector *who);
/* The place's row of ratio in a layer, -1 when there is none. */
int place_ratio(const struct place *place, const struct layer *layer);

/* "职工（在职），住院，三级，70 岁，低保对象，转省外" */
void place_say(FILE *out, enum lang lang, const struct policy *policy, const struct place *place);

#endif
