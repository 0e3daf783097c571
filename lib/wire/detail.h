/* Reconciliation one by one on the wire: 3202. Inside lib/wire only. */
#ifndef WIRE_DETAIL_H
#define WIRE_DETAIL_H

#include "base/arena.h"
#include "base/err.h"
#include "copay.pb-c.h"
#include "model/detail.h"
#include "model/problem.h"
#include "wire/out.h"

/* Adds what is wrong with the request, seen alone. Rows into the arena, their texts the message's.
 * ERR_NOMEM. */
enum err detail_read(const Copay__StatementDetail *m, struct arena *arena, struct detail_query *out,
                     struct problems *problems) MUST_CHECK;
/* As stmtdetail of a Reply. */
void detail_write(const struct detail *detail, struct out *out);

#endif
