/* The texts beside a reply: what a clause, a layer or a code in its body means. A pack's are packed
 * once, when it is compiled. */
#ifndef WIRE_LABEL_H
#define WIRE_LABEL_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

struct label {
    const char *id, *text, *provenance; /* provenance NULL: a name, else a clause */
};

/* The field of a ReplyEnvelope; *packed borrows from the arena. */
enum err wire_label(const struct label *label, struct arena *arena,
                    struct slice *packed) MUST_CHECK;

#endif
