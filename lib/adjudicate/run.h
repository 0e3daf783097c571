/* The working state of one adjudication and the parts that share it; private to lib/adjudicate.
 * Lives on the caller's stack for one call; nothing in it outlasts adjudicate(). */
#ifndef ADJUDICATE_RUN_H
#define ADJUDICATE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "adjudicate/adjudicate.h"
#include "adjudicate/scale.h"

/* What an earlier layer leaves to the later ones. */
struct layer_outcome {
    int64_t paid;
    struct frac excess;
};

struct run {
    const struct adjudication *in;
    struct arena *arena;
    struct result *out;
    const char *broken; /* a bound of the answer was hit: static English text; else NULL */
    int32_t date;       /* day that cover, class, identity and age are judged on */
    int age;
    const struct insurance *cover;
    uint8_t insutype, kind, class;                             /* the policy's indexes */
    uint32_t class_mask, identities;                           /* of this person; 0: none */
    const struct identity *identity_of[POLICY_IDENTITIES_MAX]; /* set for bits of identities */
    bool pool_open;
    /* Parts of the fee that the layers so far may draw on: bit 1 << enum amount_name. */
    uint32_t opened;
    uint32_t applied; /* mask of the layers that applied so far; the others paid nothing */
    struct layer_outcome *outcomes; /* by layer, set for bits of applied */
};

/* cover.c: who is insured how, where and for what. Adds refusals to out->problems. */
void cover_decide(struct run *r);
/* The best-ranked identity of a mask, -1 for an empty one. */
int cover_best_identity(const struct policy *policy, uint32_t mask);
/* Rules of a table that may hold for the person at that grade, as bits of their positions. */
uint64_t cover_candidates(const struct run *r, const struct rule_index *index, uint8_t grade);
bool cover_selects(const struct run *r, const struct selector *who, uint8_t grade);

/* lines.c: splits every line and sums them into the totals; unknown items are refusals. */
enum err lines_split(struct run *r);
/* In-scope money of the lines that a benefit pays for. */
int64_t lines_in_scope(const struct run *r, const struct line_scope *scope);

/* layer.c: one layer's share, from its base to its rows, steps and accumulators. */
void layer_apply(struct run *r, uint8_t index);

/* A layer at work on this settlement. */
struct share {
    const struct layer *layer;
    const struct ratio_rule *ratio;
    struct frac base;
    int64_t room; /* what is left of the money it may draw on */
    /* Tilts of this person's identities. */
    int32_t dedc_ratio, points;
    bool uncapped, tilted;
    uint16_t tilt_clause;
    /* Outcome. */
    int64_t paid;
    struct frac excess;
};

/* deductible.c: what is due now, and what of it `base` consumes. */
struct deductible {
    int64_t due;
    uint16_t clause;
};
struct deductible deductible_due(const struct run *r, const struct share *share);
void deductible_consume(struct run *r, const struct share *share, struct deductible due,
                        int64_t consumed);

/* cap.c: what caps leave. */
struct cap_left {
    int64_t left; /* INT64_MAX: no cap */
    uint16_t clause;
};
/* The tightest cap of that sort that holds for the person, less what its scopes hold already. A
 * cumulative layer's cap is on the year's sum, so its own scope is left out (others_only). */
struct cap_left cap_left(const struct run *r, const struct layer *layer, enum cap_on on,
                         bool others_only);
/* base cut so that its payment stays within `fen`; *walk is the walk of what is returned. */
struct frac cap_cut(const struct scale *scale, struct frac base, int64_t fen, struct walk *walk);

/* cumulative.c: f(after) - f(before). */
void cumulative_pay(struct run *r, struct share *share);

/* payers.c: what the funds leave, between account and cash. */
void payers_settle(struct run *r);

/* explain.c: steps and rows. */
void step_add(struct run *r, enum step_code code, const char *layer, struct step figures);
/* Owner and fund fields come from the layer; an amount of 0 makes no row. */
void row_add(struct run *r, const struct layer *layer, struct fund_row figures);
/* What the tilts made of the deductible and the bands; no step without a tilt. */
void explain_tilt(struct run *r, const struct share *share, int64_t due);
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

/* delta.c: what this settlement moves. */
void delta_add(struct run *r, enum accum_kind kind, const char *scope, int64_t value);
/* The accumulator with this settlement's own movements so far. */
int64_t delta_sum(const struct run *r, enum accum_kind kind, const char *scope);
/* The same over all scopes "<prefix>/...". */
int64_t delta_sum_below(const struct run *r, enum accum_kind kind, const char *prefix);
/* "<prefix>/<name>"; buf holds ACCUM_SCOPE + 1. */
const char *delta_scope(const char *prefix, const char *name, char *buf);

#endif
