/* audit.yaml: the smart-audit rules of a pack, which it may leave out (conf/audit.5). Whoever
 * compiles the pack. */
#include <string.h>

#include "model/claim.h"
#include "policy/compile_audit.h"

#define AUDIT_REASONS_MAX 40

static void read_effective(const struct yaml_node *node, struct audit_rule *rule)
{
    static const char *const keys[] = {"from", "to", NULL};
    rule->begndate = 0;
    rule->enddate = DATE_MAX;
    if (!node || !yaml_mapping(node, keys))
        return;
    yaml_date(yaml_get(node, "from"), &rule->begndate);
    yaml_date(yaml_get(node, "to"), &rule->enddate);
    if (yaml_count(node) == 0)
        yaml_fault(node, "应写 from 或 to", "expected from or to");
    if (rule->begndate > rule->enddate)
        yaml_fault(node, "截止日早于起始日", "it ends before it begins");
}

/* A hospital's part needs its row among the payers, in every version. */
static void need_hospital(const struct audit_draft *draft, const struct yaml_node *node)
{
    for (uint8_t i = 0; i < draft->versions->count; i++) {
        const struct version *version = &draft->versions->list[i];
        if (!version->policy->lines.hospital.clause)
            yaml_fault(node, "%s 未写明 lines.hospital", "%s has no lines.hospital", version->file);
    }
}

static void read_level(const struct audit_draft *draft, const struct yaml_node *node,
                       struct audit_rule *rule)
{
    static const char *const levels[] = {[AUDIT_INFORM] = "inform",
                                         [AUDIT_ASK] = "ask",
                                         [AUDIT_HOLD] = "hold",
                                         [AUDIT_REFUSE_LINE] = "refuse_line",
                                         [AUDIT_REFUSE_CLAIM] = "refuse_claim",
                                         NULL};
    static const char *const bearers[] = {"patient", "hospital", NULL};
    const struct yaml_node *by = yaml_get(node, "borne_by"), *level = yaml_need(node, "level");
    int which;
    if (!yaml_name(level, levels, &which))
        return;
    rule->sev_deg = (uint8_t)which;
    if (which != AUDIT_REFUSE_LINE) {
        if (by)
            yaml_fault(by, "只有 refuse_line 才有负担者", "only refuse_line has a bearer");
        return;
    }
    if (rule->slot == AUDIT_NO_SLOT)
        yaml_fault(level, "这种规则不针对明细", "such a rule is of no line");
    if (!yaml_name(yaml_need(node, "borne_by"), bearers, &which))
        return;
    rule->bearer = which ? LINE_REFUSED_HOSPITAL : LINE_REFUSED_PATIENT;
    if (which)
        need_hospital(draft, by);
}

static bool is_named(const struct audit_draft *draft, const char *id)
{
    for (uint16_t i = 0; i < draft->out->rule_count; i++)
        if (strcmp(draft->rules[i].rule_id, id) == 0)
            return true;
    return false;
}

static void read_rule(struct audit_draft *draft, const struct yaml_node *node)
{
    static const char *const keys[] = {
        "rule", "zh",    "clause",  "level", "borne_by", "effective",   "when",     "items",
        "only", "price", "exclude", "limit", "overlap",  "readmission", "standing", NULL};
    struct audit_rules *out = draft->out;
    struct audit_rule *rule = &draft->rules[out->rule_count];
    *rule = (struct audit_rule){.rule_id = "", .rule_name = ""};
    if (!yaml_mapping(node, keys))
        return;
    const struct yaml_node *id = yaml_need(node, "rule");
    if (compile_id(&draft->c, id, &rule->rule_id) && is_named(draft, rule->rule_id))
        yaml_fault(id, "“%s”重复", "\"%s\" occurs twice", rule->rule_id);
    compile_title(&draft->c, yaml_need(node, "zh"), &rule->rule_name);
    rule->clause = compile_clause(&draft->c, node, true);
    read_effective(yaml_get(node, "effective"), rule);
    if (yaml_get(node, "when"))
        audit_read_where(draft, yaml_get(node, "when"), false, &rule->when);
    audit_read_kind(draft, node, rule);
    read_level(draft, node, rule);
    out->rule_count++;
}

