/* A bump allocator with a limit: one per request, so that a hostile frame costs its own budget
 * and nothing else (pitfalls, protobuf-c "Amplification"). One owner; no locks. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/check.h"

struct arena;

/* An empty arena that hands out at most `limit` bytes. NULL when memory is gone. */
struct arena *arena_new(size_t limit) MUST_CHECK;
/* The same, with a first block of that size: for one that is used again and again, so that it never
 * asks for another. */
struct arena *arena_new_sized(size_t limit, size_t first) MUST_CHECK;
/* Frees the arena and everything it handed out; NULL is allowed. */
void arena_free(struct arena *arena);
/* Forgets everything handed out; keeps the first block for the next use. */
void arena_reset(struct arena *arena);

/* 16-byte aligned memory, zeroed, borrowed until reset or free. NULL over the limit. */
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;
/* The same, not zeroed. */
void *arena_alloc_raw(struct arena *arena, size_t size) MUST_CHECK;
/* A copy with a terminating NUL; NULL over the limit. */
char *arena_copy(struct arena *arena, const void *bytes, size_t size) MUST_CHECK;
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
