/* The explanation: each layer's steps in Chinese, in the order they were taken. */
#include <string.h>

#include "model/step.h"
#include "show.h"

#define FIGURES_MAX 200

/* {base}, {limit} and {amount} are yuan, {ratio} is a percentage, {count} is the limit as a number,
 * each as model/step.h defines it. What stands between < and > is left out of a step without a
 * limit. */
static const struct words {
    uint8_t code;
    const char *text;
} words[] = {
    {STEP_BASE, "支付基数 {amount}"},
    {STEP_SCOPE, "不属于本待遇支付范围，由个人负担 {amount}"},
    {STEP_DEDUCTIBLE, "起付标准 {limit}，本次计入 {amount}"},
    {STEP_SEGMENT, "{base} × {ratio}% = {amount}<（{limit} 以内）>"},
    {STEP_BEFORE, "此前累计基数 {base}，扣除此前应付 {amount}"},
    {STEP_QUOTA, "按限额支付：计算 {base}，限额余额 {limit}，支付 {amount}"},
    {STEP_EXCESS, "超过限额的合规费用 {amount}"},
    {STEP_POOL_CLOSED, "统筹待遇未享受（等待期或欠费），不支付"},
    {STEP_ACCOUNT, "个人账户可支付 {base}，余额 {limit}，支付 {amount}"},
    {STEP_CASH, "现金支付 {amount}"},
    {STEP_SITUATION, "按此情形的规则计算"},
    {STEP_NEWBORN, "新生儿随父母享受待遇"},
    {STEP_PART, "自该日起分段结算，本段费用 {amount}"},
    {STEP_TRANSITION, "就高不就低：新办法个人负担 {base}，原办法 {limit}，按 {amount}"},
    {STEP_CARRIED, "上次住院未用完的起付标准 {amount}，代替本次的 {limit}"},
    {STEP_PERIOD, "结算周期内的支付基数 {amount}"},
    {STEP_MERGED, "与上次住院合并：本次起付标准 {limit}，此前已计 {base}，应付 {amount}"},
    {STEP_LEFT, "未用完的起付标准 {amount}，留待下次住院"},
    {STEP_CEILING, "限额内明细 {base}，保留 {limit}，超出限额 {amount}"},
    {STEP_HOSPITAL_LINES, "由医疗机构负担的明细 {amount}"},
    {STEP_FIRST_SELFPAY, "先行自付 {base} × {ratio}% = {amount}"},
    {STEP_POINTS, "支付比例提高 {ratio} 个百分点"},
    {STEP_POINTS_OFF, "支付比例降低 {ratio} 个百分点"},
    {STEP_MULTIPLY, "支付比例按 {ratio}% 折算"},
    {STEP_PERSONAL_SHARE, "个人负担比例按 {ratio}% 折算"},
    {STEP_LUMP, "定额 {limit}，费用 {base}，支付 {amount}"},
    {STEP_CASH_BENEFIT, "定额余下 {amount} 另以现金待遇发给"},
    {STEP_DEDC_TIMES, "起付标准按 {ratio}% 计算"},
    {STEP_DEDC_PLUS, "起付标准增加 {amount}"},
    {STEP_CAP_RAISED, "限额由 {base} 提高到 {limit}"},
    {STEP_BANDS_BEFORE, "当年分段已累计 {amount}，本次接着分段"},
    {STEP_UNCAPPED, "不设封顶线"},
    {STEP_GUARANTEE, "保底：{base} × {ratio}%，已支付 {limit}，不足 {amount}"},
    {STEP_PAID_LATER, "事后支付 {amount}，本次由个人垫付"},
    {STEP_FAMILY, "共济账户可支付 {base}，余额 {limit}，支付 {amount}"},
    {STEP_PACKAGE, "套餐价格 {limit}，费用 {base}，医院承担 {amount}"},
    {STEP_PACKAGE_SHARE, "按价格分担：{base} − {limit} = {amount}"},
    {STEP_INSTITUTION, "医疗机构盈亏：价格 {limit} − 费用 {base} = {amount}"},
    {STEP_INSTITUTION_DUE, "本次支付 {base}，按支付方式应付医疗机构 {amount}"},
    {STEP_ALLOWANCE, "津贴 {count} 天，月工资 {base}，应发 {amount}"},
};

static bool is(const char *name, size_t size, const char *wanted)
{
    return size == strlen(wanted) && memcmp(name, wanted, size) == 0;
}

/* The figure named at `name`, in its words. */
static const char *figure(const Copay__Step *s, const char *name, size_t size, char *buf)
{
    if (is(name, size, "ratio"))
        return money_format(s->ratio, 2, -1, buf);
    if (is(name, size, "count"))
        return money_format(s->limit, 0, 0, buf);
    return money_yuan(is(name, size, "base")    ? s->base_amt
                      : is(name, size, "limit") ? s->limit
                                                : s->amount,
                      buf);
}

/* A cap has its clause. What has none is the bill: nobody pays more than is left of it. */
#define REST_OF_BILL "计算 {base}，以本次费用的未付部分为限，按 {amount}"

static const char *words_of(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (words[i].code == code)
            return words[i].text;
    return NULL;
}

static void step_text(const Copay__Step *s, char *buf, size_t size)
{
    char yuan[MONEY_TEXT];
    const bool rest = s->code == STEP_QUOTA && !(s->clause && s->clause[0]);
    const char *text = rest ? REST_OF_BILL : words_of(s->code);
    size_t used = 0;
    if (!text) { /* a newer daemon's */
        snprintf(buf, size, "步骤 %u：%s", s->code, money_yuan(s->amount, yuan));
        return;
    }
    for (; *text && used + 1 < size; text++) {
        if (*text == '<' && !s->has_limit)
            text = strchr(text, '>');
        else if (*text == '{') {
            size_t length = strcspn(++text, "}");
            used += (size_t)snprintf(buf + used, size - used, "%s", figure(s, text, length, yuan));
            text += length;
        } else if (*text != '<' && *text != '>')
            buf[used++] = *text;
    }
    buf[used < size ? used : size - 1] = '\0';
}

void show_steps(const struct show *show, const Copay__Settlement *s)
{
    const char *shown = "";
    if (s->n_steps == 0)
        return;
    fprintf(show->out, "\n待遇计算\n");
    for (size_t i = 0; i < s->n_steps; i++) {
        const Copay__Step *step = s->steps[i];
        char text[FIGURES_MAX], clause[SHOW_CLAUSE];
        const char *layer = step->layer ? step->layer : shown;
        if (layer[0] && strcmp(layer, shown) != 0)
            fprintf(show->out, "  %s（%s）\n", show_layer(show, layer), layer);
        shown = layer;
        step_text(step, text, sizeof text);
        fprintf(show->out, "  %s%s%s\n", layer[0] ? "  " : "", text,
                show_clause(step->clause, clause));
    }
}
