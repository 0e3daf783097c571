/* Frames: a 4-byte big-endian length of what follows, 1 byte schema, 1 byte version, then an
 * envelope (design decision 4). */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

#define FRAME_HEAD 6
#define FRAME_VERSION 1

struct frame_head {
    uint32_t envelope_size; /* bytes behind the head */
    uint8_t schema;         /* enum record_schema */
};

/* Reads the 6 bytes. ERR_LIMIT over FRAME_MAX, ERR_INVALID for an unknown schema or version or a
 * length that cannot be. */
enum err frame_head_read(const uint8_t bytes[FRAME_HEAD], struct frame_head *head) MUST_CHECK;
void frame_head_write(uint8_t bytes[FRAME_HEAD], uint8_t schema, uint32_t envelope_size);

#endif
