/* Renders results as texts for policy staff. Everything it shows is in the result; it computes
 * nothing. */
#include "explain.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "review/words.h"

#define PRINT(...) say(stdout, lang, __VA_ARGS__)

static void print_clause(enum lang lang, const struct policy *policy, uint16_t clause)
{
    const struct policy_clause *c = policy_clause(policy, clause);
    if (clause)
        PRINT("  〔%s %s；%s〕", "  [%s %s; %s]", c->id, c->text,
              provenance_name(lang, c->provenance));
    printf("\n");
}

static void print_lines(enum lang lang, const struct policy *policy, const struct case_claim *claim,
                        const struct result *result)
{
    static const char *const classes[][4] = {
        [LANG_ZH] = {"", "甲", "乙", "丙"}, [LANG_EN] = {"", "A", "B", "C"}};
    puts(
        in_words(lang, "  明细（金额 = 全自费 + 超限价 + 先自付 + 范围内）",
                 "  lines (amount = wholly own + over the price cap + first self-pay + in scope)"));
    for (uint32_t i = 0; i < result->line_count; i++) {
        const struct line_split *line = &result->lines[i];
        const struct claim_line *billed = &claim->claim.lines[i];
        printf("    %s %s %s = %s + %s + %s + %s", billed->feedetl_sn,
               classes[lang][line->chrgitm_lv], YUAN(line->det_item_fee_sumamt),
               YUAN(line->fulamt_ownpay_amt), YUAN(line->overlmt_amt), YUAN(line->preselfpay_amt),
               YUAN(line->inscp_scp_amt));
        if (line->reason > STEP_CLASS_C && line->reason != STEP_STATED)
            printf("  %s", step_name(lang, line->reason));
        print_clause(lang, policy, line->clause);
    }
}

static void print_steps(enum lang lang, const struct policy *policy, const struct result *result)
{
    const char *shown = "";
    puts(in_words(lang, "  计算", "  steps"));
    for (uint32_t i = 0; i < result->step_count; i++) {
        const struct step *step = &result->steps[i];
        const struct layer *layer = policy_layer(policy, step->layer);
        if (layer && strcmp(layer->id, shown) != 0)
            PRINT("    %s（%s）\n", "    %s (%s)\n", layer->name_zh, layer->id);
        shown = step->layer;
        printf("    %s%s ", layer ? "  " : "", step_name(lang, step->code));
        step_figures(stdout, lang, policy, step);
        print_clause(lang, policy, step->clause);
    }
}

static void print_rows(enum lang lang, const struct policy *policy, const struct result *result)
{
    if (result->row_count)
        puts(in_words(lang, "  支付", "  payments"));
    for (uint32_t i = 0; i < result->row_count; i++) {
        const struct fund_row *row = &result->rows[i];
        PRINT("    %s %s %s，由%s %s 支付", "    %s %s %s, paid by %s %s", row->fund_pay_type,
              layer_name(lang, policy, row->layer), YUAN(row->amount),
              owner_name(lang, (enum owner_kind)row->owner_kind), row->owner);
        print_clause(lang, policy, row->clause);
    }
}

static void print_totals(enum lang lang, const struct totals *t)
{
    PRINT("  合计 医疗费 %s = 基金 %s + 个人 %s + 医院 %s\n",
          "  totals: fee %s = funds %s + patient %s + hospital %s\n", YUAN(t->medfee_sumamt),
          YUAN(t->fund_pay_sumamt), YUAN(t->psn_part_amt), YUAN(t->hosp_part_amt));
    PRINT("       范围内 %s  起付 %s  全自费 %s  超限价 %s  先自付 %s\n",
          "       in scope %s  deductible %s  wholly own %s  over the price cap %s  first self-pay "
          "%s\n",
          YUAN(t->inscp_scp_amt), YUAN(t->act_pay_dedc), YUAN(t->fulamt_ownpay_amt),
          YUAN(t->overlmt_selfpay), YUAN(t->preselfpay_amt));
    PRINT("       个人自付 %s  个人自费 %s  账户 %s  共济 %s  现金 %s  账户余额 %s\n",
          "       patient within the policy %s, outside it %s  account %s  relatives %s  cash %s  "
          "balance %s\n",
          YUAN(t->psn_selfpay_amt), YUAN(t->psn_ownpay_amt), YUAN(t->acct_pay),
          YUAN(t->acct_mulaid_pay), YUAN(t->psn_cash_pay), YUAN(t->balc));
    if (t->transfer_selfpay != 0)
        PRINT("       个人自付中转外自付 %s\n",
              "       of it first self-pay for care elsewhere %s\n", YUAN(t->transfer_selfpay));
}

