/* One line per event to stderr, key=value, event first. Never a person (design decision 19), never
 * per claim from the settler. A write that would block is dropped and counted. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/check.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Lines below `level` are not written. Default LOG_INFO. */
void log_set_level(enum log_level level);

/* `event` is a snake_case word; the rest is a printf format of key=value pairs, values with spaces
 * in double quotes by the caller; control characters become '?'. Lines over 1,000 bytes are cut
 * at a character. */
void log_event(enum log_level level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);

/* Lines dropped because stderr would have blocked. */
uint64_t log_dropped(void);

#endif
