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
    if (!hospital_bears(p))
        yaml_fault(node, "没有由医疗机构负担的明细", "the hospital bears no line");
    const char *code;
    if (!yaml_map(node, keys))
        return;
    if (compile_digits(yaml_need(node, "fund_pay_type"), 6, 6, &code))
        p->lines.hospital.fund_pay_type = compile_copy(c, code);
    p->lines.hospital.clause = compile_clause(c, node, true);
}

void compile_lines(struct compile *c, const struct yaml_node *node)
{
    static const char *const keys[] = {"clauses", "hosp_appr_flag", "refused_line", "hospital",
                                       NULL};
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
}
