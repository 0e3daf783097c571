/* Renders results as texts for policy staff. Everything it shows is in the result; it computes
 * nothing. */
#include "explain.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

/* Money in a text: each use needs a buffer of its own. */
#define YUAN(fen) money_yuan((fen), (char[MONEY_TEXT]){0})
/* 8500 as 85, 8333 as 83.33. */
#define PERCENT(ratio) money_format((ratio), 2, -1, (char[MONEY_TEXT]){0})

static const struct {
    enum step_code code;
    const char *zh, *en;
} steps[] = {
    {STEP_CLASS_A, "甲类", "class A"},
    {STEP_CLASS_B, "乙类", "class B"},
    {STEP_CLASS_C, "丙类", "class C"},
    {STEP_RESTRICTED, "不符限制条件", "restricted"},
    {STEP_LIMITED_USE, "限定用药自费", "limited use"},
    {STEP_REFUNDED, "冲减", "refund"},
    {STEP_STATED, "案例给定", "stated"},
    {STEP_BASE, "基数", "base"},
    {STEP_SCOPE, "不在支付范围", "out of scope"},
    {STEP_DEDUCTIBLE, "起付标准", "deductible"},
    {STEP_SEGMENT, "分段支付", "segment"},
    {STEP_BEFORE, "扣除此前累计", "paid before"},
    {STEP_QUOTA, "限额", "cap"},
    {STEP_EXCESS, "超过限额部分", "excess"},
    {STEP_TILT, "倾斜", "tilt"},
    {STEP_POOL_CLOSED, "统筹待遇未享受", "pool closed"},
    {STEP_ACCOUNT, "个人账户", "account"},
    {STEP_CASH, "现金", "cash"},
    {STEP_SITUATION, "情形", "situation"},
};

static const char *step_zh(uint8_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (steps[i].code == code)
            return steps[i].zh;
    return "";
}

static const char *step_en(uint8_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (steps[i].code == code)
            return steps[i].en;
    return "";
}

/* The step's arithmetic, as each code defines its figures. */
static void step_figures(const struct step *step, char *buf, size_t size)
{
    switch (step->code) {
    case STEP_DEDUCTIBLE:
        snprintf(buf, size, "应付 %s，本次 %s", YUAN(step->limit), YUAN(step->amount));
        break;
    case STEP_SEGMENT:
        snprintf(buf, size, "%s × %s%% = %s", YUAN(step->base), PERCENT(step->ratio),
                 YUAN(step->amount));
        break;
    case STEP_BEFORE:
        snprintf(buf, size, "累计 %s 时已计 %s", YUAN(step->base), YUAN(step->amount));
        break;
    case STEP_QUOTA:
        snprintf(buf, size, "余额 %s，支付 %s", YUAN(step->limit), YUAN(step->amount));
        break;
    case STEP_TILT:
        if (step->ratio)
            snprintf(buf, size, "提高 %s 个百分点，起付 %s", PERCENT(step->ratio),
                     YUAN(step->limit));
        else
            snprintf(buf, size, "起付 %s", YUAN(step->limit));
        break;
    case STEP_ACCOUNT:
        snprintf(buf, size, "可付 %s，余额 %s，支付 %s", YUAN(step->base), YUAN(step->limit),
                 YUAN(step->amount));
        break;
    default:
        snprintf(buf, size, "%s", YUAN(step->amount));
    }
}

static void print_clause(const struct policy *policy, uint16_t clause)
{
    const struct policy_clause *c = policy_clause(policy, clause);
    if (clause)
        printf("  〔%s %s；%s〕", c->id, c->text, provenance_zh(c->provenance));
    printf("\n");
}

static void print_lines(const struct policy *policy, const struct case_claim *claim,
                        const struct result *result)
{
    printf("  明细（金额 = 全自费 + 超限价 + 先自付 + 范围内）\n");
    for (uint32_t i = 0; i < result->line_count; i++) {
        const struct line_split *line = &result->lines[i];
        const struct claim_line *billed = &claim->claim.lines[i];
        printf("    %s %s %s = %s + %s + %s + %s", billed->feedetl_sn,
               line->chrgitm_lv == 1   ? "甲"
               : line->chrgitm_lv == 2 ? "乙"
                                       : "丙",
               YUAN(line->det_item_fee_sumamt), YUAN(line->fulamt_ownpay_amt),
               YUAN(line->overlmt_amt), YUAN(line->preselfpay_amt), YUAN(line->inscp_scp_amt));
        if (line->reason > STEP_CLASS_C && line->reason != STEP_STATED)
            printf("  %s", step_zh(line->reason));
        print_clause(policy, line->clause);
    }
}

