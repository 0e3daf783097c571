/* Growing and compacting buffers. */
#include "daemon/buffer.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST (size_t)16384
/* An idle connection keeps no more than this. */
#define SIZE_KEPT (size_t)32768

static bool budget_has(const struct budget *budget, size_t more)
{
    bool has = budget->used + more <= budget->limit;
    return has && (!budget->whole || budget->whole->used + more <= budget->whole->limit);
}

/* Two's complement: what is given back is added as its negative. */
static void budget_use(struct budget *budget, size_t more)
{
    budget->used += more;
    if (budget->whole)
        budget->whole->used += more;
}

bool buffer_reserve(struct buffer *buffer, struct budget *budget, size_t room)
{
    size_t used = buffer_used(buffer);
    if (buffer->size - buffer->end >= room)
        return true;
    if (buffer->size - used >= room && buffer->start >= buffer->size / 2) {
        memmove(buffer->data, buffer->data + buffer->start, used);
        buffer->start = 0;
        buffer->end = used;
        return true;
    }
    size_t size = buffer->size ? buffer->size : SIZE_FIRST;
    while (size - used < room)
        size *= 2;
    if (!budget_has(budget, size - buffer->size))
        return false;
    uint8_t *data = malloc(size);
    if (!data)
        return false;
    if (used > 0)
        memcpy(data, buffer->data + buffer->start, used);
    free(buffer->data);
    budget_use(budget, size - buffer->size);
    *buffer = (struct buffer){.data = data, .size = size, .end = used};
    return true;
}

bool buffer_append(struct buffer *buffer, struct budget *budget, const void *bytes, size_t size)
{
    if (!buffer_reserve(buffer, budget, size))
        return false;
    memcpy(buffer->data + buffer->end, bytes, size);
    buffer->end += size;
    return true;
}

void buffer_consume(struct buffer *buffer, struct budget *budget, size_t size)
{
    CHECK(size <= buffer_used(buffer));
    buffer->start += size;
    if (buffer->start < buffer->end)
        return;
    buffer->start = buffer->end = 0;
    if (buffer->size > SIZE_KEPT)
        buffer_release(buffer, budget);
}

void buffer_release(struct buffer *buffer, struct budget *budget)
{
    budget_use(budget, (size_t)0 - buffer->size);
    free(buffer->data);
    *buffer = (struct buffer){0};
}
