/* What audit found in a bill, as text and JSON. */
#include "base/date.h"
#include "base/money.h"
#include "explain.h"

static const char *outcome_words(enum lang lang, enum finding_outcome outcome)
{
    static const char *const zh[] = {[FINDING_TOLD] = "提示",
                                     [FINDING_ASKED] = "待填理由",
                                     [FINDING_OVERRIDDEN] = "已说明理由",
                                     [FINDING_UNCONSENTED] = "待患者同意自付",
                                     [FINDING_LINE_REFUSED] = "明细不予支付",
                                     [FINDING_CLAIM_REFUSED] = "单据不予结算",
                                     [FINDING_HELD] = "暂缓拨付"};
    return in_words(lang, zh[outcome], finding_outcome_names[outcome]);
}

static char *vola_cont(enum lang lang, const struct case_claim *claim, const struct pack *pack,
                       const struct finding *finding, char out[VOLA_CONT])
{
    const struct audit_facts facts = {.claim = &claim->claim};
    return audit_vola_cont(pack_audit(pack), &facts, finding, lang == LANG_EN, out);
}

static const struct policy_clause *clause_of(const struct pack *pack, const struct finding *finding)
{
    const struct audit_rules *rules = pack_audit(pack);
    return audit_clause(rules, rules->rules[finding->rule].clause);
}

static const char *bearer_words(enum lang lang, const struct finding *finding)
{
    if (finding->bearer == LINE_REFUSED_HOSPITAL)
        return in_words(lang, "，医院负担", ", the hospital's");
    return finding->bearer == LINE_REFUSED_PATIENT ? in_words(lang, "，个人负担", ", the patient's")
                                                   : "";
}

void explain_findings(enum lang lang, const struct case_claim *claim, const struct pack *pack,
                      const struct audit_report *report)
{
    if (!report || report->findings.count == 0)
        return;
    puts(in_words(lang, "  智能审核", "  smart audit"));
    for (uint32_t i = 0; i < report->findings.count; i++) {
        const struct finding *finding = &report->findings.list[i];
        const struct policy_clause *clause = clause_of(pack, finding);
        char text[VOLA_CONT];
        printf("    %u %s", finding->jr_id, vola_cont(lang, claim, pack, finding, text));
        say(stdout, lang, "，涉及 %s：%s%s%s%s", "; %s yuan: %s%s%s%s", YUAN(finding->vola_amt),
            outcome_words(lang, (enum finding_outcome)finding->outcome),
            bearer_words(lang, finding), finding->reason_code[0] ? " " : "", finding->reason_code);
        say(stdout, lang, " 〔%s %s〕\n", " [%s %s]\n", clause->id,
            provenance_name(lang, clause->provenance));
    }
    if (report->findings.more)
        say(stdout, lang, "    另有 %u 条\n", "    and %u more\n", report->findings.more);
}

json_t *explain_findings_json(enum lang lang, const struct case_claim *claim,
                              const struct pack *pack, const struct audit_report *report)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < report->findings.count; i++) {
        const struct finding *finding = &report->findings.list[i];
        const struct policy_clause *clause = clause_of(pack, finding);
        char text[VOLA_CONT], day[DATE_TEXT] = "";
        if (finding->vola_evid.date != DATE_NONE)
            date_format(finding->vola_evid.date, day);
        json_array_append_new(
            list,
            json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:{s:s, s:s, "
                      "s:s}}",
                      "jr_id", (int)finding->jr_id, "rule_id", finding->rule_id, "rule_name",
                      finding->rule_name, "feedetl_sn",
                      finding->line == FINDING_WHOLE ? ""
                                                     : claim->claim.lines[finding->line].feedetl_sn,
                      "vola_amt", YUAN(finding->vola_amt), "outcome",
                      finding_outcome_names[finding->outcome], "reason_code", finding->reason_code,
                      "vola_cont", vola_cont(lang, claim, pack, finding, text), "vola_evid",
                      "setl_id", finding->vola_evid.setl_id, "fixmedins_code",
                      finding->vola_evid.fixmedins_code, "date", day, "clause", "id", clause->id,
                      "text", clause->text, "provenance", provenance_key(clause->provenance)));
    }
    return list;
}
