/* Reconciliation on the wire: 3201. Inside lib/wire only. */
#ifndef WIRE_STATEMENT_H
#define WIRE_STATEMENT_H

#include "copay.pb-c.h"
#include "model/problem.h"
#include "model/statement.h"
#include "wire/bounds.h"
#include "wire/out.h"

/* Adds what is wrong with the request, seen alone. */
void statement_read(const Copay__Statement *m, struct statement_query *out,
                    struct problems *problems);
/* What 3201 and 3202 share: all parts of a kind, or none; dates in order, not too many. */
void statement_read_kind(const struct bounds *b, const char *insutype, const char *clr_type,
                         const char *setl_optins, struct statement_kind *out);
void statement_check_dates(const struct bounds *b, int32_t begndate, int32_t enddate,
                           int32_t days_max);
/* As stmtinfo of a Reply. */
void statement_write(const struct statement *statement, struct out *out);

#endif
