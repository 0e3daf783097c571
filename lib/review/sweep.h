/* A bill taken from small to large: who pays what at each point, and where a fen more on the bill
 * makes the patient pay less, or more than that fen. */
#ifndef REVIEW_SWEEP_H
#define REVIEW_SWEEP_H

#include "review/words.h"

struct sweep_point {
    int64_t at; /* what is swept */
    bool refused;
    int64_t total, fund, patient, hospital;
    int64_t paid[POLICY_LAYERS_MAX]; /* by layer; the hospital's layers too */
    int64_t base[POLICY_LAYERS_MAX]; /* by layer */
};

/* Who pays what of one bill; point->at stays. */
void sweep_read(const struct policy *policy, const struct result *result,
                struct sweep_point *point);

/* Settles at one point; false stops the sweep. */
typedef bool sweep_settle(void *context, int64_t at, struct sweep_point *point);

enum jump_kind {
    JUMP_REVERSAL, /* the larger bill costs the patient less */
    JUMP_CLIFF,    /* the patient pays more than what the bill grew by: a payer takes back */
};

struct jump {
    enum jump_kind kind;
    struct sweep_point before, after; /* a fen apart */
    uint8_t layer;                    /* whose payment jumps most; POLICY_LAYERS_MAX: none's */
};

#define JUMPS_MAX 32
struct jumps {
    uint32_t count, more; /* of list; found beyond JUMPS_MAX */
    struct jump list[JUMPS_MAX];
};

/* Steps of up to this many fen are layers' rounding. */
#define SWEEP_TOLERANCE 10

/* Looks for jumps between two points of total fees and pins each down to the fen. */
void sweep_between(sweep_settle *settle, void *context, const struct sweep_point *before,
                   const struct sweep_point *after, struct jumps *jumps);
/* "倒挂 50000.00 → 50000.01 元：…" */
void sweep_print(FILE *out, enum lang lang, const struct policy *policy, const struct jump *jump);

#endif
