/* One entry of `layers`: whom it is for, whose money it is, and what it is computed from. Its
 * tables are in rule_yaml.c. */
#include <string.h>

#include "policy/compile.h"
#include "policy/rule_check.h"

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
    static const char *const keys[] = {"insutypes", "kinds", "classes", "identities", NULL};
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

/* "<layer>.paid" or "<layer>.excess" of a layer before this one. */
static bool read_layer_term(struct compile *c, const struct yaml_node *node, const char *text,
                            struct base_term *term)
{
    const struct policy *p = c->policy;
    const char *dot = strchr(text, '.');
    bool paid = dot && strcmp(dot, ".paid") == 0;
    if (!dot || (!paid && strcmp(dot, ".excess") != 0)) {
        yaml_fault(node, "“%s”不是金额：用 inscp_scp_amt 等，或 <层>.paid、<层>.excess",
                   "\"%s\" names no amount: inscp_scp_amt and others, <layer>.paid, <layer>.excess",
                   text);
        return false;
    }
    for (uint8_t i = 0; i < p->layer_count; i++) {
        if (strlen(p->layers[i].id) != (size_t)(dot - text) ||
            memcmp(p->layers[i].id, text, (size_t)(dot - text)) != 0)
            continue;
        term->amount = paid ? AMOUNT_LAYER_PAID : AMOUNT_LAYER_EXCESS;
        term->layer = i;
        if (!paid && p->layers[i].cap_count == 0)
            yaml_fault(node, "层 %s 没有封顶线，没有超出部分", "layer %s has no cap to exceed",
                       p->layers[i].id);
        return true;
    }
    yaml_fault(node, "“%s”所指的层不在本层之前", "\"%s\": no such layer before this one", text);
    return false;
}

static bool read_term(struct compile *c, const struct yaml_node *node, struct base_term *term)
{
    static const char *const amounts[] = {[AMOUNT_MEDFEE] = "medfee_sumamt",
                                          [AMOUNT_FULAMT] = "fulamt_ownpay_amt",
                                          [AMOUNT_OVERLMT] = "overlmt_selfpay",
                                          [AMOUNT_PRESELFPAY] = "preselfpay_amt",
                                          [AMOUNT_INSCP] = "inscp_scp_amt"};
    const char *text;
    if (!yaml_text(node, ID_MAX_BYTES + 8, &text))
        return false;
    term->sign = *text == '-' ? -1 : 1;
    text += *text == '-';
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        if (strcmp(amounts[i], text) == 0) {
            term->amount = (enum amount_name)i;
            return true;
        }
    }
    return read_layer_term(c, node, text, term);
}

static void read_base(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    if (!yaml_seq(node, 1, LAYER_TERMS_MAX))
        return;
    bool adds = false;
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct base_term term = {0};
        if (!read_term(c, yaml_item(node, i), &term))
            return;
        for (size_t j = 0; j < layer->term_count; j++)
            if (layer->terms[j].amount == term.amount && layer->terms[j].layer == term.layer)
                yaml_fault(yaml_item(node, i), "同一金额出现两次", "the same amount occurs twice");
        adds |= term.sign > 0;
        layer->terms[layer->term_count++] = term;
    }
    if (!adds)
        yaml_fault(node, "基数没有正项", "the base has no positive term");
}

/* The numbers of a list of codes such as "01" to "14", as a mask with bit 1 << number. */
static uint32_t read_code_mask(const struct yaml_node *node, int max)
{
    uint32_t mask = 0;
    if (!yaml_seq(node, 1, 16))
        return 0;
    for (size_t i = 0; i < yaml_count(node); i++) {
        const char *text;
        if (!compile_digits(yaml_item(node, i), 2, 2, &text))
            continue;
        int code = (text[0] - '0') * 10 + (text[1] - '0');
        if (code < 1 || code > max)
            yaml_fault(yaml_item(node, i), "“%s”超出 01 至 %02d", "\"%s\" is outside 01 to %02d",
                       text, max);
        else
            mask |= UINT32_C(1) << code;
    }
    return mask;
}

static void read_scope(struct compile *c, const struct yaml_node *node, struct layer *layer)
{
    static const char *const keys[] = {"any", "clause", NULL};
    static const char *const conditions[] = {"chrgitm_lv", "bas_medn_flag", "med_chrgitm_type",
                                             NULL};
    static const char *const all[] = {"all", NULL};
    struct line_scope *scope = &layer->scope;
    int which;
    scope->all = true;
    if (!node || yaml_kind(node) != YAML_MAPPING) {
        (void)yaml_name(node, all, &which);
        return;
    }
    scope->all = false;
    yaml_mapping(node, keys);
    scope->clause = compile_clause(c, node, true);
    const struct yaml_node *any = yaml_need(node, "any");
    if (!yaml_map(any, conditions))
        return;
    scope->chrgitm_lv = (uint8_t)read_code_mask(yaml_get(any, "chrgitm_lv"), 3);
    scope->med_chrgitm_type = (uint16_t)read_code_mask(yaml_get(any, "med_chrgitm_type"), 14);
    yaml_bool(yaml_get(any, "bas_medn_flag"), &scope->bas_medn);
    if (!scope->chrgitm_lv && !scope->med_chrgitm_type && !scope->bas_medn)
        yaml_fault(any, "没有任何条件，什么都不支付", "no condition: nothing would be paid for");
    if (layer->term_count != 1 || layer->terms[0].amount != AMOUNT_INSCP)
        yaml_fault(node, "限定范围时基数只能是 [inscp_scp_amt]",
                   "a scope needs the base [inscp_scp_amt] alone");
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
    read_base(c, yaml_need(node, "base"), layer);
    read_scope(c, yaml_need(node, "scope"), layer);
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
