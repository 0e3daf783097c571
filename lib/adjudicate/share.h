/* A layer at work: its share of a settlement, and the parts that work it out; private to
 * lib/adjudicate. */
#ifndef ADJUDICATE_SHARE_H
#define ADJUDICATE_SHARE_H

#include "adjudicate/delta.h"
#include "adjudicate/scale.h"

struct share {
    const struct layer *layer;
    const struct ratio_rule *ratio;
    const struct merge_rule *merge; /* NULL: a stay of its own */
    uint8_t period;                 /* settlement periods of the stay before this one */
    struct frac base;
    int64_t banded;   /* where bands run over the year: how far they ran before */
    int64_t surplus;  /* the base is so much above the fee, by a package's price */
    int64_t room;     /* what is left of the money it may draw on */
    uint32_t adjusts; /* the layer's adjustments that hold, as bits of their positions */
    bool uncapped;    /* by one of them */
    int64_t unit;     /* of the ratios below, which are the bands', adjusted; 0: as they are */
    int32_t ratios[RULE_BANDS_MAX];
    /* Outcome. */
    int64_t paid, deductible;
    struct frac excess;
    uint16_t excess_clause; /* of the cap that left it */
};

/* deductible.c: what is due now, and what of it `base` consumes. */
struct deductible {
    int64_t due;
    uint16_t clause;
};
/* stay.c: a row's amount for this stay of the year, or this visit. */
int64_t stay_amount(const struct run *r, const struct share *share,
                    const struct deductible_rule *rule);
/* What is due in place of `own` when an earlier stay left a part open; a stay without a deductible
 * of its own leaves it to the next. */
int64_t stay_left(struct run *r, const struct layer *layer, struct deductible own);
void stay_leave(struct run *r, const struct layer *layer, struct deductible due, int64_t consumed);
/* The rule by which this stay continues the one before, NULL when it is one of its own; and what is
 * due then. */
const struct merge_rule *stay_merge(struct run *r, const struct layer *layer);
int64_t stay_continued(struct run *r, const struct share *share, int64_t own);

struct deductible deductible_due(struct run *r, const struct share *share);
void deductible_consume(struct run *r, const struct share *share, struct deductible due,
                        int64_t consumed);

/* cap.c: what caps leave. */
struct cap_left {
    int64_t left; /* INT64_MAX: no cap */
    uint16_t clause;
};
/* The tightest cap of that sort that holds for the person, less what its scopes hold already. A
 * cumulative layer's cap is on the year's sum, so its own scope is left out (others_only). */
struct cap_left cap_left(struct run *r, const struct layer *layer, enum cap_on on,
                         bool others_only);
/* base cut so that its payment stays within `fen`; *walk is the walk of what is returned. */
struct frac cap_cut(const struct scale *scale, struct frac base, int64_t fen, struct walk *walk);

/* layer.c: whether it is for this person's situation; the share of a settlement by itself. */
bool layer_holds(const struct run *r, const struct layer *layer);
void settlement_pay(struct run *r, struct share *share);
/* The same of a part that is settled for itself: a settlement period. */
void part_pay(struct run *r, struct share *share);
/* What the layer paid counts towards caps. */
void share_count(struct run *r, const struct layer *layer, int64_t paid);

/* period.c: the settlement periods of the stay; and the share, each period's part settled and
 * counted for itself. */
uint8_t periods_of(const struct run *r);
void periods_pay(struct run *r, struct share *share);

/* package.c: what the price makes of the base of the layer that settles it, and its share. */
void package_base(struct run *r, struct share *share);
void package_pay(struct run *r, struct share *share);

/* adjust.c: finds the adjustments that hold for the person, takes first self-pay off the base, and
 * works the ratios out; each with its steps. */
void adjust_share(struct run *r, struct share *share);
/* The deductible that they make of `fen`. */
int64_t adjust_deductible(const struct share *share, int64_t fen);

/* The share's bands, or its bracket for that base, above a deductible. */
struct scale share_scale(const struct share *share, struct frac base, int64_t due);

/* lump.c: a sum instead of a ratio. */
void lump_pay(struct run *r, struct share *share, int64_t due);

/* cumulative.c: f(after) - f(before). */
void cumulative_pay(struct run *r, struct share *share);

/* Denominators of inner bases: two cuts, one on the other, and every ratio fits (run.h, walk). A
 * pack that chains more is answered as internal, never with a wrong sum. */
#define LAYER_DEN_MAX INT64_C(100000000)

/* base.c: a layer's base, never below 0, and what the layers may still pay: what is left of the
 * parts of the fee that were opened so far. */
struct frac base_of(struct run *r, const struct layer *layer);
int64_t parts_room(const struct run *r);
/* Takes what the layer pays off the parts, its own first, so that aid for wholly-own fees leaves
 * what the account may pay in scope. */
void parts_draw(struct run *r, const struct layer *layer, int64_t fen);

/* guarantee.c: what earlier layers left missing of a target. */
void guarantee_pay(struct run *r, struct share *share);

/* explain.c: what was made of the share. */
/* A step per band of the walk. */
void explain_segments(struct run *r, const struct share *share, const struct scale *scale,
                      const struct walk *walk);
/* The cut of a payment from `uncut` to `paid`, and share->excess, by the cap (or room) that binds.
 */
void explain_cut(struct run *r, const struct share *share, int64_t uncut, int64_t paid,
                 struct cap_left cap);
/* A row per band of what lies between `before` (NULL: nothing) and `after`. */
void row_segments(struct run *r, const struct share *share, const struct scale *scale,
                  const struct walk *after, const struct walk *before);

#endif
