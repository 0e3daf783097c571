/* The tables of a layer: deductible, ratio, caps, tilt. Every row has a selector and a clause. */
#include <string.h>

#include "base/money.h"
#include "policy/rule_check.h"

static void read_age(const struct yaml_node *node, struct selector *who)
{
    static const char *const keys[] = {"from", "to", NULL};
    int64_t age;
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_integer(yaml_get(node, "from"), 0, 200, &age))
        who->age_min = (int16_t)age;
    if (yaml_integer(yaml_get(node, "to"), 0, 200, &age))
        who->age_max = (int16_t)age;
    if (who->age_min > who->age_max)
        yaml_fault(node, "年龄上限小于下限", "the upper age is below the lower");
}

static void read_selector(struct compile *c, const struct yaml_node *row, const struct layer *layer,
                          struct selector *who)
{
    *who = (struct selector){SELECTOR_ANY, SELECTOR_ANY, SELECTOR_ANY, 0, INT16_MAX};
    const struct yaml_node *classes = yaml_get(row, "classes");
    const struct yaml_node *identities = yaml_get(row, "identities");
    compile_grade_mask(c, yaml_get(row, "grades"), &who->grades);
    if (compile_class_mask(c, classes, &who->classes) && (who->classes & ~layer->classes))
        yaml_fault(classes, "有人员类别不属于本层", "a person class is none of this layer's");
    if (compile_identity_mask(c, identities, &who->identities) && layer->identities &&
        (who->identities & ~layer->identities))
        yaml_fault(identities, "有身份不属于本层", "an identity is none of this layer's");
    read_age(yaml_get(row, "age"), who);
}

/* Opens a table's rows; 0 when there is nothing to read. */
static size_t open_table(const struct yaml_node *node, struct rule_table *table)
{
    *table = (struct rule_table){.node = node};
    if (!yaml_seq(node, 1, LAYER_RULES_MAX))
        return 0;
    return yaml_count(node);
}

static bool add_row(struct compile *c, struct rule_table *table, const struct yaml_node *row,
                    const char *const keys[], const struct layer *layer)
{
    if (!yaml_mapping(row, keys)) {
        table->broken = true;
        return false;
    }
    read_selector(c, row, layer, &table->who[table->count]);
    table->rows[table->count++] = row;
    return true;
}

static void check_table(const struct compile *c, const struct layer *layer,
                        const struct rule_table *table, bool complete)
{
    rule_check_overlaps(c->policy, table);
    if (complete && !table->broken)
        rule_check_gaps(c->policy, layer, table);
}

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
    size_t count = open_table(yaml_need(node, "table"), &table);
    struct deductible_rule *rules = compile_alloc(c, (count + 1) * sizeof *rules);
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(table.node, i);
        if (!add_row(c, &table, row, row_keys, layer))
            continue;
        struct deductible_rule *rule = &rules[layer->deductible_count++];
        rule->who = table.who[table.count - 1];
        read_amounts(yaml_need(row, "yuan"), layer, rule);
        rule->clause = compile_clause(c, row, true);
    }
    layer->deductibles = rules;
    if (table.count > 0)
        check_table(c, layer, &table, true);
}

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
    static const char *const row_keys[] = {"grades", "classes", "identities", "age",
                                           "ratio",  "bands",   "clause",     NULL};
    struct rule_table table;
    if (!yaml_mapping(node, keys))
        return;
    size_t count = open_table(yaml_need(node, "table"), &table);
    struct ratio_rule *rules = compile_alloc(c, (count + 1) * sizeof *rules);
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(table.node, i);
        if (!add_row(c, &table, row, row_keys, layer))
            continue;
        struct ratio_rule *rule = &rules[layer->ratio_count++];
        rule->who = table.who[table.count - 1];
        read_bands(c, row, rule);
    }
    layer->ratios = rules;
    if (table.count > 0)
        check_table(c, layer, &table, true);
}

static bool accumulated(const struct policy *p, const struct layer *layer, const char *scope)
{
    bool found = strcmp(layer->accumulates, scope) == 0;
    for (size_t i = 0; i < p->layer_count; i++)
        found |= strcmp(p->layers[i].accumulates, scope) == 0 &&
                 (p->layers[i].insutypes & layer->insutypes);
    return found;
}

