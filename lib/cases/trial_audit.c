/* The audit of a claim on trial: its facts are what the case states and what the claims before it
 * left. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "cases/trial.h"

/* "claim-1": under which a settlement of this case is evidence for the next. */
static const char *setl_id(struct trial *trial, uint32_t claim)
{
    char text[24];
    int size = snprintf(text, sizeof text, "claim-%u", claim + 1);
    return arena_copy(trial->scratch, text, (size_t)size);
}

/* A line less what the same bill takes back of it. */
static struct audit_dispensed dispensed_of(const struct case_claim *claim, uint32_t at)
{
    const struct claim_line *line = &claim->claim.lines[at];
    struct audit_dispensed out = {.fixmedins_code = claim->institution.fixmedins_code,
                                  .med_list_codg = line->med_list_codg,
                                  .date = date_of_time(line->fee_ocur_time),
                                  .cnt = line->cnt,
                                  .amount = line->det_item_fee_sumamt,
                                  .prd_days = line->prd_days};
    for (uint32_t i = 0; i < claim->claim.line_count; i++) {
        const struct claim_line *refund = &claim->claim.lines[i];
        if (claim_line_is_refund(refund) &&
            strcmp(refund->init_feedetl_sn, line->feedetl_sn) == 0) {
            out.cnt += refund->cnt;
            out.amount += refund->det_item_fee_sumamt;
        }
    }
    return out;
}

/* Keeps the order of date. */
static void insert(struct audit_dispensed *list, uint32_t *count, struct audit_dispensed one)
{
    uint32_t at = (*count)++;
    for (; at > 0 && list[at - 1].date > one.date; at--)
        list[at] = list[at - 1];
    list[at] = one;
}

/* Settled by an earlier claim of the case. */
static bool carry(struct trial *trial, uint32_t number, const struct policy *policy,
                  struct audit_visit *visits, struct audit_dispensed *dispensed,
                  struct audit_facts *facts)
{
    const struct case_claim *claim = &trial->policy_case->claims[number];
    const struct policy_med_type *type = policy_med_type(policy, claim->claim.med_type);
    const char *id = setl_id(trial, number);
    if (!id)
        return false;
    visits[facts->visit_count++] =
        (struct audit_visit){.setl_id = id,
                             .fixmedins_code = claim->institution.fixmedins_code,
                             .dise_codg = claim->claim.dise_codg,
                             .kind = type ? type->kind : 0,
                             .begin = date_of_time(claim->claim.begntime),
                             .end = date_of_time(claim->claim.endtime)};
    for (uint32_t i = 0; i < claim->claim.line_count; i++) {
        if (claim_line_is_refund(&claim->claim.lines[i]))
            continue;
        struct audit_dispensed one = dispensed_of(claim, i);
        one.setl_id = id;
        if (one.cnt > 0)
            insert(dispensed, &facts->dispensed_count, one);
    }
    return true;
}

static bool read_history(struct trial *trial, const struct policy *policy,
                         struct audit_facts *facts)
{
    const struct policy_case *policy_case = trial->policy_case;
    size_t visits = policy_case->visit_count, lines = policy_case->dispensed_count;
    for (uint32_t i = 0; i < policy_case->claim_count; i++) {
        visits += trial->fates[i] == FATE_SETTLED;
        lines += trial->fates[i] == FATE_SETTLED ? policy_case->claims[i].claim.line_count : 0;
    }
    struct audit_visit *all = arena_alloc(trial->scratch, (visits + 1) * sizeof *all);
    struct audit_dispensed *dispensed =
        arena_alloc(trial->scratch, (lines + 1) * sizeof *dispensed);
    if (!all || !dispensed)
        return false;
    facts->visits = all;
    facts->dispensed = dispensed;
    for (; facts->visit_count < policy_case->visit_count; facts->visit_count++)
        all[facts->visit_count] = policy_case->visits[facts->visit_count];
    for (; facts->dispensed_count < policy_case->dispensed_count; facts->dispensed_count++)
        dispensed[facts->dispensed_count] = policy_case->dispensed[facts->dispensed_count];
    for (uint32_t i = 0; i < policy_case->claim_count; i++)
        if (trial->fates[i] == FATE_SETTLED && !carry(trial, i, policy, all, dispensed, facts))
            return false;
    return true;
}

