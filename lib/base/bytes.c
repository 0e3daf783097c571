/* Byte order is written out by hand, so that a file is the same on every machine. */
#include "base/bytes.h"

#include <string.h>

struct writer writer_on(void *data, size_t size)
{
    return (struct writer){.data = data, .size = size};
}

void write_bytes(struct writer *w, const void *bytes, size_t size)
{
    if (w->failed || size > w->size - w->used) {
        w->failed = true;
        return;
    }
    if (size > 0)
        memcpy(w->data + w->used, bytes, size);
    w->used += size;
}

static void write_le(struct writer *w, uint64_t v, size_t size)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(v >> (8 * i));
    write_bytes(w, bytes, size);
}

void write_u8(struct writer *w, uint8_t v)
{
    write_le(w, v, 1);
}

void write_u16(struct writer *w, uint16_t v)
{
    write_le(w, v, 2);
}

void write_u32(struct writer *w, uint32_t v)
{
    write_le(w, v, 4);
}

void write_u64(struct writer *w, uint64_t v)
{
    write_le(w, v, 8);
}

void write_i32(struct writer *w, int32_t v)
{
    write_le(w, (uint32_t)v, 4);
}

void write_i64(struct writer *w, int64_t v)
{
    write_le(w, (uint64_t)v, 8);
}

void write_text(struct writer *w, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    if (length > UINT8_MAX) {
        w->failed = true;
        return;
    }
    write_u8(w, (uint8_t)length);
    write_bytes(w, text, length);
}

struct reader reader_on(const void *data, size_t size)
{
    return (struct reader){.data = data, .size = size};
}

const uint8_t *read_bytes(struct reader *r, size_t size)
{
    if (r->failed || size > r->size - r->used) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *p = r->data + r->used;
    r->used += size;
    return p;
}

static uint64_t read_le(struct reader *r, size_t size)
{
    const uint8_t *p = read_bytes(r, size);
    uint64_t v = 0;
    for (size_t i = 0; p && i < size; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

uint8_t read_u8(struct reader *r)
{
    return (uint8_t)read_le(r, 1);
}

uint16_t read_u16(struct reader *r)
{
    return (uint16_t)read_le(r, 2);
}

uint32_t read_u32(struct reader *r)
{
    return (uint32_t)read_le(r, 4);
}

uint64_t read_u64(struct reader *r)
{
    return read_le(r, 8);
}

int32_t read_i32(struct reader *r)
{
    return (int32_t)read_le(r, 4);
}

int64_t read_i64(struct reader *r)
{
    return (int64_t)read_le(r, 8);
}

void read_text(struct reader *r, char *out, size_t capacity)
{
    size_t length = read_u8(r);
    const uint8_t *p = read_bytes(r, length);
    out[0] = '\0';
    if (!p)
        return;
    if (length >= capacity || memchr(p, '\0', length)) {
        r->failed = true;
        return;
    }
    memcpy(out, p, length);
    out[length] = '\0';
}

bool reader_done(const struct reader *r)
{
    return !r->failed && r->used == r->size;
}
