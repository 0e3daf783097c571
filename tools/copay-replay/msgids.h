/* Message ids in the national form that no run on this world has used: blocks of them are taken
 * from a counter in the world's folder, under a lock, so that several runs may go on at once. */
#ifndef REPLAY_MSGIDS_H
#define REPLAY_MSGIDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"

/* One institution's ids: seconds x 10^4 + sequence. */
struct msgids {
    const char *fixmedins_code; /* borrowed */
    const char *dir;            /* of the world; borrowed */
    int64_t next, end, second;
    char stamp[15]; /* of `second` */
};

/* Takes `seconds` whole seconds' worth of ids for all institutions of the world in dir; *first is
 * the first of these seconds, in the epoch's. False: the counter cannot be read or written. */
bool msgids_reserve(const char *dir, int64_t seconds, int64_t *first);

void msgids_begin(struct msgids *msgids, const char *dir, const char *fixmedins_code);
/* False: the counter cannot be read or written. */
bool msgids_next(struct msgids *msgids, char out[ID_MSGID + 1]);

#endif
