/* Field-by-field checks of unpacked values; what is wrong is added to problems by its name. */
#ifndef WIRE_BOUNDS_H
#define WIRE_BOUNDS_H

#include "base/hash.h"
#include "model/problem.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

struct bounds {
    struct problems *problems;
    const char *label; /* feedetl_sn of the line, row of the member; NULL: the message itself */
};

/* The text, "" when absent or too long: never NULL, never over max bytes. */
const char *bounds_text(const struct bounds *b, const char *field, const char *text, size_t max);
/* The same; empty is FIELD_MISSING. */
const char *bounds_required(const struct bounds *b, const char *field, const char *text,
                            size_t max);
/* Six digits, required. */
const char *bounds_admdvs(const struct bounds *b, const char *field, const char *text);
/* A moment between 1800 and 9999, so that civil arithmetic on it is safe; else 0. */
int64_t bounds_time(const struct bounds *b, const char *field, int64_t time_ms);
/* A day in the same range; else 0. */
int32_t bounds_date(const struct bounds *b, const char *field, int32_t date);
/* A digest of exactly HASH_SIZE bytes. */
struct hash bounds_hash(const struct bounds *b, const char *field, ProtobufCBinaryData bytes);

#endif
