/* Writing packed messages straight from the model, in one pass: a reply has some 260 fields, and
 * protobuf-c walks them all once for its size and once more to pack them, which was a quarter of
 * what a settlement cost. Fields are written in order of their numbers, as copay.proto gives them.
 * The bytes grow in the arena. */
#ifndef WIRE_OUT_H
#define WIRE_OUT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

struct out {
    struct arena *arena;
    uint8_t *data;
    size_t capacity, used;
    bool exhausted; /* latched */
};

/* Leaves `head` bytes free for the caller. */
void out_begin(struct out *out, struct arena *arena, size_t head);
/* What was written, head included; ERR_NOMEM when the arena was exhausted. */
enum err out_end(const struct out *out, uint8_t **bytes, size_t *size) MUST_CHECK;

/* NULL: absent. */
void out_text(struct out *out, uint32_t field, const char *text);
/* NULL or empty: absent. */
void out_some(struct out *out, uint32_t field, const char *text);
void out_bytes(struct out *out, uint32_t field, struct slice bytes);
/* uint32, uint64, bool, enums; int32 and int64 by their value as 64 bits. */
void out_number(struct out *out, uint32_t field, uint64_t value);
/* sint64. */
void out_signed(struct out *out, uint32_t field, int64_t value);
/* Zero: absent. */
void out_nonzero(struct out *out, uint32_t field, int64_t value);
/* A message as a field: what is written between the two calls. */
size_t out_open(struct out *out, uint32_t field);
void out_close(struct out *out, size_t mark);

#endif