static void print_deltas(enum lang lang, const struct result *result)
{
    puts(in_words(lang, "  累计变动", "  accumulators moved"));
    for (uint32_t i = 0; i < result->delta_count; i++) {
        const struct accum *delta = &result->deltas[i];
        printf("    %u %u %s %s %s%s\n", delta->year, delta->insutype,
               accum_name(lang, (enum accum_kind)delta->kind), delta->scope,
               delta->value > 0 ? "+" : "",
               accum_is_count((enum accum_kind)delta->kind)
                   ? money_format(delta->value, 0, -1, (char[MONEY_TEXT]){0})
                   : YUAN(delta->value));
    }
}

/* From the fee down to the patient's share, so that the reader can add it up. */
static void print_waterfall(enum lang lang, const struct policy *policy,
                            const struct result *result)
{
    const struct totals *t = &result->totals;
    PRINT("  医疗费 %s", "  fee %s", YUAN(t->medfee_sumamt));
    for (uint8_t i = 0; i < policy->layer_count; i++) {
        int64_t paid = 0;
        for (uint32_t j = 0; j < result->row_count; j++)
            if (result->rows[j].field != FUND_FIELDS &&
                strcmp(result->rows[j].layer, policy->layers[i].id) == 0)
                paid += result->rows[j].amount;
        if (paid)
            printf(" − %s %s", layer_name(lang, policy, policy->layers[i].id), YUAN(paid));
    }
    if (t->hosp_part_amt)
        PRINT(" − 医院 %s", " − hospital %s", YUAN(t->hosp_part_amt));
    PRINT(" = 个人 %s（账户 %s，", " = patient %s (account %s, ", YUAN(t->psn_part_amt),
          YUAN(t->acct_pay));
    if (t->acct_mulaid_pay)
        PRINT("共济 %s，", "relatives %s, ", YUAN(t->acct_mulaid_pay));
    PRINT("现金 %s）\n", "cash %s)\n", YUAN(t->psn_cash_pay));
}

void explain_head(enum lang lang, const struct policy_case *policy_case)
{
    PRINT("案例 %s（%s）\n  来源 %s\n", "case %s (%s)\n  source %s\n", policy_case->name,
          policy_case->file, policy_case->source);
}

void explain_whose(FILE *out, enum lang lang, const struct case_claim *claim,
                   const struct policy *policy, const struct result *result)
{
    const struct policy_med_type *type = policy_med_type(policy, claim->claim.med_type);
    int class = policy_class(policy, result->insutype, result->psn_type);
    char day[DATE_TEXT];
    say(out, lang, "%s（%s", "%s (%s",
        insutype_name(lang, policy, (uint8_t)policy_insutype(policy, result->insutype)),
        class_name(lang, policy, (uint8_t) class));
    for (const char *at = result->identities; *at; at += strspn(at, ",")) {
        char code[sizeof result->identities];
        int size = (int)strcspn(at, ",");
        snprintf(code, sizeof code, "%.*s", size, at);
        int identity = policy_identity(policy, code);
        if (identity >= 0)
            say(out, lang, "、%s", ", %s", identity_name(lang, policy, (uint8_t)identity));
        at += size;
    }
    say(out, lang, "），%s，%s，%s", "), %s, %s, %s",
        lang == LANG_ZH ? type->name_zh : policy->kinds[type->kind],
        grade_name(lang, policy, claim->institution.benefit_grade),
        date_format(date_of_time(claim->setl_time), day));
}

/* A void has no lines, and its steps are its original's. */
static void explain_void(enum lang lang, const struct policy_case *policy_case, uint32_t number,
                         const struct case_claim *claim, const struct policy *policy,
                         const struct result *result)
{
    char day[DATE_TEXT];
    PRINT("第 %u 次（共 %u 次） %s 撤销第 %u 次结算\n",
          "number %u of %u: on %s settlement %u is voided\n", number, policy_case->claim_count,
          date_format(date_of_time(claim->setl_time), day), claim->voids);
    print_rows(lang, policy, result);
    print_totals(lang, &result->totals);
    print_deltas(lang, result);
}

