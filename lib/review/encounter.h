/* Whom rules may meet, and where: an insurance, a kind of care, a person, a grade, a situation.
 * What check walks through to find rules that meet nobody and shares that jump. */
#ifndef REVIEW_ENCOUNTER_H
#define REVIEW_ENCOUNTER_H

#include "policy/policy.h"
#include "review/words.h"

#define ENCOUNTER_NOBODY UINT8_MAX /* no identity in particular */

struct encounter {
    uint8_t insutype, kind, class, grade;
    uint8_t identity; /* index, or ENCOUNTER_NOBODY */
    int16_t age;
    uint8_t values[POLICY_DIMENSIONS_MAX]; /* of each dimension */
};

/* Calls `visit` for every encounter whose rows differ from those of all before it. Of
 * situations, one value is tried at a time, the others keep their last. False from `visit` stops.
 */
void encounter_each(const struct policy *policy,
                    bool (*visit)(void *context, const struct encounter *encounter), void *context);

/* Whether a layer is for the encounter, and whether a row is. */
bool encounter_meets(const struct encounter *encounter, const struct policy *policy,
                     const struct layer *layer);
bool encounter_selects(const struct encounter *encounter, const struct selector *who);
/* The encounter's row of ratio in a layer, -1 when there is none. */
int encounter_ratio(const struct encounter *encounter, const struct layer *layer);

/* "职工（在职），住院，三级，70 岁，低保对象，转省外" */
void encounter_say(FILE *out, enum lang lang, const struct policy *policy,
                   const struct encounter *encounter);

#endif
