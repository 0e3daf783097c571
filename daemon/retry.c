/* Nothing random: the msgid's checksum spreads well enough, and the same sender hears the same. */
#include "daemon/retry.h"

#include <string.h>

#include "base/hash.h"
#include "daemon/metrics.h"

/* What a person or a restart mends, the queue's length does not tell. */
#define MENDED_MS 3000
#define STOPPING_MS 2000

static uint64_t wait_ms(enum reason reason, uint64_t unanswered, uint64_t per_second)
{
    switch (reason) {
    case REASON_STOPPING:
        return STOPPING_MS;
    case REASON_CLOCK_SUSPECT:
    case REASON_NO_POLICY:
    case REASON_NO_SPACE:
        return MENDED_MS;
    default:
        /* Twice: who comes back into a queue just emptied finds it full again. */
        return 2 * unanswered * 1000 / (per_second > 0 ? per_second : 1);
    }
}

uint32_t retry_spread_ms(enum reason reason, uint64_t unanswered, uint64_t per_second,
                         const char *msgid)
{
    uint64_t wait = wait_ms(reason, unanswered, per_second);
    const uint64_t least = 2 * RETRY_AFTER_MIN_MS, most = RETRY_AFTER_MAX_MS * 2 / 3;
    wait = wait < least ? least : wait > most ? most : wait;
    uint32_t mark = hash_crc32(0, msgid, strlen(msgid));
    return (uint32_t)(wait / 2 + mark % (wait + 1));
}

uint32_t retry_after_ms(enum reason reason, const char *msgid)
{
    return retry_spread_ms(reason, atomic_load(&metrics.unanswered),
                           atomic_load(&metrics.answers_per_second), msgid);
}
