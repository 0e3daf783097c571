/* What is called for a hundred fields of a reply. Pure. */
#include "wire/put.h"

#include "base/bytes.h"

/* A claim's code outgrows the first-level cache: so much of it is there once. */
#define ONCE __attribute__((noinline))

ONCE uint8_t *put_number(uint8_t *p, uint32_t field, uint64_t value)
{
    return put_varint(put_tag(p, field, WIRE_VARINT), value);
}

ONCE uint8_t *put_signed(uint8_t *p, uint32_t field, int64_t value)
{
    return put_number(p, field, zigzag(value));
}

ONCE uint8_t *put_bytes(uint8_t *p, uint32_t field, const void *bytes, size_t size)
{
    p = put_varint(put_tag(p, field, WIRE_BYTES), size);
    return size > 0 ? mempcpy(p, bytes, size) : p;
}

ONCE uint8_t *put_text(uint8_t *p, uint32_t field, const char *text)
{
    return put_bytes(p, field, text, strlen(text));
}

ONCE uint8_t *put_longer(uint8_t *mark, uint8_t *end)
{
    size_t size = (size_t)(end - mark), more = varint_size(size) - 1;
    memmove(mark + more, mark, size);
    return put_varint(mark - 1, size) + size;
}
