/* The ratios of a layer: one, or by bands. */
#include "base/money.h"
#include "policy/rule_table.h"

static void read_band(struct compile *c, const struct yaml_node *node, struct ratio_rule *rule,
                      uint16_t clause)
{
    static const char *const keys[] = {"upto", "ratio", "clause", NULL};
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *upto = yaml_get(node, "upto");
    struct band band = {.upto_fen = INT64_MAX, .clause = clause};
    yaml_yuan(upto, &band.upto_fen);
    yaml_ratio(yaml_need(node, "ratio"), &band.ratio);
    if (yaml_get(node, "clause"))
        band.clause = compile_clause(c, node, true);
    int64_t before = rule->band_count ? rule->bands[rule->band_count - 1].upto_fen : 0;
    if (before == INT64_MAX)
        yaml_fault(node, "上一段没有上限，本段不会用到", "the band before has no upper bound");
    else if (band.upto_fen <= before)
        yaml_fault(upto, "分段上限须递增", "upper bounds must ascend");
    rule->bands[rule->band_count++] = band;
}

static void read_bands(struct compile *c, const struct yaml_node *row, struct ratio_rule *rule)
{
    const struct yaml_node *ratio = yaml_get(row, "ratio"), *bands = yaml_get(row, "bands");
    uint16_t clause = compile_clause(c, row, true);
    if ((ratio != NULL) == (bands != NULL)) {
        yaml_fault(row, "应写 ratio 或 bands 之一", "expected either ratio or bands");
        return;
    }
    if (ratio) {
        rule->band_count = 1;
        rule->bands[0] = (struct band){.upto_fen = INT64_MAX, .clause = clause};
        yaml_ratio(ratio, &rule->bands[0].ratio);
        return;
    }
    if (!yaml_seq(bands, 1, RULE_BANDS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(bands); i++)
        read_band(c, yaml_item(bands, i), rule, clause);
}

void compile_ratios(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"table", NULL};
    static const char *const row_keys[] = {"grades", "classes", "identities", "age", "in",
                                           "ratio",  "bands",   "clause",     NULL};
    struct rule_table table;
    if (!yaml_mapping(node, keys))
        return;
    size_t count = rule_table_open(yaml_need(node, "table"), &table);
    struct ratio_rule *rules = compile_alloc(c, (count + 1) * sizeof *rules);
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(table.node, i);
        if (!rule_table_add(c, &table, row, row_keys, layer))
            continue;
        struct ratio_rule *rule = &rules[layer->ratio_count++];
        rule->who = table.who[table.count - 1];
        read_bands(c, row, rule);
    }
    layer->ratios = rules;
    if (table.count > 0)
        rule_table_check(c, layer, &table, true);
}
