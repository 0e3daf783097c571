/* A walk over the after-images that a record's effects say, a document's among them. Pure; any
 * thread. */
#ifndef STATE_EFFECT_WALK_H
#define STATE_EFFECT_WALK_H

#include "state/document.h"

struct effect_walk {
    struct reader effects;
    uint32_t given; /* of the document's images, once the walk has come to it */
    bool inside;
    struct document_images document;
};

/* Begins on a record, borrowed until the last effect_walk_next(). ERR_CORRUPT: its effects do not
 * parse, and then nothing may be taken from them. */
enum err effect_walk_begin(struct effect_walk *walk, const struct record *record) MUST_CHECK;
/* The next key and value (value.data NULL: deleted), which live as long as the walk; false at the
 * end. */
bool effect_walk_next(struct effect_walk *walk, struct slice *key, struct slice *value);

#endif
