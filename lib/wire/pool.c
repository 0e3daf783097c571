/* The allocator behind protobuf-c (pitfalls, "Amplification": bounded arena, free does nothing).
 * One owner per arena; any thread. */
#include "wire/pool.h"

void *pool_take(struct pool *pool, size_t size)
{
    void *p = arena_alloc_raw(pool->arena, size);
    if (!p)
        pool->exhausted = true;
    return p;
}

void *pool_list(struct pool *pool, size_t count, size_t size, void ***list)
{
    char *first = pool_take(pool, count * size);
    *list = pool_take(pool, count * sizeof **list);
    if (!first || !*list)
        return NULL;
    for (size_t i = 0; i < count; i++)
        (*list)[i] = first + i * size;
    return first;
}

static void *allocate(void *pool, size_t size)
{
    return pool_take(pool, size);
}

static void release(void *pool, void *bytes)
{
    (void)pool;
    (void)bytes;
}

enum err pool_unpack(struct slice bytes, const ProtobufCMessageDescriptor *message,
                     struct arena *arena, ProtobufCMessage **out)
{
    struct pool pool = {.arena = arena};
    ProtobufCAllocator allocator = {allocate, release, &pool};
    *out = protobuf_c_message_unpack(message, &allocator, bytes.size, bytes.data);
    if (*out)
        return ERR_OK;
    return pool.exhausted ? ERR_NOMEM : ERR_INVALID;
}

enum err pool_pack(const ProtobufCMessage *message, size_t head, struct arena *arena, uint8_t **out,
                   size_t *size)
{
    size_t packed = protobuf_c_message_get_packed_size(message);
    *out = arena_alloc_raw(arena, head + packed);
    if (!*out)
        return ERR_NOMEM;
    *size = head + packed;
    CHECK(protobuf_c_message_pack(message, *out + head) == packed);
    return ERR_OK;
}
