/* The explanation: each layer's steps in Chinese, in the order they were taken. */
#include <string.h>

#include "model/step.h"
#include "show.h"

#define FIGURES_MAX 200

/* The step in words, as model/step.h defines its figures. */
static void step_text(const Copay__Step *s, char *buf, size_t size)
{
    switch (s->code) {
    case STEP_BASE:
        snprintf(buf, size, "支付基数 %s", YUAN(s->amount));
        break;
    case STEP_SCOPE:
        snprintf(buf, size, "不属于本待遇支付范围，由个人负担 %s", YUAN(s->amount));
        break;
    case STEP_DEDUCTIBLE:
        snprintf(buf, size, "起付标准 %s，本次计入 %s", YUAN(s->limit), YUAN(s->amount));
        break;
    case STEP_SEGMENT:
        snprintf(buf, size, "%s × %s%% = %s", YUAN(s->base_amt), PERCENT(s->ratio),
                 YUAN(s->amount));
        if (s->has_limit)
            snprintf(buf + strlen(buf), size - strlen(buf), "（%s 以内）", YUAN(s->limit));
        break;
    case STEP_BEFORE:
        snprintf(buf, size, "此前累计基数 %s，扣除此前应付 %s", YUAN(s->base_amt), YUAN(s->amount));
        break;
    case STEP_QUOTA:
        snprintf(buf, size, "按限额支付：计算 %s，限额余额 %s，支付 %s", YUAN(s->base_amt),
                 YUAN(s->limit), YUAN(s->amount));
        break;
    case STEP_EXCESS:
        snprintf(buf, size, "超过限额的合规费用 %s", YUAN(s->amount));
        break;
    case STEP_TILT:
        snprintf(buf, size, "困难群体倾斜：起付标准 %s，支付比例提高 %s 个百分点", YUAN(s->limit),
                 PERCENT(s->ratio));
        break;
    case STEP_POOL_CLOSED:
        snprintf(buf, size, "统筹待遇未享受（等待期或欠费），不支付");
        break;
    case STEP_ACCOUNT:
        snprintf(buf, size, "个人账户可支付 %s，余额 %s，支付 %s", YUAN(s->base_amt),
                 YUAN(s->limit), YUAN(s->amount));
        break;
    case STEP_SITUATION:
        snprintf(buf, size, "按此情形的规则计算");
        break;
    case STEP_GUARANTEE:
        snprintf(buf, size, "保底：%s × %s%%，已支付 %s，不足 %s", YUAN(s->base_amt),
                 PERCENT(s->ratio), YUAN(s->limit), YUAN(s->amount));
        break;
    case STEP_PAID_LATER:
        snprintf(buf, size, "事后支付 %s，本次由个人垫付", YUAN(s->amount));
        break;
    case STEP_FAMILY:
        snprintf(buf, size, "共济账户可支付 %s，余额 %s，支付 %s", YUAN(s->base_amt),
                 YUAN(s->limit), YUAN(s->amount));
        break;
    case STEP_CASH:
        snprintf(buf, size, "现金支付 %s", YUAN(s->amount));
        break;
    case STEP_CARRIED:
        snprintf(buf, size, "上次住院未用完的起付标准 %s，代替本次的 %s", YUAN(s->amount),
                 YUAN(s->limit));
        break;
    case STEP_LEFT:
        snprintf(buf, size, "未用完的起付标准 %s，留待下次住院", YUAN(s->amount));
        break;
    case STEP_HOSPITAL_LINES:
        snprintf(buf, size, "由医疗机构负担的明细 %s", YUAN(s->amount));
        break;
    default: /* a newer daemon's */
        snprintf(buf, size, "步骤 %u：%s", s->code, YUAN(s->amount));
    }
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
