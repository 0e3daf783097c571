/* The caps of a layer. */
#include <string.h>

#include "policy/rule_check.h"
#include "policy/rule_table.h"

/* The layer, earlier or later, of whose sums the same person's scope is one; NULL: there is none.
 */
static const struct layer *layer_of(const struct policy *p, const struct layer *layer,
                                    const char *scope)
{
    for (size_t i = 0; i < p->layer_count; i++) {
        const struct layer *other = &p->layers[i];
        if (!(other->insutypes & layer->insutypes))
            continue;
        if (strcmp(other->accumulates, scope) == 0)
            return other;
        for (uint8_t v = 0; other->scopes && v < p->dimensions[other->by_dimension].value_count;
             v++)
            if (strcmp(other->scopes[v], scope) == 0)
                return other;
    }
    return NULL;
}

/* One counts what the other does: the same name, or all values and one of them. */
static bool scopes_meet(const char *a, const char *b)
{
    size_t x = strlen(a), y = strlen(b), least = x < y ? x : y;
    const char *longer = x < y ? b : a;
    return strncmp(a, b, least) == 0 && (longer[least] == '\0' || longer[least] == '/');
}

static void read_jointly(const struct yaml_node *node, const struct layer *layer,
                         struct cap_rule *cap)
{
    if (!yaml_seq(node, 1, LAYER_SCOPES_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        const char *scope;
        if (!yaml_text(item, ACCUM_SCOPE, &scope))
            continue;
        for (size_t j = 0; j < cap->scope_count; j++)
            if (scopes_meet(cap->scopes[j], scope))
                yaml_fault(item, "“%s”已由“%s”计入", "\"%s\" is counted by \"%s\" already", scope,
                           cap->scopes[j]);
        memcpy(cap->scopes[cap->scope_count++], scope, strlen(scope) + 1);
    }
    if (!cap_names(cap, layer->accumulates))
        yaml_fault(node, "须包含本层的累计“%s”", "must hold this layer's own \"%s\"",
                   layer->accumulates);
}

/* A cap on some values' sums holds for no claim of another value. */
static void check_values(const struct compile *c, const struct yaml_node *row,
                         const struct layer *layer, const struct cap_rule *cap)
{
    const struct dimension *d = layer->scopes ? &c->policy->dimensions[layer->by_dimension] : NULL;
    uint16_t named = 0;
    for (uint8_t v = 0; d && v < d->value_count; v++)
        for (uint8_t i = 0; i < cap->scope_count; i++)
            named |= strcmp(cap->scopes[i], layer->scopes[v]) == 0 ? (uint16_t)(1u << v) : 0;
    const struct situation_set *in = &cap->who.in;
    bool selected =
        in->dimensions >> layer->by_dimension & 1 && !(in->values[layer->by_dimension] & ~named);
    if (named && !selected)
        yaml_fault(row, "按取值累计的限额，须写 in: {%s: [所列的取值]}",
                   "a cap on the sums of some values needs in: {%s: [those values]}", d->name);
}

/* A span's sums stand under a scope of their own; of a stay or visit there is none. */
static void read_per(struct compile *c, const struct yaml_node *row, const struct layer *layer,
                     struct cap_rule *cap)
{
    const struct yaml_node *per = yaml_get(row, "per");
    const uint32_t stays = c->policy->inpatient_kinds;
    cap->per = PER_YEAR;
    if (!compile_per(per, PER_YEAR, &cap->per))
        return;
    if (layer->cumulative && cap->per != PER_YEAR)
        yaml_fault(per, "累计层的限额只能按年", "a cumulative layer's cap is per year");
    if (cap->per == PER_STAY && (layer->kinds & ~stays))
        yaml_fault(per, "有的医疗类型不是住院", "a kind of care of this layer is not a stay");
    if (cap->per == PER_VISIT && (layer->kinds & stays))
        yaml_fault(per, "有的医疗类型是住院", "a kind of care of this layer is a stay");
}

static void read_raise(const struct yaml_node *node, struct cap_raise *raise)
{
    static const char *const keys[] = {"by", "beyond", "yuan", NULL};
    static const char *const years[] = {"continuous_years", "zero_claim_years", NULL};
    int which;
    int64_t beyond;
    if (!yaml_mapping(node, keys))
        return;
    if (yaml_name(yaml_need(node, "by"), years, &which))
        raise->by = (enum cap_years)which;
    if (yaml_integer(yaml_get(node, "beyond"), 1, 100, &beyond))
        raise->beyond = (uint8_t)beyond;
    yaml_yuan(yaml_need(node, "yuan"), &raise->fen);
}

static void read_raised(const struct yaml_node *row, struct cap_rule *cap)
{
    const struct yaml_node *raised = yaml_get(row, "raised"),
                           *at_most = yaml_get(row, "raised_at_most");
    cap->raised_at_most = -1;
    yaml_ratio(at_most, &cap->raised_at_most);
    if (at_most && !raised)
        yaml_object(at_most, "没有 raised", "nothing is raised");
    if (!raised || !yaml_seq(raised, 1, CAP_RAISES_MAX))
        return;
    for (size_t i = 0; i < yaml_count(raised); i++)
        read_raise(yaml_item(raised, i), &cap->raises[cap->raise_count++]);
}

static bool has_scope(const struct cap_rule *cap, const char *scope)
{
    for (uint8_t i = 0; i < cap->scope_count; i++)
        if (strcmp(cap->scopes[i], scope) == 0)
            return true;
    return false;
}

/* Of one span, sort of money and set of sums, one cap holds for one case. */
static bool same_sort(const struct cap_rule *a, const struct cap_rule *b)
{
    bool same = a->on == b->on && a->per == b->per && a->scope_count == b->scope_count;
    for (uint8_t i = 0; same && i < a->scope_count; i++)
        same = has_scope(b, a->scopes[i]);
    return same;
}

static void check_overlaps(const struct compile *c, const struct layer *layer,
                           const struct rule_table *table)
{
    for (uint8_t i = 1; i < layer->cap_count; i++)
        for (uint8_t j = 0; j < i; j++)
            if (same_sort(&layer->caps[i], &layer->caps[j]) &&
                rule_check_meet(c->policy, &table->who[i], &table->who[j]))
                yaml_object(table->rows[i], "适用对象与第 %d 行的规则重叠",
                            "overlaps the rule on line %d", yaml_line(table->rows[j]));
}

void compile_caps(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const row_keys[] = {
        "grades", "classes", "identities", "not_identities", "age",    "in", "on", "per",
        "yuan",   "jointly", "raised",     "raised_at_most", "clause", NULL};
    static const char *const ons[] = {"payment", "eligible", NULL};
    struct rule_table table;
    size_t count = node ? rule_table_open(node, &table) : 0;
    struct cap_rule *rules = count ? compile_alloc(c, count * sizeof *rules) : NULL;
    layer->caps = rules;
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(node, i);
        if (!rule_table_add(c, &table, row, row_keys, layer))
            continue;
        struct cap_rule *rule = &rules[layer->cap_count++];
        rule->who = table.who[table.count - 1];
        int which = 0;
        if (yaml_name(yaml_need(row, "on"), ons, &which))
            rule->on = which == 1 ? CAP_ON_ELIGIBLE : CAP_ON_PAYMENT;
        yaml_yuan(yaml_need(row, "yuan"), &rule->amount_fen);
        read_jointly(yaml_need(row, "jointly"), layer, rule);
        check_values(c, row, layer, rule);
        read_per(c, row, layer, rule);
        read_raised(row, rule);
        rule->clause = compile_clause(c, row, true);
    }
    if (rules)
        check_overlaps(c, layer, &table);
}

