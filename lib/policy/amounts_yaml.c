/* What a row of a deductible says: one amount, a list by the nth, or a first amount and how each
 * further one follows from it, which compiles to the same list. */
#include "base/money.h"
#include "policy/rule_table.h"

/* Each amount from the one before it, or from the first, down to the floor. */
struct again {
    int64_t minus, floor;
    int32_t times;
    size_t less_count;
    int32_t less[RULE_NTH_MAX];
};

static int64_t next_amount(const struct again *again, int64_t first, int64_t before, size_t index)
{
    if (again->less_count > 0)
        return money_share(first, RATIO_ONE - again->less[index]);
    return again->minus > 0 ? before - again->minus : money_share(before, again->times);
}

static void fill_again(const struct yaml_node *node, const struct again *again,
                       struct deductible_rule *rule)
{
    int64_t amount = rule->nth_fen[0];
    size_t end = again->less_count ? again->less_count : RULE_NTH_MAX;
    rule->nth_count = 1;
    for (size_t i = 0; i < end; i++) {
        if (amount <= again->floor && again->less_count == 0)
            return;
        if (rule->nth_count == RULE_NTH_MAX) {
            yaml_fault(node, "降到 floor 需要的次数超过 %d", "the floor is not reached by the %dth",
                       RULE_NTH_MAX);
            return;
        }
        amount = next_amount(again, rule->nth_fen[0], amount, i);
        amount = amount < again->floor ? again->floor : amount;
        rule->nth_fen[rule->nth_count++] = amount;
    }
}

static bool read_less(const struct yaml_node *node, struct again *again)
{
    if (!yaml_seq(node, 1, RULE_NTH_MAX - 1))
        return false;
    for (size_t i = 0; i < yaml_count(node); i++) {
        if (!yaml_ratio(yaml_item(node, i), &again->less[i]))
            return false;
        if (i > 0 && again->less[i] <= again->less[i - 1])
            yaml_fault(yaml_item(node, i), "都是相对首次的降幅，须递增",
                       "each is off the first amount: they must ascend");
    }
    again->less_count = yaml_count(node);
    return true;
}

static void read_again(const struct yaml_node *node, struct deductible_rule *rule)
{
    static const char *const keys[] = {"minus", "times", "less_of_first", "floor", NULL};
    struct again again = {0};
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *minus = yaml_get(node, "minus"), *times = yaml_get(node, "times"),
                           *less = yaml_get(node, "less_of_first"),
                           *floor = yaml_get(node, "floor");
    if ((minus != NULL) + (times != NULL) + (less != NULL) != 1) {
        yaml_fault(node, "应写 minus、times、less_of_first 之一",
                   "expected one of minus, times, less_of_first");
        return;
    }
    bool fine = !less ? yaml_yuan(yaml_need(node, "floor"), &again.floor)
                      : !floor || yaml_yuan(floor, &again.floor);
    if (fine && again.floor > rule->nth_fen[0])
        yaml_fault(floor, "floor 高于首次", "the floor is above the first amount");
    if (minus && (!yaml_yuan(minus, &again.minus) || again.minus == 0))
        yaml_fault(minus, "须大于零", "must be above zero");
    else if (times && (!yaml_ratio(times, &again.times) || again.times == RATIO_ONE))
        yaml_fault(times, "须小于 1", "must be below 1");
    else if (less ? read_less(less, &again) && fine : fine)
        fill_again(node, &again, rule);
}

/* {first, again: how each further stay's follows}. */
static void read_series(const struct yaml_node *node, struct deductible_rule *rule)
{
    static const char *const keys[] = {"first", "again", NULL};
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_yuan(yaml_need(node, "first"), &rule->nth_fen[0]))
        read_again(yaml_need(node, "again"), rule);
}

void compile_amounts(const struct yaml_node *node, const struct layer *layer,
                     struct deductible_rule *rule)
{
    rule->nth_count = 1;
    if (!node)
        return;
    if (yaml_kind(node) == YAML_SCALAR) {
        yaml_yuan(node, &rule->nth_fen[0]);
        return;
    }
    if (layer->accrual != PER_STAY && layer->accrual != PER_VISIT && layer->accrual != PER_PERIOD)
        yaml_fault(node, "只有按次的起付标准可以逐次不同",
                   "only a deductible per stay, visit or period may differ by the nth");
    if (yaml_kind(node) == YAML_MAPPING) {
        read_series(node, rule);
        return;
    }
    if (!yaml_seq(node, 1, RULE_NTH_MAX))
        return;
    rule->nth_count = (uint8_t)yaml_count(node);
    for (size_t i = 0; i < rule->nth_count; i++)
        yaml_yuan(yaml_item(node, i), &rule->nth_fen[i]);
}
