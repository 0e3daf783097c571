/* The order of an audit: which rules are for this claim, its lines by rule, then rule by rule what
 * each finds and what follows. Settler's thread (and every offline tool); all state is the
 * caller's. */
#include "audit/audit.h"

#include <string.h>

#include "audit/work.h"
#include "base/date.h"

struct vola_evid no_evidence(void)
{
    return (struct vola_evid){
        .setl_id = "", .fixmedins_code = "", .date = DATE_NONE, .line = FINDING_WHOLE};
}

/* What was said to a finding of that rule and line: to the line before to all. */
static const struct audit_answer *answer_to(const struct work *w, const struct audit_rule *rule,
                                            const char *feedetl_sn)
{
    const struct audit_answer *general = NULL;
    for (uint32_t i = 0; i < w->facts->answer_count; i++) {
        const struct audit_answer *answer = &w->facts->answers[i];
        if (strcmp(answer->rule_id, rule->rule_id) != 0)
            continue;
        if (answer->feedetl_sn[0] && strcmp(answer->feedetl_sn, feedetl_sn) == 0)
            return answer;
        if (!answer->feedetl_sn[0])
            general = answer;
    }
    return general;
}

static enum finding_outcome outcome_of(const struct work *w, const struct audit_rule *rule,
                                       const struct audit_answer *answer)
{
    switch ((enum audit_level)rule->sev_deg) {
    case AUDIT_INFORM:
        return FINDING_TOLD;
    case AUDIT_ASK:
        return answer && audit_reason_find(w->rules, answer->reason_code) ? FINDING_OVERRIDDEN
                                                                          : FINDING_ASKED;
    case AUDIT_HOLD:
        return FINDING_HELD;
    case AUDIT_REFUSE_LINE:
        return rule->bearer == LINE_REFUSED_HOSPITAL || (answer && answer->consent)
                   ? FINDING_LINE_REFUSED
                   : FINDING_UNCONSENTED;
    case AUDIT_REFUSE_CLAIM:
        return FINDING_CLAIM_REFUSED;
    }
    CHECK(!"a level");
}

static void follow(struct work *w, const struct audit_rule *rule, enum finding_outcome outcome,
                   uint32_t line)
{
    struct audit_report *report = w->report;
    report->waits |= outcome == FINDING_ASKED || outcome == FINDING_UNCONSENTED;
    report->refuses |= outcome == FINDING_CLAIM_REFUSED;
    report->holds |= outcome == FINDING_HELD;
    if (outcome == FINDING_LINE_REFUSED && w->refused[line] != LINE_REFUSED_HOSPITAL)
        w->refused[line] = rule->bearer;
}

void finding_add(struct work *w, uint16_t number, uint32_t at, int64_t vola_amt,
                 struct vola_evid evidence)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const uint32_t line = at == FINDING_WHOLE ? FINDING_WHOLE : w->lines[at].line;
    const char *sn = line == FINDING_WHOLE ? "" : w->facts->claim->lines[line].feedetl_sn;
    const struct audit_answer *answer = answer_to(w, rule, sn);
    enum finding_outcome outcome = outcome_of(w, rule, answer);
    struct findings *findings = &w->report->findings;
    CHECK(outcome != FINDING_LINE_REFUSED || line != FINDING_WHOLE);
    follow(w, rule, outcome, line);
    if (findings->count == FINDINGS_MAX) {
        findings->more++;
        return;
    }
    findings->list[findings->count] = (struct finding){
        .jr_id = findings->count + 1,
        .rule = number,
        .rule_id = rule->rule_id,
        .rule_name = rule->rule_name,
        .sev_deg = rule->sev_deg,
        .outcome = (uint8_t)outcome,
        .bearer = rule->bearer,
        .line = line,
        .vola_amt = vola_amt,
        .reason_code = outcome == FINDING_OVERRIDDEN ? answer->reason_code : "",
        .vola_evid = evidence,
    };
    findings->count++;
}

/* Rules that are for this claim; false: none is. */
static bool rules_begin(struct work *w)
{
    const int32_t day = date_of_time(w->facts->claim->endtime);
    bool any = false;
    for (uint16_t word = 0; word * 64 < w->rules->rule_count; word++) {
        const uint64_t admitted = w->rules->by_kind[w->facts->kind][word];
        uint64_t left = admitted & ~w->rules->always[word];
        w->active[word] = admitted & w->rules->always[word];
        for (; left != 0; left &= left - 1) {
            const int bit = __builtin_ctzll(left);
            const struct audit_rule *rule = &w->rules->rules[word * 64 + bit];
            if (day >= rule->begndate && day <= rule->enddate &&
                where_failed(w, &rule->when, NULL) == AUDIT_MATCH_NONE)
                w->active[word] |= UINT64_C(1) << bit;
        }
        any |= w->active[word] != 0;
    }
    return any;
}

static void apply(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    if (rule->slot != AUDIT_NO_SLOT && (!w->hits || w->hits[rule->slot].count == 0))
        return;
    switch ((enum audit_kind)rule->kind) {
    case AUDIT_ONLY:
        only_walk(w, number);
        return;
    case AUDIT_PRICE:
        price_walk(w, number);
        return;
    case AUDIT_LIMIT:
        limit_walk(w, number);
        return;
    case AUDIT_EXCLUDE:
        exclude_walk(w, number);
        return;
    case AUDIT_OVERLAP:
        overlap_look(w, number);
        return;
    case AUDIT_READMISSION:
        readmission_look(w, number);
        return;
    case AUDIT_STANDING:
        standing_look(w, number);
        return;
    }
    CHECK(!"a kind of rule");
}

enum err audit(const struct audit_rules *rules, const struct audit_facts *facts,
               struct arena *arena, uint8_t *refused, struct audit_report *report)
{
    struct work w = {
        .rules = rules, .facts = facts, .arena = arena, .refused = refused, .report = report};
    /* The list behind the count stays as it is, as a result's do. */
    report->findings.count = report->findings.more = 0;
    report->waits = report->refuses = report->holds = false;
    if (!rules || !rules_begin(&w))
        return ERR_OK;
    lines_begin(&w);
    for (uint16_t word = 0; word * 64 < rules->rule_count && !w.out_of_memory; word++)
        for (uint64_t left = w.active[word]; left != 0 && !w.out_of_memory; left &= left - 1)
            apply(&w, (uint16_t)(word * 64 + __builtin_ctzll(left)));
    return w.out_of_memory ? ERR_NOMEM : ERR_OK;
}
