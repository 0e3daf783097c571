/* The steps of an explanation in words. A new step is one row of the table: its two names and its
 * figures as model/step.h defines them. */
#include <inttypes.h>
#include <string.h>

#include "base/money.h"
#include "review/words.h"

/* {base}, {limit} and {amount} are yuan, {ratio} is a percentage, {count} is the limit as a
 * number, {value} the value of a dimension that the step names in place of a layer. What stands
 * between < and > is left out when a figure in it is 0. */
static const struct step_words {
    uint8_t code;
    const char *zh, *en;
    const char *figures_zh, *figures_en;
} steps[] = {
    {STEP_CLASS_A, "甲类", "class A", "{amount}", "{amount}"},
    {STEP_CLASS_B, "乙类", "class B", "{amount}", "{amount}"},
    {STEP_CLASS_C, "丙类", "class C", "{amount}", "{amount}"},
    {STEP_RESTRICTED, "不符限制条件", "restricted", "{amount}", "{amount}"},
    {STEP_LIMITED_USE, "限定用药自费", "limited use", "{amount}", "{amount}"},
    {STEP_REFUNDED, "冲减", "refund", "{amount}", "{amount}"},
    {STEP_STATED, "案例给定", "stated", "{amount}", "{amount}"},
    {STEP_LIMITED_USE_HOSPITAL, "限定用药，医院负担", "limited use, the hospital's", "{amount}",
     "{amount}"},
    {STEP_REFUSED, "审核扣款，个人负担", "refused, the patient's", "{amount}", "{amount}"},
    {STEP_REFUSED_HOSPITAL, "审核扣款，医院负担", "refused, the hospital's", "{amount}",
     "{amount}"},
    {STEP_PAY_STANDARD, "超过支付标准", "above the payment standard", "{amount}", "{amount}"},
    {STEP_ITEM_DEDC, "单项起付", "the item's deductible", "{amount}", "{amount}"},
    {STEP_OVER_CEILING, "超过限额", "above a ceiling", "{amount}", "{amount}"},
    {STEP_UNCOVERED, "当日未参保", "not insured on its day", "{amount}", "{amount}"},
    {STEP_BASE, "基数", "base", "{amount}", "{amount}"},
    {STEP_SCOPE, "不在支付范围", "out of scope", "{amount}", "{amount}"},
    {STEP_DEDUCTIBLE, "起付标准", "deductible", "应付 {limit}，本次 {amount}",
     "due {limit}, taken now {amount}"},
    {STEP_SEGMENT, "分段支付", "segment", "{base} × {ratio}% = {amount}<（{limit} 以内）>",
     "{base} × {ratio}% = {amount}< (up to {limit})>"},
    {STEP_BEFORE, "扣除此前累计", "paid before", "累计 {base} 时已计 {amount}",
     "{amount} stood for the {base} cumulated before"},
    {STEP_QUOTA, "限额", "cap", "余额 {limit}，支付 {amount}", "{limit} left, pays {amount}"},
    {STEP_EXCESS, "超过限额部分", "excess", "{amount}", "{amount}"},
    {STEP_POOL_CLOSED, "统筹待遇未享受", "pool closed", "{amount}", "{amount}"},
    {STEP_ACCOUNT, "个人账户", "account", "可付 {base}，余额 {limit}，支付 {amount}",
     "may pay {base}, balance {limit}, pays {amount}"},
    {STEP_CASH, "现金", "cash", "{amount}", "{amount}"},
    {STEP_SITUATION, "情形", "situation", "{value}", "{value}"},
    {STEP_CEILING, "费用限额", "ceiling", "{base} 中保留 {limit}，超出 {amount}",
     "{limit} of {base} stay, {amount} above"},
    {STEP_HOSPITAL_LINES, "医院负担明细", "the hospital's lines", "{amount}", "{amount}"},
    {STEP_TRANSITION, "就高不就低", "the better of two versions",
     "新办法个人负担 {base}，原办法 {limit}，按 {amount}",
     "the patient bears {base} by these rules, {limit} by the others: {amount}"},
    {STEP_PART, "分段结算", "part of the stay", "{layer} 起，费用 {amount}",
     "from {layer}, fee {amount}"},
    {STEP_NEWBORN, "新生儿随父母享受", "newborn under another's cover", "", ""},
    {STEP_GUARANTEE, "保底", "guarantee", "{base} × {ratio}% − 已付 {limit}，缺 {amount}",
     "{base} × {ratio}% − {limit} paid, {amount} missing"},
    {STEP_PAID_LATER, "事后支付", "paid later", "{amount}", "{amount}"},
    {STEP_FAMILY, "家庭共济", "family account", "可付 {base}，余额 {limit}，支付 {amount}",
     "may pay {base}, balance {limit}, pays {amount}"},
    {STEP_CARRIED, "上次起付余额", "deductible carried over", "应付 {amount}，代替本次 {limit}",
     "due {amount} in place of {limit}"},
    {STEP_PERIOD, "结算周期", "settlement period", "{amount}", "{amount}"},
    {STEP_MERGED, "与上次住院合并", "continues the stay before",
     "本次 {limit}，此前已计 {base}，应付 {amount}",
     "own {limit}, taken before {base}, due {amount}"},
    {STEP_LEFT, "起付余额留待下次", "deductible left to the next stay", "{amount}", "{amount}"},
    {STEP_PACKAGE, "套餐价格", "package price", "费用 {base}，价格 {limit}<，医院承担 {amount}>",
     "fee {base}, price {limit}<, the hospital bears {amount}>"},
    {STEP_PACKAGE_SHARE, "按价格分担", "share by the price", "{base} − {limit} = {amount}",
     "{base} − {limit} = {amount}"},
    {STEP_INSTITUTION, "医疗机构盈亏", "institution's gain",
     "价格 {limit} − 费用 {base} = {amount}", "price {limit} − fee {base} = {amount}"},
    {STEP_INSTITUTION_DUE, "应付医疗机构", "due to the institution",
     "本次支付 {base}，按支付方式应付 {amount}", "pays {base}, owes {amount} by the method"},
    {STEP_ALLOWANCE, "津贴", "allowance", "月工资 {base}，{count} 天，应发 {amount}",
     "a month's wage {base}, {count} days, {amount} due"},
    {STEP_FIRST_SELFPAY, "转外先行自付", "first self-pay", "{base} × {ratio}% = {amount}",
     "{base} × {ratio}% = {amount}"},
    {STEP_POINTS, "支付比例提高", "points added", "{ratio} 个百分点", "{ratio}"},
    {STEP_POINTS_OFF, "支付比例降低", "points taken off", "{ratio} 个百分点", "{ratio}"},
    {STEP_MULTIPLY, "支付比例折算", "ratio multiplied", "× {ratio}%", "× {ratio}%"},
    {STEP_PERSONAL_SHARE, "个人负担比例折算", "personal share multiplied", "× {ratio}%",
     "× {ratio}%"},
    {STEP_LUMP, "定额支付", "lump", "定额 {limit}，费用 {base}，支付 {amount}",
     "{limit} of {base}, pays {amount}"},
    {STEP_CASH_BENEFIT, "另发现金待遇", "cash benefit", "{amount}", "{amount}"},
    {STEP_DEDC_TIMES, "起付标准折算", "deductible multiplied", "× {ratio}%", "× {ratio}%"},
    {STEP_DEDC_PLUS, "起付标准增加", "deductible raised", "{amount}", "{amount}"},
    {STEP_CAP_RAISED, "限额提高", "cap raised", "{base} + {amount} = {limit}",
     "{base} + {amount} = {limit}"},
    {STEP_BANDS_BEFORE, "当年分段已累计", "bands so far this year", "{amount}", "{amount}"},
    {STEP_UNCAPPED, "不设封顶线", "uncapped", "", ""},
};

