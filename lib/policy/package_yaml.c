/* packages: prices by disease, day, group or head, and whose the difference is. */
#include <string.h>

#include "policy/rule_check.h"

static const char *const methods[] = {[METHOD_DISEASE] = "disease",
                                      [METHOD_PER_DIEM] = "per_diem",
                                      [METHOD_CAPITATION] = "capitation",
                                      [METHOD_DRG] = "drg",
                                      [METHOD_DIP] = "dip",
                                      NULL};

bool compile_benefit_id(struct compile *c, const struct yaml_node *node, const char **id)
{
    const struct policy *p = c->policy;
    bool taken = false;
    if (!compile_id(c, node, id))
        return false;
    taken = policy_layer(p, *id) != NULL;
    for (uint8_t i = 0; p->packages && i + 1 < p->packages->count; i++)
        taken |= strcmp(p->packages->list[i].id, *id) == 0;
    for (uint8_t i = 0; p->allowances && i + 1 < p->allowances->count; i++)
        taken |= strcmp(p->allowances->list[i].id, *id) == 0;
    if (taken)
        yaml_fault(node, "“%s”重复", "\"%s\" is taken", *id);
    return !taken;
}

static bool by_price(const struct package *package)
{
    return package->method == METHOD_DISEASE || package->method == METHOD_PER_DIEM;
}

/* The node of a key that the method must have, or must not have. */
static const struct yaml_node *key_of(const struct yaml_node *map, const char *key, bool wanted)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (wanted)
        return yaml_need(map, key);
    if (node)
        yaml_fault(node, "该支付方式没有 %s", "this method has no %s", key);
    return NULL;
}

static void read_of(const struct yaml_node *node, struct package *package)
{
    if (node)
        package->part_count = compile_parts(node, package->parts);
}

static void read_layer(const struct compile *c, const struct yaml_node *node,
                       struct package *package)
{
    const char *ids[POLICY_LAYERS_MAX];
    size_t index = 0;
    for (uint8_t i = 0; i < c->policy->layer_count; i++)
        ids[i] = c->policy->layers[i].id;
    if (!compile_index(node, ids, c->policy->layer_count, &index))
        return;
    const struct layer *layer = &c->policy->layers[index];
    package->layer = (uint8_t)index;
    if (by_price(package) && (layer->accrual == PER_PERIOD || layer->cumulative ||
                              layer->guarantee || layer->paid_later))
        yaml_fault(
            node, "层 %s 按结算周期、按年累计、保底或事后支付，不能按价格支付",
            "layer %s is per period, cumulative, a guarantee or paid later: no price is paid "
            "by it",
            layer->id);
}

static void read_shares(struct compile *c, const struct yaml_node *node, struct package *package)
{
    static const char *const shares[] = {"actual", "price", "fixed", NULL};
    static const char *const aboves[] = {"patient", "hospital", NULL};
    static const char *const belows[] = {"nothing", "hospital_keeps", NULL};
    bool priced = by_price(package);
    const char *text;
    int which;
    if (yaml_name(key_of(node, "share_on", priced), shares, &which))
        package->share_on = (enum package_share)which;
    if (yaml_name(key_of(node, "above", priced), aboves, &which))
        package->above_hospital = which == 1;
    if (yaml_name(key_of(node, "below", priced), belows, &which))
        package->below_kept = which == 1;
    package->fund_pay_type = "";
    if (compile_digits(key_of(node, "fund_pay_type", package->above_hospital), 6, 6, &text))
        package->fund_pay_type = compile_copy(c, text);
}

/* Whether the account's money is of the patient's part by the price, nobody can tell. */
static void check_account(const struct compile *c, const struct yaml_node *node,
                          const struct package *package)
{
    const struct policy_account *account = &c->policy->account;
    const struct layer *own = &c->policy->layers[package->layer];
    if (node && package->share_on != SHARE_ACTUAL && account->first &&
        (account->insutypes & own->insutypes) && (account->kinds & own->kinds))
        yaml_fault(node, "个人账户先付时只能按实际费用分担",
                   "of an account that pays first, only the actual fee is shared");
}

/* Money that the hospital bears is off no line in particular. */
static void check_scopes(const struct compile *c, const struct yaml_node *node,
                         const struct package *package)
{
    const struct layer *own = &c->policy->layers[package->layer];
    for (uint8_t i = 0; package->above_hospital && i < c->policy->layer_count; i++) {
        const struct layer *layer = &c->policy->layers[i];
        if (!layer->scope.all && (layer->insutypes & own->insutypes) && (layer->kinds & own->kinds))
            yaml_fault(node, "层 %s 限定了范围，分不清医院负担的是哪些明细",
                       "layer %s has a scope: the hospital bears no line in particular", layer->id);
    }
}

