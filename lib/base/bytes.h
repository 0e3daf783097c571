/* Little-endian fixed layouts: a writer and a reader with latched errors, so that callers run a
 * straight line and look once at the end. */
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
/* True when nothing failed and everything was read. */
bool reader_done(const struct reader *r);

#endif
