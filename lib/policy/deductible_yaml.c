/* The deductible of a layer. */
#include <string.h>

#include "policy/rule_table.h"

static void read_ceiling(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"yuan", "clause", NULL};
    layer->dedc_ceiling_fen = INT64_MAX;
    if (!yaml_mapping(node, keys))
        return;
    yaml_yuan(yaml_need(node, "yuan"), &layer->dedc_ceiling_fen);
    layer->dedc_ceiling_clause = compile_clause(c, node, true);
}

/* The care that the deductible is for must come in the units that it runs over. */
static void check_kinds(const struct compile *c, const struct yaml_node *per,
                        const struct layer *layer)
{
    uint32_t stays = c->policy->inpatient_kinds;
    bool of_stays = layer->accrual == PER_STAY || layer->accrual == PER_PERIOD;
    if (of_stays && (layer->kinds & ~stays))
        yaml_fault(per, "有的医疗类型不是住院", "a kind of care of this layer is not a stay");
    if (layer->accrual == PER_VISIT && (layer->kinds & stays))
        yaml_fault(per, "有的医疗类型是住院", "a kind of care of this layer is a stay");
}

/* Its sums stand under scope, span and grade. */
static void check_length(const struct compile *c, const struct yaml_node *per,
                         const struct layer *layer)
{
    size_t longest = 0;
    for (uint8_t i = 0; i < c->policy->grade_count && layer->accrual != PER_HOSPITAL_YEAR; i++) {
        size_t length = 1 + strlen(c->policy->grades[i]);
        longest = length > longest ? length : longest;
    }
    size_t span = layer->accrual == PER_STAY ? 1 : rule_span_length(layer->accrual); /* or '~' */
    size_t length = compile_longest_scope(c, layer) + span + longest;
    if (length > ACCUM_SCOPE)
        yaml_fault(per, "累计名、期间与级别名合计 %d 字节，至多 %d",
                   "the names of accumulator, span and grade make %d bytes, at most %d",
                   (int)length, ACCUM_SCOPE);
}

/* A period's part of the base is what arose in it: that only the lines can tell. */
static void read_period(const struct compile *c, const struct yaml_node *node,
                        const struct layer *layer)
{
    struct policy *p = c->policy;
    const struct yaml_node *key = yaml_get(node, "period_days");
    int64_t days;
    if (layer->accrual != PER_PERIOD) {
        if (key)
            yaml_fault(key, "只有按结算周期的起付标准可以写",
                       "only a deductible per period has it");
        return;
    }
    if (layer->term_count != 1 || layer->terms[0].amount != AMOUNT_INSCP)
        yaml_fault(yaml_get(node, "per"), "按结算周期时基数只能是 [inscp_scp_amt]",
                   "settlement periods need the base [inscp_scp_amt] alone");
    if (!yaml_integer(yaml_need(node, "period_days"), 1, 366, &days))
        return;
    for (uint32_t left = layer->kinds; left != 0; left &= left - 1) {
        int kind = __builtin_ctz(left);
        if (p->period_days[kind] != 0 && p->period_days[kind] != days)
            yaml_fault(key, "与前面的层的结算周期不同", "not the period of an earlier layer");
        p->period_days[kind] = (uint16_t)days;
    }
}

static void read_accrual(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    const struct yaml_node *per = yaml_need(node, "per"), *top_up = yaml_get(node, "top_up");
    layer->accrual = PER_YEAR;
    if (!compile_per(per, PER_PERIOD, &layer->accrual))
        return;
    if (layer->accrual != PER_YEAR && layer->cumulative)
        yaml_fault(per, "累计层的起付标准只能按年", "a cumulative layer's deductible is per year");
    check_kinds(c, per, layer);
    check_length(c, per, layer);
    compile_stays(c, node, layer);
    read_period(c, node, layer);
    yaml_bool(top_up, &layer->tops_up);
    if (layer->tops_up && (layer->accrual != PER_YEAR || layer->cumulative))
        yaml_fault(top_up, "只有按年、不累计层的起付标准可以补差",
                   "only a deductible per year, of a layer that is not cumulative, is topped up");
}

void compile_deductible(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"per",     "period_days", "nth",   "unused", "merge",
                                       "ceiling", "top_up",      "table", NULL};
    static const char *const row_keys[] = {"grades", "classes", "identities", "not_identities",
                                           "age",    "in",      "nth",        "yuan",
                                           "clause", NULL};
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
        rule->nth = layer->nth;
        compile_row_nth(c, yaml_get(row, "nth"), layer, &rule->nth);
        compile_amounts(yaml_need(row, "yuan"), layer, rule);
        rule->clause = compile_clause(c, row, true);
    }
    layer->deductibles = rules;
    if (table.count > 0)
        rule_table_check(c, layer, &table, true);
}
