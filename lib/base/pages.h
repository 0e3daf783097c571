/* Large pages for large tables that are read all over: a miss of the cache then is not a miss of
 * the page tables' cache too, which costs as much again, and several times that on a virtual
 * machine. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

#define PAGES_HUGE ((size_t)2 * 1024 * 1024)

/* Asks for them, before the memory is first touched, for those that lie wholly inside it. Only a
 * wish: the system may have none. Any thread. */
void pages_huge(void *memory, size_t size);

#endif
