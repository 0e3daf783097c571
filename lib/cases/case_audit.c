/* Reads what audit asks of a case: who is frozen or suspended, earlier care, diagnoses, what the
 * hospital answers; and the findings that are expected. */
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "cases/case_audit.h"

#define EARLIER_MAX 200 /* visits, and lines that were dispensed */
#define DIAGNOSES_MAX 20
#define ANSWERS_MAX 50

static const char *text_of(const struct yaml_node *map, const char *key, size_t max,
                           const char *absent)
{
    const char *text = absent;
    if (yaml_get(map, key))
        (void)yaml_text(yaml_get(map, key), max, &text);
    return text;
}

static bool read_decimal(const struct yaml_node *node, int scale, int64_t *out)
{
    const char *text;
    if (!node || !yaml_text(node, MONEY_TEXT - 1, &text))
        return false;
    if (money_parse(text, scale, FEN_MAX, out) == ERR_OK && *out >= 0)
        return true;
    yaml_fault(node, "“%s”不是至多 %d 位小数的非负数",
               "\"%s\" is not a decimal of at most %d places from 0", text, scale);
    return false;
}

void case_read_standing(const struct yaml_node *node, struct audit_state *out)
{
    static const char *const keys[] = {"frozen", "suspended", NULL};
    *out = (struct audit_state){DATE_NONE, DATE_NONE};
    if (!node || !yaml_mapping(node, keys))
        return;
    yaml_date(yaml_get(node, "frozen"), &out->frozen);
    yaml_date(yaml_get(node, "suspended"), &out->suspended);
}

static void read_visit(const struct yaml_node *node, const struct policy *policy,
                       struct audit_visit *out)
{
    static const char *const keys[] = {"setl_id",        "kind",      "from", "to",
                                       "fixmedins_code", "dise_codg", NULL};
    const char *kind;
    *out =
        (struct audit_visit){.setl_id = "", .fixmedins_code = "", .dise_codg = "", .end = DATE_MAX};
    if (!yaml_mapping(node, keys))
        return;
    out->setl_id = text_of(node, "setl_id", TEXT_ID_MAX, "");
    out->fixmedins_code = text_of(node, "fixmedins_code", ID_FIXMEDINS, "");
    out->dise_codg = text_of(node, "dise_codg", TEXT_CODE_MAX, "");
    yaml_date(yaml_need(node, "from"), &out->begin);
    yaml_date(yaml_get(node, "to"), &out->end);
    if (!yaml_text(yaml_need(node, "kind"), TEXT_NAME_MAX, &kind) || !policy)
        return;
    int index = policy_kind(policy, kind);
    if (index < 0)
        yaml_fault(yaml_get(node, "kind"), "政策中没有医疗类型“%s”",
                   "the policy has no kind of care \"%s\"", kind);
    else
        out->kind = (uint8_t)index;
}

static void read_dispensed(const struct yaml_node *node, int32_t after, struct audit_dispensed *out)
{
    static const char *const keys[] = {"setl_id", "fixmedins_code", "item",     "on",
                                       "cnt",     "amount",         "prd_days", NULL};
    int64_t days = 0;
    *out = (struct audit_dispensed){.setl_id = "", .fixmedins_code = "", .med_list_codg = ""};
    if (!yaml_mapping(node, keys))
        return;
    out->setl_id = text_of(node, "setl_id", TEXT_ID_MAX, "");
    out->fixmedins_code = text_of(node, "fixmedins_code", ID_FIXMEDINS, "");
    (void)yaml_text(yaml_need(node, "item"), TEXT_CODE_MAX, &out->med_list_codg);
    yaml_date(yaml_need(node, "on"), &out->date);
    if (out->date < after)
        yaml_fault(node, "应按日期先后排列", "expected in order of date");
    (void)read_decimal(yaml_get(node, "cnt"), 4, &out->cnt);
    (void)read_decimal(yaml_get(node, "amount"), 2, &out->amount);
    if (read_decimal(yaml_get(node, "prd_days"), 2, &days))
        out->prd_days = days > UINT16_MAX ? UINT16_MAX : (uint16_t)days;
}

