/* Every set of adjustments that may hold together, tried on every ratio: what a claim would meet
 * must be a ratio, and exact. */
#include "policy/adjust_check.h"

#include "policy/rule_check.h"

/* Sets tried for one layer: far more than real packs have, and under a second. */
#define SETS_MAX 1000000

struct trial {
    const struct policy *policy;
    const struct layer *layer;
    const struct rule_table *table;
    const struct ratio_rule *ratio;
    uint32_t sets, faulty; /* faulty: rows that have their fault, as bits */
};

/* False when the result is no ratio, or not exact. */
static bool apply(const struct adjust_rule *rule, int64_t *ratio)
{
    bool exact = true;
    *ratio = adjust_ratio(rule, *ratio, &exact);
    return exact && *ratio >= 0 && *ratio <= ADJUST_ONE;
}

static void refuse(struct trial *t, uint8_t row, int64_t before, int64_t after)
{
    char from[MONEY_TEXT], to[MONEY_TEXT];
    money_format(before, 8, -1, from);
    money_format(after, 8, -1, to);
    t->faulty |= UINT32_C(1) << row;
    if (after < 0 || after > ADJUST_ONE)
        yaml_fault(t->table->rows[row], "支付比例 %s 调整后为 %s，超出 0 至 1",
                   "the ratio %s becomes %s, which is outside 0 to 1", from, to);
    else
        yaml_fault(t->table->rows[row], "支付比例 %s 调整后超过八位小数",
                   "the ratio %s becomes one of more than eight decimals", from);
}

static void refuse_lump(struct trial *t, uint8_t row)
{
    if (!(t->faulty >> row & 1))
        yaml_fault(t->table->rows[row], "适用于定额支付的对象，定额没有比例可调整",
                   "may hold for whom a lump is paid, which has no ratio");
    t->faulty |= UINT32_C(1) << row;
}

static bool may_hold(const struct trial *t, uint8_t row, uint32_t chosen)
{
    const struct selector *who = &t->table->who[row];
    if (!rule_check_meet(t->policy, who, &t->ratio->who))
        return false;
    for (uint8_t i = 0; i < row; i++)
        if (chosen >> i & 1 && !rule_check_meet(t->policy, who, &t->table->who[i]))
            return false;
    return true;
}

/* Takes or leaves each row from `row` on; `ratios` are what the rows chosen so far make. */
static void try_from(struct trial *t, uint8_t row, uint32_t chosen, const int64_t ratios[])
{
    const struct layer *layer = t->layer;
    while (row < layer->adjust_count &&
           (layer->adjusts[row].ratio == ADJUST_RATIO_AS_IS || !may_hold(t, row, chosen)))
        row++;
    if (row == layer->adjust_count || ++t->sets > SETS_MAX)
        return;
    try_from(t, (uint8_t)(row + 1), chosen, ratios);
    if (t->ratio->form == RATIO_LUMP) {
        refuse_lump(t, row);
        return;
    }
    int64_t after[RULE_BANDS_MAX];
    for (uint8_t i = 0; i < t->ratio->band_count; i++) {
        after[i] = ratios[i];
        if (apply(&layer->adjusts[row], &after[i]))
            continue;
        if (!(t->faulty >> row & 1))
            refuse(t, row, ratios[i], after[i]);
        return;
    }
    try_from(t, (uint8_t)(row + 1), chosen | UINT32_C(1) << row, after);
}

static void check_ratios(const struct compile *c, const struct layer *layer,
                         const struct rule_table *table)
{
    struct trial t = {.policy = c->policy, .layer = layer, .table = table};
    for (uint8_t i = 0; i < layer->ratio_count; i++) {
        int64_t ratios[RULE_BANDS_MAX];
        t.ratio = &layer->ratios[i];
        for (uint8_t j = 0; j < t.ratio->band_count; j++)
            ratios[j] = (int64_t)t.ratio->bands[j].ratio * (ADJUST_ONE / RATIO_ONE);
        try_from(&t, 0, 0, ratios);
    }
    if (t.sets > SETS_MAX)
        yaml_fault(table->node, "可能同时适用的调整组合过多，无法逐一核对",
                   "too many sets of rows may hold together to check each");
}

static void check_first_selfpay(const struct compile *c, const struct layer *layer,
                                const struct rule_table *table)
{
    for (size_t i = 1; i < table->count; i++)
        for (size_t j = 0; j < i; j++)
            if (layer->adjusts[i].first_selfpay && layer->adjusts[j].first_selfpay &&
                rule_check_meet(c->policy, &table->who[i], &table->who[j]))
                yaml_fault(table->rows[i], "与第 %d 行的先自付重叠",
                           "its first self-pay overlaps that on line %d",
                           yaml_line(table->rows[j]));
}

void adjust_check(const struct compile *c, const struct layer *layer,
                  const struct rule_table *table)
{
    if (layer->adjust_count != table->count)
        return;
    check_first_selfpay(c, layer, table);
    check_ratios(c, layer, table);
}
