/* How long a sender should wait before it sends again. Any thread. */
#ifndef DAEMON_RETRY_H
#define DAEMON_RETRY_H

#include <stdint.h>

#include "base/reason.h"

#define RETRY_AFTER_MIN_MS 50
#define RETRY_AFTER_MAX_MS 15000

/* What answers per second and messages unanswered come to, spread over half to one and a half times
 * that by the msgid, so that terminals turned away together do not come back together. Pure. */
uint32_t retry_spread_ms(enum reason reason, uint64_t unanswered, uint64_t per_second,
                         const char *msgid);
/* The same with the daemon's present figures. */
uint32_t retry_after_ms(enum reason reason, const char *msgid);

#endif