/* A cap has its clause. What has none is the bill: nobody pays more than is left of it. */
static const struct step_words rest_of_bill = {STEP_QUOTA, "限额", "cap",
                                               "以本次费用的未付部分为限，按 {amount}",
                                               "no more than the bill leaves unpaid: {amount}"};

static const struct step_words *find(uint8_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (steps[i].code == code)
            return &steps[i];
    return NULL;
}

const char *step_name(enum lang lang, uint8_t code)
{
    const struct step_words *words = find(code);
    return words ? in_words(lang, words->zh, words->en) : in_words(lang, "步骤", "step");
}

static int64_t figure(const struct step *step, const char *name, size_t size)
{
    if (size == 4 && strncmp(name, "base", size) == 0)
        return step->base;
    if (size == 5 && (strncmp(name, "limit", size) == 0 || strncmp(name, "count", size) == 0))
        return step->limit;
    if (size == 5 && strncmp(name, "ratio", size) == 0)
        return step->ratio;
    CHECK(size == 6 && strncmp(name, "amount", size) == 0);
    return step->amount;
}

static void put_value(FILE *out, enum lang lang, const struct policy *policy, const char *id)
{
    for (uint8_t i = 0; i < policy->dimension_count; i++)
        for (uint8_t j = 0; j < policy->dimensions[i].value_count; j++)
            if (strcmp(policy->dimensions[i].values[j].id, id) == 0)
                say(out, lang, "%s：%s（%s）", "%s: %s (%s)",
                    in_words(lang, policy->dimensions[i].name_zh, policy->dimensions[i].name),
                    value_name(lang, &policy->dimensions[i], j), id);
}

