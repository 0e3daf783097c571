/* The bill: lines with their four-way split, what each layer paid and who owes it, the payers, the
 * accumulators before and after. Every figure is the answer's; only "before" is computed. */
#include <string.h>

#include "base/check.h"
#include "client/copay.h"
#include "show.h"
#include "table.h"

#define LABEL_MAX 128

static const char *const reasons[] = {
    "", "甲类", "乙类", "丙类", "不符合限制条件,自费", "限定使用,自费", "冲减原明细", "按给定拆分"};

static void heading(const struct show *show, const char *text)
{
    fprintf(show->out, "\n%s\n", text);
}

static void print_heads(const struct show *show, const Copay__Settlement *s)
{
    FILE *out = show->out;
    char code[SHOW_SCOPE];
    bool voided = s->has_refd_setl_flag && s->refd_setl_flag;
    fprintf(out, "%s\n",
            voided       ? "医疗保险结算撤销单"
            : s->setl_id ? "医疗保险结算单"
                         : "医疗保险预结算单（未结算，不产生费用）");
    if (s->setl_id)
        fprintf(out, "  结算单号 %s  就诊登记号 %s\n", s->setl_id, show_text(s->mdtrt_id));
    if (s->init_setl_id)
        fprintf(out, "  撤销的结算单 %s\n", s->init_setl_id);
    fprintf(out, "  人员 %s %s  %s（%s）  人员类别 %s%s%s\n", show_text(s->psn_name),
            show_text(s->psn_no), show_insutype(s->insutype), show_text(s->insutype),
            show_text(s->psn_type), s->identities ? "  享受身份 " : "",
            s->identities ? show_code(show, "psn_idet_type", s->identities, code) : "");
    fprintf(out, "  机构 %s  医疗类别 %s  门诊/住院号 %s  批次 %s\n", show_text(s->fixmedins_code),
            show_code(show, "med_type", s->med_type, code), show_text(s->ipt_otp_no),
            s->chrg_bchno && s->chrg_bchno[0] ? s->chrg_bchno : "1");
    fprintf(out, "  就诊 %s 至 %s", MOMENT(s->begntime), MOMENT(s->endtime));
    fprintf(out, "  结算时间 %s  待遇年度 %u\n", MOMENT(s->setl_time), s->year);
    fprintf(out, "  参保地 %s  清算机构 %s  清算类别 %s  清算方式 %s\n",
            show_text(s->insuplc_admdvs), show_text(s->clr_optins), show_text(s->clr_type),
            show_text(s->clr_way));
}

/* The institution's name of the item, which the answer does not repeat. */
static const char *item_name(const struct show *show, const char *feedetl_sn)
{
    const Copay__Settle *settle = show->request ? show->request->settle : NULL;
    const Copay__Upload *upload = show->request ? show->request->upload : NULL;
    Copay__Line *const *lines = settle ? settle->lines : upload ? upload->lines : NULL;
    const size_t count = settle ? settle->n_lines : upload ? upload->n_lines : 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(lines[i]->feedetl_sn, feedetl_sn) == 0)
            return lines[i]->medins_list_name ? lines[i]->medins_list_name
                                              : lines[i]->med_list_codg;
    return "";
}

static const char *const classes[] = {"", "甲", "乙", "丙"}; /* by chrgitm_lv */

void show_lines(const struct show *show, size_t count, Copay__LineSplit *const *lines)
{
    const char *clauses[COPAY_LINE_CLASSES] = {NULL};
    Copay__LineSplit sum = COPAY__LINE_SPLIT__INIT; /* the answer's own: copay_check() */
    struct table t = table_of("lllrrrrrrrl");
    if (count == 0)
        return;
    heading(show, "费用明细（金额 = 全自费 + 超限价 + 先行自付 + 范围内）");
    table_add(&t, "明细号", "名称", "等级", "金额", "全自费", "超限价", "先行自付", "范围内",
              "自付比例", "限价", "说明");
    for (size_t i = 0; i < count; i++) {
        const Copay__LineSplit *l = lines[i];
        sum.det_item_fee_sumamt += l->det_item_fee_sumamt;
        sum.fulamt_ownpay_amt += l->fulamt_ownpay_amt;
        sum.overlmt_amt += l->overlmt_amt;
        sum.preselfpay_amt += l->preselfpay_amt;
        sum.inscp_scp_amt += l->inscp_scp_amt;
        char ratio[MONEY_TEXT + 2], note[LABEL_MAX + SHOW_CLAUSE], clause[SHOW_CLAUSE];
        char cap[MONEY_TEXT] = "无";
        snprintf(ratio, sizeof ratio, "%s%%", PERCENT(l->selfpay_prop));
        uint32_t reason = l->has_reason ? l->reason : l->chrgitm_lv;
        snprintf(note, sizeof note, "%s%s", reason < ARRAY_LEN(reasons) ? reasons[reason] : "",
                 show_clause(copay_line_clause(l, clauses), clause));
        if (l->has_pric_uplmt_amt)
            money_format(l->pric_uplmt_amt, 6, -1, cap);
        table_add(&t, l->feedetl_sn, item_name(show, l->feedetl_sn),
                  l->chrgitm_lv < ARRAY_LEN(classes) ? classes[l->chrgitm_lv] : "",
                  YUAN(l->det_item_fee_sumamt), YUAN(l->fulamt_ownpay_amt), YUAN(l->overlmt_amt),
                  YUAN(l->preselfpay_amt), YUAN(l->inscp_scp_amt), ratio, cap, note);
    }
    table_add(&t, "合计", "", "", YUAN(sum.det_item_fee_sumamt), YUAN(sum.fulamt_ownpay_amt),
              YUAN(sum.overlmt_amt), YUAN(sum.preselfpay_amt), YUAN(sum.inscp_scp_amt), "", "", "");
    table_print(&t, show->out);
}

