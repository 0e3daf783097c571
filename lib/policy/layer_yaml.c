/* One entry of `layers`: whom it is for and whose money it is. What it is computed from is in
 * base_yaml.c and scope_yaml.c, its tables are in files of their own. */
#include <stdio.h>
#include <string.h>

#include "policy/rule_table.h"

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
    static const char *const plain[] = {"county", "assistance", "hospital", NULL};
    static const char *const coded[] = {"insurer", "civil_servant", NULL};
    layer->owner_kind = OWNER_COUNTY;
    int which;
    if (!node)
        return;
    if (yaml_kind(node) != YAML_MAPPING) {
        static const enum owner_kind kinds[] = {OWNER_COUNTY, OWNER_ASSISTANCE, OWNER_HOSPITAL};
        if (yaml_name(node, plain, &which))
            layer->owner_kind = kinds[which];
        if (layer->owner_kind == OWNER_ASSISTANCE && layer->identities == 0)
            yaml_fault(node, "救助资金由认定身份的县支出：when 须写 identities",
                       "the county that certified the identity pays: when needs identities");
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

/* Sums apart for each value of a dimension: per disease, say. */
static void read_accumulates_by(struct compile *c, const struct yaml_node *node,
                                struct layer *layer)
{
    struct policy *p = c->policy;
    const char *name;
    uint8_t d = 0;
    if (!yaml_text(node, NAME_MAX_BYTES, &name))
        return;
    while (d < p->dimension_count && strcmp(p->dimensions[d].name, name) != 0)
        d++;
    if (d == p->dimension_count) {
        yaml_fault(node, "情形“%s”未定义", "situations have no \"%s\"", name);
        return;
    }
    char(*scopes)[ACCUM_SCOPE + 1] = compile_alloc(c, DIMENSION_VALUES_MAX * sizeof *scopes);
    for (uint8_t v = 0; scopes && v < p->dimensions[d].value_count; v++)
        snprintf(scopes[v], sizeof scopes[v], "%s/%s", layer->accumulates,
                 p->dimensions[d].values[v].name);
    layer->by_dimension = d;
    layer->scopes = (const char(*)[ACCUM_SCOPE + 1]) scopes;
    if (layer->cumulative)
        yaml_fault(node, "累计层只有一个累计名", "a cumulative layer keeps one sum");
}

static void read_identity_of_layer(struct compile *c, const struct yaml_node *node,
                                   struct layer *layer)
{
    const struct yaml_node *id = yaml_need(node, "layer");
    const char *text;
    if (compile_id(c, id, &layer->id) && policy_layer(c->policy, layer->id))
        yaml_fault(id, "层“%s”重复", "layer \"%s\" occurs twice", layer->id);
    if (strcmp(layer->id, "account") == 0 || strcmp(layer->id, "family") == 0 ||
        strcmp(layer->id, "hospital") == 0)
        yaml_fault(id, "“%s”另有所指，不能作层的编号",
                   "\"%s\" stands for another payer, a layer needs another id", layer->id);
    compile_title(c, yaml_need(node, "zh"), &layer->name_zh);
    if (compile_digits(yaml_need(node, "fund_pay_type"), 6, 6, &text))
        layer->fund_pay_type = compile_copy(c, text);
}

/* The hospital's own money is no fund's, and no fund's is the hospital's. */
static void read_field(const struct yaml_node *node, struct layer *layer)
{
    const char *names[FUND_FIELDS + 2];
    int field = 0;
    for (int i = 0; i < FUND_FIELDS; i++)
        names[i] = fund_field_names[i];
    names[FUND_FIELDS] = "hosp_part_amt";
    names[FUND_FIELDS + 1] = NULL;
    if (!yaml_name(node, names, &field))
        return;
    layer->field = (enum fund_field)field;
    if ((layer->field == FUND_FIELDS) != (layer->owner_kind == OWNER_HOSPITAL))
        yaml_fault(node, "owner: hospital 与 field: hosp_part_amt 须同时写",
                   "owner: hospital and field: hosp_part_amt go together");
}

static void read_paid_when(const struct yaml_node *node, struct layer *layer)
{
    static const char *const whens[] = {"now", "later", NULL};
    int which;
    if (!yaml_name(node, whens, &which))
        return;
    layer->paid_later = which == 1;
    if (layer->paid_later && layer->owner_kind == OWNER_HOSPITAL)
        yaml_fault(node, "医院减免当次即减", "what the hospital bears is never paid later");
}

static void check_guarantee_caps(const struct yaml_node *node, const struct layer *layer)
{
    for (uint8_t i = 0; layer->guarantee && i < layer->cap_count; i++)
        if (layer->caps[i].on == CAP_ON_ELIGIBLE)
            yaml_fault(yaml_item(yaml_get(node, "caps"), i), "保底层的限额只能是支付限额",
                       "a guarantee's cap is on payment");
}

static void read_layer(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {
        "layer",       "zh",          "fund_pay_type", "field",      "owner",
        "when",        "needs_pool",  "base",          "scope",      "clause",
        "ratio",       "accumulates", "cumulative",    "deductible", "caps",
        "counts_dedc", "adjust",      "paid_when",     "guarantee",  "accumulates_by",
        NULL};
    /* It stays in the list, where later layers look for names, even if it cannot be read. */
    layer->id = layer->name_zh = layer->fund_pay_type = "";
    if (!yaml_mapping(node, keys))
        return;
    read_identity_of_layer(c, node, layer);
    read_when(c, yaml_need(node, "when"), layer);
    read_owner(c, yaml_need(node, "owner"), layer);
    read_field(yaml_need(node, "field"), layer);
    read_paid_when(yaml_get(node, "paid_when"), layer);
    yaml_bool(yaml_need(node, "needs_pool"), &layer->needs_pool);
    const struct yaml_node *guarantee = yaml_get(node, "guarantee");
    if (guarantee)
        compile_guarantee(c, guarantee, node, layer);
    else
        compile_base(c, yaml_need(node, "base"), layer);
    compile_scope(c, yaml_need(node, "scope"), layer);
    layer->clause = compile_clause(c, node, false);
    read_accumulates(c, yaml_need(node, "accumulates"), layer);
    read_cumulative(yaml_get(node, "cumulative"), layer);
    read_accumulates_by(c, yaml_get(node, "accumulates_by"), layer);
    yaml_bool(yaml_get(node, "counts_dedc"), &layer->counts_dedc);
    if (!guarantee) {
        layer->rounding = c->policy->rounding.segments;
        compile_deductible(c, yaml_get(node, "deductible"), layer);
        compile_ratios(c, yaml_need(node, "ratio"), layer);
    }
    compile_caps(c, yaml_get(node, "caps"), layer);
    compile_adjusts(c, yaml_get(node, "adjust"), layer);
    check_guarantee_caps(node, layer);
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
    for (uint8_t i = 0; i < c->policy->layer_count; i++)
        compile_joint_caps(c, yaml_get(yaml_item(node, i), "caps"), &c->policy->layers[i]);
}
