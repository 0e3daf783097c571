/* Rules that meet nobody, and people and care that no rule meets. */
#include <string.h>

#include "base/money.h"
#include "review/warn.h"

static bool contains(const struct selector *all, const struct selector *some, uint32_t classes)
{
    return !(some->grades & ~all->grades) && !(some->classes & classes & ~all->classes) &&
           all->identities == SELECTOR_ANY && !(all->without & ~some->without) &&
           all->age_min <= some->age_min && all->age_max >= some->age_max && !all->in.dimensions;
}

/* The largest deductible, so that what is paid below a bound is not overrated. */
static int64_t deductible_most(const struct layer *layer)
{
    int64_t most = 0;
    for (uint8_t i = 0; i < layer->deductible_count; i++)
        for (uint8_t j = 0; j < layer->deductibles[i].nth_count; j++)
            if (layer->deductibles[i].nth_fen[j] > most)
                most = layer->deductibles[i].nth_fen[j];
    return most;
}

static int64_t paid_below(const struct ratio_rule *rule, uint8_t band, int64_t floor)
{
    int64_t paid = 0, from = floor;
    for (uint8_t i = 0; i < band; i++) {
        if (rule->bands[i].upto_fen > from)
            paid += money_share(rule->bands[i].upto_fen - from, rule->bands[i].ratio);
        from = rule->bands[i].upto_fen > from ? rule->bands[i].upto_fen : from;
    }
    return paid;
}

/* Bands that begin where a cap has long cut the payment. Adjustments may lower what is paid or
 * lift the cap: nothing is said then. */
static void warn_bands(struct warnings *w, uint8_t index, uint8_t row)
{
    const struct layer *layer = &w->loaded->policy->layers[index];
    const struct ratio_rule *rule = &layer->ratios[row];
    int64_t floor = layer->from_deductible ? 0 : deductible_most(layer);
    if (rule->form != RATIO_BANDS || layer->adjust_count > 0)
        return;
    for (uint8_t c = 0; c < layer->cap_count; c++) {
        const struct cap_rule *cap = &layer->caps[c];
        if (cap->on != CAP_ON_PAYMENT || cap->raise_count > 0 ||
            !contains(&cap->who, &rule->who, layer->classes))
            continue;
        for (uint8_t b = 1; b < rule->band_count; b++) {
            if (paid_below(rule, b, floor) < cap->amount_fen)
                continue;
            warn(w, source_line(&w->source, index, "ratio", row), layer->id,
                 "第 %d 段用不到：基数到 %s 元时支付已达限额 %s 元",
                 "band %d is never reached: at a base of %s yuan the cap of %s yuan is paid", b + 1,
                 SHORT_YUAN(rule->bands[b - 1].upto_fen), SHORT_YUAN(cap->amount_fen));
            return;
        }
    }
}

static void warn_adjusts(struct warnings *w, uint8_t index)
{
    const struct layer *layer = &w->loaded->policy->layers[index];
    for (uint8_t i = 0; i < layer->adjust_count; i++) {
        const struct adjust_rule *rule = &layer->adjusts[i];
        int line = source_line(&w->source, index, "adjust", i);
        if (rule->uncapped && layer->cap_count == 0)
            warn(w, line, layer->id, "本层没有限额，uncapped 无作用",
                 "the layer has no cap: uncapped changes nothing");
        if (rule->dedc != ADJUST_DEDC_AS_IS && deductible_most(layer) == 0)
            warn(w, line, layer->id, "本层没有起付标准可调整",
                 "the layer has no deductible to adjust");
    }
}

static bool kind_has_care(const struct policy *policy, uint8_t kind)
{
    for (uint16_t i = 0; i < policy->med_type_count; i++)
        if (policy->med_types[i].kind == kind)
            return true;
    return false;
}

/* Words that no rule uses. */
static void warn_words(struct warnings *w)
{
    const struct policy *policy = w->loaded->policy;
    for (uint8_t i = 0; i < policy->kind_count; i++)
        if (!kind_has_care(policy, i))
            warn(w, source_key_line(&w->source, "kinds"), policy->kinds[i],
                 "没有 med_type 属于该医疗类别", "no med_type is of this kind of care");
    for (uint8_t i = 0; w->source.document && i < policy->identity_count; i++)
        if (source_uses(&w->source, policy->identities[i].name) < 2)
            warn(w, source_key_line(&w->source, "identities"), policy->identities[i].name,
                 "没有规则用到该身份", "no rule asks for this identity");
    for (uint16_t i = 1; w->source.document && i < policy->clause_count; i++)
        if (source_uses(&w->source, policy_clause(policy, i)->id) == 0)
            warn(w, source_key_line(&w->source, "clauses"), policy_clause(policy, i)->id,
                 "没有规则引用该条款", "no rule names this clause");
}

static bool has_figure(const struct matcher *when)
{
    const uint32_t figures = 1u << MATCH_AGE | 1u << MATCH_BREAK_DAYS | 1u << MATCH_TRANSFER;
    return when->asked & figures;
}

/* Days and ages outside the layers, whose clause is optional. */
static void warn_figures(struct warnings *w)
{
    static const char zh[] = "数字没有条款", en[] = "a figure without a clause";
    const struct policy *policy = w->loaded->policy;
    for (uint8_t i = 0; i < policy->filing_count; i++)
        if (policy->filings[i].days && !policy->filings[i].clause)
            warn(w, source_key_line(&w->source, "filings"), policy->filings[i].name, zh, en);
    for (uint8_t i = 0; i < policy->kind_count; i++)
        if (policy->before_days[i] && !policy->before_clauses[i])
            warn(w, source_key_line(&w->source, "kinds"), policy->kinds[i], zh, en);
    for (uint8_t i = 0; i < policy->dimension_count; i++)
        for (uint8_t j = 0; j < policy->dimensions[i].value_count; j++) {
            const struct dimension_value *value = &policy->dimensions[i].values[j];
            if (has_figure(&value->when) && !value->clause)
                warn(w, source_key_line(&w->source, "situations"), value->id, zh, en);
        }
}

