/* Scheduling of the calling thread. Since Linux 6.12 a thread may have a slice of its own, and one
 * with a shorter slice runs at once when it wakes, where the nice value alone would let it wait
 * until the one at work has used up its own. Older ones ignore the slice. */
#include "base/background.h"

#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* sched_setattr(2)'s, which the C library does not declare. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

void background_begin(void)
{
    const struct attributes attributes = {.size = sizeof attributes,
                                          .policy = SCHED_OTHER,
                                          .nice = BACKGROUND_NICE,
                                          .runtime = BACKGROUND_SLICE_NS};
    if (syscall(SYS_sched_setattr, 0, &attributes, 0) != 0) /* where a sandbox does not know it */
        (void)setpriority(PRIO_PROCESS, (id_t)gettid(), BACKGROUND_NICE);
}
