/* What terminals ask for: the mix of kinds, who comes, which bill, and what follows an answer (a
 * settlement after its pre-settlement, a void of what was settled). */
#ifndef REPLAY_TRAFFIC_H
#define REPLAY_TRAFFIC_H

#include "bill.h"
#include "lane.h"
#include "random.h"

enum kind {
    KIND_OUTPATIENT, /* 2207 */
    KIND_INPATIENT,  /* 2304, the whole bill at once */
    KIND_PHARMACY,   /* 2102 */
    KIND_PRESETTLE,  /* a pre-settlement, then the settlement with the agreed figures */
    KIND_VOID,       /* of an earlier settlement of this terminal */
    KIND_QUERY,      /* 5203 of an earlier message of this terminal */
    KIND_PERSON,     /* 1101 */
    KIND_REFUSED,    /* a claim for somebody dead or unknown */
    KINDS
};

extern const char *const kind_names[KINDS];

/* Parts, of any sum. */
struct mix {
    uint32_t parts[KINDS];
};

/* "outpatient=70,pharmacy=20,void=1"; kinds not named are 0. False: not understood. */
bool mix_parse(const char *text, struct mix *mix);

#define DONE_KEPT 16

/* What a terminal remembers of its settlements, to void and to ask about. */
struct done {
    char infno[5], msgid[ID_MSGID + 1], setl_id[ID_SETL + 1], psn_no[MEMBER_PSN_NO + 1];
};

struct traffic {
    const struct world *world;
    const struct bills *bills;
    struct mix mix;
    double member_exponent; /* 0: uniform */
    struct random random;
    uint32_t dead_count, dead[64];
};

/* A terminal's own part of it. */
struct desk {
    struct traffic *traffic; /* shared */
    bool pharmacy, stays;
    uint32_t done_count, done_next;
    struct done done[DONE_KEPT];
    uint64_t asked; /* of a storm: the opening that it sent in */
};

/* What is in flight in a slot: slot->user. */
struct visit {
    enum kind kind;
    bool last; /* nothing follows its answer */
    const struct bill *bill;
    char psn_no[MEMBER_PSN_NO + 1], ticket[TICKET + 1];
};

void traffic_begin(struct traffic *traffic);
/* True when an institution of these kinds of care (a mask) can serve as such a desk. */
bool traffic_fits(const struct traffic *traffic, uint32_t kinds, bool pharmacy);
/* The share of terminals that are pharmacies', of 1,000. */
uint32_t traffic_pharmacies(const struct traffic *traffic);
/* Draws the next visit and makes its first message in the slot. */
void desk_next(struct desk *desk, struct slot *slot);
/* The next message after that answer, in the same slot; false: the visit is over. */
bool desk_follow(struct desk *desk, struct slot *slot, const struct answer *answer);

#endif
