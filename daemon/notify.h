/* What the service manager is told (sd_notify(3)'s protocol: datagrams to $NOTIFY_SOCKET). Any
 * thread; without a manager, nothing is sent. */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdint.h>

#include "base/check.h"

/* Before other threads start: reads the environment and takes the variables out of it. */
void notify_open(void);
/* Lines of NAME=value, printf-like; one that cannot be sent is dropped. */
void notify_send(const char *format, ...) PRINTF_LIKE(1, 2);
/* How often the manager wants to hear WATCHDOG=1, in ms; 0: it does not. */
int64_t notify_watchdog_ms(void);

#endif
