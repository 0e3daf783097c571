/* The benefit tables of a policy, and the two forms that they are printed in. */
#ifndef COPAY_POLICY_TABLE_H
#define COPAY_POLICY_TABLE_H

#include "grid.h"

struct table {
    struct statements *statements;
    bool used[POLICY_CLAUSES_MAX + 1]; /* clauses that the tables name */
};

/* Called in this order: head, for each insurance and kind of care group and its grids, statements
 * of the policy as a whole, clauses, foot (may be NULL). */
struct table_form {
    void (*head)(const struct table *table);
    void (*group)(const struct table *table, uint8_t insutype, uint8_t kind);
    void (*grid)(const struct table *table, const struct grid *grid);
    void (*statements)(const struct table *table, const char *title,
                       const struct statement *const list[], uint32_t count);
    void (*clauses)(const struct table *table);
    void (*foot)(const struct table *table);
};

extern const struct table_form table_html;

/* A layer's fund and owner in words. */
const char *table_fund(const struct statements *s, const struct section *section);

#endif