/* One {name} at `text`; returns what follows it. */
static const char *put_figure(FILE *out, enum lang lang, const struct policy *policy,
                              const struct step *step, const char *text)
{
    size_t size = strcspn(text + 1, "}");
    if (strncmp(text + 1, "value", size) == 0)
        put_value(out, lang, policy, step->layer);
    else if (strncmp(text + 1, "count", size) == 0)
        fprintf(out, "%" PRId64, step->limit);
    else if (strncmp(text + 1, "layer", size) == 0)
        fputs(step->layer, out);
    else if (strncmp(text + 1, "ratio", size) == 0)
        fputs(PERCENT(step->ratio), out);
    else
        fputs(YUAN(figure(step, text + 1, size)), out);
    return text + size + 2;
}

static bool shown(const struct step *step, const char *text)
{
    for (; *text != '>'; text++)
        if (*text == '{' && figure(step, text + 1, strcspn(text + 1, "}")) == 0)
            return false;
    return true;
}

/* By which rounding an amount is no product to the fen. */
static void put_rounding(FILE *out, enum lang lang, const struct policy *policy,
                         const struct step *step)
{
    const struct layer *layer = policy_layer(policy, step->layer);
    if (!layer || layer->rounding.to == ROUND_HALF_UP)
        return;
    say(out, lang, "，%s", ", %s", rounding_words(lang, layer->rounding.to));
}

void step_figures(FILE *out, enum lang lang, const struct policy *policy, const struct step *step)
{
    const bool rest = step->code == STEP_QUOTA && step->clause == 0;
    const struct step_words *words = rest ? &rest_of_bill : find(step->code);
    const char *text = words ? in_words(lang, words->figures_zh, words->figures_en) : "{amount}";
    while (*text != '\0') {
        if (*text == '{') {
            text = put_figure(out, lang, policy, step, text);
        } else if (*text == '<' && !shown(step, text)) {
            text = strchr(text, '>') + 1;
        } else {
            if (*text != '<' && *text != '>')
                fputc(*text, out);
            text++;
        }
    }
    if (step->code == STEP_SEGMENT)
        put_rounding(out, lang, policy, step);
}
