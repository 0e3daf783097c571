/* What a deductible per stay says of the year's other stays: which ones are counted, what one
 * leaves to the next, and when two are one. */
#include <string.h>

#include "policy/rule_table.h"

static bool same_name(const struct dimension *a, const struct dimension *b)
{
    for (uint8_t i = 0; i < a->value_count; i++)
        for (uint8_t j = 0; j < b->value_count; j++)
            if (strcmp(a->values[i].name, b->values[j].name) == 0)
                return true;
    return false;
}

/* Stays are counted by the values' names alone: two dimensions must not share one. */
static void count_by(struct compile *c, const struct yaml_node *node, uint8_t dimension)
{
    struct policy *p = c->policy;
    for (uint8_t i = 0; i < p->dimension_count; i++)
        if (i != dimension && p->counted_dimensions >> i & 1 &&
            same_name(&p->dimensions[i], &p->dimensions[dimension]))
            yaml_fault(node, "与另一个计次的情形 %s 有同名的值",
                       "shares a value's name with %s, by which stays are counted too",
                       p->dimensions[i].name);
    p->counted_dimensions |= (uint8_t)(1u << dimension);
}

static void read_nth(struct compile *c, const struct yaml_node *node, struct nth_rule *nth)
{
    static const char *const keys[] = {"counts", "in", NULL};
    static const char *const names[] = {"same_grade", "all_stays", NULL};
    struct situation_set in;
    int which;
    if (!node || yaml_kind(node) != YAML_MAPPING) {
        if (yaml_name(node, names, &which))
            nth->of = which == 1 ? NTH_ALL_STAYS : NTH_SAME_GRADE;
        return;
    }
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_name(yaml_need(node, "counts"), names, &which))
        nth->of = which == 1 ? NTH_ALL_STAYS : NTH_SAME_GRADE;
    const struct yaml_node *selector = yaml_need(node, "in");
    compile_in(c, selector, &in);
    if (in.dimensions == 0)
        return;
    if (in.dimensions & (in.dimensions - 1)) {
        yaml_fault(selector, "只能按一组情形计次", "stays are counted by one dimension");
        return;
    }
    nth->dimension = (uint8_t)__builtin_ctz(in.dimensions);
    nth->values = in.values[nth->dimension];
    count_by(c, selector, nth->dimension);
}

static bool counts_stays(const struct layer *layer)
{
    return layer->accrual == PER_STAY || layer->accrual == PER_PERIOD;
}

void compile_row_nth(struct compile *c, const struct yaml_node *node, const struct layer *layer,
                     struct nth_rule *nth)
{
    if (!node)
        return;
    if (!counts_stays(layer) || layer->carries) {
        yaml_fault(node, "只有按次住院、不结转的起付标准可以逐行计次",
                   "only rows of a deductible per stay that is not carried count by themselves");
        return;
    }
    *nth = (struct nth_rule){0};
    read_nth(c, node, nth);
}

static bool same_merges(const struct layer *a, const struct layer *b)
{
    for (uint8_t i = 0; i < a->merge_count && a->merge_count == b->merge_count; i++)
        if (a->merges[i].transfers != b->merges[i].transfers ||
            a->merges[i].within_days != b->merges[i].within_days)
            return false;
    return a->merge_count == b->merge_count;
}

/* A stay that continues another, or leaves its deductible open, is not counted, and the count is
 * one for all layers. */
static void check_count(const struct compile *c, const struct yaml_node *node,
                        const struct layer *layer)
{
    for (uint8_t i = 0; i < c->policy->layer_count; i++) {
        const struct layer *other = &c->policy->layers[i];
        if (!counts_stays(other) || !(other->insutypes & layer->insutypes) ||
            !(other->kinds & layer->kinds) || !(other->classes & layer->classes))
            continue;
        if (other->carries || layer->carries || other->accrual != layer->accrual ||
            !same_merges(other, layer))
            yaml_fault(node, "层 %s 对同样的住院计次：不能结转，结算周期和合并须相同",
                       "layer %s counts the same stays: neither may carry over, and both have "
                       "periods or not and merge alike",
                       other->id);
    }
}

static void read_transfers(const struct yaml_node *node, struct layer *layer,
                           struct merge_rule *merge)
{
    static const char *const names[] = {"up", "down", "same", "same_hospital", NULL};
    if (!yaml_seq(node, 1, TRANSFERS))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int which;
        if (!yaml_name(yaml_item(node, i), names, &which))
            continue;
        uint8_t bit = (uint8_t)(1u << which);
        bool taken = merge->transfers & bit;
        for (uint8_t j = 0; j < layer->merge_count; j++)
            taken |= (layer->merges[j].transfers & bit) != 0;
        if (taken)
            yaml_fault(yaml_item(node, i), "“%s”重复", "\"%s\" occurs twice", names[which]);
        merge->transfers |= bit;
    }
}

static void read_merge(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"within_days", "transfers", "pays", "clause", NULL};
    static const char *const pays[] = {
        [MERGE_DIFFERENCE] = "difference", [MERGE_NONE] = "none", [MERGE_FULL] = "full", NULL};
    struct merge_rule merge = {0};
    int64_t days = 0;
    int which;
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_integer(yaml_need(node, "within_days"), 0, 60, &days))
        merge.within_days = (uint8_t)days;
    read_transfers(yaml_need(node, "transfers"), layer, &merge);
    const struct yaml_node *how = yaml_need(node, "pays");
    const bool said = yaml_name(how, pays, &which);
    if (said)
        merge.pays = (uint8_t)which;
    /* What the settlement before says it consumed is act_pay_dedc. */
    if (said && merge.pays == MERGE_DIFFERENCE && !layer->counts_dedc)
        yaml_fault(how, "补差额的层须 counts_dedc: true", "a layer with difference counts_dedc");
    merge.clause = compile_clause(c, node, true);
    if (merge.within_days > c->policy->look_back_days)
        c->policy->look_back_days = merge.within_days;
    layer->merges[layer->merge_count++] = merge;
}

static void read_merges(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    if (!node || !yaml_seq(node, 1, RULE_MERGES_MAX))
        return;
    if (layer->carries)
        yaml_fault(node, "结转的起付标准不能合并", "a deductible that is carried is not merged");
    for (size_t i = 0; i < yaml_count(node); i++)
        read_merge(c, yaml_item(node, i), layer);
    c->policy->looks_back = true;
}

static void refuse(const struct yaml_node *node)
{
    if (node)
        yaml_fault(node, "只有按次住院的起付标准可以写", "only a deductible per stay has it");
}

void compile_stays(struct compile *c, const struct yaml_node *deductible, struct layer *layer)
{
    static const char *const names[] = {"lost", "carried", NULL};
    const struct yaml_node *nth = yaml_get(deductible, "nth"),
                           *unused = yaml_get(deductible, "unused"),
                           *merge = yaml_get(deductible, "merge");
    int which = 0;
    if (!counts_stays(layer))
        refuse(nth);
    else
        read_nth(c, yaml_need(deductible, "nth"), &layer->nth);
    if (layer->accrual != PER_STAY) {
        refuse(unused);
        refuse(merge);
    } else {
        layer->carries = yaml_name(yaml_need(deductible, "unused"), names, &which) && which == 1;
        read_merges(c, merge, layer);
    }
    if (counts_stays(layer))
        check_count(c, yaml_get(deductible, "per"), layer);
}
