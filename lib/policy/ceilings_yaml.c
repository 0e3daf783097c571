/* lines.ceilings: what a group of lines may come to. */
#include <stdio.h>

#include "policy/rule_table.h"

#define CEILING_ID "ceiling/"

/* Only what rule tables ask of a layer. */
static void read_when(struct compile *c, const struct yaml_node *node, struct layer *who)
{
    static const char *const keys[] = {"insutypes", "kinds", "classes", NULL};
    const struct policy *p = c->policy;
    if (!yaml_mapping(node, keys))
        return;
    compile_insutype_mask(c, yaml_need(node, "insutypes"), &who->insutypes);
    compile_kind_mask(c, yaml_need(node, "kinds"), &who->kinds);
    for (uint8_t i = 0; i < p->class_count; i++)
        if (who->insutypes >> p->classes[i].insutype & 1)
            who->classes |= UINT32_C(1) << i;
    const struct yaml_node *classes = yaml_get(node, "classes");
    uint32_t possible = who->classes;
    if (compile_class_mask(c, classes, &who->classes) && (who->classes & ~possible))
        yaml_fault(classes, "有人员类别不属于该险种", "a person class is not of these insutypes");
}

static void read_special(const struct yaml_node *node, const struct ceiling *ceiling,
                         struct ceiling_rule *rule)
{
    static const char *const keys[] = {"days_at_most", "yuan", NULL};
    int64_t days = 0;
    if (!yaml_map(node, keys))
        return;
    if (ceiling->per == CEILING_STAY)
        yaml_fault(node, "按次限额没有特殊天数", "an amount per stay has no days");
    if (yaml_integer(yaml_need(node, "days_at_most"), 1, 366, &days))
        rule->special_days = (uint16_t)days;
    if (yaml_yuan(yaml_need(node, "yuan"), &rule->special_fen) && rule->special_fen <= rule->fen)
        yaml_fault(yaml_get(node, "yuan"), "应高于一般限额", "expected more than on other days");
}

static void read_table(struct compile *c, const struct yaml_node *node, const struct layer *who,
                       struct ceiling *ceiling)
{
    static const char *const keys[] = {"grades", "classes", "identities", "not_identities", "age",
                                       "in",     "yuan",    "special",    "clause",         NULL};
    struct rule_table table;
    size_t count = node ? rule_table_open(node, &table) : 0;
    struct ceiling_rule *rules = count ? compile_alloc(c, count * sizeof *rules) : NULL;
    for (size_t i = 0; rules && i < count; i++) {
        const struct yaml_node *row = yaml_item(node, i);
        if (!rule_table_add(c, &table, row, keys, who))
            continue;
        struct ceiling_rule *rule = &rules[ceiling->rule_count++];
        rule->who = table.who[table.count - 1];
        yaml_yuan(yaml_need(row, "yuan"), &rule->fen);
        read_special(yaml_get(row, "special"), ceiling, rule);
        rule->clause = compile_clause(c, row, true);
    }
    ceiling->rules = rules;
    if (ceiling->rule_count > 0)
        rule_table_check(c, who, &table, false);
}

/* Steps name it by its id, which no layer can have. */
static void read_id(struct compile *c, const struct yaml_node *node, struct ceiling *ceiling)
{
    char id[sizeof CEILING_ID + NAME_MAX_BYTES];
    const char *name;
    if (!compile_name(c, node, &name))
        return;
    snprintf(id, sizeof id, CEILING_ID "%s", name);
    if (policy_ceiling(c->policy, id))
        yaml_fault(node, "限额“%s”重复", "ceiling \"%s\" occurs twice", name);
    ceiling->id = compile_copy(c, id);
}

static void read_ceiling(struct compile *c, const struct yaml_node *node, struct ceiling *ceiling)
{
    static const char *const keys[] = {"ceiling", "zh",    "when",  "scope", "of",
                                       "per",     "above", "table", NULL};
    static const char *const scope_keys[] = {"any", "none", NULL};
    static const char *const ofs[] = {"inscp_scp_amt", NULL};
    static const char *const pers[] = {[CEILING_STAY] = "stay",
                                       [CEILING_STAY_DAY] = "stay_day",
                                       [CEILING_FEE_DAY] = "fee_day",
                                       NULL};
    static const char *const parts[] = {"overlmt_selfpay", "fulamt_ownpay_amt", NULL};
    struct layer who = {.id = ""};
    int which = 0;
    ceiling->id = ceiling->name_zh = "";
    if (!yaml_mapping(node, keys))
        return;
    read_id(c, yaml_need(node, "ceiling"), ceiling);
    compile_title(c, yaml_need(node, "zh"), &ceiling->name_zh);
    read_when(c, yaml_need(node, "when"), &who);
    ceiling->insutypes = who.insutypes;
    ceiling->kinds = who.kinds;
    ceiling->classes = who.classes;
    const struct yaml_node *scope = yaml_need(node, "scope");
    if (yaml_mapping(scope, scope_keys))
        compile_line_scope(c, scope, &ceiling->scope);
    (void)yaml_name(yaml_need(node, "of"), ofs, &which);
    if (yaml_name(yaml_need(node, "per"), pers, &which))
        ceiling->per = (enum ceiling_per)which;
    if (yaml_name(yaml_need(node, "above"), parts, &which))
        ceiling->above = which == 1 ? PART_FULAMT : PART_OVERLMT;
    read_table(c, yaml_need(node, "table"), &who, ceiling);
}

void compile_ceilings(struct compile *c, const struct yaml_node *node)
{
    struct line_rules *lines = &c->policy->lines;
    if (!node || !yaml_seq(node, 1, CEILINGS_MAX))
        return;
    struct ceiling *ceilings = compile_alloc(c, yaml_count(node) * sizeof *ceilings);
    lines->ceilings = ceilings;
    for (size_t i = 0; ceilings && i < yaml_count(node); i++) {
        read_ceiling(c, yaml_item(node, i), &ceilings[i]);
        lines->ceiling_count++;
    }
}
