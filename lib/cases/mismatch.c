/* Figures one by one; a refusal stands for all of them. */
#include "cases/mismatch.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"

#define SETTLEMENT "结算 a settlement"

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

bool mismatch_next(const struct case_claim *claim, const struct result *result, uint32_t *at,
                   struct mismatch *mismatch)
{
    if (result->problems.count > 0 || claim->expectations[0].refused != REASON_NONE)
        return (*at)++ == 0 && refusal_differs(claim, &result->problems, mismatch);
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
