/* The adjustments of a layer: first self-pay, points, factors and other deductibles for those whom
 * a row selects. */
#include "base/money.h"
#include "policy/adjust_check.h"

static const char *const ambiguous[] = {"less", "lowered_by"};

/* "降低 20 %" has three readings, which differ by a third (example D36). */
static void refuse_ambiguous(const struct yaml_node *row)
{
    for (size_t i = 0; i < ARRAY_LEN(ambiguous); i++)
        if (yaml_get(row, ambiguous[i]))
            yaml_fault(yaml_get(row, ambiguous[i]),
                       "“降低”有三种读法（范围内30000，起付1200，65%%）：multiply 0.60 得11232，"
                       "points -0.20 得12960，first_selfpay 0.20 得14820",
                       "say which of three: 30,000 in scope, less 1,200, at 65 %% pays 11,232 by "
                       "multiply 0.60, 12,960 by points -0.20, 14,820 by first_selfpay 0.20");
}

static bool is_ambiguous(const struct yaml_node *row)
{
    return yaml_get(row, ambiguous[0]) || yaml_get(row, ambiguous[1]);
}

static bool read_points(const struct yaml_node *node, int32_t *points)
{
    const char *text;
    int64_t value;
    if (!yaml_text(node, MONEY_TEXT - 1, &text))
        return false;
    if (money_parse(text, 4, RATIO_ONE, &value) != ERR_OK || value == 0 || value < -RATIO_ONE) {
        yaml_fault(node, "“%s”不是 -1 至 1 之间、不为零的百分点（如 0.05、-0.10）",
                   "found \"%s\", expected points from -1 to 1 and not 0, such as 0.05 or -0.10",
                   text);
        return false;
    }
    *points = (int32_t)value;
    return true;
}

/* A row changes the ratio in one way, so that nobody asks which of two comes first. */
static void read_ratio(const struct yaml_node *row, struct adjust_rule *rule)
{
    const struct yaml_node *points = yaml_get(row, "points"), *multiply = yaml_get(row, "multiply"),
                           *share = yaml_get(row, "personal_share");
    if (!!points + !!multiply + !!share > 1) {
        yaml_fault(row, "points、multiply、personal_share 每行只写一个，先后以行序为准",
                   "one of points, multiply, personal_share a row: rows say which comes first");
        return;
    }
    if (points && read_points(points, &rule->ratio_by))
        rule->ratio = ADJUST_POINTS;
    if (multiply && yaml_ratio(multiply, &rule->ratio_by))
        rule->ratio = ADJUST_MULTIPLY;
    if (share && yaml_ratio(share, &rule->ratio_by))
        rule->ratio = ADJUST_PERSONAL_SHARE;
}

static void read_deductible(const struct yaml_node *row, const struct layer *layer,
                            struct adjust_rule *rule)
{
    const struct yaml_node *times = yaml_get(row, "deductible_times"),
                           *plus = yaml_get(row, "deductible_plus");
    int32_t ratio;
    if (!times && !plus)
        return;
    if (times && plus)
        yaml_fault(row, "deductible_times、deductible_plus 每行只写一个，先后以行序为准",
                   "one of deductible_times, deductible_plus a row: rows say which comes first");
    if (layer->deductible_count == 0)
        yaml_fault(times ? times : plus, "本层没有起付标准", "this layer has no deductible");
    if (times && yaml_ratio(times, &ratio)) {
        rule->dedc = ADJUST_DEDC_TIMES;
        rule->dedc_by = ratio;
    }
    if (plus && yaml_yuan(plus, &rule->dedc_by))
        rule->dedc = ADJUST_DEDC_PLUS;
}

static void read_rule(struct compile *c, const struct yaml_node *row, const struct layer *layer,
                      struct adjust_rule *rule)
{
    const struct yaml_node *first = yaml_get(row, "first_selfpay");
    refuse_ambiguous(row);
    read_ratio(row, rule);
    read_deductible(row, layer, rule);
    if (first && yaml_ratio(first, &rule->first_selfpay) && rule->first_selfpay == 0)
        yaml_object(first, "比例为零，没有先自付", "a ratio of 0 takes nothing");
    yaml_bool(yaml_get(row, "uncapped"), &rule->uncapped);
    if (rule->uncapped && layer->cap_count == 0)
        yaml_object(yaml_get(row, "uncapped"), "本层没有封顶线", "this layer has no cap");
    rule->clause = compile_clause(c, row, true);
    static const char *const changes[] = {"first_selfpay",  "points",           "multiply",
                                          "personal_share", "deductible_times", "deductible_plus",
                                          "uncapped"};
    bool any = is_ambiguous(row);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++)
        any |= yaml_get(row, changes[i]) != NULL;
    if (!any)
        yaml_object(row, "没有任何调整", "nothing is adjusted");
}

void compile_adjusts(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    /* The first two are refused in words of their own, and offered to nobody. */
    static const char *const row_keys[] = {"less",
                                           "lowered_by",
                                           "grades",
                                           "in",
                                           "classes",
                                           "identities",
                                           "not_identities",
                                           "age",
                                           "first_selfpay",
                                           "points",
                                           "multiply",
                                           "personal_share",
                                           "deductible_times",
                                           "deductible_plus",
                                           "uncapped",
                                           "clause",
                                           NULL};
    struct rule_table table;
    if (!node || !yaml_seq(node, 1, LAYER_ADJUSTS_MAX))
        return;
    size_t count = rule_table_open(node, &table);
    struct adjust_rule *rules = compile_alloc(c, count * sizeof *rules);
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(node, i);
        const char *const *offered = is_ambiguous(row) ? row_keys : row_keys + ARRAY_LEN(ambiguous);
        if (!rule_table_add(c, &table, row, offered, layer))
            continue;
        struct adjust_rule *rule = &rules[layer->adjust_count++];
        rule->who = table.who[table.count - 1];
        read_rule(c, row, layer, rule);
    }
    layer->adjusts = rules;
    if (rules)
        adjust_check(c, layer, &table);
}
