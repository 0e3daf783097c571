/* Names in a cell of the catalogue or of the institutions. */
#include <string.h>

#include "policy/tables.h"

#define NAME_KEPT 32

uint32_t names_mask(const struct policy *policy, const struct table_row *row, size_t column,
                    int (*find)(const struct policy *policy, const char *name))
{
    uint32_t mask = 0;
    const char *text = table_cell(row, column);
    while (*text) {
        char name[NAME_KEPT];
        size_t size = strcspn(text, ";");
        size_t kept = size < sizeof name ? size : sizeof name - 1;
        memcpy(name, text, kept);
        name[kept] = '\0';
        int index = find(policy, name);
        if (index < 0)
            table_fault(row, column, "“%s”未定义", "\"%s\" is not defined", name);
        else
            mask |= UINT32_C(1) << index;
        text += size + (text[size] == ';');
    }
    return mask;
}
