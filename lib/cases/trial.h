/* A member on trial: the claims of a case adjudicated offline by the daemon's own code, one after
 * the other, with what each leaves to the next carried along. */
#ifndef CASES_TRIAL_H
#define CASES_TRIAL_H

#include "cases/case.h"

struct trial {
    const struct policy_case *policy_case; /* the member and the filings, as they stay */
    struct arena *scratch;
    struct result *result; /* of the last claim; in scratch until the next */
    /* As the claims so far left them. */
    int64_t balc, family_balc; /* personal account and relatives', fen */
    struct accums accums;      /* of all years */
    bool has_previous;
    struct previous_stay previous;
};

/* The member as the case has it before its first claim. Case and arena are borrowed. */
void trial_begin(struct trial *trial, const struct policy_case *policy_case, struct arena *scratch);
/* Fills trial->result; a refusal is in its problems. `policy` is case_policy()'s, NULL when none is
 * in force. ERR_NOMEM, or ERR_LIMIT: a bill beyond the arena. */
enum err trial_claim(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy) MUST_CHECK;
/* Carries what the last result moved; the claim and policy are its own. ERR_LIMIT: more years than
 * are kept. */
enum err trial_carry(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy) MUST_CHECK;

#endif
