/* A look at packed bytes before they are unpacked: what protobuf-c does not check, or reports
 * without a name, or would allocate for. */
#ifndef WIRE_SCAN_H
#define WIRE_SCAN_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "model/problem.h"

#define SCAN_LIMITS_MAX 4

/* How many elements a repeated message field may hold, and how large each may be. */
struct scan_limit {
    const ProtobufCMessageDescriptor *message;
    uint32_t field;     /* number of the repeated field */
    uint32_t count_max; /* more: `reason`, and the scan ends */
    size_t bytes_max;   /* of one element, tag and length included */
    enum reason reason;
    uint32_t label; /* field of the element that names it in problems */
};

/* Checks, naming the field: well-formed encoding, wire types, required fields, no singular field
 * twice (two readers could keep different ones), integers inside their type, texts of well-formed
 * UTF-8 without control characters (0x1f separates the parts of our keys), limits. ERR_INVALID when
 * it added problems. The schema must not be recursive: depth is the schema's. */
enum err scan_message(struct slice bytes, const ProtobufCMessageDescriptor *message,
                      const struct scan_limit *limits, size_t limit_count,
                      struct problems *problems) MUST_CHECK;

/* The same and, in the same pass, what protobuf_c_message_unpack() would make of the bytes, but for
 * unknown fields, which are left out. *out and what it points to lie in `scratch`, its texts and
 * bytes in `arena`, which may be the same. It is whole only with ERR_OK; ERR_NOMEM when one of them
 * is exhausted. */
enum err scan_unpack(struct slice bytes, const ProtobufCMessageDescriptor *message,
                     const struct scan_limit *limits, size_t limit_count, struct arena *arena,
                     struct arena *scratch, struct problems *problems,
                     ProtobufCMessage **out) MUST_CHECK;

/* The first text or number in that field of a message, as text; "" when it cannot be read, is not
 * printable ASCII, or does not fit. For naming things in refusals. */
void scan_peek(struct slice bytes, uint32_t field, char *out, size_t capacity);
/* The same of a msgid, into the arena. ERR_NOMEM. */
enum err scan_peek_msgid(struct slice bytes, uint32_t field, struct arena *arena,
                         const char **msgid) MUST_CHECK;

#endif