/* Codes and what they mean; the keys of a mapping. */
static void read_reasons(struct audit_draft *draft, const struct yaml_node *node)
{
    struct audit_rules *out = draft->out;
    if (!node || !yaml_map(node, NULL))
        return;
    if (yaml_count(node) == 0 || yaml_count(node) > AUDIT_REASONS_MAX) {
        yaml_fault(node, "理由应有 1 至 %d 个", "expected 1 to %d reasons", AUDIT_REASONS_MAX);
        return;
    }
    struct audit_reason *reasons = compile_alloc(&draft->c, yaml_count(node) * sizeof *reasons);
    for (size_t i = 0; reasons && i < yaml_count(node); i++) {
        const char *code = yaml_key(node, i);
        if (strlen(code) > REASON_CODE_MAX ||
            code[strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")])
            yaml_fault(yaml_item(node, i), "理由编号至多 %d 个字母或数字",
                       "a reason's code has at most %d letters or digits", REASON_CODE_MAX);
        reasons[i].code = compile_copy(&draft->c, code);
        reasons[i].zh = "";
        compile_title(&draft->c, yaml_item(node, i), &reasons[i].zh);
    }
    out->reasons = reasons;
    out->reason_count = reasons ? (uint16_t)yaml_count(node) : 0;
}

static void index_kinds(struct audit_draft *draft)
{
    for (uint16_t i = 0; i < draft->out->rule_count; i++) {
        const struct audit_rule *rule = &draft->rules[i];
        const struct audit_where *when = &rule->when;
        const uint64_t bit = UINT64_C(1) << i % 64;
        for (uint8_t kind = 0; kind < draft->c.policy->kind_count; kind++)
            if (!(when->asked >> AUDIT_MATCH_KINDS & 1) || when->kinds >> kind & 1)
                draft->out->by_kind[kind][i / 64] |= bit;
        if (!(when->asked & ~(UINT32_C(1) << AUDIT_MATCH_KINDS)) && rule->begndate == 0 &&
            rule->enddate == DATE_MAX)
            draft->out->always[i / 64] |= bit;
    }
}

static void check_reasons(const struct audit_draft *draft, const struct yaml_node *root)
{
    const struct yaml_node *reasons = yaml_get(root, "reasons");
    bool asks = false;
    for (uint16_t i = 0; i < draft->out->rule_count; i++)
        asks |= draft->rules[i].sev_deg == AUDIT_ASK;
    if (asks)
        (void)yaml_need(root, "reasons");
    else if (reasons)
        yaml_fault(reasons, "没有 ask 级的规则用到理由", "no rule of level ask needs reasons");
}

static void read_all(struct audit_draft *draft, const struct yaml_node *root)
{
    static const char *const keys[] = {"language", "clauses", "reasons", "rules", NULL};
    struct audit_rules *out = draft->out;
    if (!yaml_mapping(root, keys))
        return;
    compile_language(&draft->c, root);
    compile_clauses(&draft->c, yaml_need(root, "clauses"));
    if (draft->c.out_of_memory)
        return;
    out->clauses = draft->c.policy->clauses;
    out->clause_count = draft->c.policy->clause_count;
    read_reasons(draft, yaml_get(root, "reasons"));
    const struct yaml_node *rules = yaml_need(root, "rules");
    if (!yaml_seq(rules, 1, AUDIT_RULES_MAX))
        return;
    for (size_t i = 0; i < yaml_count(rules); i++)
        read_rule(draft, yaml_item(rules, i));
    check_reasons(draft, root);
    index_kinds(draft);
}

enum err audit_compile(struct slice text, const struct versions *versions, struct arena *arena,
                       struct faults *faults, struct audit_rules **out)
{
    struct audit_draft draft = {.c = {.arena = arena}, .versions = versions};
    struct yaml *yaml;
    *out = NULL;
    enum err err = yaml_parse(AUDIT_FILE, text, faults, &yaml);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? ERR_NOMEM : ERR_OK;
    draft.c.policy = compile_alloc(&draft.c, sizeof *draft.c.policy);
    draft.out = compile_alloc(&draft.c, sizeof *draft.out);
    draft.rules = compile_alloc(&draft.c, AUDIT_RULES_MAX * sizeof *draft.rules);
    draft.slots = compile_alloc(&draft.c, AUDIT_SLOTS_MAX * sizeof *draft.slots);
    if (!draft.c.out_of_memory) {
        *draft.c.policy = *versions->list[0].policy;
        draft.out->rules = draft.rules;
        draft.out->slots = draft.slots;
        read_all(&draft, yaml_root(yaml));
    }
    yaml_free(yaml);
    *out = draft.out;
    return draft.c.out_of_memory ? ERR_NOMEM : ERR_OK;
}
