/* The one place that knows the size of a large page. Keeps nothing; any thread. */
#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

void pages_huge(void *memory, size_t size)
{
    uintptr_t begin = ((uintptr_t)memory + PAGES_HUGE - 1) & ~(PAGES_HUGE - 1);
    uintptr_t end = ((uintptr_t)memory + size) & ~(PAGES_HUGE - 1);
    if (begin < end) /* refused where the system was built without: nothing is lost */
        (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}
