/* What put_line_clause() of settlement.c left out is put back. Pure. */
#include "wire/line_clause.h"

const char *wire_line_clause(const Copay__LineSplit *line, const char *last[LINE_CLASSES])
{
    if (line->chrgitm_lv >= LINE_CLASSES)
        return line->clause;
    if (line->clause)
        last[line->chrgitm_lv] = line->clause;
    return last[line->chrgitm_lv];
}
