/* Byte order is written out by hand, so that a file is the same on every machine. */
#include "base/bytes.h"

#include <endian.h>
#include <string.h>

/* Times a byte: that byte in each of a word's eight. */
#define EACH_BYTE UINT64_C(0x0101010101010101)
/* Ten times seven bits hold 64. */
#define VARINT_MAX 10
/* What a text of PACKED_MAX takes while it is packed: head, letter, digits in whole words. */
#define PACKED_ROOM (2 + (PACKED_MAX + 7) / 8 * 4)

struct writer writer_on(void *data, size_t size)
{
    return (struct writer){.data = data, .size = size};
}

/* Where the next `size` bytes go, asked once for all of them; NULL (failed) when they do not fit.
 */
static uint8_t *room(struct writer *w, size_t size)
{
    if (w->failed || size > w->size - w->used) {
        w->failed = true;
        return NULL;
    }
    uint8_t *p = w->data + w->used;
    w->used += size;
    return p;
}

void write_bytes(struct writer *w, const void *bytes, size_t size)
{
    uint8_t *p = room(w, size);
    if (p && size > 0)
        memcpy(p, bytes, size);
}

static inline void write_le(struct writer *w, uint64_t v, size_t size)
{
    uint8_t *p = room(w, size);
    uint64_t little = htole64(v);
    if (p)
        memcpy(p, &little, size);
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
    unsigned bits = 64 - (unsigned)__builtin_clzll(v | 1);
    return (bits + 6) / 7;
}

void write_varint(struct writer *w, uint64_t v)
{
    uint8_t *p = room(w, varint_size(v));
    if (!p)
        return;
    for (; v >= 0x80; v >>= 7)
        *p++ = (uint8_t)(v | 0x80);
    *p = (uint8_t)v;
}

void write_signed(struct writer *w, int64_t v)
{
    write_varint(w, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The character whose low half, 15, fills up an odd number of digits. */
#define FILLER ('0' + 15)

/* Eight characters in a word, the first one lowest. */
static uint64_t word_of(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return le64toh(word);
}

/* The same of fewer, with fillers behind them. */
static uint64_t short_word_of(const char *text, size_t count)
{
    uint64_t word = FILLER * EACH_BYTE;
    for (size_t i = 0; i < count; i++)
        word ^= (uint64_t)(FILLER ^ (uint8_t)text[i]) << (8 * i);
    return word;
}

/* Whether the first `count` of the word's characters are digits. */
static bool all_digits(uint64_t word, size_t count)
{
    uint64_t above = word + (0x7f - '9') * EACH_BYTE, below = word - '0' * EACH_BYTE;
    uint64_t wrong = (above | below | word) & 0x80 * EACH_BYTE;
    return (count < 8 ? wrong << (64 - 8 * count) : wrong) == 0;
}

/* Eight digits in four bytes: neighbours share one, the first in the high half. */
static uint32_t pack_word(uint64_t word)
{
    uint64_t halves = word & 0x0f * EACH_BYTE;
    uint64_t pairs = (halves << 4 | halves >> 8) & UINT64_C(0x00ff00ff00ff00ff);
    uint64_t fours = (pairs | pairs >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(fours | fours >> 16);
}

static uint64_t unpack_word(uint32_t packed)
{
    uint64_t fours = (packed | (uint64_t)packed << 16) & UINT64_C(0x0000ffff0000ffff);
    uint64_t pairs = (fours | fours << 8) & UINT64_C(0x00ff00ff00ff00ff);
    return ((pairs >> 4 | pairs << 8) & 0x0f * EACH_BYTE) + '0' * EACH_BYTE;
}

/* Digits only, two to a byte; 0 when there is another character among them. */
static size_t pack_digits(const char *text, size_t length, uint8_t *out)
{
    for (size_t at = 0; at < length; at += 8, out += 4) {
        size_t count = length - at < 8 ? length - at : 8;
        uint64_t word = count == 8 ? word_of(text + at) : short_word_of(text + at, count);
        if (!all_digits(word, count))
            return 0;
        uint32_t four = htole32(pack_word(word));
        memcpy(out, &four, sizeof four);
    }
    return (length + 1) / 2;
}

/* The whole of a packed text; 0 when it has to be written plainly. */
static size_t pack(const char *text, size_t length, uint8_t out[PACKED_ROOM])
{
    size_t letter = is_digit(text[0]) ? 0 : 1;
    if (length < letter + 2)
        return 0; /* no two digits, from which on it is worth it */
    size_t digits = pack_digits(text + letter, length - letter, out + 1 + letter);
    if (digits == 0)
        return 0;
    out[0] = (uint8_t)(length | PACKED_DIGITS | (letter ? PACKED_LETTER : 0));
    if (letter)
        out[1] = (uint8_t)text[0];
    return 1 + letter + digits;
}

/* In its place, where there is room for whatever comes of it. */
void write_packed(struct writer *w, const char *text)
{
    size_t length = strlen(text);
    uint8_t bytes[PACKED_ROOM];
    if (length > PACKED_MAX || w->failed) {
        w->failed = true;
        return;
    }
    bool roomy = w->size - w->used >= PACKED_ROOM;
    size_t size = pack(text, length, roomy ? w->data + w->used : bytes);
    if (size == 0) {
        write_u8(w, (uint8_t)length);
        write_bytes(w, text, length);
    } else if (roomy) {
        w->used += size;
    } else {
        write_bytes(w, bytes, size);
    }
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

static inline uint64_t read_le(struct reader *r, size_t size)
{
    const uint8_t *p = read_bytes(r, size);
    uint64_t little = 0;
    if (p)
        memcpy(&little, p, size);
    return le64toh(little);
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
    size_t left = r->failed ? 0 : r->size - r->used;
    const uint8_t *p = r->data + r->used;
    uint64_t v = 0;
    for (size_t i = 0; i < VARINT_MAX && i < left; i++) {
        v |= (uint64_t)(p[i] & 0x7f) << (7 * i);
        if (p[i] & 0x80)
            continue;
        if (i == VARINT_MAX - 1 && p[i] > 1)
            break;
        r->used += i + 1;
        return v;
    }
    r->failed = true;
    return 0;
}

int64_t read_signed(struct reader *r)
{
    uint64_t v = read_varint(r);
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* False for a half byte that is no digit, or an odd number's last one that is not filled up. */
static bool unpack(const uint8_t *packed, size_t count, char *out)
{
    for (; count >= 8; count -= 8, packed += 4, out += 8) {
        uint32_t four;
        memcpy(&four, packed, sizeof four);
        uint64_t word = unpack_word(le32toh(four));
        if (!all_digits(word, 8))
            return false;
        word = htole64(word);
        memcpy(out, &word, sizeof word);
    }
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