static uint16_t insutype_of(const struct policy_case *policy_case, const struct policy *policy,
                            const struct case_claim *claim)
{
    uint16_t wanted = 0;
    for (const char *p = claim->claim.insutype; *p >= '0' && *p <= '9'; p++)
        wanted = (uint16_t)(wanted * 10 + (*p - '0'));
    const struct insurance *cover =
        adjudicate_cover(policy, &policy_case->person, wanted, date_of_time(claim->claim.begntime));
    return cover ? cover->insutype : 0;
}

/* What audit refuses, with the findings' words. */
static void refuse(const struct audit_rules *rules, const struct audit_facts *facts,
                   const struct audit_report *report, struct problems *problems)
{
    for (uint32_t i = 0; i < report->findings.count; i++) {
        const struct finding *finding = &report->findings.list[i];
        const bool waits =
            finding->outcome == FINDING_ASKED || finding->outcome == FINDING_UNCONSENTED;
        char text[VOLA_CONT];
        if (!waits && finding->outcome != FINDING_CLAIM_REFUSED)
            continue;
        problem_add(problems, waits ? REASON_AUDIT_UNANSWERED : REASON_AUDIT_REFUSED, "rule_id",
                    finding->line == FINDING_WHOLE ? NULL
                                                   : facts->claim->lines[finding->line].feedetl_sn,
                    audit_vola_cont(rules, facts, finding, false, text));
    }
}

/* The claim with its refused lines marked. */
static enum err mark(struct trial *trial, const uint8_t *refused, struct claim *claim)
{
    struct claim_line *lines = arena_alloc_raw(trial->scratch, claim->line_count * sizeof *lines);
    if (!lines)
        return ERR_NOMEM;
    memcpy(lines, claim->lines, claim->line_count * sizeof *lines);
    for (uint32_t i = 0; i < claim->line_count; i++)
        lines[i].refused = refused[i];
    claim->lines = lines;
    return ERR_OK;
}

enum err trial_audit(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy, struct claim *audited)
{
    const struct policy_case *policy_case = trial->policy_case;
    const struct audit_rules *rules = pack_audit(policy_case->pack);
    const struct policy_med_type *type = policy_med_type(policy, claim->claim.med_type);
    *audited = claim->claim;
    if (!rules || trial->unaudited || !type)
        return ERR_OK;
    const struct newborn *newborn = &claim->claim.newborn;
    struct audit_facts facts = {
        .policy = policy,
        .catalogue = pack_catalogue(policy_case->pack),
        .institution = &claim->institution,
        .claim = &claim->claim,
        .stated = claim->stated,
        .kind = type->kind,
        .insutype = insutype_of(policy_case, policy, claim),
        .gend = newborn->present ? newborn->gend : policy_case->person.gend,
        .brdy = newborn->present ? newborn->brdy : policy_case->person.brdy,
        .diagnosis_count = claim->diagnosis_count,
        .diagnoses = claim->diagnoses,
        .member = policy_case->standing,
        .place = claim->place,
        .answer_count = claim->answer_count,
        .answers = claim->answers,
    };
    struct audit_report *report = arena_alloc(trial->scratch, sizeof *report);
    uint8_t *refused = arena_alloc(trial->scratch, claim->claim.line_count);
    if (!report || !refused || !read_history(trial, policy, &facts))
        return ERR_NOMEM;
    for (uint32_t i = 0; i < claim->claim.line_count; i++)
        refused[i] = claim->claim.lines[i].refused;
    enum err err = audit(rules, &facts, trial->scratch, refused, report);
    if (err != ERR_OK)
        return err;
    trial->report = report;
    if (report->waits || report->refuses)
        refuse(rules, &facts, report, &trial->result->problems);
    return mark(trial, refused, audited);
}
