/* Figures one by one; a refusal stands for all of them. */
#include "cases/mismatch.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "cases/case_audit.h"

#define SETTLEMENT "结算 a settlement"
#define NO_FINDING "无审核提示 no finding"

static void name(char out[MISMATCH_TEXT], const char *text)
{
    snprintf(out, MISMATCH_TEXT, "%s", text);
}

static bool refusal_differs(const struct case_claim *claim, const struct problems *problems,
                            struct mismatch *mismatch)
{
    enum reason wanted = claim->expectations[0].refused;
    for (uint32_t i = 0; i < problems->count; i++)
        if (problems->list[i].reason == wanted)
            return false;
    mismatch->expectation = &claim->expectations[0];
    name(mismatch->expected, wanted == REASON_NONE ? SETTLEMENT : reason_name(wanted));
    name(mismatch->got, problems->count ? reason_name(problems->list[0].reason) : SETTLEMENT);
    return true;
}

/* A total, or the sum of what such steps say. */
static int64_t figure(const struct result *result, const struct expectation *expectation)
{
    int64_t fen = 0;
    if (!expectation->step) {
        memcpy(&fen, (const char *)&result->totals + expectation->offset, sizeof fen);
        return fen;
    }
    for (uint32_t i = 0; i < result->step_count; i++)
        fen += result->steps[i].code == expectation->step ? result->steps[i].amount : 0;
    return fen;
}

/* Findings as far as the case says them: "rule line 2 0.12 asked". */
static void say_expected(const struct expected_finding *wanted, char out[MISMATCH_TEXT])
{
    char fen[MONEY_TEXT];
    snprintf(out, MISMATCH_TEXT, "%s%s%s%s%s%s%s%s%s%s%s", wanted->rule_id ? wanted->rule_id : "",
             wanted->feedetl_sn ? " line " : "", wanted->feedetl_sn ? wanted->feedetl_sn : "",
             wanted->vola_amt >= 0 ? " " : "",
             wanted->vola_amt >= 0 ? money_yuan(wanted->vola_amt, fen) : "",
             wanted->outcome >= 0 ? " " : "",
             wanted->outcome >= 0 ? finding_outcome_names[wanted->outcome] : "",
             wanted->setl_id ? " " : "", wanted->setl_id ? wanted->setl_id : "",
             wanted->reason_code ? " " : "", wanted->reason_code ? wanted->reason_code : "");
}

static const char *line_of(const struct case_claim *claim, const struct finding *finding)
{
    return finding->line == FINDING_WHOLE ? "" : claim->claim.lines[finding->line].feedetl_sn;
}

static bool is_as_expected(const struct case_claim *claim, const struct finding *got,
                           const struct expected_finding *wanted)
{
    return strcmp(got->rule_id, wanted->rule_id) == 0 &&
           (!wanted->feedetl_sn || strcmp(line_of(claim, got), wanted->feedetl_sn) == 0) &&
           (wanted->vola_amt < 0 || got->vola_amt == wanted->vola_amt) &&
           (wanted->outcome < 0 || got->outcome == wanted->outcome) &&
           (!wanted->setl_id || strcmp(got->vola_evid.setl_id, wanted->setl_id) == 0) &&
           (!wanted->reason_code || strcmp(got->reason_code, wanted->reason_code) == 0);
}

/* The `at`-th finding, expected or found. */
static bool finding_differs(const struct case_claim *claim, const struct audit_report *report,
                            uint32_t at, struct mismatch *mismatch)
{
    const struct finding *got =
        report && at < report->findings.count ? &report->findings.list[at] : NULL;
    const struct expected_finding *wanted = at < claim->finding_count ? &claim->findings[at] : NULL;
    if (got && wanted && is_as_expected(claim, got, wanted))
        return false;
    mismatch->expectation = &claim->findings_key;
    name(mismatch->expected, NO_FINDING);
    name(mismatch->got, NO_FINDING);
    if (wanted)
        say_expected(wanted, mismatch->expected);
    if (got)
        say_expected(&(struct expected_finding){got->rule_id, line_of(claim, got),
                                                got->vola_evid.setl_id, got->reason_code,
                                                got->outcome, got->vola_amt},
                     mismatch->got);
    return true;
}

static uint32_t finding_total(const struct case_claim *claim, const struct audit_report *report)
{
    const uint32_t found = report ? report->findings.count : 0;
    if (!claim->expects_findings)
        return 0;
    return found > claim->finding_count ? found : claim->finding_count;
}

/* What it makes of the bill; *at counts on from 0. */
static bool figure_next(const struct case_claim *claim, const struct result *result, uint32_t *at,
                        struct mismatch *mismatch)
{
    while (*at < claim->expectation_count) {
        const struct expectation *expectation = &claim->expectations[(*at)++];
        int64_t fen = figure(result, expectation);
        if (fen == expectation->fen)
            continue;
        mismatch->expectation = expectation;
        money_yuan(expectation->fen, mismatch->expected);
        money_yuan(fen, mismatch->got);
        return true;
    }
    return false;
}

bool mismatch_next(const struct case_claim *claim, const struct result *result,
                   const struct audit_report *report, uint32_t *at, struct mismatch *mismatch)
{
    const uint32_t findings = finding_total(claim, report);
    while (*at < findings)
        if (finding_differs(claim, report, (*at)++, mismatch))
            return true;
    uint32_t figures = *at - findings;
    bool found;
    if (result->problems.count > 0 || claim->expectations[0].refused != REASON_NONE)
        found = figures++ == 0 && refusal_differs(claim, &result->problems, mismatch);
    else
        found = figure_next(claim, result, &figures, mismatch);
    *at = findings + figures;
    return found;
}
