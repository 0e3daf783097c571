/* A member on trial: the claims of a case adjudicated offline by the daemon's own code, one after
 * the other, with what each leaves to the next carried along. */
#ifndef CASES_TRIAL_H
#define CASES_TRIAL_H

#include "cases/case.h"

/* What has become of a claim. */
enum trial_fate { FATE_UNSETTLED, FATE_SETTLED, FATE_VOIDED };

struct trial {
    const struct policy_case *policy_case; /* the member and the filings, as they stay */
    struct arena *scratch;
    bool unaudited;        /* only the benefits matter: no audit */
    struct result *result; /* of the last claim; in scratch until the next */
    /* The same; NULL: nothing was audited. */
    const struct audit_report *report;
    /* As the claims so far left them. */
    uint8_t fates[CASE_CLAIMS_MAX]; /* enum trial_fate */
    int64_t balc, family_balc;      /* personal account and relatives', fen */
    struct accums accums;           /* of all years */
    bool has_previous;
    struct previous_stay previous;
    /* The stay before, without what the last result voids. */
    bool had_previous;
    struct previous_stay before;
};

/* The member as the case has it before its first claim. Case and arena are borrowed. */
void trial_begin(struct trial *trial, const struct policy_case *policy_case, struct arena *scratch);
/* Fills trial->result; a refusal is in its problems. `policy` is case_policy()'s, NULL when none is
 * in force. Of a void the result is the negative of what it voids, without lines; it is refused
 * when that was refused or is void already, or when a claim since then would come out otherwise
 * without it. ERR_NOMEM, or ERR_LIMIT: a bill beyond the arena. */
enum err trial_claim(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy) MUST_CHECK;
/* Carries what the last result moved; the claim and policy are its own. ERR_LIMIT: more years than
 * are kept. */
enum err trial_carry(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy) MUST_CHECK;

/* Audits the claim by the pack's rules, if it has any: fills trial->report, adds to
 * trial->result->problems what keeps it from being settled, and copies the claim with its refused
 * lines marked. Part of trial_claim(). ERR_NOMEM. */
enum err trial_audit(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy, struct claim *audited) MUST_CHECK;

#endif
