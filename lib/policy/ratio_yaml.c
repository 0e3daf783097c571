/* The ratios of a layer: one, by bands or brackets, or a lump sum. */
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
    const struct band *last = rule->band_count ? &rule->bands[rule->band_count - 1] : NULL;
    const int64_t before = last ? last->upto_fen : 0;
    /* In place of figures that cannot be read stand some that nothing else is wrong with. */
    if (upto && !yaml_yuan(upto, &band.upto_fen) && before < INT64_MAX)
        band.upto_fen = before + 1;
    if (!yaml_ratio(yaml_need(node, "ratio"), &band.ratio) && last)
        band.ratio = last->ratio;
    if (yaml_get(node, "clause"))
        band.clause = compile_clause(c, node, true);
    if (before == INT64_MAX)
        yaml_fault(node, "上一段没有上限，本段不会用到", "the band before has no upper bound");
    else if (band.upto_fen <= before)
        yaml_fault(upto, "分段上限须递增", "upper bounds must ascend");
    rule->bands[rule->band_count++] = band;
}

static void read_list(struct compile *c, const struct yaml_node *list, struct ratio_rule *rule,
                      uint16_t clause)
{
    if (yaml_seq(list, 1, RULE_BANDS_MAX))
        for (size_t i = 0; i < yaml_count(list); i++)
            read_band(c, yaml_item(list, i), rule, clause);
}

/* Above an upper end of brackets, nobody would know whether nothing is paid or the last ratio. */
static void read_brackets(struct compile *c, const struct yaml_node *list, struct layer *layer,
                          struct ratio_rule *rule, uint16_t clause)
{
    rule->form = RATIO_BRACKETS;
    read_list(c, list, rule, clause);
    if (rule->band_count > 0 && rule->bands[rule->band_count - 1].upto_fen != INT64_MAX)
        yaml_fault(list, "最后一档不能有上限，不支付则写比例 0",
                   "the last bracket has no upper bound; where nothing is paid its ratio is 0");
    for (uint8_t i = 1; layer->cumulative && i < rule->band_count; i++)
        if (rule->bands[i].ratio < rule->bands[i - 1].ratio)
            yaml_fault(yaml_item(list, i), "累计层的分档比例不能递减，否则累计越多应付越少",
                       "brackets of a cumulative layer do not descend: more would pay less");
}

static void read_lump(struct compile *c, const struct yaml_node *row, const struct layer *layer,
                      struct ratio_rule *rule)
{
    static const char *const belows[] = {"actual", "cash_benefit", NULL};
    int which;
    rule->form = RATIO_LUMP;
    rule->band_count = 1;
    rule->bands[0] = (struct band){.upto_fen = INT64_MAX, .clause = compile_clause(c, row, false)};
    yaml_yuan(yaml_get(row, "lump"), &rule->lump_fen);
    if (yaml_name(yaml_need(row, "below"), belows, &which))
        rule->cash_benefit = which == 1;
    if (layer->cumulative)
        yaml_fault(yaml_get(row, "lump"), "累计层没有定额", "a cumulative layer pays no lump");
}

static void read_rule(struct compile *c, const struct yaml_node *row, struct layer *layer,
                      struct ratio_rule *rule)
{
    const struct yaml_node *ratio = yaml_get(row, "ratio"), *bands = yaml_get(row, "bands"),
                           *brackets = yaml_get(row, "brackets"), *lump = yaml_get(row, "lump"),
                           *below = yaml_get(row, "below");
    uint16_t clause = compile_clause(c, row, true);
    if (!!ratio + !!bands + !!brackets + !!lump != 1) {
        yaml_fault(row, "应写 ratio、bands、brackets、lump 之一",
                   "expected exactly one of ratio, bands, brackets, lump");
        return;
    }
    if (below && !lump)
        yaml_fault(below, "只有定额（lump）写 below", "only a lump has a below");
    if (ratio) {
        rule->bands[0] = (struct band){.upto_fen = INT64_MAX, .clause = clause};
        rule->band_count = yaml_ratio(ratio, &rule->bands[0].ratio);
    } else if (bands) {
        read_list(c, bands, rule, clause);
    } else if (brackets) {
        read_brackets(c, brackets, layer, rule, clause);
    } else {
        read_lump(c, row, layer, rule);
    }
}

static bool has_bounds(const struct ratio_rule *rule)
{
    return rule->band_count > 1 || (rule->band_count == 1 && rule->bands[0].upto_fen != INT64_MAX);
}

/* Whether the deductible counts towards the bounds: nobody may have to guess. */
static void read_from(const struct yaml_node *node, struct layer *layer)
{
    static const char *const froms[] = {"zero", "deductible", NULL};
    const struct yaml_node *from = yaml_get(node, "from");
    bool bounds = false;
    int which;
    for (uint8_t i = 0; i < layer->ratio_count; i++)
        bounds |= has_bounds(&layer->ratios[i]);
    bool needed = bounds && layer->accrual != PER_NONE;
    if (from && !needed)
        yaml_object(from, "没有起付标准和分段，不写 from",
                    "there is no deductible, or no bound to measure from it");
    else if (needed && yaml_name(yaml_need(node, "from"), froms, &which))
        layer->from_deductible = which == 1;
}

/* What two readers would run over the year in two ways does not stand with it. */
static void read_bands_over(const struct yaml_node *node, struct layer *layer)
{
    static const char *const overs[] = {"settlement", "year", NULL};
    const struct yaml_node *over = yaml_get(node, "bands_over");
    bool bands = false, others = false;
    int which;
    if (!yaml_name(over, overs, &which))
        return;
    for (uint8_t i = 0; i < layer->ratio_count; i++) {
        bands |= layer->ratios[i].form == RATIO_BANDS && has_bounds(&layer->ratios[i]);
        others |= layer->ratios[i].form != RATIO_BANDS;
    }
    layer->bands_over_year = which == 1;
    if (!bands)
        yaml_fault(over, "没有分段，不写 bands_over", "there are no bands");
    else if (layer->cumulative)
        yaml_fault(over, "累计层的分段本来按年累计，不写 bands_over",
                   "the bands of a cumulative layer are over the year already");
    else if (layer->bands_over_year && others)
        yaml_fault(over, "分段按年累计的层只写 ratio 和 bands",
                   "a layer whose bands run over the year has ratio and bands alone");
}

void compile_ratios(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"from", "bands_over", "table", NULL};
    static const char *const row_keys[] = {
        "grades", "classes",  "identities", "not_identities", "age",    "in", "ratio",
        "bands",  "brackets", "lump",       "below",          "clause", NULL};
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
        read_rule(c, row, layer, rule);
    }
    layer->ratios = rules;
    if (rules) {
        read_from(node, layer);
        read_bands_over(node, layer);
    }
    if (table.count > 0)
        rule_table_check(c, layer, &table, true);
}
