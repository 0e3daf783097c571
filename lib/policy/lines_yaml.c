/* lines: how the lines of a bill split, and who bears those that no fund pays for. */
#include "policy/compile.h"

static void read_clauses(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"price_cap", "class_a", "class_b", "class_c", NULL};
    if (!yaml_map(node, keys))
        return;
    for (size_t i = 0; keys[i]; i++)
        c->policy->lines.clauses[i] = compile_clause_of(c, yaml_need(node, keys[i]));
}

static void read_flags(struct policy *p, const struct yaml_node *node)
{
    static const char *const flags[] = {"0", "1", "2", NULL};
    static const char *const splits[] = {[HOSP_APPR_AS_LISTED] = "as_listed",
                                         [HOSP_APPR_OWN] = "own",
                                         [HOSP_APPR_HOSPITAL] = "hospital",
                                         NULL};
    if (!yaml_map(node, flags))
        return;
    for (size_t i = 0; flags[i]; i++) {
        int split = HOSP_APPR_AS_LISTED;
        if (yaml_name(yaml_need(node, flags[i]), splits, &split))
            p->lines.hosp_appr[i] = (enum hosp_appr)split;
    }
}

static bool hospital_bears(const struct policy *p)
{
    bool bears = p->lines.refused_by_hospital;
    for (size_t i = 0; i < ARRAY_LEN(p->lines.hosp_appr); i++)
        bears = bears || p->lines.hosp_appr[i] == HOSP_APPR_HOSPITAL;
    return bears;
}

static void read_hospital(struct compile *c, const struct yaml_node *lines)
{
    static const char *const keys[] = {"fund_pay_type", "clause", NULL};
    struct policy *p = c->policy;
    const struct yaml_node *node = yaml_get(lines, "hospital");
    p->lines.hospital.fund_pay_type = "";
    if (!node) {
        if (hospital_bears(p))
            (void)yaml_need(lines, "hospital");
        return;
    }
    const char *code;
    if (!yaml_map(node, keys))
        return;
    if (compile_digits(yaml_need(node, "fund_pay_type"), 6, 6, &code))
        p->lines.hospital.fund_pay_type = compile_copy(c, code);
    p->lines.hospital.clause = compile_clause(c, node, true);
}

static void read_pay_standard(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"above", "clause", NULL};
    static const char *const parts[] = {"preselfpay_amt", "overlmt_selfpay", "fulamt_ownpay_amt",
                                        NULL};
    struct pay_standard *standard = &c->policy->lines.pay_standard;
    int above;
    if (!yaml_map(node, keys))
        return;
    standard->given = true;
    if (yaml_name(yaml_need(node, "above"), parts, &above))
        standard->above = (enum fee_part)(PART_PRESELFPAY + above);
    standard->clause = compile_clause(c, node, true);
}

static void read_item_dedc(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"ratio_of", "clause", NULL};
    static const char *const ofs[] = {"rest", "whole", NULL};
    struct item_dedc *dedc = &c->policy->lines.item_dedc;
    int of;
    if (!yaml_map(node, keys))
        return;
    dedc->given = true;
    if (yaml_name(yaml_need(node, "ratio_of"), ofs, &of))
        dedc->of_whole = of == 1;
    dedc->clause = compile_clause(c, node, true);
}

void compile_lines(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"clauses",      "hosp_appr_flag", "refused_line", "hospital",
                                       "pay_standard", "item_dedc",      "ceilings",     NULL};
    static const char *const bearers[] = {"patient", "hospital", NULL};
    int bearer = 0;
    c->policy->lines.hospital.fund_pay_type = "";
    if (!yaml_mapping(node, keys))
        return;
    read_clauses(c, yaml_need(node, "clauses"));
    read_flags(c->policy, yaml_need(node, "hosp_appr_flag"));
    if (yaml_name(yaml_need(node, "refused_line"), bearers, &bearer))
        c->policy->lines.refused_by_hospital = bearer == 1;
    read_hospital(c, node);
    read_pay_standard(c, yaml_get(node, "pay_standard"));
    read_item_dedc(c, yaml_get(node, "item_dedc"));
    compile_ceilings(c, yaml_get(node, "ceilings"));
}