static const char *owner_text(const Copay__SetlDetail *row, char buf[LABEL_MAX])
{
    static const char *const names[][2] = {{"county", "参保县区基金"},
                                           {"insurer", "大病保险承办机构"},
                                           {"civil_servant", "公务员医疗补助资金"},
                                           {"assistance", "医疗救助基金"},
                                           {"account", "本人个人账户"},
                                           {"hospital", "医疗机构"},
                                           {"relative", "家庭共济账户"}};
    const char *kind = show_text(row->owner_kind);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i][0], kind) == 0)
            kind = names[i][1];
    snprintf(buf, LABEL_MAX, "%s%s%s", kind, row->owner ? " " : "", show_text(row->owner));
    return buf;
}

static void print_rows(const struct show *show, const Copay__Settlement *s)
{
    struct table t = table_of("lllrrrll");
    if (s->n_setldetail == 0)
        return;
    heading(show, "基金与账户支付（基数 × 比例 = 金额）");
    table_add(&t, "项目", "基金代码", "字段", "基数", "比例", "金额", "支付方", "依据");
    for (size_t i = 0; i < s->n_setldetail; i++) {
        const Copay__SetlDetail *row = s->setldetail[i];
        char ratio[MONEY_TEXT + 2] = "", owner[LABEL_MAX], clause[SHOW_CLAUSE];
        if (row->has_ratio)
            snprintf(ratio, sizeof ratio, "%s%%", PERCENT(row->ratio));
        table_add(&t, show_layer(show, row->layer), row->fund_pay_type, row->field,
                  YUAN(row->inscp_scp_amt), ratio, YUAN(row->fund_payamt), owner_text(row, owner),
                  show_clause(row->clause, clause));
    }
    table_print(&t, show->out);
}

static void print_payers(const struct show *show, const Copay__Settlement *s)
{
    const struct {
        const char *name;
        int64_t amount;
        bool always;
    } rows[] = {
        {"医疗费总额", s->medfee_sumamt, true},
        {"基金支付总额", s->fund_pay_sumamt, true},
        {"  基本医疗保险统筹基金", s->hifp_pay, true},
        {"  公务员医疗补助", s->cvlserv_pay, false},
        {"  企业补充医疗保险", s->hifes_pay, false},
        {"  居民大病保险", s->hifmi_pay, false},
        {"  职工大额医疗费用补助", s->hifob_pay, false},
        {"  伤残人员医疗保障", s->hifdm_pay, false},
        {"  医疗救助", s->maf_pay, false},
        {"  其他", s->oth_pay, false},
        {"医院负担", s->hosp_part_amt, true},
        {"个人负担总金额", s->psn_part_amt, true},
        {"  其中 个人自付（政策范围内）", s->psn_selfpay_amt, true},
        {"    其中 转外先行自付", s->transfer_selfpay, false},
        {"  其中 个人自费（政策范围外）", s->psn_ownpay_amt, true},
        {"  由个人账户支付", s->acct_pay, true},
        {"  由共济账户支付", s->acct_mulaid_pay, false},
        {"  由现金支付", s->psn_cash_pay, true},
        {"本次起付标准", s->act_pay_dedc, false},
        {"个人账户余额", s->balc, true},
    };
    struct table t = table_of("lr");
    heading(show, "合计（元；总额 = 基金 + 个人 + 医院，个人 = 自付 + 自费 = 账户 + 现金）");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].always || rows[i].amount != 0)
            table_add(&t, rows[i].name, YUAN(rows[i].amount));
    table_print(&t, show->out);
}

static void print_accumulators(const struct show *show, const Copay__Settlement *s)
{
    struct table t = table_of("lllrrr");
    if (s->n_accumulators == 0)
        return;
    heading(show, "年度累计");
    table_add(&t, "年度", "累计", "范围", "结算前", "本次", "结算后");
    for (size_t i = 0; i < s->n_accumulators; i++) {
        const Copay__Accumulator *a = s->accumulators[i];
        char year[16], scope[SHOW_SCOPE];
        char before[MONEY_TEXT], moved[MONEY_TEXT], after[MONEY_TEXT];
        snprintf(year, sizeof year, "%u", a->year);
        table_add(&t, year, show_kind(a->kind), show_scope(show, a->scope, scope),
                  show_value(a, a->value - a->moved, before), show_value(a, a->moved, moved),
                  show_value(a, a->value, after));
    }
    table_print(&t, show->out);
}

/* Where each figure comes from, and what that source is worth. */
static void print_clauses(const struct show *show)
{
    static const char *const provenances[][2] = {
        {"official", "官方"}, {"secondary", "二手资料，未核实"}, {"illustrative", "示例数据"}};
    const Copay__ReplyEnvelope *e = show->envelope;
    if (!e || e->n_clauses == 0)
        return;
    heading(show, "依据");
    for (size_t i = 0; i < e->n_clauses; i++) {
        const char *provenance = e->clauses[i]->provenance;
        for (size_t p = 0; p < ARRAY_LEN(provenances); p++)
            if (strncmp(provenances[p][0], provenance, strlen(provenances[p][0])) == 0)
                provenance = provenances[p][1];
        fprintf(show->out, "  〔%s〕%s（%s）\n", e->clauses[i]->id, e->clauses[i]->text,
                provenance);
    }
}

void show_settlement(const struct show *show, const Copay__Settlement *s)
{
    print_heads(show, s);
    show_lines(show, s->n_lines, s->lines);
    show_steps(show, s);
    print_rows(show, s);
    print_payers(show, s);
    print_accumulators(show, s);
    print_clauses(show);
}