bool case_read_earlier(const struct yaml_node *node, const struct policy *policy,
                       struct arena *arena, struct policy_case *out)
{
    static const char *const keys[] = {"visits", "dispensed", NULL};
    if (!node || !yaml_mapping(node, keys))
        return true;
    const struct yaml_node *visits = yaml_get(node, "visits");
    const struct yaml_node *dispensed = yaml_get(node, "dispensed");
    if (visits && yaml_seq(visits, 1, EARLIER_MAX)) {
        out->visits = arena_alloc(arena, yaml_count(visits) * sizeof *out->visits);
        if (!out->visits)
            return false;
        for (; out->visit_count < yaml_count(visits); out->visit_count++)
            read_visit(yaml_item(visits, out->visit_count), policy, &out->visits[out->visit_count]);
    }
    if (dispensed && yaml_seq(dispensed, 1, EARLIER_MAX)) {
        int32_t after = INT32_MIN;
        out->dispensed = arena_alloc(arena, yaml_count(dispensed) * sizeof *out->dispensed);
        if (!out->dispensed)
            return false;
        for (; out->dispensed_count < yaml_count(dispensed); out->dispensed_count++) {
            struct audit_dispensed *one = &out->dispensed[out->dispensed_count];
            read_dispensed(yaml_item(dispensed, out->dispensed_count), after, one);
            after = one->date;
        }
    }
    return true;
}

bool case_read_diagnoses(const struct yaml_node *list, struct arena *arena, struct case_claim *out)
{
    if (!list || !yaml_seq(list, 1, DIAGNOSES_MAX))
        return true;
    out->diagnoses = arena_alloc(arena, yaml_count(list) * sizeof *out->diagnoses);
    if (!out->diagnoses)
        return false;
    for (size_t i = 0; i < yaml_count(list); i++)
        if (yaml_text(yaml_item(list, i), TEXT_CODE_MAX, &out->diagnoses[out->diagnosis_count]))
            out->diagnosis_count++;
    return true;
}

/* The id of a rule that the pack has. */
static const char *read_rule(const struct yaml_node *map, const struct pack *pack)
{
    const struct yaml_node *node = yaml_need(map, "rule");
    const struct audit_rules *rules = pack_audit(pack);
    const char *id = "";
    if (!yaml_text(node, TEXT_NAME_MAX, &id))
        return "";
    for (uint16_t i = 0; rules && i < rules->rule_count; i++)
        if (strcmp(rules->rules[i].rule_id, id) == 0)
            return id;
    yaml_fault(node, AUDIT_FILE "中没有规则“%s”", AUDIT_FILE " has no rule \"%s\"", id);
    return id;
}

bool case_read_answers(const struct yaml_node *list, const struct pack *pack, struct arena *arena,
                       struct case_claim *out)
{
    static const char *const keys[] = {"rule", "line", "reason_code", "consent", NULL};
    if (!list || !yaml_seq(list, 1, ANSWERS_MAX))
        return true;
    out->answers = arena_alloc(arena, yaml_count(list) * sizeof *out->answers);
    if (!out->answers)
        return false;
    for (size_t i = 0; i < yaml_count(list); i++) {
        const struct yaml_node *node = yaml_item(list, i);
        struct audit_answer *answer = &out->answers[out->answer_count++];
        *answer = (struct audit_answer){.rule_id = "", .feedetl_sn = "", .reason_code = ""};
        if (!yaml_mapping(node, keys))
            continue;
        answer->rule_id = read_rule(node, pack);
        answer->feedetl_sn = text_of(node, "line", TEXT_ID_MAX, "");
        answer->reason_code = text_of(node, "reason_code", REASON_CODE_MAX, "");
        yaml_bool(yaml_get(node, "consent"), &answer->consent);
    }
    return true;
}

bool case_read_findings(const struct yaml_node *list, const struct pack *pack, struct arena *arena,
                        struct case_claim *out)
{
    static const char *const keys[] = {"rule",    "line",        "vola_amt", "outcome",
                                       "setl_id", "reason_code", NULL};
    if (!yaml_seq(list, 0, FINDINGS_MAX))
        return true;
    out->expects_findings = true;
    out->findings = arena_alloc(arena, (yaml_count(list) + 1) * sizeof *out->findings);
    if (!out->findings)
        return false;
    for (size_t i = 0; i < yaml_count(list); i++) {
        const struct yaml_node *node = yaml_item(list, i);
        struct expected_finding *finding = &out->findings[out->finding_count++];
        *finding = (struct expected_finding){.rule_id = "", .outcome = -1, .vola_amt = -1};
        if (!yaml_mapping(node, keys))
            continue;
        finding->rule_id = read_rule(node, pack);
        finding->feedetl_sn = text_of(node, "line", TEXT_ID_MAX, NULL);
        finding->setl_id = text_of(node, "setl_id", TEXT_ID_MAX, NULL);
        finding->reason_code = text_of(node, "reason_code", REASON_CODE_MAX, NULL);
        if (yaml_get(node, "outcome"))
            (void)yaml_name(yaml_get(node, "outcome"), finding_outcome_names, &finding->outcome);
        (void)read_decimal(yaml_get(node, "vola_amt"), 2, &finding->vola_amt);
    }
    return true;
}