static void print_situation(const struct policy *policy, const char *id)
{
    for (uint8_t i = 0; i < policy->dimension_count; i++)
        for (uint8_t j = 0; j < policy->dimensions[i].value_count; j++)
            if (strcmp(policy->dimensions[i].values[j].id, id) == 0)
                printf("    情形 %s：%s（%s）\n", policy->dimensions[i].name_zh,
                       policy->dimensions[i].values[j].name_zh, id);
}

static void print_steps(const struct policy *policy, const struct result *result)
{
    const char *shown = "";
    printf("  计算\n");
    for (uint32_t i = 0; i < result->step_count; i++) {
        const struct step *step = &result->steps[i];
        const struct layer *layer = policy_layer(policy, step->layer);
        char figures[200];
        if (step->code == STEP_SITUATION) {
            print_situation(policy, step->layer);
            continue;
        }
        if (layer && strcmp(layer->id, shown) != 0)
            printf("    %s（%s）\n", layer->name_zh, layer->id);
        shown = step->layer;
        step_figures(step, figures, sizeof figures);
        printf("    %s%s %s", layer ? "  " : "", step_zh(step->code), figures);
        print_clause(policy, step->clause);
    }
}

static void print_rows(const struct policy *policy, const struct result *result)
{
    static const char *const owners[] = {[OWNER_COUNTY] = "县区基金",
                                         [OWNER_INSURER] = "承办保险公司",
                                         [OWNER_CIVIL_SERVANT] = "公务员补助资金",
                                         [OWNER_ASSISTANCE] = "医疗救助资金",
                                         [OWNER_ACCOUNT] = "本人账户",
                                         [OWNER_HOSPITAL] = "医疗机构"};
    if (result->row_count)
        printf("  支付\n");
    for (uint32_t i = 0; i < result->row_count; i++) {
        const struct fund_row *row = &result->rows[i];
        const struct layer *layer = policy_layer(policy, row->layer);
        printf("    %s %s %s，由%s %s 支付", row->fund_pay_type,
               layer ? layer->name_zh : "个人账户", YUAN(row->amount), owners[row->owner_kind],
               row->owner);
        print_clause(policy, row->clause);
    }
}

static void print_totals(const struct totals *t)
{
    printf("  合计 医疗费 %s = 基金 %s + 个人 %s + 医院 %s\n", YUAN(t->medfee_sumamt),
           YUAN(t->fund_pay_sumamt), YUAN(t->psn_part_amt), YUAN(t->hosp_part_amt));
    printf("       范围内 %s  起付 %s  全自费 %s  超限价 %s  先自付 %s\n", YUAN(t->inscp_scp_amt),
           YUAN(t->act_pay_dedc), YUAN(t->fulamt_ownpay_amt), YUAN(t->overlmt_selfpay),
           YUAN(t->preselfpay_amt));
    printf("       个人自付 %s  个人自费 %s  账户 %s  现金 %s  账户余额 %s\n",
           YUAN(t->psn_selfpay_amt), YUAN(t->psn_ownpay_amt), YUAN(t->acct_pay),
           YUAN(t->psn_cash_pay), YUAN(t->balc));
}

static void print_deltas(const struct result *result)
{
    static const char *const kinds[] = {[ACCUM_STAYS] = "住院次数",
                                        [ACCUM_VISITS] = "就诊次数",
                                        [ACCUM_DEDC] = "起付标准",
                                        [ACCUM_PAID] = "支付",
                                        [ACCUM_BASE] = "累计基数"};
    printf("  累计变动\n");
    for (uint32_t i = 0; i < result->delta_count; i++) {
        const struct accum *delta = &result->deltas[i];
        bool count = delta->kind == ACCUM_STAYS || delta->kind == ACCUM_VISITS;
        printf(
            "    %u %u %s %s +%s\n", delta->year, delta->insutype, kinds[delta->kind], delta->scope,
            count ? money_format(delta->value, 0, -1, (char[MONEY_TEXT]){0}) : YUAN(delta->value));
    }
}

