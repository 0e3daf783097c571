/* What a case expects of a claim against what came of it. Pure. */
#ifndef CASES_MISMATCH_H
#define CASES_MISMATCH_H

#include "cases/case.h"

#define MISMATCH_TEXT 160

struct mismatch {
    const struct expectation *expectation;
    char expected[MISMATCH_TEXT], got[MISMATCH_TEXT]; /* yuan, a refusal's reason, or a finding */
};

/* The next mismatch from *at on, which begins at 0; false when there is none left. A refusal that
 * nobody expected is one mismatch, however many figures were. `report` may be NULL: no audit. */
bool mismatch_next(const struct case_claim *claim, const struct result *result,
                   const struct audit_report *report, uint32_t *at, struct mismatch *mismatch);

#endif
