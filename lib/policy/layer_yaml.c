/* One entry of `layers`: whom it is for and whose money it is. What it is computed from is in
 * base_yaml.c and scope_yaml.c, its tables are in files of their own. */
#include <string.h>

#include "policy/compile.h"

static uint32_t classes_of(const struct policy *p, uint32_t insutypes)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < p->class_count; i++)
        if (insutypes & UINT32_C(1) << p->classes[i].insutype)
            mask |= UINT32_C(1) << i;
    return mask;
}

static void read_when(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"insutypes", "kinds", "classes", "identities", "in", NULL};
    if (!yaml_mapping(node, keys))
        return;
    compile_insutype_mask(c, yaml_need(node, "insutypes"), &layer->insutypes);
    compile_kind_mask(c, yaml_need(node, "kinds"), &layer->kinds);
    uint32_t possible = classes_of(c->policy, layer->insutypes);
    const struct yaml_node *classes = yaml_get(node, "classes");
    layer->classes = possible;
    if (compile_class_mask(c, classes, &layer->classes) && (layer->classes & ~possible))
        yaml_fault(classes, "有人员类别不属于该险种", "a person class is not of these insutypes");
    compile_identity_mask(c, yaml_get(node, "identities"), &layer->identities);
    struct situation_set in;
    compile_layer_in(c, yaml_get(node, "in"), layer, &in);
    layer->in = in;
}

static void read_owner(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const plain[] = {"county", "assistance", NULL};
    static const char *const coded[] = {"insurer", "civil_servant", NULL};
    layer->owner_kind = OWNER_COUNTY;
    int which;
    if (!node)
        return;
    if (yaml_kind(node) != YAML_MAPPING) {
        if (yaml_name(node, plain, &which) && which == 1) {
            layer->owner_kind = OWNER_ASSISTANCE;
            if (layer->identities == 0)
                yaml_fault(node, "救助资金由认定身份的县支出：when 须写 identities",
                           "the county that certified the identity pays: when needs identities");
        }
        return;
    }
    if (!yaml_map(node, coded))
        return;
    if (yaml_count(node) != 1) {
        yaml_fault(node, "应只写一个", "expected exactly one of insurer, civil_servant");
        return;
    }
    const char *code;
    layer->owner_kind = yaml_get(node, "insurer") ? OWNER_INSURER : OWNER_CIVIL_SERVANT;
    if (yaml_text(yaml_item(node, 0), OWNER_CODE, &code))
        layer->owner_code = compile_copy(c, code);
}

static void read_cumulative(const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"reach_back", "year", NULL};
    static const char *const years[] = {"benefit", NULL};
    int which;
    if (!yaml_mapping(node, keys))
        return;
    layer->cumulative = true;
    yaml_bool(yaml_need(node, "reach_back"), &layer->reach_back);
    (void)yaml_name(yaml_need(node, "year"), years, &which);
}

/* Two layers of one person must not mix their sums under one name. */
static void read_accumulates(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    const char *scope;
    if (!compile_name(c, node, &scope))
        return;
    memcpy(layer->accumulates, scope, strlen(scope) + 1);
    for (size_t i = 0; i < c->policy->layer_count; i++) {
        const struct layer *other = &c->policy->layers[i];
        if (strcmp(other->accumulates, scope) == 0 && (other->insutypes & layer->insutypes))
            yaml_fault(node, "累计名“%s”已由同险种的层 %s 使用",
                       "\"%s\" is already what layer %s of the same insutype accumulates", scope,
                       other->id);
    }
}

static void read_identity_of_layer(struct compile *c, const struct yaml_node *node,
                                   struct layer *layer)
{
    const struct yaml_node *id = yaml_need(node, "layer");
    const char *text;
    int field = 0;
    if (compile_id(c, id, &layer->id) && policy_layer(c->policy, layer->id))
        yaml_fault(id, "层“%s”重复", "layer \"%s\" occurs twice", layer->id);
    compile_title(c, yaml_need(node, "zh"), &layer->name_zh);
    if (compile_digits(yaml_need(node, "fund_pay_type"), 6, 6, &text))
        layer->fund_pay_type = compile_copy(c, text);
    if (yaml_name(yaml_need(node, "field"), fund_field_names, &field))
        layer->field = (enum fund_field)field;
}

static void read_layer(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {
        "layer",      "zh",         "fund_pay_type", "field",       "owner", "when",
        "needs_pool", "base",       "scope",         "clause",      "ratio", "accumulates",
        "cumulative", "deductible", "caps",          "counts_dedc", "tilt",  NULL};
    /* It stays in the list, where later layers look for names, even if it cannot be read. */
    layer->id = layer->name_zh = layer->fund_pay_type = "";
    if (!yaml_mapping(node, keys))
        return;
    read_identity_of_layer(c, node, layer);
    read_when(c, yaml_need(node, "when"), layer);
    read_owner(c, yaml_need(node, "owner"), layer);
    yaml_bool(yaml_need(node, "needs_pool"), &layer->needs_pool);
    compile_base(c, yaml_need(node, "base"), layer);
    compile_scope(c, yaml_need(node, "scope"), layer);
    layer->clause = compile_clause(c, node, false);
    read_accumulates(c, yaml_need(node, "accumulates"), layer);
    read_cumulative(yaml_get(node, "cumulative"), layer);
    yaml_bool(yaml_get(node, "counts_dedc"), &layer->counts_dedc);
    compile_deductible(c, yaml_get(node, "deductible"), layer);
    compile_ratios(c, yaml_need(node, "ratio"), layer);
    compile_caps(c, yaml_get(node, "caps"), layer);
    compile_tilts(c, yaml_get(node, "tilt"), layer);
}

void compile_layers(struct compile *c, const struct yaml_node *node)
{
    if (!yaml_seq(node, 1, POLICY_LAYERS_MAX))
        return;
    for (size_t i = 0; i < yaml_count(node) && !c->out_of_memory; i++) {
        struct layer *layer = &c->policy->layers[c->policy->layer_count];
        read_layer(c, yaml_item(node, i), layer);
        c->policy->layer_count++;
    }
}
