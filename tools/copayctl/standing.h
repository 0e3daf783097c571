/* How a region's packs stand at the end of its ledger: what is in force, what waits, and their
 * bundles. Read from the ledger alone, beside a live daemon if need be. */
#ifndef COPAYCTL_STANDING_H
#define COPAYCTL_STANDING_H

#include "ledger/ledger.h"
#include "model/proposal.h"
#include "place.h"
#include "state/state.h"

struct standing_pack {
    bool in_force, waits;
    struct active_pack active;
    struct proposal proposal;
    int64_t submitted_ms, approved_ms;
    uint8_t *active_bundle, *bundle; /* malloc'ed; NULL: there is none */
    size_t active_size, size;
};

struct standing {
    uint64_t sequence;
    int64_t time_ms;
    struct standing_pack packs[PACK_SCOPES]; /* by enum pack_scope */
};

/* Prints what is wrong. standing_free() whatever happened. */
enum ctl_exit standing_read(const struct place *place, struct standing *out);
void standing_free(struct standing *standing);

#endif
