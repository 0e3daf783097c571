/* A nested message's length is written behind its content: one byte is left for it, and a longer
 * message is moved up, which is rare and short. Pure. */
#include "wire/out.h"

#include <string.h>

/* The reply to a ten-line bill, labels included. */
#define CAPACITY_FIRST (size_t)2048
#define VARINT_MAX 10
#define WIRE_VARINT 0
#define WIRE_BYTES 2

static bool grow(struct out *out, size_t more)
{
    size_t capacity = out->capacity ? out->capacity : CAPACITY_FIRST;
    while (capacity - out->used < more)
        capacity *= 2;
    uint8_t *data = out->exhausted ? NULL : arena_alloc_raw(out->arena, capacity);
    if (!data) {
        out->exhausted = true;
        return false;
    }
    if (out->used)
        memcpy(data, out->data, out->used);
    out->data = data;
    out->capacity = capacity;
    return true;
}

static inline bool room(struct out *out, size_t more)
{
    return more <= out->capacity - out->used || grow(out, more);
}

/* There is room. */
static inline void put_varint(struct out *out, uint64_t v)
{
    uint8_t *p = out->data + out->used;
    for (; v >= 0x80; v >>= 7)
        *p++ = (uint8_t)(v | 0x80);
    *p++ = (uint8_t)v;
    out->used = (size_t)(p - out->data);
}

void out_begin(struct out *out, struct arena *arena, size_t head)
{
    *out = (struct out){.arena = arena};
    if (room(out, head))
        out->used = head;
}

enum err out_end(const struct out *out, uint8_t **bytes, size_t *size)
{
    *bytes = out->data;
    *size = out->used;
    return out->exhausted ? ERR_NOMEM : ERR_OK;
}

void out_bytes(struct out *out, uint32_t field, struct slice bytes)
{
    if (!room(out, 2 * VARINT_MAX + bytes.size))
        return;
    put_varint(out, (uint64_t)field << 3 | WIRE_BYTES);
    put_varint(out, bytes.size);
    if (bytes.size > 0)
        memcpy(out->data + out->used, bytes.data, bytes.size);
    out->used += bytes.size;
}

void out_text(struct out *out, uint32_t field, const char *text)
{
    if (text)
        out_bytes(out, field, (struct slice){(const uint8_t *)text, strlen(text)});
}

void out_some(struct out *out, uint32_t field, const char *text)
{
    if (text && text[0])
        out_text(out, field, text);
}

void out_number(struct out *out, uint32_t field, uint64_t value)
{
    if (!room(out, 2 * VARINT_MAX))
        return;
    put_varint(out, (uint64_t)field << 3 | WIRE_VARINT);
    put_varint(out, value);
}

void out_signed(struct out *out, uint32_t field, int64_t value)
{
    out_number(out, field, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

void out_nonzero(struct out *out, uint32_t field, int64_t value)
{
    if (value != 0)
        out_signed(out, field, value);
}

size_t out_open(struct out *out, uint32_t field)
{
    if (!room(out, VARINT_MAX + 1))
        return 0;
    put_varint(out, (uint64_t)field << 3 | WIRE_BYTES);
    return ++out->used;
}

void out_close(struct out *out, size_t mark)
{
    if (out->exhausted || !room(out, VARINT_MAX))
        return;
    size_t size = out->used - mark, more = varint_size(size) - 1;
    if (more > 0)
        memmove(out->data + mark + more, out->data + mark, size);
    out->used = mark - 1;
    put_varint(out, size);
    out->used += size;
}
