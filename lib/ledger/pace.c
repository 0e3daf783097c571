/* Pacing of the segment that is made ready ahead of need. */
#include "ledger/pace.h"

#include "ledger/spare.h"

#define SECOND_US INT64_C(1000000)
/* Shorter spans say little of a rate. */
#define SAMPLE_US (SECOND_US / 20)
/* With less room than this a burst could be faster than we are. */
#define ROOM_MIN (16 * 1024 * 1024)

/* Rises at once and falls slowly. */
static void sample(struct pace *pace, int64_t now_us, uint64_t appended)
{
    int64_t span_us = now_us - pace->at_us;
    if (pace->at_us != 0 && span_us < SAMPLE_US)
        return;
    if (pace->at_us != 0) {
        uint64_t rate = (appended - pace->appended) * SECOND_US / (uint64_t)span_us;
        uint64_t faded = pace->rate - pace->rate / 4;
        pace->rate = rate > faded ? rate : faded;
    }
    pace->at_us = now_us;
    pace->appended = appended;
}

int64_t pace_next_us(struct pace *pace, int64_t now_us, uint64_t appended, uint64_t room,
                     uint64_t size, uint64_t left)
{
    sample(pace, now_us, appended);
    if (room < ROOM_MIN || left == 0)
        return 0;
    int64_t idle_us = SPARE_PIECE * SECOND_US / PACE_IDLE_RATE;
    if (pace->rate == 0)
        return idle_us;
    uint64_t reserve = room > size / 4 ? size / 4 : ROOM_MIN;
    uint64_t span_us = (room - reserve) * SECOND_US / pace->rate;
    int64_t due_us = (int64_t)(span_us / (left / SPARE_PIECE + 1));
    return due_us < idle_us ? due_us : idle_us;
}
