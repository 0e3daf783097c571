/* A total says nothing of drugs and beds: a layer that pays for some lines only would pay nothing,
 * and nobody would know why. */
#include "hint.h"

static bool by_type(const struct line_scope *scope)
{
    return scope->any.med_chrgitm_type != 0 || scope->none.med_chrgitm_type != 0;
}

static bool by_item(const struct line_scope *scope)
{
    return scope->any.tags != 0 || scope->none.tags != 0 || scope->any.bas_medn ||
           scope->none.bas_medn;
}

static void print(FILE *out, enum lang lang, const char *layer, int64_t left_out, bool type)
{
    say(out, lang, "提示：%s只支付部分明细，%s 元不在其支付范围，因为",
        "hint: %s pays for some lines only, and %s yuan are not among them: ", layer,
        YUAN(left_out));
    if (type)
        say(out, lang, "未写明费用类别，按 14（其他）计：用 --med-chrgitm-type 写明\n",
            "what was charged is not said and counts as 14, other; say it with "
            "--med-chrgitm-type\n");
    else
        say(out, lang, "未写明项目：用 --claim 'lines=[...]' 逐条写明\n",
            "no items are said; say the lines with --claim 'lines=[...]'\n");
}

void hint_scope(FILE *out, enum lang lang, const struct scenario_options *options,
                const struct scenario *scenario)
{
    const struct result *result = scenario->trial.result;
    const struct policy *policy =
        case_policy(&scenario->policy_case, &scenario->policy_case.claims[0]);
    if (scenario_has_lines(options) || result->problems.count > 0)
        return;
    for (uint32_t i = 0; i < result->step_count; i++) {
        const struct step *step = &result->steps[i];
        const struct layer *layer =
            step->code == STEP_SCOPE ? policy_layer(policy, step->layer) : NULL;
        if (!layer)
            continue;
        const bool type = by_type(&layer->scope) && !options->med_chrgitm_type;
        if (type || by_item(&layer->scope))
            print(out, lang, layer_name(lang, policy, layer->id), step->amount, type);
    }
}
