/* The clauses that an answer's lines leave out, for who reads its messages. */
#include "wire/line_clause.h"
#include "client/copay.h"

_Static_assert(COPAY_LINE_CLASSES == LINE_CLASSES, "the same classes");

const char *copay_line_clause(const Copay__LineSplit *line, const char *last[COPAY_LINE_CLASSES])
{
    return wire_line_clause(line, last);
}
