/* What a layer is apart from its tables: whose money, for whom, from which base, for which lines.
 */
#include "base/money.h"
#include "review/statements.h"

static const char *field_name(enum lang lang, enum fund_field field)
{
    static const char *const zh[] = {"基本医疗保险统筹基金",
                                     "公务员医疗补助",
                                     "企业补充医疗保险",
                                     "居民大病保险",
                                     "职工大额医疗费用补助",
                                     "伤残人员医疗保障",
                                     "医疗救助",
                                     "其他支付",
                                     "医院负担"};
    return lang == LANG_ZH        ? zh[field]
           : field == FUND_FIELDS ? "hosp_part_amt"
                                  : fund_field_names[field];
}

static void tell_fund(struct statements *s, const struct layer *layer)
{
    FILE *out = tell(s, "fund", in_words(s->lang, "资金", "fund"), NULL, 0);
    fprintf(out, "%s %s", layer->fund_pay_type, field_name(s->lang, layer->field));
    say(out, s->lang, "，由%s%s%s%s支付", ", paid by %s%s%s%s",
        owner_name(s->lang, layer->owner_kind), layer->owner_code ? " " : "",
        layer->owner_code ? layer->owner_code : "",
        layer->owner_code ? in_words(s->lang, " ", "") : "");
    if (layer->paid_later)
        fputs(in_words(s->lang, "，事后支付，不在本次结算单上", ", later, not on the bill"), out);
    told(s);
}

static uint32_t classes_of(const struct policy *policy, uint32_t insutypes)
{
    uint32_t mask = 0;
    for (uint8_t i = 0; i < policy->class_count; i++)
        if (insutypes >> policy->classes[i].insutype & 1)
            mask |= UINT32_C(1) << i;
    return mask;
}

static void tell_when(struct statements *s, const struct layer *layer)
{
    const struct policy *policy = s->policy;
    FILE *out = tell(s, "when", in_words(s->lang, "适用", "for"), NULL, 0);
    say_names(out, s->lang, policy, layer->insutypes, insutype_name);
    fputs(in_words(s->lang, "；", "; "), out);
    say_names(out, s->lang, policy, layer->kinds, kind_name);
    told(s);
    tell_text(s, "pool", in_words(s->lang, "等待期和欠费", "waiting and arrears"), 0,
              layer->needs_pool ? in_words(s->lang, "期间不享受", "nothing is paid meanwhile")
                                : in_words(s->lang, "不影响", "no matter"));
}

/* Of those it is for, only these. */
static void tell_whom(struct statements *s, const struct layer *layer)
{
    const struct policy *policy = s->policy;
    bool classes = layer->classes != classes_of(policy, layer->insutypes);
    bool subsidy = layer->owner_kind == OWNER_CIVIL_SERVANT && !layer->identities;
    unsigned count = 0;
    if (!classes && !subsidy && !layer->identities && !layer->in.dimensions)
        return;
    FILE *out = tell(s, "whom", in_words(s->lang, "限于", "only"), NULL, 0);
    if (classes) {
        next_condition(out, s->lang, &count);
        say_names(out, s->lang, policy, layer->classes, class_name);
    }
    if (layer->identities) {
        next_condition(out, s->lang, &count);
        say_names(out, s->lang, policy, layer->identities, identity_name);
    }
    if (subsidy) {
        next_condition(out, s->lang, &count);
        fputs(in_words(s->lang, "公务员", "civil servants"), out);
    }
    if (layer->in.dimensions) {
        next_condition(out, s->lang, &count);
        say_situations(out, s->lang, policy, &layer->in);
    }
    told(s);
}

