/* The tables of a layer in words, the deductible first: ratio, caps, tilt. One function per form of
 * row. */
#include <string.h>

#include "base/money.h"
#include "statements.h"

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
}

static void tell_ratio(struct statements *s, const struct ratio_rule *rule)
{
    FILE *out =
        tell(s, "ratio", in_words(s->lang, "支付比例", "ratio"), &rule->who, rule->bands[0].clause);
    if (rule->band_count == 1 && rule->bands[0].ratio == 0 && rule->bands[0].upto_fen == INT64_MAX)
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

static void tell_cap(struct statements *s, const struct layer *layer, const struct cap_rule *cap)
{
    bool payment = cap->on == CAP_ON_PAYMENT;
    const char *about =
        payment ? in_words(s->lang, "年度最高支付限额", "pays at most per year")
                : in_words(s->lang, "年度合规费用限额", "eligible money at most per year");
    FILE *out = tell(s, payment ? "cap_payment" : "cap_eligible", about, &cap->who, cap->clause);
    say(out, s->lang, "%s 元", "%s yuan", SHORT_YUAN(cap->amount_fen));
    unsigned others = 0;
    for (uint8_t i = 0; i < cap->scope_count; i++) {
        if (strcmp(cap->scopes[i], layer->accumulates) == 0)
            continue;
        fputs(others ? "" : in_words(s->lang, "（与", " (jointly with "), out);
        say_next(out, s->lang, &others);
        say_scope(out, s, layer, cap->scopes[i]);
    }
    if (others)
        fputs(in_words(s->lang, "合计）", ")"), out);
    told(s);
}

static void next_effect(FILE *out, enum lang lang, unsigned *count)
{
    if ((*count)++)
        fputs(in_words(lang, "，", ", "), out);
}

static void tell_tilt(struct statements *s, const struct tilt_rule *tilt)
{
    unsigned count = 0;
    FILE *out = tell(s, "tilt", in_words(s->lang, "倾斜", "tilt"), NULL, tilt->clause);
    say_names(out, s->lang, s->policy, tilt->identities, identity_name);
    fputs(in_words(s->lang, "：", ": "), out);
    if (tilt->dedc_ratio != RATIO_ONE) {
        next_effect(out, s->lang, &count);
        say(out, s->lang, "起付标准按 %s%% 执行", "%s%% of the deductible",
            PERCENT(tilt->dedc_ratio));
    }
    if (tilt->points) {
        next_effect(out, s->lang, &count);
        say(out, s->lang, "支付比例提高 %s 个百分点", "ratio up by %s points",
            PERCENT(tilt->points));
    }
    if (tilt->uncapped) {
        next_effect(out, s->lang, &count);
        fputs(in_words(s->lang, "不设封顶线", "no cap"), out);
    }
    told(s);
}

void tell_rules(struct statements *s, const struct layer *layer)
{
    tell_deductible(s, layer);
    for (uint8_t i = 0; i < layer->ratio_count; i++)
        tell_ratio(s, &layer->ratios[i]);
    for (uint8_t i = 0; i < layer->cap_count; i++)
        tell_cap(s, layer, &layer->caps[i]);
    for (uint8_t i = 0; i < layer->tilt_count; i++)
        tell_tilt(s, &layer->tilts[i]);
}
