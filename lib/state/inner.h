/* What the files of lib/state share: the state's memory, its reads, and the making of effects. */
#ifndef STATE_INNER_H
#define STATE_INNER_H

#include "state/effects.h"
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

/* Copies a value. ERR_NOTFOUND also for no key; ERR_CORRUPT over the capacity. */
enum err state_fetch(struct state *state, const struct key *key, void *out, size_t capacity,
                     size_t *size) MUST_CHECK;
/* An id, stored packed. */
enum err state_read_id(struct state *state, struct key key, char *out, size_t capacity) MUST_CHECK;

/* effects.c: one after-image; a writer that failed, or a key of no bytes, latches. */
void effects_put_written(struct effects *effects, struct key key, const struct writer *w);
void effects_put_id(struct effects *effects, struct key key, const char *id);
void effects_delete(struct effects *effects, struct key key);
void effects_fail(struct effects *effects, enum err err);

#endif
