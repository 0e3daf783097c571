/* catalogue-sources.csv, which a pack may leave out. */
#include "policy/sources.h"

#include <string.h>

#include "base/table.h"

enum { COLUMN_INFNO, COLUMN_VER, COLUMN_IMPORTED, COLUMNS };

const struct catalogue_source *sources_find(const struct catalogue_sources *sources,
                                            const char *infno)
{
    for (uint8_t i = 0; i < sources->count; i++)
        if (strcmp(sources->list[i].infno, infno) == 0)
            return &sources->list[i];
    return NULL;
}

static bool take(const struct table_row *row, void *user)
{
    struct catalogue_sources *out = user;
    struct catalogue_source source = {0};
    const char *infno = table_cell(row, COLUMN_INFNO), *ver;
    if (strlen(infno) != 4 || strspn(infno, "0123456789") != 4)
        table_fault(row, COLUMN_INFNO, "应为四位交易编号，如 1301",
                    "expected a transaction of four digits, such as 1301");
    else if (sources_find(out, infno))
        table_fault(row, COLUMN_INFNO, "%s 重复", "%s is there twice", infno);
    else
        memcpy(source.infno, infno, 4);
    if (table_text(row, COLUMN_VER, TEXT_CODE_MAX, &ver))
        memcpy(source.ver, ver, strlen(ver));
    (void)table_date(row, COLUMN_IMPORTED, &source.imported);
    if (out->count == SOURCES_MAX) {
        table_fault(row, COLUMN_INFNO, "行数过多，上限 %d", "too many rows, the limit is %d",
                    SOURCES_MAX);
        return false;
    }
    out->list[out->count++] = source;
    return true;
}

enum err sources_compile(struct slice text, struct faults *faults, struct catalogue_sources *out)
{
    static const char *const columns[COLUMNS] = {"infno", "ver", "imported"};
    *out = (struct catalogue_sources){0};
    enum err err = table_read(SOURCES_FILE, text, columns, COLUMNS, take, out, faults);
    return err == ERR_NOMEM ? ERR_NOMEM : ERR_OK;
}
