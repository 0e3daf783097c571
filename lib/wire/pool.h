/* protobuf-c on an arena: bounded, freed all at once, exhaustion told apart from bad input. */
#ifndef WIRE_POOL_H
#define WIRE_POOL_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

/* Memory for one message under construction; latches exhaustion. */
struct pool {
    struct arena *arena;
    bool exhausted;
};

/* Not zeroed; NULL (and exhausted) over the arena's limit. */
void *pool_take(struct pool *pool, size_t size) MUST_CHECK;
/* A repeated field: `count` structs of `size` bytes and the list of pointers to them, which
 * protobuf-c wants. The first struct, or NULL when exhausted. */
void *pool_list(struct pool *pool, size_t count, size_t size, void ***list) MUST_CHECK;

/* Unpacks into the arena; the message is never freed by itself. ERR_NOMEM when the arena is
 * exhausted, ERR_INVALID for bytes that are not such a message. */
enum err pool_unpack(struct slice bytes, const ProtobufCMessageDescriptor *message,
                     struct arena *arena, ProtobufCMessage **out) MUST_CHECK;
/* Packs behind `head` bytes left free for the caller; *out includes them. */
enum err pool_pack(const ProtobufCMessage *message, size_t head, struct arena *arena, uint8_t **out,
                   size_t *size) MUST_CHECK;

#endif
