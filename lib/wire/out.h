/* Writing packed messages straight from the model, in one pass: a reply has some 260 fields, and
 * protobuf-c walks them all once for its size and once more to pack them. Fields are written in
 * order of their numbers, as copay.proto gives them; numbers are below 2048.
 *
 * What is written for every line and row asks for its room once (out_room()), the most that it can
 * take, and then writes at a plain pointer: put_*() return where the field ends. The rest asks with
 * every field: out_*(). The bytes grow in the arena. */
#ifndef WIRE_OUT_H
#define WIRE_OUT_H

#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#define WIRE_VARINT 0
#define WIRE_BYTES 2

/* The most that a field takes: a number; a text or a message of so many bytes, its content
 * included. */
#define PUT_NUMBER_MAX (2 + 10)
#define PUT_BYTES_MAX(size) (2 + 5 + (size))

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
/* A message as a field: what is written between the two calls. Cheapest from 128 to 16383 bytes. */
size_t out_open(struct out *out, uint32_t field);
void out_close(struct out *out, size_t mark);

static inline uint8_t *put_tag(uint8_t *p, uint32_t field, uint32_t type)
{
    uint32_t tag = field << 3 | type;
    if (field >= 16) {
        *p++ = (uint8_t)(tag | 0x80);
        tag >>= 7;
    }
    *p++ = (uint8_t)tag;
    return p;
}

static inline uint8_t *put_varint(uint8_t *p, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        *p++ = (uint8_t)(v | 0x80);
    *p++ = (uint8_t)v;
    return p;
}

/* sint64 as a varint. */
static inline uint64_t zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

uint8_t *put_number(uint8_t *p, uint32_t field, uint64_t value);
/* sint64. */
uint8_t *put_signed(uint8_t *p, uint32_t field, int64_t value);
uint8_t *put_bytes(uint8_t *p, uint32_t field, const void *bytes, size_t size);
uint8_t *put_text(uint8_t *p, uint32_t field, const char *text);

/* Zero: absent. */
static inline uint8_t *put_nonzero(uint8_t *p, uint32_t field, int64_t value)
{
    return value != 0 ? put_signed(p, field, value) : p;
}

/* A text with its length in front, as a field holds it; what is known beforehand is kept so. */
#define WORD_MAX 15
struct word {
    uint8_t size;
    char text[WORD_MAX + 1];
};
#define WORD(literal)                                                                              \
    {                                                                                              \
        sizeof(literal) - 1, literal                                                               \
    }
#define PUT_WORD_MAX (2 + sizeof(struct word))

static inline uint8_t *put_word(uint8_t *p, uint32_t field, const struct word *word)
{
    p = put_tag(p, field, WIRE_BYTES);
    memcpy(p, word, sizeof *word);
    return p + 1 + word->size;
}

/* A text inside an array of less than 128 bytes, all of which are copied: one move or two, where
 * its own length would take a call. */
#define put_array(p, field, array)                                                                 \
    put_within(p, field, array, sizeof(array) + 0 * sizeof(char[sizeof(array) <= 0x80 ? 1 : -1]))
#define PUT_ARRAY_MAX(array) (2 + 1 + sizeof(array))
static inline uint8_t *put_within(uint8_t *p, uint32_t field, const char *text, size_t capacity)
{
    size_t size = strlen(text);
    p = put_tag(p, field, WIRE_BYTES);
    *p++ = (uint8_t)size;
    memcpy(p, text, capacity);
    return p + size;
}

/* Empty: absent. */
static inline uint8_t *put_some(uint8_t *p, uint32_t field, const char *text)
{
    return text[0] ? put_text(p, field, text) : p;
}

/* A number below 128. */
static inline uint8_t *put_small(uint8_t *p, uint32_t field, uint8_t value)
{
    CHECK(value < 0x80);
    p = put_tag(p, field, WIRE_VARINT);
    *p++ = value;
    return p;
}

/* A short message: one byte is left for its length, and what turns out longer is moved. */
static inline uint8_t *put_open(uint8_t *p, uint32_t field)
{
    return put_tag(p, field, WIRE_BYTES) + 1;
}
uint8_t *put_longer(uint8_t *mark, uint8_t *end);
static inline uint8_t *put_close(uint8_t *mark, uint8_t *end)
{
    if (__builtin_expect(end - mark >= 0x80, 0))
        return put_longer(mark, end);
    mark[-1] = (uint8_t)(end - mark);
    return end;
}

#endif
