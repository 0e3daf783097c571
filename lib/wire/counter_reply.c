/* What an operator at a counter is told besides bills: shifts and the answers to queries. Pure. */
#include <stdio.h>

#include "base/date.h"
#include "model/shift.h"
#include "wire/write.h"

static void write_shift_total(const struct shift_total *total, struct out *out)
{
    char insutype[8];
    size_t mark = out_open(out, 6);
    snprintf(insutype, sizeof insutype, "%u", total->insutype);
    if (total->insutype) {
        out_text(out, 1, insutype);
        out_text(out, 2, total->clr_type);
    }
    out_number(out, 3, total->refd_setl_flag);
    out_number(out, 4, total->setl_cnt);
    out_signed(out, 5, total->medfee_sumamt);
    out_signed(out, 6, total->fund_pay_sumamt);
    out_signed(out, 7, total->acct_pay);
    out_signed(out, 8, total->psn_cash_pay);
    out_close(out, mark);
}

static void write_shift(const struct shift *shift, uint32_t field, const struct request *request,
                        struct out *out)
{
    if (!shift)
        return;
    size_t mark = out_open(out, field);
    out_text(out, 1, shift->sign_no);
    out_text(out, 2, request->opter);
    out_some(out, 3, shift->dev_no);
    out_number(out, 4, (uint64_t)shift->sign_time);
    if (shift->sign_out_time)
        out_number(out, 5, (uint64_t)shift->sign_out_time);
    for (uint32_t i = 0; i < shift->total_count; i++)
        write_shift_total(&shift->totals[i], out);
    out_close(out, mark);
}

static void write_bill(const struct visit_bill *bill, uint32_t field, struct out *out)
{
    size_t mark = out_open(out, field);
    out_text(out, 1, bill->chrg_bchno);
    out_some(out, 2, bill->setl_id);
    out_some(out, 3, bill->void_setl_id);
    if (bill->line_cnt)
        out_number(out, 4, bill->line_cnt);
    out_signed(out, 5, bill->medfee_sumamt);
    out_close(out, mark);
}

static void write_visit(const struct visit *v, struct out *out)
{
    size_t mark = out_open(out, 52);
    out_text(out, 1, v->mdtrt_id);
    out_text(out, 2, v->psn_no);
    out_some(out, 3, v->psn_name);
    out_text(out, 4, v->ipt_otp_no);
    out_number(out, 5, v->inpatient);
    out_text(out, 6, v->stage);
    out_some(out, 7, v->insutype);
    out_some(out, 8, v->med_type);
    out_number(out, 9, (uint64_t)v->begntime);
    if (v->endtime)
        out_number(out, 10, (uint64_t)v->endtime);
    out_some(out, 11, v->dept_code);
    out_some(out, 12, v->bed);
    out_some(out, 13, v->atddr_no);
    out_some(out, 14, v->dise_codg);
    for (uint32_t i = 0; i < v->bill_count; i++)
        write_bill(&v->bills[i], 15, out);
    out_number(out, 16, v->settled);
    if (v->since_last_year)
        out_number(out, 17, true);
    out_close(out, mark);
}

static void write_diagnosis(const struct diagnosis *d, struct out *out)
{
    const char type[2] = {d->diag_type, '\0'};
    size_t mark = out_open(out, 53);
    out_text(out, 1, d->diag_code);
    out_some(out, 3, type);
    out_number(out, 4, d->maindiag_flag);
    out_close(out, mark);
}

/* As Line of copay.proto. */
static void write_line(const struct claim_line *line, struct out *out)
{
    size_t mark = out_open(out, 54);
    out_text(out, 1, line->feedetl_sn);
    out_text(out, 2, line->med_list_codg);
    out_signed(out, 3, line->det_item_fee_sumamt);
    out_signed(out, 4, line->cnt);
    out_number(out, 5, (uint64_t)line->pric);
    out_number(out, 6, (uint64_t)line->fee_ocur_time);
    out_some(out, 7, line->medins_list_codg);
    out_some(out, 8, line->medins_list_name);
    out_some(out, 9, line->init_feedetl_sn);
    out_some(out, 10, line->rxno);
    if (line->hosp_appr_flag)
        out_number(out, 11, line->hosp_appr_flag);
    out_some(out, 12, line->unit);
    if (line->unit_conversion)
        out_number(out, 13, (uint64_t)line->unit_conversion);
    for (uint32_t i = 0; i < line->trac_count; i++)
        out_text(out, 14, line->drug_trac_codgs[i]);
    if (line->trdn_flag)
        out_number(out, 15, true);
    out_close(out, mark);
}

static void write_cumulated(const struct cumulated *c, struct out *out)
{
    char insutype[8];
    size_t mark = out_open(out, 55);
    snprintf(insutype, sizeof insutype, "%u", c->insutype);
    out_text(out, 1, c->cum_type_code);
    out_text(out, 2, accum_kind_word(c->kind)->text);
    out_text(out, 3, c->scope);
    out_some(out, 4, c->name);
    out_text(out, 5, insutype);
    out_number(out, 6, c->year);
    out_signed(out, 7, c->value);
    out_close(out, mark);
}

/* int32 by its value as 64 bits. */
static void write_day(struct out *out, uint32_t field, int32_t day)
{
    if (day != DATE_MAX)
        out_number(out, field, (uint64_t)(int64_t)day);
}

static void write_medins(const struct medins *m, struct out *out)
{
    size_t mark = out_open(out, 56);
    out_text(out, 1, m->fixmedins_code);
    out_text(out, 2, m->name);
    out_number(out, 3, m->fixmedins_type);
    out_text(out, 4, m->admdvs);
    out_text(out, 5, m->benefit_grade);
    out_text(out, 6, m->cap_grade);
    out_text(out, 7, m->dedc_grade);
    for (uint32_t i = 0; i < m->kind_count; i++)
        out_text(out, 8, m->kinds[i]);
    write_day(out, 9, m->begndate);
    write_day(out, 10, m->enddate);
    out_close(out, mark);
}

static void write_dictionary(const struct dictionary *d, const char *policy, struct out *out)
{
    size_t mark = out_open(out, 57);
    out_text(out, 1, d->type);
    write_day(out, 2, d->begndate);
    write_day(out, 3, d->enddate);
    out_some(out, 4, policy);
    for (uint32_t i = 0; i < d->count; i++) {
        size_t word = out_open(out, 5);
        out_text(out, 1, d->list[i].value);
        out_text(out, 2, d->list[i].label);
        out_some(out, 3, d->list[i].parent);
        out_close(out, word);
    }
    out_close(out, mark);
}

void write_counter(const struct reply *reply, struct out *out)
{
    write_shift(reply->told.shift, 50, reply->request, out);
    write_shift(reply->told.closed_shift, 51, reply->request, out);
    for (uint32_t i = 0; i < reply->told.visit_count; i++)
        write_visit(&reply->told.visits[i], out);
    for (uint32_t i = 0; i < reply->told.diagnosis_count; i++)
        write_diagnosis(&reply->told.diagnoses[i], out);
    for (uint32_t i = 0; i < reply->told.line_count; i++)
        write_line(&reply->told.lines[i], out);
    for (uint32_t i = 0; i < reply->told.cumulated_count; i++)
        write_cumulated(&reply->told.cumulated[i], out);
    if (reply->told.medins)
        write_medins(reply->told.medins, out);
    if (reply->told.dictionary)
        write_dictionary(reply->told.dictionary, reply->policy_digest, out);
    out_some(out, 58, reply->told.next);
    if (reply->told.bill)
        write_bill(reply->told.bill, 59, out);
}
