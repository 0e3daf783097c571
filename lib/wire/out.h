/* Writing packed messages straight from the model, in one pass: a reply has some 260 fields, and
 * protobuf-c walks them all once for its size and once more to pack them. Fields are written in
 * order of their numbers, as copay.proto gives them.
 *
 * What is written for every line and row asks for its room once (out_room()), the most that it can
 * take, and then writes at a plain pointer (put.h). The rest asks with every field: out_*(). The
 * bytes grow in the arena. */
#ifndef WIRE_OUT_H
#define WIRE_OUT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "wire/put.h"

struct out {
    struct arena *arena;
    uint8_t *data;
    size_t capacity, used;
    bool exhausted; /* latched */
};

/* Room for some `capacity` bytes to begin with, `head` of them left free for the caller. */
void out_begin(struct out *out, struct arena *arena, size_t head, size_t capacity);
/* What was written, head included; ERR_NOMEM when the arena was exhausted. */
enum err out_end(const struct out *out, uint8_t **bytes, size_t *size) MUST_CHECK;

bool out_grow(struct out *out, size_t more) MUST_CHECK;
/* Where the next `most` bytes go; NULL when the arena is exhausted. out_to() says how far they
 * went. */
static inline uint8_t *out_room(struct out *out, size_t most)
{
    if (__builtin_expect(most > out->capacity - out->used, 0) && !out_grow(out, most))
        return NULL;
    return out->data + out->used;
}
static inline void out_to(struct out *out, const uint8_t *end)
{
    out->used = (size_t)(end - out->data);
    CHECK(out->used <= out->capacity);
}

/* NULL: absent. */
void out_text(struct out *out, uint32_t field, const char *text);
/* NULL or empty: absent. */
void out_some(struct out *out, uint32_t field, const char *text);
void out_bytes(struct out *out, uint32_t field, struct slice bytes);
/* uint32, uint64, bool, enums; int32 and int64 by their value as 64 bits. */
void out_number(struct out *out, uint32_t field, uint64_t value);
/* sint64. */
void out_signed(struct out *out, uint32_t field, int64_t value);
/* A message as a field: what is written between the two calls. Cheapest from 128 to 16383 bytes. */
size_t out_open(struct out *out, uint32_t field);
void out_close(struct out *out, size_t mark);

#endif
