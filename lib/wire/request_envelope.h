/* The envelope around what terminals and operators send: the same message for both. */
#ifndef WIRE_REQUEST_ENVELOPE_H
#define WIRE_REQUEST_ENVELOPE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "copay.pb-c.h"
#include "model/problem.h"

/* Scans and unpacks; *out lies in `scratch`, its texts and body in `arena`. ERR_INVALID with
 * problems; ERR_NOMEM. */
enum err request_envelope_read(struct slice bytes, struct arena *arena, struct arena *scratch,
                               struct problems *problems,
                               const Copay__RequestEnvelope **out) MUST_CHECK;

/* The routing copies must agree with what the body states. ERR_INVALID with problems. */
enum err request_envelope_check(const Copay__RequestEnvelope *envelope, const char *region,
                                const char *msgid, struct problems *problems) MUST_CHECK;

#endif