static const char *amount_words(enum lang lang, enum amount_name amount)
{
    static const struct {
        const char *zh, *en;
    } names[AMOUNTS] = {
        [AMOUNT_MEDFEE] = {"医疗费总额", "the whole fee"},
        [AMOUNT_FULAMT] = {"全自费", "wholly own money"},
        [AMOUNT_OVERLMT] = {"超限价自费", "money over price caps"},
        [AMOUNT_PRESELFPAY] = {"先行自付", "first self-pay"},
        [AMOUNT_INSCP] = {"政策范围内费用", "in-scope money"},
        [AMOUNT_REST_INSCP] = {"尚余的政策范围内费用", "in-scope money left"},
        [AMOUNT_REST_TOTAL] = {"尚余的医疗费", "money left of the whole fee"},
        [AMOUNT_TRANSFER_SELFPAY] = {"转外先自付", "first self-pay of care elsewhere"},
        [AMOUNT_LAYER_PAID] = {"支付额", "what it paid"},
        [AMOUNT_LAYER_EXCESS] = {"限额以上的合规费用", "eligible money above its cap"},
        [AMOUNT_LAYER_DEDUCTIBLE] = {"起付标准", "what its deductible took"},
    };
    CHECK(names[amount].zh);
    return in_words(lang, names[amount].zh, names[amount].en);
}

static void say_term(FILE *out, const struct statements *s, const struct base_term *term)
{
    bool of_layer = term->amount >= AMOUNT_LAYER_PAID;
    const struct layer *layer = &s->policy->layers[term->layer];
    int32_t times = term->times < 0 ? -term->times : term->times;
    if (of_layer)
        say(out, s->lang, "%s的%s", "%s: %s", in_words(s->lang, layer->name_zh, layer->id),
            amount_words(s->lang, term->amount));
    else
        fputs(amount_words(s->lang, term->amount), out);
    if (times != RATIO_ONE)
        fprintf(out, " × %s%%", PERCENT(times));
}

static void say_base(FILE *out, const struct statements *s, const struct layer *layer)
{
    for (uint8_t i = 0; i < layer->term_count; i++) {
        const struct base_term *term = &layer->terms[i];
        fputs(term->times < 0 ? " − " : i > 0 ? " + " : "", out);
        say_term(out, s, term);
    }
}

static void tell_base(struct statements *s, const struct layer *layer)
{
    if (layer->guarantee) {
        FILE *out = tell(s, "guarantee", in_words(s->lang, "保底", "guarantee"), NULL,
                         layer->guarantee_clause);
        fputs(in_words(s->lang, "补足到（", "makes up the ratio below of ("), out);
        say_base(out, s, layer);
        fputs(in_words(s->lang, "）的下列比例，计入：", "), counting: "), out);
        unsigned count = 0;
        for (uint32_t left = layer->guarantee; left; left &= left - 1) {
            const struct layer *counted = &s->policy->layers[__builtin_ctz(left)];
            say_next(out, s->lang, &count);
            fputs(in_words(s->lang, counted->name_zh, counted->id), out);
        }
        told(s);
        return;
    }
    say_base(tell(s, "base", in_words(s->lang, "支付基数", "base"), NULL, layer->clause), s, layer);
    told(s);
}

static void tell_cumulation(struct statements *s, const struct layer *layer)
{
    if (!layer->cumulative)
        return;
    tell_text(s, "cumulative", in_words(s->lang, "按年累计", "cumulated over the year"), 0,
              layer->reach_back
                  ? in_words(s->lang, "按累计应付减已付支付，待遇变化追溯当年",
                             "pays what is due so far less what was paid: a change reaches back")
                  : in_words(s->lang, "按累计增量支付，待遇变化不追溯",
                             "pays the increment: a change does not reach back"));
}

void tell_layer(struct statements *s, const struct layer *layer)
{
    tell_fund(s, layer);
    tell_when(s, layer);
    tell_whom(s, layer);
    if (layer->paid_later)
        tell_text(s, "paid_when", in_words(s->lang, "支付时间", "paid"), 0,
                  in_words(s->lang, "事后支付，结算时由个人垫付", "later, the patient pays first"));
    tell_base(s, layer);
    tell_scope(s, layer);
    tell_cumulation(s, layer);
    if (layer->counts_dedc)
        tell_text(s, "counts_dedc", in_words(s->lang, "起付线", "its deductible"), 0,
                  in_words(s->lang, "计入结算单的起付标准（act_pay_dedc）",
                           "is act_pay_dedc of the bill"));
}
