/* A layer's guarantee: a share of the fee that it makes whole, instead of a ratio of its own. */
#include "policy/compile.h"

static void read_counting(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const all[] = {"all", NULL};
    const struct policy *p = c->policy;
    const char *names[POLICY_LAYERS_MAX];
    uint32_t mask = 0;
    int which;
    if (!node)
        return;
    if (p->layer_count == 0)
        yaml_fault(node, "之前没有层", "there is no layer before this one");
    for (uint8_t i = 0; i < p->layer_count; i++)
        names[i] = p->layers[i].id;
    if (yaml_kind(node) != YAML_SEQUENCE) {
        if (yaml_name(node, all, &which))
            layer->guarantee = (UINT32_C(1) << p->layer_count) - 1;
    } else if (compile_mask(node, names, p->layer_count, &mask)) {
        layer->guarantee = mask;
    }
}

static void read_target(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    struct ratio_rule *rule = compile_alloc(c, sizeof *rule);
    if (!rule)
        return;
    rule->who = (struct selector){.grades = SELECTOR_ANY,
                                  .classes = SELECTOR_ANY,
                                  .identities = SELECTOR_ANY,
                                  .age_max = INT16_MAX};
    rule->band_count = 1;
    rule->bands[0] = (struct band){.upto_fen = INT64_MAX, .clause = layer->guarantee_clause};
    yaml_ratio(node, &rule->bands[0].ratio);
    layer->ratios = rule;
    layer->ratio_count = 1;
}

void compile_guarantee(struct compile *c, const struct yaml_node *node,
                       const struct yaml_node *layer_node, struct layer *layer)
{
    static const char *const keys[] = {"to", "of", "counting", "clause", NULL};
    static const char *const others[] = {"base", "ratio", "deductible", "cumulative", "adjust"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (yaml_get(layer_node, others[i]))
            yaml_fault(yaml_get(layer_node, others[i]), "保底层只写 guarantee，不写 %s",
                       "a layer with a guarantee has no %s", others[i]);
    if (!yaml_mapping(node, keys))
        return;
    layer->guarantee_clause = compile_clause(c, node, true);
    read_target(c, yaml_need(node, "to"), layer);
    compile_base(c, yaml_need(node, "of"), layer);
    read_counting(c, yaml_need(node, "counting"), layer);
}
