/* Jumps of the patient's share. */
#include "review/sweep.h"

#include <string.h>

#include "base/money.h"

static int layer_index(const struct policy *policy, const char *id)
{
    for (uint8_t i = 0; i < policy->layer_count; i++)
        if (strcmp(policy->layers[i].id, id) == 0)
            return i;
    return -1;
}

void sweep_read(const struct policy *policy, const struct result *result, struct sweep_point *point)
{
    const struct totals *t = &result->totals;
    point->refused = result->problems.count > 0;
    point->total = t->medfee_sumamt;
    point->fund = t->fund_pay_sumamt;
    point->patient = t->psn_part_amt;
    point->hospital = t->hosp_part_amt;
    for (uint32_t i = 0; !point->refused && i < result->row_count; i++) {
        int layer = layer_index(policy, result->rows[i].layer);
        if (layer >= 0)
            point->paid[layer] += result->rows[i].amount;
    }
    for (uint32_t i = 0; !point->refused && i < result->step_count; i++) {
        int layer =
            result->steps[i].code == STEP_BASE ? layer_index(policy, result->steps[i].layer) : -1;
        if (layer >= 0)
            point->base[layer] = result->steps[i].amount;
    }
}

static bool jumps_between(const struct sweep_point *a, const struct sweep_point *b,
                          enum jump_kind *kind)
{
    int64_t grown = b->patient - a->patient;
    if (a->refused || b->refused)
        return false;
    *kind = grown < 0 ? JUMP_REVERSAL : JUMP_CLIFF;
    return grown < -SWEEP_TOLERANCE || grown > b->total - a->total + SWEEP_TOLERANCE;
}

static uint8_t cause_of(const struct jump *jump)
{
    uint8_t layer = POLICY_LAYERS_MAX;
    int64_t most = 1;
    for (uint8_t i = 0; i < POLICY_LAYERS_MAX; i++) {
        int64_t change = jump->after.paid[i] - jump->before.paid[i];
        /* A reversal is somebody paying more, a cliff somebody paying less. */
        change = jump->kind == JUMP_REVERSAL ? change : -change;
        if (change > most) {
            most = change;
            layer = i;
        }
    }
    return layer;
}

static void add_jump(struct jumps *jumps, enum jump_kind kind, const struct sweep_point *before,
                     const struct sweep_point *after)
{
    if (jumps->count == JUMPS_MAX) {
        jumps->more++;
        return;
    }
    struct jump *jump = &jumps->list[jumps->count++];
    *jump = (struct jump){.kind = kind, .before = *before, .after = *after};
    jump->layer = cause_of(jump);
}

void sweep_between(sweep_settle *settle, void *context, const struct sweep_point *before,
                   const struct sweep_point *after, struct jumps *jumps)
{
    struct sweep_point low = *before, high = *after, middle;
    enum jump_kind kind, first;
    if (!jumps_between(&low, &high, &kind))
        return;
    while (high.at - low.at > 1) {
        if (!settle(context, low.at + (high.at - low.at) / 2, &middle))
            return;
        /* The half that jumps; where both do, the first. */
        if (jumps_between(&low, &middle, &first) && first == kind)
            high = middle;
        else
            low = middle;
    }
    add_jump(jumps, kind, &low, &high);
    if (high.at < after->at)
        sweep_between(settle, context, &high, after, jumps);
}

void sweep_print(FILE *out, enum lang lang, const struct policy *policy, const struct jump *jump)
{
    const char *kind = jump->kind == JUMP_REVERSAL ? in_words(lang, "倒挂", "reversal")
                                                   : in_words(lang, "断崖", "cliff");
    say(out, lang, "%s：医疗费 %s 元时个人负担 %s 元，%s 元时 %s 元",
        "%s: of a bill of %s yuan the patient pays %s, of %s yuan %s", kind,
        YUAN(jump->before.total), YUAN(jump->before.patient), YUAN(jump->after.total),
        YUAN(jump->after.patient));
    if (jump->layer < POLICY_LAYERS_MAX) {
        const struct layer *layer = &policy->layers[jump->layer];
        say(out, lang, "（%s 支付 %s → %s）", " (%s pays %s → %s)",
            in_words(lang, layer->name_zh, layer->id), YUAN(jump->before.paid[jump->layer]),
            YUAN(jump->after.paid[jump->layer]));
    }
}
