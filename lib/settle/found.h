/* What a message came to, from its record: what 5203 hands back, and what a reversal looks at.
 * Inside lib/settle only. */
#ifndef SETTLE_FOUND_H
#define SETTLE_FOUND_H

#include "settle/turn.h"

struct found {
    struct record record;
    struct request request; /* of the record */
    struct problems problems;
    char setl_id[ID_SETL + 1];    /* of the settlement or void that it made; "" */
    struct settlement settlement; /* that one */
};

/* Reads the record that the caller brought. ERR_NOTFOUND: it was not brought, and must be asked
 * for. ERR_CORRUPT: it is no terminal's, or what it settled is gone. ERR_NOMEM. */
enum err found_read(struct turn *turn, uint64_t sequence, struct found *found) MUST_CHECK;

/* Puts it into the reply, its stored reply byte for byte; `found` is borrowed until that is packed.
 */
void found_reply(struct turn *turn, const struct found *found);

#endif
