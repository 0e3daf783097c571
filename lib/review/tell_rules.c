/* The tables of a layer in words, the deductible first: ratio, caps, adjust. One function per form
 * of row. */
#include <string.h>

#include "base/money.h"
#include "review/statements.h"

/* "至 30000 元 60%，至 100000 元 65%，以上 75%" */
static void say_bands(FILE *out, enum lang lang, const struct ratio_rule *rule)
{
    for (uint8_t i = 0; i < rule->band_count; i++) {
        const struct band *band = &rule->bands[i];
        const char *ratio = PERCENT(band->ratio);
        if (i > 0)
            fputs(in_words(lang, "，", ", "), out);
        if (band->upto_fen != INT64_MAX)
            say(out, lang, "至 %s 元 %s%%", "up to %s yuan %s%%", SHORT_YUAN(band->upto_fen),
                ratio);
        else if (i > 0)
            say(out, lang, "以上 %s%%", "above %s%%", ratio);
        else
            fprintf(out, "%s%%", ratio);
    }
    if (rule->bands[rule->band_count - 1].upto_fen != INT64_MAX)
        fputs(in_words(lang, "，再以上不支付", ", nothing above"), out);
    if (rule->form == RATIO_BRACKETS)
        fputs(in_words(lang, "，全额按所在档", ", all of it at its bracket's"), out);
}

static void say_lump(FILE *out, enum lang lang, const struct ratio_rule *rule)
{
    say(out, lang, "定额 %s 元", "a lump of %s yuan", SHORT_YUAN(rule->lump_fen));
    fputs(rule->cash_benefit
              ? in_words(lang, "，费用不足的部分另发现金", ", the rest of it in cash")
              : in_words(lang, "，至多为实际费用", ", at most the fee"),
          out);
}

static void tell_ratio(struct statements *s, const struct ratio_rule *rule)
{
    FILE *out =
        tell(s, "ratio", in_words(s->lang, "支付比例", "ratio"), &rule->who, rule->bands[0].clause);
    if (rule->form == RATIO_LUMP)
        say_lump(out, s->lang, rule);
    else if (rule->band_count == 1 && rule->bands[0].ratio == 0 &&
             rule->bands[0].upto_fen == INT64_MAX)
        fputs(in_words(s->lang, "不予支付", "nothing is paid"), out);
    else
        say_bands(out, s->lang, rule);
    told(s);
}

/* The layers for the same insurance that keep their sums under a scope, by name. */
static void say_scope(FILE *out, const struct statements *s, const struct layer *of,
                      const char *scope)
{
    unsigned count = 0;
    for (uint8_t i = 0; i < s->policy->layer_count; i++) {
        const struct layer *layer = &s->policy->layers[i];
        if (strcmp(layer->accumulates, scope) != 0 || !(layer->insutypes & of->insutypes))
            continue;
        say_next(out, s->lang, &count);
        fputs(in_words(s->lang, layer->name_zh, layer->id), out);
    }
    if (!count)
        fputs(scope, out);
}

static void say_raised(FILE *out, enum lang lang, const struct cap_rule *cap)
{
    for (uint8_t i = 0; i < cap->raise_count; i++) {
        const struct cap_raise *raise = &cap->raises[i];
        fputs(raise->by == CAP_CONTINUOUS_YEARS
                  ? in_words(lang, "；连续参保", "; per year of continuous cover")
                  : in_words(lang, "；零报销", "; per year without a claim"),
              out);
        if (raise->beyond > 0)
            say(out, lang, "满 %d 年后", " beyond %d", raise->beyond);
        say(out, lang, "每年提高 %s 元", " %s yuan more", SHORT_YUAN(raise->fen));
    }
    if (cap->raised_at_most >= 0)
        say(out, lang, "，合计至多 %s%%", ", together at most %s%%", PERCENT(cap->raised_at_most));
}

#define CAP_ABOUT 80

/* "年度最高支付限额", "pays at most per year" */
static char *cap_about(enum lang lang, const struct cap_rule *cap, char buf[CAP_ABOUT])
{
    bool payment = cap->on == CAP_ON_PAYMENT, joint = cap->scope_count > 1 || cap->all_values;
    const char *per = per_name(lang, cap->per);
    if (lang == LANG_ZH)
        snprintf(buf, CAP_ABOUT, "%s%s%s", cap->per == PER_YEAR ? "年度" : per, joint ? "合计" : "",
                 payment ? "最高支付限额" : "合规费用限额");
    else
        snprintf(buf, CAP_ABOUT, "%s %s%s", payment ? "pays at most" : "eligible money at most",
                 per, joint ? ", jointly" : "");
    return buf;
}

