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
    if (w->failed || w->used == w->size)
        w->failed = true;
    else
        w->data[w->used++] = v;
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

size_t varint_size(uint64_t v)
{
    size_t size = 1;
    for (; v >= 0x80; v >>= 7)
        size++;
    return size;
}

void write_varint(struct writer *w, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        write_u8(w, (uint8_t)(v | 0x80));
    write_u8(w, (uint8_t)v);
}

void write_signed(struct writer *w, int64_t v)
{
    write_varint(w, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits from `from` to the end: two or more are worth packing. */
static bool packs(const char *text, size_t from, size_t length)
{
    for (size_t i = from; i < length; i++)
        if (!is_digit(text[i]))
            return false;
    return length >= from + 2;
}

void write_packed(struct writer *w, const char *text)
{
    size_t length = strlen(text), digits = length > 0 && !is_digit(text[0]) ? 1 : 0;
    if (length > PACKED_MAX) {
        w->failed = true;
        return;
    }
    if (!packs(text, digits, length)) {
        write_text(w, text);
        return;
    }
    uint8_t bytes[2 + PACKED_MAX / 2 + 1];
    size_t size = 0;
    bytes[size++] = (uint8_t)(length | PACKED_DIGITS | (digits ? PACKED_LETTER : 0));
    if (digits)
        bytes[size++] = (uint8_t)text[0];
    for (size_t i = digits; i < length; i += 2) {
        uint8_t low = i + 1 < length ? (uint8_t)(text[i + 1] - '0') : 15;
        bytes[size++] = (uint8_t)((text[i] - '0') << 4 | low);
    }
    write_bytes(w, bytes, size);
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
    if (r->failed || r->used == r->size) {
        r->failed = true;
        return 0;
    }
    return r->data[r->used++];
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

uint64_t read_varint(struct reader *r)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = read_u8(r);
        if (shift == 63 && byte > 1)
            break;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return r->failed ? 0 : v;
    }
    r->failed = true;
    return 0;
}

int64_t read_signed(struct reader *r)
{
    uint64_t v = read_varint(r);
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* False for a half byte that is no digit. */
static bool unpack(const uint8_t *packed, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t half = i % 2 ? packed[i / 2] & 15 : packed[i / 2] >> 4;
        if (half > 9)
            return false;
        out[i] = (char)('0' + half);
    }
    return count % 2 == 0 || (packed[count / 2] & 15) == 15;
}

void read_packed(struct reader *r, char *out, size_t capacity)
{
    uint8_t head = read_u8(r);
    size_t length = head & PACKED_MAX, letter = head & PACKED_LETTER ? 1 : 0;
    bool digits = head & PACKED_DIGITS;
    out[0] = '\0';
    if ((letter && !digits) || (digits && length < letter + 2) || length >= capacity)
        r->failed = true;
    const uint8_t *p = read_bytes(r, digits ? letter + (length - letter + 1) / 2 : length);
    if (!p)
        return;
    size_t plain = digits ? letter : length;
    if (memchr(p, '\0', plain) || (digits && !unpack(p + letter, length - letter, out + letter))) {
        out[0] = '\0';
        r->failed = true;
        return;
    }
    memcpy(out, p, plain);
    out[length] = '\0';
}

bool reader_done(const struct reader *r)
{
    return !r->failed && r->used == r->size;
}
