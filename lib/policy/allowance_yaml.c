/* allowances: cash benefits by days of wages. */
#include "policy/compile.h"

#define DAYS_MAX 1000

static void read_when(struct compile *c, const struct yaml_node *node, struct allowance *allowance)
{
    static const char *const keys[] = {"insutypes", "kinds", "classes", "in", NULL};
    allowance->classes = SELECTOR_ANY;
    if (!yaml_mapping(node, keys))
        return;
    compile_insutype_mask(c, yaml_need(node, "insutypes"), &allowance->insutypes);
    compile_kind_mask(c, yaml_need(node, "kinds"), &allowance->kinds);
    compile_class_mask(c, yaml_get(node, "classes"), &allowance->classes);
    compile_in(c, yaml_get(node, "in"), &allowance->in);
}

static void read_wage(const struct yaml_node *node, struct allowance *allowance)
{
    static const char *const wages[] = {"avg_mon_wage", NULL};
    static const char *const roundings[] = {"sum", "day", NULL};
    int64_t over = 0;
    int which = 0;
    (void)yaml_name(yaml_need(node, "of"), wages, &which);
    if (yaml_integer(yaml_need(node, "over_days"), 20, 31, &over))
        allowance->over_days = (int32_t)over;
    if (yaml_name(yaml_need(node, "rounding"), roundings, &which))
        allowance->rounds_days = which == 1;
}

static void read_rows(struct compile *c, const struct yaml_node *node, struct allowance *allowance)
{
    static const char *const keys[] = {"in", "days", "clause", NULL};
    if (!yaml_seq(node, 1, ALLOWANCE_ROWS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *row = yaml_item(node, i);
        struct allowance_row *out = &allowance->rows[allowance->row_count++];
        int64_t days = 0;
        if (!yaml_mapping(row, keys))
            continue;
        compile_in(c, yaml_get(row, "in"), &out->in);
        if (yaml_integer(yaml_need(row, "days"), 1, DAYS_MAX, &days))
            out->days = (int32_t)days;
        out->clause = compile_clause(c, row, true);
    }
}

static void read_allowance(struct compile *c, const struct yaml_node *node,
                           struct policy_allowances *allowances)
{
    static const char *const keys[] = {"allowance", "zh",       "when", "needs_pool", "of",
                                       "over_days", "rounding", "days", NULL};
    struct allowance *allowance = &allowances->list[allowances->count++];
    allowance->id = allowance->name_zh = "";
    if (!yaml_mapping(node, keys))
        return;
    compile_benefit_id(c, yaml_need(node, "allowance"), &allowance->id);
    compile_title(c, yaml_need(node, "zh"), &allowance->name_zh);
    read_when(c, yaml_need(node, "when"), allowance);
    yaml_bool(yaml_need(node, "needs_pool"), &allowance->needs_pool);
    read_wage(node, allowance);
    read_rows(c, yaml_need(node, "days"), allowance);
}

void compile_allowances(struct compile *c, const struct yaml_node *node)
{
    if (!node || !yaml_seq(node, 1, POLICY_ALLOWANCES_MAX))
        return;
    struct policy_allowances *allowances = compile_alloc(c, sizeof *allowances);
    c->policy->allowances = allowances;
    for (size_t i = 0; allowances && i < yaml_count(node); i++)
        read_allowance(c, yaml_item(node, i), allowances);
}
