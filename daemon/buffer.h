/* Bytes of a connection, growing as they arrive, all from one budget (design decision 17). Gate
 * thread. */
#ifndef DAEMON_BUFFER_H
#define DAEMON_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

/* What is used counts against the whole, too, of which this is a share. */
struct budget {
    size_t limit, used;
    struct budget *whole; /* NULL: this is the whole */
};

/* Zeroed: empty. Live bytes are data[start] to data[end - 1]. */
struct buffer {
    uint8_t *data;
    size_t size, start, end;
};

static inline size_t buffer_used(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}

/* Makes `room` bytes free behind end. False when the budget or memory is gone. */
bool buffer_reserve(struct buffer *buffer, struct budget *budget, size_t room) MUST_CHECK;
bool buffer_append(struct buffer *buffer, struct budget *budget, const void *bytes,
                   size_t size) MUST_CHECK;
/* Drops the first `size` live bytes; a large empty buffer gives its memory back. */
void buffer_consume(struct buffer *buffer, struct budget *budget, size_t size);
void buffer_release(struct buffer *buffer, struct budget *budget);

#endif
