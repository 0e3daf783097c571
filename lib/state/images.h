/* The after-images that one record leaves in the state, in the order in which they are put: its
 * effects, the key under which a repeat finds it, and where the fold stands. state_apply() and
 * whatever else folds records take them from here. Pure; any thread. */
#ifndef STATE_IMAGES_H
#define STATE_IMAGES_H

#include "model/record.h"
#include "state/effect_walk.h"
#include "state/keys.h"
#include "state/values.h"

struct images {
    const struct record *record;
    struct effect_walk effects;
    struct key message, moment;
    uint8_t value[VALUE_SMALL_MAX];
};

/* Begins on a record, borrowed until the last images_next(). ERR_CORRUPT: the effects do not parse,
 * or the head names no message; then there are none. */
enum err images_begin(struct images *images, const struct record *record) MUST_CHECK;
/* The next key and value (value.data NULL: deleted), borrowed until the next call; false at the
 * end. */
bool images_next(struct images *images, struct slice *key, struct slice *value);

#endif
