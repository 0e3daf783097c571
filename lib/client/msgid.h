/* libcopay: message ids. Included by copay.h; any thread. */
#ifndef CLIENT_MSGID_H
#define CLIENT_MSGID_H

#include <stdbool.h>

#include "client/status.h"

/* Message ids in the national form: institution 12, yyyyMMddHHmmss 14, sequence 4; ascending,
 * never twice from one source. With `path` the last one is kept in that file, locked and synced, so
 * that processes and restarts share it; without, the sequence of each second starts at random. */
#define COPAY_MSGID 30
struct copay_msgids;
enum copay_status copay_msgids_open(const char *fixmedins_code, const char *path,
                                    struct copay_msgids **out, struct copay_error *error);
/* False when the file cannot be read or written: no id is safe then. */
bool copay_msgids_next(struct copay_msgids *msgids, char out[COPAY_MSGID + 1]);
void copay_msgids_close(struct copay_msgids *msgids);

#endif
