/* A nested message's length is written behind its content, into bytes left free before it; where
 * they are too few or too many the content is moved, which is rare. Pure. */
#include "wire/out.h"

#include <string.h>

/* A length below 16384. */
#define LENGTH_SIZE 2

void out_begin(struct out *out, struct arena *arena, size_t head, size_t capacity)
{
    *out = (struct out){.arena = arena};
    if (out_grow(out, head + capacity))
        out->used = head;
}

bool out_grow(struct out *out, size_t more)
{
    size_t capacity = out->capacity ? out->capacity : more;
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

enum err out_end(const struct out *out, uint8_t **bytes, size_t *size)
{
    *bytes = out->data;
    *size = out->used;
    return out->exhausted ? ERR_NOMEM : ERR_OK;
}

void out_bytes(struct out *out, uint32_t field, struct slice bytes)
{
    uint8_t *p = out_room(out, PUT_BYTES_MAX(bytes.size));
    if (p)
        out_to(out, put_bytes(p, field, bytes.data, bytes.size));
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
    uint8_t *p = out_room(out, PUT_NUMBER_MAX);
    if (p)
        out_to(out, put_number(p, field, value));
}

void out_signed(struct out *out, uint32_t field, int64_t value)
{
    uint8_t *p = out_room(out, PUT_NUMBER_MAX);
    if (p)
        out_to(out, put_signed(p, field, value));
}

size_t out_open(struct out *out, uint32_t field)
{
    uint8_t *p = out_room(out, 2 + LENGTH_SIZE);
    if (p)
        out_to(out, put_tag(p, field, WIRE_BYTES) + LENGTH_SIZE);
    return out->used;
}

void out_close(struct out *out, size_t mark)
{
    uint8_t *end = out_room(out, PUT_BYTES_MAX(0));
    if (!end || out->exhausted)
        return;
    size_t size = out->used - mark, length = varint_size(size);
    uint8_t *content = out->data + mark;
    if (length != LENGTH_SIZE)
        memmove(content - LENGTH_SIZE + length, content, size);
    out_to(out, put_varint(content - LENGTH_SIZE, size) + size);
}
