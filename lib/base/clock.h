/* The injected clock. Only the daemon's main reads the real one; every library takes `now`. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Wall clock, ms since the epoch; may jump. */
int64_t clock_wall_ms(void);
/* Monotonic clock, ms; for deadlines and for seeing the wall clock jump. */
int64_t clock_mono_ms(void);
/* Monotonic clock, microseconds; for measuring. */
int64_t clock_mono_us(void);

#endif
