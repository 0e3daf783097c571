/* Fields of a packed message, written where there is room for them: each call returns where its
 * field ends. Field numbers are below 2048. */
#ifndef WIRE_PUT_H
#define WIRE_PUT_H

#include <stdint.h>
#include <string.h>

#include "base/check.h"

#define WIRE_VARINT 0
#define WIRE_BYTES 2

/* The most that a field takes: a number; a text or a message of so many bytes, its content
 * included. */
#define PUT_NUMBER_MAX (2 + 10)
#define PUT_BYTES_MAX(size) (2 + 5 + (size))

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
    CHECK(size < capacity);
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
