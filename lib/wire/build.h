/* Building the messages inside a Reply. Everything lies in the pool's arena or is borrowed from the
 * model until it is packed; NULL means that the pool is exhausted. */
#ifndef WIRE_BUILD_H
#define WIRE_BUILD_H

#include "admin.pb-c.h"
#include "copay.pb-c.h"
#include "model/reply.h"
#include "wire/pool.h"
#include "wire/status.h"

/* Formats into the pool; "" when exhausted. */
char *build_text(struct pool *pool, const char *format, ...) PRINTF_LIKE(2, 3);

/* 1101: reply->person and what stands beside it. */
Copay__Person *build_person(const struct reply *reply, struct pool *pool) MUST_CHECK;
/* Accumulators; `count` of them into *list. */
void build_accums(const struct accum *accums, size_t count, struct pool *pool,
                  Copay__Accumulator ***list);
/* The figures of a status, into the message's optional fields. */
void build_figures(const struct status_figures *in, struct pool *pool,
                   Copay__Admin__StatusReply *out);

#endif
