/* The ids that a packed Reply names, so that whoever holds the pack can put texts beside them. */
#ifndef WIRE_NAMES_H
#define WIRE_NAMES_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

enum reply_name { NAME_CLAUSE, NAME_LAYER, NAME_MED_TYPE, NAME_IDENTITIES };

typedef void (*names_visit)(void *context, enum reply_name kind, const char *text);

/* Calls visit for each, repeats included; texts borrow from the arena. ERR_INVALID: not a Reply;
 * ERR_NOMEM. */
enum err wire_reply_names(struct slice body, struct arena *arena, names_visit visit,
                          void *context) MUST_CHECK;

#endif