static void read_jointly(struct compile *c, const struct yaml_node *node, const struct layer *layer,
                         struct cap_rule *cap)
{
    if (!yaml_seq(node, 1, LAYER_SCOPES_MAX))
        return;
    bool own = false;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        const char *scope;
        if (!yaml_text(item, NAME_MAX_BYTES, &scope))
            continue;
        if (!accumulated(c->policy, layer, scope))
            yaml_fault(item, "本层及之前的层没有累计“%s”",
                       "neither this layer nor one before accumulates \"%s\"", scope);
        for (size_t j = 0; j < cap->scope_count; j++)
            if (strcmp(cap->scopes[j], scope) == 0)
                yaml_fault(item, "“%s”重复", "\"%s\" occurs twice", scope);
        own |= strcmp(layer->accumulates, scope) == 0;
        memcpy(cap->scopes[cap->scope_count++], scope, strlen(scope) + 1);
    }
    if (!own)
        yaml_fault(node, "须包含本层的累计“%s”", "must hold this layer's own \"%s\"",
                   layer->accumulates);
}

void compile_caps(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const row_keys[] = {"grades", "classes", "identities", "age", "on",
                                           "yuan",   "jointly", "clause",     NULL};
    static const char *const ons[] = {"payment", "eligible", NULL};
    struct rule_table table;
    size_t count = node ? open_table(node, &table) : 0;
    struct cap_rule *rules = count ? compile_alloc(c, count * sizeof *rules) : NULL;
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(node, i);
        if (!add_row(c, &table, row, row_keys, layer))
            continue;
        struct cap_rule *rule = &rules[layer->cap_count++];
        rule->who = table.who[table.count - 1];
        int which = 0;
        if (yaml_name(yaml_need(row, "on"), ons, &which))
            rule->on = which == 1 ? CAP_ON_ELIGIBLE : CAP_ON_PAYMENT;
        yaml_yuan(yaml_need(row, "yuan"), &rule->amount_fen);
        read_jointly(c, yaml_need(row, "jointly"), layer, rule);
        rule->clause = compile_clause(c, row, true);
    }
    layer->caps = rules;
    if (layer->cap_count > 0)
        check_table(c, layer, &table, false);
}

static void check_points(const struct yaml_node *node, const struct layer *layer, int32_t points)
{
    for (size_t i = 0; i < layer->ratio_count; i++)
        for (size_t j = 0; j < layer->ratios[i].band_count; j++)
            if (layer->ratios[i].bands[j].ratio + points > RATIO_ONE) {
                yaml_fault(node, "加上后支付比例超过 1", "added to a ratio this is above 1");
                return;
            }
}

static void read_tilt(struct compile *c, const struct yaml_node *row, const struct layer *layer,
                      struct tilt_rule *tilt)
{
    tilt->dedc_ratio = RATIO_ONE;
    compile_identity_mask(c, yaml_need(row, "identities"), &tilt->identities);
    yaml_ratio(yaml_get(row, "deductible"), &tilt->dedc_ratio);
    if (yaml_ratio(yaml_get(row, "points"), &tilt->points))
        check_points(yaml_get(row, "points"), layer, tilt->points);
    yaml_bool(yaml_get(row, "uncapped"), &tilt->uncapped);
    tilt->clause = compile_clause(c, row, true);
    if (!yaml_get(row, "deductible") && !yaml_get(row, "points") && !yaml_get(row, "uncapped"))
        yaml_fault(row, "没有任何倾斜", "nothing is made easier");
}

void compile_tilts(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const row_keys[] = {"identities", "deductible", "points",
                                           "uncapped",   "clause",     NULL};
    if (!node || !yaml_seq(node, 1, POLICY_IDENTITIES_MAX))
        return;
    struct tilt_rule *rules = compile_alloc(c, yaml_count(node) * sizeof *rules);
    for (size_t i = 0; rules && i < yaml_count(node); i++) {
        const struct yaml_node *row = yaml_item(node, i);
        if (!yaml_mapping(row, row_keys))
            continue;
        struct tilt_rule *tilt = &rules[layer->tilt_count++];
        read_tilt(c, row, layer, tilt);
        for (const struct tilt_rule *other = rules; other < tilt; other++)
            if ((other->identities & tilt->identities) || c->policy->identities_stacked)
                yaml_fault(row, "身份与前一条倾斜重叠", "its identities overlap an earlier tilt's");
    }
    layer->tilts = rules;
}