void explain_claim(const struct policy_case *policy_case, uint32_t number,
                   const struct case_claim *claim, const struct policy *policy,
                   const struct result *result)
{
    const struct policy_med_type *type = policy_med_type(policy, claim->claim.med_type);
    char from[DATE_TEXT], to[DATE_TEXT];
    printf("第 %u 次结算（共 %u 次） %s 险种 %u 人员类别 %s 级别 %s %s 至 %s\n", number,
           policy_case->claim_count, type ? type->name_zh : claim->claim.med_type, result->insutype,
           result->psn_type, policy->grades[claim->institution.benefit_grade],
           date_format(date_of_time(claim->claim.begntime), from),
           date_format(date_of_time(claim->claim.endtime), to));
    print_lines(policy, claim, result);
    print_steps(policy, result);
    print_rows(policy, result);
    print_totals(&result->totals);
    print_deltas(result);
}

void explain_problems(const struct problems *problems)
{
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->list[i];
        printf("  拒绝 refused %s %s%s%s %s / %s\n", reason_name(problem->reason), problem->field,
               problem->feedetl_sn[0] ? " 明细 line " : "", problem->feedetl_sn, problem->zh,
               problem->en);
    }
}

static bool in_field(const struct policy *policy, const struct step *step, size_t offset)
{
    const struct layer *layer = policy_layer(policy, step->layer);
    if (offset == offsetof(struct totals, act_pay_dedc))
        return step->code == STEP_DEDUCTIBLE && layer && layer->counts_dedc;
    if (offset == offsetof(struct totals, acct_pay) || offset == offsetof(struct totals, balc))
        return step->code == STEP_ACCOUNT;
    if (layer && offset == offsetof(struct totals, fund) + (size_t)layer->field * sizeof(int64_t))
        return step->code != STEP_EXCESS;
    return false;
}

/* The line that has most of a component of the split; NULL when none has any. */
static const int64_t *component(const struct line_split *line, size_t offset)
{
    if (offset == offsetof(struct totals, fulamt_ownpay_amt))
        return &line->fulamt_ownpay_amt;
    if (offset == offsetof(struct totals, overlmt_selfpay))
        return &line->overlmt_amt;
    if (offset == offsetof(struct totals, preselfpay_amt))
        return &line->preselfpay_amt;
    if (offset == offsetof(struct totals, inscp_scp_amt))
        return &line->inscp_scp_amt;
    return NULL;
}

static char *line_origin(const struct result *result, size_t offset, char buf[EXPLAIN_TEXT])
{
    uint32_t most = 0;
    for (uint32_t i = 1; i < result->line_count; i++)
        if (*component(&result->lines[i], offset) > *component(&result->lines[most], offset))
            most = i;
    const struct line_split *line = &result->lines[most];
    snprintf(buf, EXPLAIN_TEXT, "明细 line %u %s %s %s（先自付比例 %s%%）", most + 1,
             step_zh(line->chrgitm_lv), step_en(line->chrgitm_lv), YUAN(*component(line, offset)),
             PERCENT(line->selfpay_prop));
    return buf;
}

char *explain_origin(const struct policy *policy, const struct result *result, size_t offset,
                     char buf[EXPLAIN_TEXT])
{
    const struct step *origin = NULL;
    if (result->line_count && component(&result->lines[0], offset))
        return line_origin(result, offset, buf);
    for (uint32_t i = 0; i < result->step_count; i++)
        if (in_field(policy, &result->steps[i], offset))
            origin = &result->steps[i];
    if (!origin) {
        bool fund = offset >= offsetof(struct totals, fund) &&
                    offset < offsetof(struct totals, fund_pay_sumamt);
        snprintf(buf, EXPLAIN_TEXT, "%s",
                 fund ? "没有待遇层支付此项 no layer paid into it"
                      : "各层支付之后的合计 a sum after all layers");
        return buf;
    }
    char figures[200];
    const struct layer *layer = policy_layer(policy, origin->layer);
    const struct policy_clause *clause = policy_clause(policy, origin->clause);
    step_figures(origin, figures, sizeof figures);
    snprintf(buf, EXPLAIN_TEXT, "%s (%s) %s %s %s [%s %s]", layer ? layer->name_zh : "",
             origin->layer, step_zh(origin->code), step_en(origin->code), figures, clause->id,
             provenance_zh(clause->provenance));
    return buf;
}
