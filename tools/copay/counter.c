/* What an operator is told besides bills: the shift, who is in hospital. */
#include <string.h>

#include "show.h"
#include "table.h"

static void print_shift_total(struct table *t, const Copay__ShiftTotal *total)
{
    char count[24];
    snprintf(count, sizeof count, "%llu", (unsigned long long)total->setl_cnt);
    table_add(t, total->insutype ? show_insutype(total->insutype) : "其余",
              show_text(total->clr_type), total->refd_setl_flag ? "撤销" : "结算", count,
              YUAN(total->medfee_sumamt), YUAN(total->fund_pay_sumamt), YUAN(total->acct_pay),
              YUAN(total->psn_cash_pay));
}

void show_shift(const struct show *show, const Copay__Shift *shift)
{
    struct table t = table_of("lllrrrrr");
    fprintf(show->out, "班次 %s  操作员 %s%s%s\n  签到 %s", shift->sign_no, shift->opter,
            shift->dev_no ? "  终端 " : "", show_text(shift->dev_no), MOMENT(shift->sign_time));
    if (shift->has_sign_out_time)
        fprintf(show->out, "  签退 %s", MOMENT(shift->sign_out_time));
    fprintf(show->out, "\n");
    if (shift->n_totals == 0)
        return;
    table_add(&t, "险种", "清算类别", "", "笔数", "总额", "基金", "账户", "现金");
    for (size_t i = 0; i < shift->n_totals; i++)
        print_shift_total(&t, shift->totals[i]);
    table_print(&t, show->out);
}

static const char *stage_zh(const Copay__Visit *v)
{
    static const char *const stages[][2] = {{"open", "就诊中"},
                                            {"discharged", "已出院"},
                                            {"settled", "已结算"},
                                            {"cancelled", "已撤销"}};
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (strcmp(v->stage, stages[i][0]) == 0)
            return stages[i][1];
    return v->stage;
}

void show_visits(const struct show *show, const Copay__Reply *reply)
{
    struct table t = table_of("llllllrrl");
    table_add(&t, "就诊ID", "人员编号", "姓名", "住院号", "床位", "自", "账单", "未结金额", "");
    for (size_t i = 0; i < reply->n_visits; i++) {
        const Copay__Visit *v = reply->visits[i];
        int64_t open = 0;
        char bills[24];
        snprintf(bills, sizeof bills, "%zu", v->n_bills);
        for (size_t k = 0; k < v->n_bills; k++)
            open += v->bills[k]->setl_id ? 0 : v->bills[k]->medfee_sumamt;
        table_add(&t, v->mdtrt_id, v->psn_no, show_text(v->psn_name), v->ipt_otp_no,
                  show_text(v->bed), MOMENT(v->begntime), bills, YUAN(open),
                  v->has_since_last_year ? "跨年未结" : stage_zh(v));
    }
    table_print(&t, show->out);
    if (reply->next)
        fprintf(show->out, "下一页 --next %s\n", reply->next);
}
