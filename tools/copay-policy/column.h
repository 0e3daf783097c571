/* What a column of the catalogue is for. */
#ifndef COPAY_POLICY_COLUMN_H
#define COPAY_POLICY_COLUMN_H

#include "policy/policy.h"

enum role {
    ROLE_KEPT, /* what the pack says by hand: sex, ages, tags */
    ROLE_CODE,
    ROLE_NAME,
    ROLE_CLASS,
    ROLE_TYPE,
    ROLE_ESSENTIAL,
    ROLE_LIMITED,
    ROLE_FLAG, /* by hand, 0 where nothing is said */
    ROLE_BEGINS,
    ROLE_ENDS,
    ROLE_RATIO, /* of a class: empty, the insurance's */
    ROLE_RATIO_NEEDED,
    ROLE_CAP,
    ROLE_AMOUNT /* none of class 03 */
};

enum role column_role(const struct policy *policy, const char *column);
bool column_is_ratio(enum role role);
/* What is written already stays as it is written where it says the same: `was` or `is`. */
const char *column_keep(enum role role, const char *was, const char *is);

#endif