size_t compile_longest_scope(const struct compile *c, const struct layer *layer)
{
    size_t longest = strlen(layer->accumulates);
    for (uint8_t v = 0; layer->scopes && v < c->policy->dimensions[layer->by_dimension].value_count;
         v++)
        longest = strlen(layer->scopes[v]) > longest ? strlen(layer->scopes[v]) : longest;
    return longest;
}

static void check_joint(const struct compile *c, const struct yaml_node *name,
                        const struct layer *layer, enum rule_per per)
{
    const char *scope;
    if (yaml_kind(name) != YAML_SCALAR || !yaml_text(name, ACCUM_SCOPE, &scope))
        return;
    const struct layer *of = layer_of(c->policy, layer, scope);
    if (!of)
        yaml_fault(name, "同险种的层没有累计“%s”",
                   "no layer of the same insutype accumulates \"%s\"", scope);
    else if (compile_longest_scope(c, of) + rule_span_length(per) > ACCUM_SCOPE)
        yaml_fault(name, "累计名“%s”加上期间超过 %d 字节",
                   "\"%s\" and the span make more than %d bytes", scope, ACCUM_SCOPE);
}

void compile_joint_caps(const struct compile *c, const struct yaml_node *node,
                        const struct layer *layer)
{
    if (yaml_count(node) != layer->cap_count)
        return;
    for (uint8_t i = 0; i < layer->cap_count; i++) {
        const struct yaml_node *names = yaml_get(yaml_item(node, i), "jointly");
        for (size_t j = 0; j < yaml_count(names); j++)
            check_joint(c, yaml_item(names, j), layer, layer->caps[i].per);
    }
}
