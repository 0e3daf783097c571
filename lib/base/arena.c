/* Blocks are chained newest first; each doubles up to BLOCK_MAX, so that a small request touches
 * one block and a 5,000-line bill a handful. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST (size_t)16384
#define BLOCK_MAX (size_t)1048576
#define ALIGNMENT (size_t)16

struct block {
    struct block *previous;
    size_t size, used;
    _Alignas(16) unsigned char bytes[];
};

struct arena {
    struct block *newest;
    size_t limit, used;
};

static struct block *block_new(struct block *previous, size_t size)
{
    struct block *b = malloc(sizeof *b + size);
    if (b)
        *b = (struct block){.previous = previous, .size = size};
    return b;
}

struct arena *arena_new(size_t limit)
{
    return arena_new_sized(limit, BLOCK_FIRST);
}

struct arena *arena_new_sized(size_t limit, size_t first)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->limit = limit;
    a->newest = block_new(NULL, first);
    if (!a->newest) {
        free(a);
        return NULL;
    }
    return a;
}

static void drop_all_but_first(struct arena *arena)
{
    while (arena->newest->previous) {
        struct block *older = arena->newest->previous;
        free(arena->newest);
        arena->newest = older;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    drop_all_but_first(arena);
    free(arena->newest);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    drop_all_but_first(arena);
    arena->newest->used = 0;
    arena->used = 0;
}

void *arena_alloc_raw(struct arena *arena, size_t size)
{
    if (size > arena->limit - arena->used)
        return NULL;
    size_t rounded = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (rounded < size)
        return NULL;
    if (rounded > arena->newest->size - arena->newest->used) {
        size_t next = arena->newest->size * 2;
        next = next > BLOCK_MAX ? BLOCK_MAX : next;
        struct block *b = block_new(arena->newest, rounded > next ? rounded : next);
        if (!b)
            return NULL;
        arena->newest = b;
    }
    void *p = arena->newest->bytes + arena->newest->used;
    arena->newest->used += rounded;
    arena->used += rounded > arena->limit - arena->used ? arena->limit - arena->used : rounded;
    return p;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *p = arena_alloc_raw(arena, size);
    return p ? memset(p, 0, size) : NULL;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    char *p = size < SIZE_MAX ? arena_alloc_raw(arena, size + 1) : NULL;
    if (!p)
        return NULL;
    if (size > 0)
        memcpy(p, bytes, size);
    p[size] = '\0';
    return p;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