void warn_unreachable(struct warnings *w)
{
    const struct policy *policy = w->loaded->policy;
    warn_words(w);
    warn_figures(w);
    for (uint8_t l = 0; l < policy->layer_count; l++) {
        for (uint8_t i = 0; i < policy->layers[l].ratio_count; i++)
            warn_bands(w, l, i);
        warn_adjusts(w, l);
    }
}

/* Names of a mask, in both languages. */
struct both {
    char zh[300], en[300];
};

static struct both names_of(const struct policy *policy, uint32_t mask, name_of name)
{
    struct both both;
    for (int lang = LANG_ZH; lang <= LANG_EN; lang++) {
        FILE *out = fmemopen(lang == LANG_ZH ? both.zh : both.en, sizeof both.zh, "w");
        CHECK(out);
        say_names(out, (enum lang)lang, policy, mask, name);
        fclose(out);
    }
    return both;
}

/* Grades or classes without a cap, where others have one on the same sort of money. */
static void warn_caps(struct warnings *w, uint8_t index, enum cap_on on)
{
    const struct policy *policy = w->loaded->policy;
    const struct layer *layer = &policy->layers[index];
    uint32_t grades = 0, classes = 0;
    for (uint8_t i = 0; i < layer->cap_count; i++) {
        if (layer->caps[i].on != on)
            continue;
        grades |= layer->caps[i].who.grades;
        classes |= layer->caps[i].who.classes;
    }
    int line = source_line(&w->source, index, "caps", -1);
    uint32_t all = (UINT32_C(1) << policy->grade_count) - 1;
    struct both missing = names_of(policy, all & ~grades, grade_name);
    if (grades && (all & ~grades))
        warn(w, line, layer->id, "没有限额的级别：%s%.0s", "%.0sgrades without a cap: %s",
             missing.zh, missing.en);
    missing = names_of(policy, layer->classes & ~classes, class_name);
    if (classes && (layer->classes & ~classes))
        warn(w, line, layer->id, "没有限额的人员类别：%s%.0s", "%.0sclasses without a cap: %s",
             missing.zh, missing.en);
}

/* Care that neither fund nor account pays for. The language has the ratio 0 to say so; what
 * pharmacies sell is nobody's but the account's, unless a layer says so. */
static void warn_care(struct warnings *w, uint8_t insutype, uint8_t kind)
{
    const struct policy *policy = w->loaded->policy;
    uint32_t layers = policy->layers_of[insutype][kind], classes = 0, met = 0;
    bool account = policy->account.own.pay_count && policy->account.insutypes >> insutype & 1 &&
                   policy->account.kinds >> kind & 1;
    for (uint8_t i = 0; i < policy->class_count; i++)
        if (policy->classes[i].insutype == insutype)
            classes |= UINT32_C(1) << i;
    for (; layers; layers &= layers - 1)
        met |= policy->layers[__builtin_ctz(layers)].classes;
    bool pharmacy = policy->pharmacy_kinds >> kind & 1;
    if (account || pharmacy || !kind_has_care(policy, kind) || !(classes & ~met))
        return;
    struct both missing = names_of(policy, classes & ~met, class_name);
    warn(w, source_key_line(&w->source, "layers"), policy->kinds[kind],
         "%s%.0s没有任何待遇；不支付请写比例 0",
         "%.0s%s: nothing pays; a benefit that is not paid says so with the ratio 0", missing.zh,
         missing.en);
}

/* Values of a situation that no layer of the care is for. */
static void warn_situations(struct warnings *w, uint8_t insutype, uint8_t kind)
{
    const struct policy *policy = w->loaded->policy;
    for (uint8_t d = 0; d < policy->dimension_count; d++) {
        const struct dimension *dimension = &policy->dimensions[d];
        uint16_t met = 0, all = dimension_possible(dimension, UINT32_C(1) << kind,
                                                   UINT32_C(1) << insutype, SELECTOR_ANY);
        for (uint32_t left = policy->layers_of[insutype][kind]; left; left &= left - 1) {
            const struct situation_set *in = &policy->layers[__builtin_ctz(left)].in;
            met |= in->dimensions >> d & 1 ? in->values[d] : UINT16_MAX;
        }
        for (uint8_t v = 0; met && v < dimension->value_count; v++)
            if ((all & ~met) >> v & 1)
                warn(w, source_key_line(&w->source, "layers"), policy->kinds[kind],
                     "情形“%s”%.0s没有任何待遇", "%.0sthe situation \"%s\" has no benefit",
                     dimension->values[v].name_zh, dimension->values[v].name);
    }
}

void warn_gaps(struct warnings *w)
{
    const struct policy *policy = w->loaded->policy;
    for (uint8_t i = 0; i < policy->insutype_count; i++)
        for (uint8_t k = 0; k < policy->kind_count; k++) {
            warn_care(w, i, k);
            warn_situations(w, i, k);
        }
    for (uint8_t l = 0; l < policy->layer_count; l++) {
        warn_caps(w, l, CAP_ON_PAYMENT);
        warn_caps(w, l, CAP_ON_ELIGIBLE);
    }
}