void explain_claim(enum lang lang, const struct policy_case *policy_case, uint32_t number,
                   const struct case_claim *claim, const struct policy *policy,
                   const struct result *result)
{
    const struct policy_med_type *type = policy_med_type(policy, claim->claim.med_type);
    char from[DATE_TEXT], to[DATE_TEXT];
    if (claim->voids) {
        explain_void(lang, policy_case, number, claim, policy, result);
        return;
    }
    PRINT("第 %u 次结算（共 %u 次） %s 险种 %u 人员类别 %s 级别 %s %s 至 %s\n",
          "settlement %u of %u: %s, insurance %u, person class %s, grade %s, %s to %s\n", number,
          policy_case->claim_count, type ? type->name_zh : claim->claim.med_type, result->insutype,
          result->psn_type, grade_name(lang, policy, claim->institution.benefit_grade),
          date_format(date_of_time(claim->claim.begntime), from),
          date_format(date_of_time(claim->claim.endtime), to));
    print_lines(lang, policy, claim, result);
    print_steps(lang, policy, result);
    print_rows(lang, policy, result);
    print_waterfall(lang, policy, result);
    print_totals(lang, &result->totals);
    print_deltas(lang, result);
}

void explain_problems(enum lang lang, const struct problems *problems)
{
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->list[i];
        const char *line = problem->feedetl_sn[0] ? in_words(lang, " 明细 ", " line ") : "";
        PRINT("  拒绝 %s %s%s%s %s\n", "  refused %s %s%s%s %s\n", reason_name(problem->reason),
              problem->field, line, problem->feedetl_sn, in_words(lang, problem->zh, problem->en));
    }
}

static bool in_field(const struct policy *policy, const struct step *step, size_t offset)
{
    const struct layer *layer = policy_layer(policy, step->layer);
    if (offset == offsetof(struct totals, act_pay_dedc))
        return step->code == STEP_DEDUCTIBLE && layer && layer->counts_dedc;
    if (offset == offsetof(struct totals, transfer_selfpay))
        return step->code == STEP_FIRST_SELFPAY;
    if (offset == offsetof(struct totals, acct_pay) || offset == offsetof(struct totals, balc))
        return step->code == STEP_ACCOUNT;
    if (offset == offsetof(struct totals, acct_mulaid_pay))
        return step->code == STEP_FAMILY;
    if (step->code == STEP_HOSPITAL_LINES)
        return offset == offsetof(struct totals, hosp_part_amt);
    if (layer && layer->owner_kind == OWNER_HOSPITAL)
        return offset == offsetof(struct totals, hosp_part_amt) && step->code != STEP_EXCESS;
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
             step_name(LANG_ZH, line->chrgitm_lv), step_name(LANG_EN, line->chrgitm_lv),
             YUAN(*component(line, offset)), PERCENT(line->selfpay_prop));
    return buf;
}

char *explain_origin(const struct policy *policy, const struct result *result,
                     const struct expectation *expectation, char buf[EXPLAIN_TEXT])
{
    const struct step *origin = NULL;
    size_t offset = expectation->offset;
    if (!expectation->step && result->line_count && component(&result->lines[0], offset))
        return line_origin(result, offset, buf);
    for (uint32_t i = 0; i < result->step_count; i++)
        if (expectation->step ? result->steps[i].code == expectation->step
                              : in_field(policy, &result->steps[i], offset))
            origin = &result->steps[i];
    if (!origin) {
        bool fund = offset >= offsetof(struct totals, fund) &&
                    offset < offsetof(struct totals, fund_pay_sumamt);
        snprintf(buf, EXPLAIN_TEXT, "%s",
                 fund ? "没有待遇层支付此项 no layer paid into it"
                      : "各层支付之后的合计 a sum after all layers");
        return buf;
    }
    const struct layer *layer = policy_layer(policy, origin->layer);
    const struct policy_clause *clause = policy_clause(policy, origin->clause);
    FILE *out = fmemopen(buf, EXPLAIN_TEXT, "w");
    CHECK(out);
    fprintf(out, "%s (%s) %s %s ", layer ? layer->name_zh : "", origin->layer,
            step_name(LANG_ZH, origin->code), step_name(LANG_EN, origin->code));
    step_figures(out, LANG_ZH, policy, origin);
    if (origin->clause)
        fprintf(out, " [%s %s]", clause->id, provenance_zh(clause->provenance));
    fclose(out);
    return buf;
}
