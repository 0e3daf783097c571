/* The pure core: (policy, facts, history, claim) -> result, explanation included (design section
 * 6).
 *
 * No input or output, no clock, no globals; scratch memory comes from the caller's arena. The same
 * arguments give the same result on every machine, whatever the order of the lines. */
#ifndef ADJUDICATE_ADJUDICATE_H
#define ADJUDICATE_ADJUDICATE_H

#include <stdint.h>

#include "base/arena.h"
#include "model/accum.h"
#include "model/claim.h"
#include "model/filing.h"
#include "model/person.h"
#include "model/result.h"
#include "policy/catalogue.h"
#include "policy/policy.h"
#include "policy/stated_line.h"

/* The person's stay before this one, for rules that look back at it. */
struct previous_stay {
    int32_t end_date;
    uint8_t dedc_grade; /* the policy's index */
    int64_t consumed;   /* deductible, fen; of merged stays together */
    const char *fixmedins_code, *dise_codg;
    uint16_t year, insutype; /* a stay of another benefit year or insurance is not continued */
};

struct adjudication {
    const struct policy *policy;           /* pack_policy_for() the claim's days */
    const struct catalogue *catalogue;     /* may be NULL when every line is stated */
    const struct institution *institution; /* NULL is refused as unknown */
    const struct person *person;
    const struct filings *filings;        /* NULL: none */
    const struct previous_stay *previous; /* NULL: none that a rule may look back at */
    const struct accums *accums;          /* of the benefit year: adjudicate_years() */
    const struct accums *accums_before;   /* of the year before, where that names one */
    int64_t balance;                      /* personal account, fen */
    int64_t family_balance;               /* relatives' accounts that may pay for the person */
    int64_t avg_mon_wage; /* the employer's per head, for allowances; 0: not known */
    /* Years of enrolment without a break, and since the last claim (V-22); 0: not known. */
    uint8_t continuous_years, zero_claim_years;
    const struct claim *claim;        /* passed claim_check() */
    const struct stated_line *stated; /* one per line, or NULL */
    int64_t setl_time;                /* ms; the record's stamp */
};

/* The days of a claim settled at that time. */
struct care_days adjudicate_days(const struct claim *claim, int64_t setl_time);
/* The benefit years whose accumulators a settlement reads and moves: the one that it is filed under
 * and, of a stay that the policy splits, the one before it. */
struct care_years {
    uint16_t year, before; /* before 0: none */
};
struct care_years adjudicate_years(const struct policy *policy, const struct claim *claim,
                                   int64_t setl_time);

/* The insurance of that type (0: employee before others) that covers `day`; a newborn's reaches
 * back to birth where the policy says so. NULL: none. Borrows from person. */
const struct insurance *adjudicate_cover(const struct policy *policy, const struct person *person,
                                         uint16_t insutype, int32_t day);
/* From when its pool is open: as enrolment states, or by the clause of the policy's waiting period.
 */
struct pool_begins {
    int32_t date;
    uint16_t clause; /* 0: as stated */
};
struct pool_begins adjudicate_pool_begins(const struct policy *policy, const struct person *person,
                                          const struct insurance *cover);
/* Whether a stay that moved these accumulators was one of its own, and did not continue another. */
bool adjudicate_counted(const struct accum *deltas, uint32_t delta_count);

/* Brings near what adjudicate() will look at in the catalogue for the claim's first lines, without
 * waiting for it: for whoever knows the next claim while one is at work. Only a wish. */
void adjudicate_warm(const struct catalogue *catalogue, const struct claim *claim);

/* Of a bill that is still open: who is insured, whether the care may be had there, and how each
 * line splits as the bill stands; nothing is paid, and that a stay must be settled up to a day
 * first is no refusal yet. Also of no lines at all. As adjudicate(), but only problems, heads,
 * lines and their sums are filled. */
enum err adjudicate_lines(const struct adjudication *in, struct arena *arena,
                          struct result *result) MUST_CHECK;

/* What such care comes to before there are lines: which layers are the person's for it, and which
 * filings would make it another situation. */
struct entitled {
    uint32_t layers;    /* mask: open to the person's class, identities, cover and situations */
    uint32_t shut;      /* those that only the situation shuts */
    uint32_t filings;   /* mask of the policy's: what is not in force and would decide */
    uint8_t dimensions; /* mask: whose values they would change */
    uint8_t values[POLICY_DIMENSIONS_MAX]; /* as it is */
};
/* As adjudicate_lines(); *out is filled when result->problems.count == 0. */
enum err adjudicate_entitled(const struct adjudication *in, struct arena *arena,
                             struct result *result, struct entitled *out) MUST_CHECK;

/* Cover, class and age, and identities are judged on the days that the policy names, or on the day
 * of death when that is earlier; a line's class, cap and restrictions on its fee's day.
 *
 * Fills *result; result->lines is the caller's array of claim->line_count. ERR_OK: adjudicated, or
 * refused with result->problems.count > 0 (state reasons of reasons.def). ERR_NOMEM: the arena is
 * exhausted. ERR_INVALID: an identity is broken (result->problems says which, reason INTERNAL; the
 * figures stay in result as evidence). */
enum err adjudicate(const struct adjudication *in, struct arena *arena,
                    struct result *result) MUST_CHECK;

#endif