static void tell_cap(struct statements *s, const struct layer *layer, const struct cap_rule *cap)
{
    char about[CAP_ABOUT];
    FILE *out = tell(s, cap->on == CAP_ON_PAYMENT ? "cap_payment" : "cap_eligible",
                     cap_about(s->lang, cap, about), &cap->who, cap->clause);
    say(out, s->lang, "%s 元", "%s yuan", SHORT_YUAN(cap->amount_fen));
    unsigned others = 0;
    for (uint8_t i = 0; i < cap->scope_count; i++) {
        size_t own = strlen(layer->accumulates);
        if (strncmp(cap->scopes[i], layer->accumulates, own) == 0 &&
            (cap->scopes[i][own] == '\0' || cap->scopes[i][own] == '/'))
            continue;
        fputs(others ? "" : in_words(s->lang, "（与", " (jointly with "), out);
        say_next(out, s->lang, &others);
        say_scope(out, s, layer, cap->scopes[i]);
    }
    if (others)
        fputs(in_words(s->lang, "合计）", ")"), out);
    say_raised(out, s->lang, cap);
    told(s);
}

static void tell_adjusted_ratio(struct statements *s, const struct adjust_rule *rule)
{
    const enum lang lang = s->lang;
    const char *about = in_words(lang, "支付比例调整", "ratio adjusted");
    int32_t by = rule->ratio_by < 0 ? -rule->ratio_by : rule->ratio_by;
    if (rule->ratio == ADJUST_RATIO_AS_IS)
        return;
    FILE *out = tell(s, "adjust_ratio", about, &rule->who, rule->clause);
    if (rule->ratio == ADJUST_MULTIPLY)
        say(out, lang, "乘以 %s%%", "multiplied by %s%%", PERCENT(by));
    else if (rule->ratio == ADJUST_PERSONAL_SHARE)
        say(out, lang, "个人负担部分乘以 %s%%", "the personal share multiplied by %s%%",
            PERCENT(by));
    else if (rule->ratio_by < 0)
        say(out, lang, "降低 %s 个百分点", "down by %s points", PERCENT(by));
    else
        say(out, lang, "提高 %s 个百分点", "up by %s points", PERCENT(by));
    told(s);
}

static void tell_adjusted_deductible(struct statements *s, const struct adjust_rule *rule)
{
    const char *about = in_words(s->lang, "起付标准调整", "deductible adjusted");
    if (rule->dedc == ADJUST_DEDC_AS_IS)
        return;
    FILE *out = tell(s, "adjust_deductible", about, &rule->who, rule->clause);
    if (rule->dedc == ADJUST_DEDC_TIMES)
        say(out, s->lang, "按 %s%% 执行", "%s%% of it", PERCENT(rule->dedc_by));
    else
        say(out, s->lang, "增加 %s 元", "%s yuan more", SHORT_YUAN(rule->dedc_by));
    told(s);
}

static void tell_adjust(struct statements *s, const struct adjust_rule *rule)
{
    if (rule->first_selfpay != 0) {
        say(tell(s, "first_selfpay", in_words(s->lang, "先行自付", "first self-pay"), &rule->who,
                 rule->clause),
            s->lang, "基数的 %s%%", "%s%% of the base", PERCENT(rule->first_selfpay));
        told(s);
    }
    tell_adjusted_ratio(s, rule);
    tell_adjusted_deductible(s, rule);
    if (rule->uncapped) {
        fputs(in_words(s->lang, "不设封顶线", "no cap"),
              tell(s, "uncapped", in_words(s->lang, "封顶线", "caps"), &rule->who, rule->clause));
        told(s);
    }
}

void tell_rules(struct statements *s, const struct layer *layer)
{
    tell_deductible(s, layer);
    tell_text(s, "accumulates", in_words(s->lang, "累计名称", "sums are kept as"), 0,
              layer->accumulates);
    if (layer->scopes)
        tell_text(s, "accumulates_by", in_words(s->lang, "分别累计", "accumulates by"), 0,
                  in_words(s->lang, s->policy->dimensions[layer->by_dimension].name_zh,
                           s->policy->dimensions[layer->by_dimension].name));
    if (layer->bands_over_year)
        tell_text(s, "bands_over", in_words(s->lang, "分段的累计", "the bands run over"), 0,
                  in_words(s->lang, "本年度各次，接在此前各次之后",
                           "the year, on from the stays before"));
    if (layer->from_deductible)
        tell_text(s, "ratio_from", in_words(s->lang, "分段", "bounds"), 0,
                  in_words(s->lang, "从起付标准以上起算", "are measured above the deductible"));
    for (uint8_t i = 0; i < layer->ratio_count; i++)
        tell_ratio(s, &layer->ratios[i]);
    for (uint8_t i = 0; i < layer->cap_count; i++)
        tell_cap(s, layer, &layer->caps[i]);
    for (uint8_t i = 0; i < layer->adjust_count; i++)
        tell_adjust(s, &layer->adjusts[i]);
}
