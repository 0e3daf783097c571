/* The deductible of a layer. */
#include "policy/rule_table.h"

/* One amount, or a list: the nth stay pays the nth, the last one holds for all that follow. */
static void read_amounts(const struct yaml_node *node, const struct layer *layer,
                         struct deductible_rule *rule)
{
    if (!node)
        return;
    if (yaml_kind(node) != YAML_SEQUENCE) {
        rule->nth_count = 1;
        yaml_yuan(node, &rule->nth_fen[0]);
        return;
    }
    if (!yaml_seq(node, 1, RULE_NTH_MAX))
        return;
    rule->nth_count = (uint8_t)yaml_count(node);
    for (size_t i = 0; i < rule->nth_count; i++)
        yaml_yuan(yaml_item(node, i), &rule->nth_fen[i]);
    if (rule->nth_count > 1 && layer->accrual != DEDC_PER_STAY)
        yaml_fault(node, "只有按次住院的起付标准可以逐次不同",
                   "only a deductible per stay may differ by the nth");
}

static void read_ceiling(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"yuan", "clause", NULL};
    layer->dedc_ceiling_fen = INT64_MAX;
    if (!yaml_mapping(node, keys))
        return;
    if (layer->accrual != DEDC_PER_YEAR)
        yaml_fault(node, "只有按年的起付标准有合计上限",
                   "only a deductible per year has a ceiling");
    yaml_yuan(yaml_need(node, "yuan"), &layer->dedc_ceiling_fen);
    layer->dedc_ceiling_clause = compile_clause(c, node, true);
}

static void read_accrual(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const periods[] = {"stay", "year", NULL};
    static const char *const nths[] = {"same_grade", "all_stays", NULL};
    const struct yaml_node *per = yaml_need(node, "per"), *nth = yaml_get(node, "nth");
    int which = 0;
    layer->accrual = DEDC_PER_STAY;
    if (yaml_name(per, periods, &which) && which == 1)
        layer->accrual = DEDC_PER_YEAR;
    if (layer->accrual == DEDC_PER_STAY && layer->cumulative)
        yaml_fault(per, "累计层的起付标准只能按年", "a cumulative layer's deductible is per year");
    if (layer->accrual == DEDC_PER_STAY && (layer->kinds & ~c->policy->inpatient_kinds))
        yaml_fault(per, "有的医疗类型不是住院", "a kind of care of this layer is not a stay");
    if (layer->accrual == DEDC_PER_YEAR && nth)
        yaml_fault(nth, "按年的起付标准没有次序", "a deductible per year has no nth");
    if (layer->accrual == DEDC_PER_STAY && yaml_name(yaml_need(node, "nth"), nths, &which))
        layer->nth = which == 1 ? NTH_ALL_STAYS : NTH_SAME_GRADE;
}

void compile_deductible(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"per", "nth", "ceiling", "table", NULL};
    static const char *const row_keys[] = {"grades", "classes", "identities", "age",
                                           "yuan",   "clause",  NULL};
    struct rule_table table;
    layer->dedc_ceiling_fen = INT64_MAX;
    if (!yaml_mapping(node, keys))
        return;
    read_accrual(c, node, layer);
    read_ceiling(c, yaml_get(node, "ceiling"), layer);
    size_t count = rule_table_open(yaml_need(node, "table"), &table);
    struct deductible_rule *rules = compile_alloc(c, (count + 1) * sizeof *rules);
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(table.node, i);
        if (!rule_table_add(c, &table, row, row_keys, layer))
            continue;
        struct deductible_rule *rule = &rules[layer->deductible_count++];
        rule->who = table.who[table.count - 1];
        read_amounts(yaml_need(row, "yuan"), layer, rule);
        rule->clause = compile_clause(c, row, true);
    }
    layer->deductibles = rules;
    if (table.count > 0)
        rule_table_check(c, layer, &table, true);
}