static void read_price(const struct yaml_node *row, const struct package *package,
                       struct package_rule *rule)
{
    bool group = package->method == METHOD_DRG || package->method == METHOD_DIP, stated = false;
    rule->price_fen = -1;
    if (group && yaml_get(row, "stated")) {
        yaml_bool(yaml_get(row, "stated"), &stated);
        if (!stated || yaml_get(row, "yuan"))
            yaml_fault(row, "应写 yuan 或 stated: true 之一",
                       "expected either yuan or stated: true");
    } else {
        (void)key_of(row, "stated", false);
        yaml_yuan(key_of(row, "yuan", package->method != METHOD_CAPITATION), &rule->price_fen);
        if (rule->price_fen == 0)
            yaml_fault(row, "价格为 0", "the price is 0");
    }
    bool fixed = by_price(package) && package->share_on == SHARE_FIXED;
    yaml_yuan(key_of(row, "patient", fixed), &rule->patient_fen);
    if (fixed && rule->price_fen > 0 && rule->patient_fen > rule->price_fen)
        yaml_fault(row, "患者定额高于价格", "the patient's sum is above the price");
}

/* Whom the row is for among those who come to its layer. */
static struct selector narrowed(const struct layer *layer, const struct package_rule *rule)
{
    struct selector who = rule->who;
    who.classes &= layer->classes;
    if (layer->identities && who.identities == SELECTOR_ANY)
        who.identities = layer->identities;
    for (uint32_t left = layer->in.dimensions; left != 0; left &= left - 1) {
        int d = __builtin_ctz(left);
        who.in.values[d] = who.in.dimensions >> d & 1 ? who.in.values[d] & layer->in.values[d]
                                                      : layer->in.values[d];
    }
    who.in.dimensions |= layer->in.dimensions;
    return who;
}

static bool rows_meet(const struct compile *c, const struct policy_packages *packages,
                      const struct package_rule *a, const struct package_rule *b)
{
    const struct layer *of_a = &c->policy->layers[packages->list[a->package].layer];
    const struct layer *of_b = &c->policy->layers[packages->list[b->package].layer];
    struct selector who_a = narrowed(of_a, a), who_b = narrowed(of_b, b);
    return (of_a->insutypes & of_b->insutypes) && (of_a->kinds & of_b->kinds) &&
           rule_check_meet(c->policy, &who_a, &who_b);
}

/* One claim has one price: its row may meet no other, of whatever package. */
static void check_overlaps(const struct compile *c, const struct yaml_node *row,
                           const struct policy_packages *packages)
{
    const struct package_rule *rule = &packages->rules[packages->rule_count - 1];
    for (const struct package_rule *other = packages->rules; other < rule; other++)
        if (rows_meet(c, packages, rule, other))
            yaml_fault(row, "与 %s 的一行重叠", "overlaps a row of %s",
                       packages->list[other->package].id);
}

static void read_rows(struct compile *c, const struct yaml_node *node,
                      struct policy_packages *packages)
{
    static const char *const row_keys[] = {"grades",  "classes", "identities", "not_identities",
                                           "age",     "in",      "yuan",       "stated",
                                           "patient", "clause",  NULL};
    const struct package *package = &packages->list[packages->count - 1];
    struct rule_table table;
    size_t count = rule_table_open(node, &table);
    if (packages->rule_count + count > PACKAGE_RULES_MAX) {
        yaml_fault(node, "价格行过多，全部套餐合计上限 %d",
                   "too many rows, the limit over all packages is %d", PACKAGE_RULES_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *row = yaml_item(node, i);
        if (!rule_table_add(c, &table, row, row_keys, &c->policy->layers[package->layer]))
            continue;
        struct package_rule *rule = &packages->rules[packages->rule_count++];
        rule->who = table.who[table.count - 1];
        rule->package = (uint8_t)(packages->count - 1);
        read_price(row, package, rule);
        rule->clause = compile_clause(c, row, true);
        check_overlaps(c, row, packages);
    }
}

static void read_package(struct compile *c, const struct yaml_node *node,
                         struct policy_packages *packages)
{
    static const char *const keys[] = {"package",  "zh",    "layer", "method", "of",
                                       "share_on", "above", "below", "price",  "fund_pay_type",
                                       NULL};
    struct package *package = &packages->list[packages->count++];
    int method = METHOD_DISEASE;
    package->id = package->name_zh = package->fund_pay_type = "";
    if (!yaml_mapping(node, keys))
        return;
    compile_benefit_id(c, yaml_need(node, "package"), &package->id);
    compile_title(c, yaml_need(node, "zh"), &package->name_zh);
    if (yaml_name(yaml_need(node, "method"), methods, &method))
        package->method = (enum package_method)method;
    read_layer(c, yaml_need(node, "layer"), package);
    read_of(key_of(node, "of", package->method != METHOD_CAPITATION), package);
    read_shares(c, node, package);
    check_scopes(c, node, package);
    check_account(c, yaml_get(node, "share_on"), package);
    read_rows(c, yaml_need(node, "price"), packages);
}

void compile_packages(struct compile *c, const struct yaml_node *node)
{
    if (!node || !yaml_seq(node, 1, POLICY_PACKAGES_MAX) || c->policy->layer_count == 0)
        return;
    struct policy_packages *packages = compile_alloc(c, sizeof *packages);
    c->policy->packages = packages;
    for (size_t i = 0; packages && i < yaml_count(node); i++)
        read_package(c, yaml_item(node, i), packages);
}
