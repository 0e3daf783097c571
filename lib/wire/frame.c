/* The six bytes in front of every envelope. Pure; any thread. */
#include "wire/frame.h"

#include "base/limits.h"
#include "model/record.h"

#define LENGTH_SIZE 4

enum err frame_head_read(const uint8_t bytes[FRAME_HEAD], struct frame_head *head)
{
    uint32_t size = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                    (uint32_t)bytes[3];
    *head = (struct frame_head){.schema = bytes[4]};
    if (size > FRAME_MAX)
        return ERR_LIMIT;
    /* The length counts schema and version; an envelope is never empty, it holds a body. */
    if (size <= FRAME_HEAD - LENGTH_SIZE || bytes[4] > SCHEMA_OPERATOR || bytes[5] != FRAME_VERSION)
        return ERR_INVALID;
    head->envelope_size = size - (FRAME_HEAD - LENGTH_SIZE);
    return ERR_OK;
}

void frame_head_write(uint8_t bytes[FRAME_HEAD], uint8_t schema, uint32_t envelope_size)
{
    uint32_t size = envelope_size + (FRAME_HEAD - LENGTH_SIZE);
    CHECK(size > envelope_size && schema <= SCHEMA_OPERATOR);
    bytes[0] = (uint8_t)(size >> 24);
    bytes[1] = (uint8_t)(size >> 16);
    bytes[2] = (uint8_t)(size >> 8);
    bytes[3] = (uint8_t)size;
    bytes[4] = schema;
    bytes[5] = FRAME_VERSION;
}
