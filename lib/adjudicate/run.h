/* The working state of one adjudication and the parts that share it; private to lib/adjudicate.
 * Lives on the caller's stack for one call; nothing in it outlasts adjudicate(). */
#ifndef ADJUDICATE_RUN_H
#define ADJUDICATE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "adjudicate/adjudicate.h"
#include "base/money.h"

/* What an earlier layer leaves to the later ones. */
struct layer_outcome {
    int64_t paid, deductible;
    struct frac excess;
};

struct split_dedc; /* decide.h */

struct run {
    const struct adjudication *in;
    struct arena *arena;
    struct result *out;
    const char *broken; /* a bound of the answer was hit: static English text; else NULL */
    struct care_days days;
    const struct policy_dates *dates; /* which of them decides */
    int age; /* that rules ask for, on the day that the class is judged on */
    const struct insurance *cover;
    int32_t cover_begins; /* its first day: birth, where a newborn's reaches back to it */
    uint8_t insutype, kind, med_type, class;                   /* the policy's indexes */
    uint32_t class_mask, identities;                           /* of this person; 0: none */
    const struct identity *identity_of[POLICY_IDENTITIES_MAX]; /* set for bits of identities */
    bool pool_open;
    uint16_t pool_clause; /* of the waiting period that decided it, or 0 */
    int32_t brdy;         /* the patient's, who may be another than who is insured */
    uint8_t gend, sex;    /* the patient's; the one that rules ask for */
    bool uncounted;       /* continues the stay before, or leaves its deductible open to the next */
    uint8_t periods; /* settlement periods of the stay, each of which counts as one; 0: one stay */
    uint8_t *period; /* by line: of which of them its money is; NULL: there is only one */
    struct split_dedc *once;                   /* NULL: the stay's deductible is its own */
    uint8_t situations[POLICY_DIMENSIONS_MAX]; /* the value of each dimension */
    /* The fee by parts: what nobody has taken on so far; of that which was, what is paid only
     * later; what left the layers' bases before them, and what of it the account paid. */
    int64_t left[FEE_PARTS], later[FEE_PARTS], gone[FEE_PARTS], acct[FEE_PARTS];
    /* The package that the claim falls under (of NULL: none), the layer that settles it, its price,
     * and the money that this stands for. */
    struct {
        const struct package *of;
        const struct package_rule *rule;
        const struct layer *layer;
        int64_t price, actual;
    } package;
    uint32_t opened;  /* parts that the layers so far may draw on, mask */
    uint32_t applied; /* mask of the layers that applied so far; the others paid nothing */
    struct layer_outcome *outcomes; /* by layer, set for bits of applied */
};

/* cover.c: whom rules select. */
/* The best-ranked identity of a mask, -1 for an empty one. */
int cover_best_identity(const struct policy *policy, uint32_t mask);
/* Rules of a table that may hold for the person at that grade, as bits of their positions. */
uint64_t cover_candidates(const struct run *r, const struct rule_index *index, uint8_t grade);
bool cover_selects(const struct run *r, const struct selector *who, uint8_t grade);

/* situation.c */
bool situation_holds(const struct run *r, const struct situation_set *in);

/* lines.c: splits every line and sums them into the totals; unknown items are refusals. */
enum err lines_split(struct run *r);
/* In-scope money of the lines that a benefit pays for. */
int64_t lines_in_scope(const struct run *r, const struct line_scope *scope);

/* stay.c: whether the previous stay, of the same year and insurance, ended at most so many days
 * before this one began; and how the person came from it. */
bool stay_follows(const struct run *r, int32_t within_days);
enum transfer stay_transfer(const struct run *r);

/* period.c: of which period each line is, where stays have them; when the lines are split. */
enum err periods_begin(struct run *r);

/* base.c: the parts of the fee, when the lines are split. */
void parts_begin(struct run *r);

/* package.c: of a policy with packages, the claim's and what the hospital bears by it; of a claim
 * that has one, after the layers, what the institution is due. */
void packages_begin(struct run *r);
void packages_end(struct run *r);

/* allowance.c: of a policy with allowances, cash benefits beside the bill, as steps. */
void allowances_pay(struct run *r);

/* layer.c: one layer's share, from its base to its rows, steps and accumulators. */
void layer_apply(struct run *r, uint8_t index);

/* payers.c: the account where it pays before the layers; and what the funds leave, between account,
 * relatives and cash. */
void payers_first(struct run *r);
void payers_settle(struct run *r);

/* explain.c: steps and rows. */
void step_add(struct run *r, enum step_code code, const char *layer, struct step figures);
/* Owner and fund fields come from the layer; an amount of 0 makes no row. */
void row_add(struct run *r, const struct layer *layer, struct fund_row figures);
#endif
