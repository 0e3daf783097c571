/* What a case expects of a claim against what came of it. Pure. */
#ifndef CASES_MISMATCH_H
#define CASES_MISMATCH_H

#include "cases/case.h"

#define MISMATCH_TEXT 64

struct mismatch {
    const struct expectation *expectation;
    char expected[MISMATCH_TEXT], got[MISMATCH_TEXT]; /* yuan, or a refusal's reason */
};

/* The next mismatch from *at on, which begins at 0; false when there is none left. A refusal that
 * nobody expected is one mismatch, however many figures were. */
bool mismatch_next(const struct case_claim *claim, const struct result *result, uint32_t *at,
                   struct mismatch *mismatch);

#endif
