/* The thread that looks after the others: tells the service manager that all of them live, or the
 * log that one does not. */
#ifndef DAEMON_WATCHDOG_H
#define DAEMON_WATCHDOG_H

#include "base/check.h"
#include "base/err.h"
#include "daemon/pulse.h"

/* Main thread, before anything that may take long. Until watchdog_serving() the manager is asked
 * for patience while there is life; from then on it is told WATCHDOG=1. */
enum err watchdog_start(void) MUST_CHECK;
void watchdog_serving(void);
/* The manager is told that we stop on purpose. */
void watchdog_stopping(void);
/* Joins the thread: before what it looks at goes. */
void watchdog_stop(void);

/* Any thread: those stalled at the last look, up to PULSES_MAX. */
uint32_t watchdog_stalled(struct pulse_stall stalls[]);

#endif
