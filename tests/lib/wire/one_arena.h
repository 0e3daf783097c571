/* For tests of one file that share an arena: its group's setup and teardown. */
#ifndef TESTS_WIRE_ONE_ARENA_H
#define TESTS_WIRE_ONE_ARENA_H

#include "support.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(REQUEST_ARENA_MAX);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#endif
