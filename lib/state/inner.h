/* What the files of lib/state share: the state's memory. */
#ifndef STATE_INNER_H
#define STATE_INNER_H

#include "state/keys.h"
#include "state/state.h"
#include "state/values.h"

/* Mirrors of the K values, so that every claim does not look them up. */
struct state {
    struct store *store;
    struct moment moment;
    char region[ID_ADMDVS + 1];
    bool pack_active;
    struct active_pack pack;
};

/* Reads the K values into the mirrors. */
enum err state_mirror(struct state *state) MUST_CHECK;

#endif
