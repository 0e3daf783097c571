/* The caps of a layer. */
#include <string.h>

#include "policy/rule_table.h"

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
    static const char *const row_keys[] = {"grades", "classes", "identities", "age",    "in",
                                           "on",     "yuan",    "jointly",    "clause", NULL};
    static const char *const ons[] = {"payment", "eligible", NULL};
    struct rule_table table;
    size_t count = node ? rule_table_open(node, &table) : 0;
    struct cap_rule *rules = count ? compile_alloc(c, count * sizeof *rules) : NULL;
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
        read_jointly(c, yaml_need(row, "jointly"), layer, rule);
        rule->clause = compile_clause(c, row, true);
    }
    layer->caps = rules;
    if (layer->cap_count > 0)
        rule_table_check(c, layer, &table, false);
}
