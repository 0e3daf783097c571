/* Little-endian layouts: a writer and a reader with latched errors, so that callers run a straight
 * line and look once at the end. Where millions are kept, numbers are varints (protobuf's: seven
 * bits a byte, least first; signed ones in zigzag) and codes pack their digits. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

struct slice {
    const uint8_t *data;
    size_t size;
};

/* Borrows data; writes past size set `failed` and are dropped. */
struct writer {
    uint8_t *data;
    size_t size, used;
    bool failed;
};

struct reader {
    const uint8_t *data;
    size_t size, used;
    bool failed;
};

struct writer writer_on(void *data, size_t size);
void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);
void write_u64(struct writer *w, uint64_t v);
void write_i32(struct writer *w, int32_t v);
void write_i64(struct writer *w, int64_t v);
void write_bytes(struct writer *w, const void *bytes, size_t size);
/* One length byte and the text without its NUL; NULL is written as empty. Fails over 255. */
void write_text(struct writer *w, const char *text);
void write_varint(struct writer *w, uint64_t v);
void write_signed(struct writer *w, int64_t v);
/* Bytes that write_varint() takes. */
size_t varint_size(uint64_t v);
/* A text that is mostly digits, as national numbers and codes are. One head byte: the length, plus
 * PACKED_DIGITS when digits follow two to a byte (high half first, a last low half of 15), plus
 * PACKED_LETTER when one other character stands before them. Fails over PACKED_MAX bytes. */
#define PACKED_DIGITS 0x80
#define PACKED_LETTER 0x40
#define PACKED_MAX 63
void write_packed(struct writer *w, const char *text);

struct reader reader_on(const void *data, size_t size);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
int32_t read_i32(struct reader *r);
int64_t read_i64(struct reader *r);
/* A pointer into the reader's data, or NULL (failed) when fewer than `size` bytes are left. */
const uint8_t *read_bytes(struct reader *r, size_t size);
/* Copies what write_text() wrote into out (capacity including NUL); fails when it does not fit or
 * holds a NUL. */
void read_text(struct reader *r, char *out, size_t capacity);
/* Fails on more than 64 bits. */
uint64_t read_varint(struct reader *r);
int64_t read_signed(struct reader *r);
/* Copies what write_packed() wrote, like read_text(). */
void read_packed(struct reader *r, char *out, size_t capacity);
/* True when nothing failed and everything was read. */
bool reader_done(const struct reader *r);

#endif
