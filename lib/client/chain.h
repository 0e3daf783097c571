/* One channel of the running tally: what has been compared, and the answers that wait for a tally
 * to cover them. Inside lib/client only; one thread at a time. */
#ifndef CLIENT_CHAIN_H
#define CLIENT_CHAIN_H

#include "base/hash.h"
#include "base/id.h"
#include "client/tally.h"

struct chain_point {
    uint64_t sequence, count;
    int64_t sums[COPAY_TALLY_SUMS];
    struct hash digest;
};

/* One settlement or void as we were answered it. */
struct chain_link {
    uint64_t sequence;
    char msgid[ID_MSGID + 1], setl_id[ID_SETL + 1];
    int64_t amounts[COPAY_TALLY_SUMS];
    bool stamped; /* `tally` came with it */
    struct chain_point tally;
};

/* Answers out of order, and repeats; a terminal has fewer calls at once. */
#define CHAIN_WAITING_MAX 64

struct chain {
    struct copay_tally_channel channel;
    bool based;
    struct chain_point base;
    uint32_t count;
    struct chain_link waiting[CHAIN_WAITING_MAX]; /* by sequence */
};

/* Takes an answer in; one that is known, or lies before the base, changes nothing. When there is no
 * room, the base moves up to the newest tally. */
void chain_add(struct chain *chain, const struct chain_link *link);
/* Compares as far as tallies reach. `whole`: nothing is on its way that could fill a gap. True: a
 * difference was found, *event is filled, and the daemon's figures are the base; call again. */
bool chain_compare(struct chain *chain, bool whole, struct copay_tally_event *event);

#endif
