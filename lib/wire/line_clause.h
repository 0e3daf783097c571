/* The clauses of an answer's lines, most of which leave theirs out (LineSplit in copay.proto). */
#ifndef WIRE_LINE_CLAUSE_H
#define WIRE_LINE_CLAUSE_H

#include "copay.pb-c.h"

#define LINE_CLASSES 4 /* chrgitm_lv, 1 to 3, as an index */

/* The clause of the next line, "" or NULL when it has none; borrowed from the lines. `last` holds
 * NULL before the first line, and the clause of each class's last line afterwards. */
const char *wire_line_clause(const Copay__LineSplit *line, const char *last[LINE_CLASSES]);

#endif
