/* The answer's frame: refusals with their reasons, warnings, tally; the parts are settlement.c's
 * and person.c's. */
#include "bill.h"

#include <string.h>

#include "base/check.h"
#include "show.h"

static void print_problems(const struct show *show, const char *what, size_t count,
                           Copay__Problem *const *problems)
{
    for (size_t i = 0; i < count; i++) {
        const Copay__Problem *p = problems[i];
        fprintf(show->out, "%s %u  %s / %s", what, p->code, p->zh, p->en);
        if (p->field)
            fprintf(show->out, "  字段 %s", p->field);
        if (p->feedetl_sn)
            fprintf(show->out, "  明细 %s", p->feedetl_sn);
        fprintf(show->out, "\n");
    }
}

static void print_refusal(const struct show *show, const Copay__Reply *reply)
{
    if (reply->outcome == COPAY__OUTCOME__OUTCOME_REFUSED)
        fprintf(show->out, "拒绝：交易 %s 未办理\n", reply->infno);
    print_problems(show, " ", reply->n_errors, reply->errors);
    if (reply->has_errors_more)
        fprintf(show->out, "  另有 %u 处\n", reply->errors_more);
    if (reply->setl_id)
        fprintf(show->out, "  所指结算单 %s\n", reply->setl_id);
    if (reply->mdtrt_id && reply->outcome == COPAY__OUTCOME__OUTCOME_REFUSED)
        fprintf(show->out, "  所指就诊登记 %s\n", reply->mdtrt_id);
    for (size_t i = 0; i < reply->n_setl_ids; i++)
        fprintf(show->out, "  %s %s\n", i == 0 ? "须先撤销" : "        ", reply->setl_ids[i]);
}

/* CHANGED: what the patient agreed to, beside what it is now. */
static void print_agreed(const struct show *show, const Copay__Reply *reply)
{
    const Copay__Settlement *agreed = reply->agreed, *now = reply->settlement;
    if (!agreed || !now)
        return;
    fprintf(show->out, "  约定 现金 %s 账户 %s；现为 现金 %s 账户 %s\n\n",
            YUAN(agreed->psn_cash_pay), YUAN(agreed->acct_pay), YUAN(now->psn_cash_pay),
            YUAN(now->acct_pay));
}

static void print_found(const struct show *show, const Copay__Found *found)
{
    static const char *const outcomes[] = {"", "已办理", "已拒绝", "未办理"};
    fprintf(show->out, "查到：报文 %s  交易 %s  %s\n", found->msgid, found->infno,
            found->outcome <= 3 ? outcomes[found->outcome] : "");
    if (found->setl_id)
        fprintf(show->out, "  结算单 %s\n", found->setl_id);
    if (found->void_setl_id)
        fprintf(show->out, "  已由 %s 撤销\n", found->void_setl_id);
    Copay__Reply *stored = copay__reply__unpack(NULL, found->reply.len, found->reply.data);
    if (!stored)
        return;
    fprintf(show->out, "\n当时的回答\n");
    bill_print(NULL, stored, show->envelope, show->out);
    copay__reply__free_unpacked(stored, NULL);
}

static void print_reversed(const struct show *show, const Copay__Reversed *r)
{
    static const char *const fates[] = {"", "原已结算，已撤销", "原已拒绝，无可冲正",
                                        "原未到达，今后到达亦不办理", "原已登记，已撤销"};
    fprintf(show->out, "冲正：报文 %s  交易 %s  %s\n", r->omsgid, r->oinfno,
            r->fate < ARRAY_LEN(fates) ? fates[r->fate] : "");
    if (r->setl_id)
        fprintf(show->out, "  结算单 %s  撤销单 %s\n", r->setl_id, show_text(r->void_setl_id));
}

static const char *stage_name(const char *stage)
{
    static const char *const names[][2] = {{"open", "就诊中"},
                                           {"discharged", "已出院"},
                                           {"settled", "已结算"},
                                           {"cancelled", "已撤销"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i][0], stage) == 0)
            return names[i][1];
    return stage;
}

/* How an encounter stands, and the bill that the message was about. */
static void print_encounter(const struct show *show, const Copay__EncounterState *e)
{
    fprintf(show->out, "就诊登记号 %s  %s  已结算 %u 笔\n", e->mdtrt_id, stage_name(e->stage),
            e->bill_cnt);
    if (e->has_line_cnt)
        fprintf(show->out, "  批次 %s  未结算明细 %u 条  合计 %s\n", show_text(e->chrg_bchno),
                e->line_cnt, YUAN(e->medfee_sumamt));
}

/* The tally runs on from day to day; its date is the last settlement's. */
static void print_tally(const struct show *show, const Copay__Tally *t)
{
    fprintf(show->out,
            "\n本渠道%s累计（截至 %s，险种 %s，清算类别 %s）：%llu 笔  总额 %s  基金 %s  账户 %s  "
            "现金 %s\n",
            t->refd_setl_flag ? "撤销" : "结算", DAY(t->business_date), t->insutype, t->clr_type,
            (unsigned long long)t->setl_cnt, YUAN(t->medfee_sumamt), YUAN(t->fund_pay_sumamt),
            YUAN(t->acct_pay), YUAN(t->psn_cash_pay));
}

/* The figures that an internal refusal keeps as evidence are no bill: nobody may charge them. */
static bool has_bill(const Copay__Reply *reply)
{
    return reply->settlement &&
           (reply->outcome != COPAY__OUTCOME__OUTCOME_REFUSED || reply->agreed);
}

void bill_print(const Copay__Request *request, const Copay__Reply *reply,
                const Copay__ReplyEnvelope *envelope, FILE *out)
{
    struct show show = {.request = request, .envelope = envelope, .out = out};
    print_refusal(&show, reply);
    print_agreed(&show, reply);
    if (reply->reversed)
        print_reversed(&show, reply->reversed);
    if (reply->encounter)
        print_encounter(&show, reply->encounter);
    show_lines(&show, reply->n_results, reply->results);
    if (has_bill(reply))
        show_settlement(&show, reply->settlement);
    if (reply->person)
        show_person(&show, reply->person);
    if (reply->closed_shift) {
        fprintf(out, "上一班次未签退，今已结束\n");
        show_shift(&show, reply->closed_shift);
    }
    if (reply->shift)
        show_shift(&show, reply->shift);
    if (request && request->query && reply->outcome == COPAY__OUTCOME__OUTCOME_DONE)
        show_visits(&show, reply);
    if (reply->found)
        print_found(&show, reply->found);
    if (!request || !envelope)
        return;
    print_problems(&show, "提示", envelope->n_warnings, envelope->warnings);
    if (envelope->tally)
        print_tally(&show, envelope->tally);
    fprintf(out, "\n报文 %s%s\n", reply->msgid,
            envelope->has_repeated && envelope->repeated ? "（重发：所存的原回答）" : "");
}
