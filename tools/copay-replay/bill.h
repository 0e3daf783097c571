/* Bills packed ahead of a run: making a request is then copying one and writing who, when and which
 * visit into it. Lines are distinct from bill to bill, drawn from the whole catalogue. */
#ifndef REPLAY_BILL_H
#define REPLAY_BILL_H

#include <stddef.h>
#include <stdint.h>

#include "population.h"
#include "world.h"

#define TICKET 20 /* characters of ipt_otp_no: a prefix, then a msgid's time and sequence */
#define TICKET_PREFIX "RP"

enum care { CARE_OUTPATIENT, CARE_PHARMACY, CARE_INPATIENT, CARES };

/* A packed Settle; psn_no and ipt_otp_no stand at those offsets, at their full length. */
struct bill {
    uint8_t *bytes;
    uint32_t size, psn_no_at, ticket_at;
};

struct bills {
    uint32_t count; /* of each kind */
    struct bill *of[CARES];
    uint32_t places[CARES]; /* mask of the policy's kinds of care behind each */
};

struct bills_plan {
    uint32_t count, lines;
    bool names;     /* medins_list_codg and medins_list_name on every line */
    int64_t now_ms; /* the care was given before it */
};

/* False: the policy has none of these kinds of care, or memory is gone; stderr says which. */
bool bills_make(const struct world *world, const struct bills_plan *plan, struct bills *bills);
void bills_free(struct bills *bills);

#endif
