/* Settlement of an answer: heads and totals, lines with their splits, fund rows, steps, and the
 * accumulators that it moved. A pre-settlement has no setl_id; a void has no lines and no steps.
 * Pure. */
#include <string.h>

#include "base/id.h"
#include "wire/write.h"

/* setlinfo's totals have the numbers from here on. */
#define TOTALS_FIRST 30

static const char *const owner_names[] = {"",           "county",  "insurer", "civil_servant",
                                          "assistance", "account", "hospital"};

static const char *field_name(uint8_t field, uint8_t owner_kind)
{
    if (field < FUND_FIELDS)
        return fund_field_names[field];
    return owner_kind == OWNER_HOSPITAL ? "hosp_part_amt" : "acct_pay";
}

static const char *owner_name(uint8_t owner_kind)
{
    CHECK(owner_kind < ARRAY_LEN(owner_names));
    return owner_kind ? owner_names[owner_kind] : NULL;
}

static const char *clause_id(const struct reply *reply, uint16_t clause)
{
    if (clause == 0 || !reply->texts.clause_id)
        return NULL;
    return reply->texts.clause_id(reply->texts.policy, clause);
}

static void write_heads(const struct reply *reply, struct out *out)
{
    const struct settlement *s = reply->settlement;
    const char *visit = s->refd_setl_flag ? s->init_setl_id : s->setl_id;
    char mdtrt_id[ID_SETL + 1] = "", insutype[INSUTYPE_TEXT];
    if (visit[0]) { /* the encounter is its settlement's number (id_format_mdtrt) */
        memcpy(mdtrt_id, visit, sizeof mdtrt_id);
        mdtrt_id[0] = 'M';
    }
    out_some(out, 1, s->setl_id);
    out_some(out, 2, mdtrt_id);
    out_some(out, 3, s->psn_no);
    out_some(out, 4, reply->psn_name);
    out_text(out, 5, insutype_text(s->insutype, insutype));
    out_some(out, 6, s->psn_type);
    out_some(out, 7, s->med_type);
    out_some(out, 8, s->fixmedins_code);
    out_number(out, 9, (uint64_t)s->setl_time);
    out_number(out, 10, (uint64_t)s->begntime);
    out_number(out, 11, (uint64_t)s->endtime);
    out_number(out, 12, s->year);
    out_some(out, 13, s->ipt_otp_no);
    out_some(out, 14, s->chrg_bchno);
    out_some(out, 15, s->init_setl_id);
    if (s->refd_setl_flag)
        out_number(out, 16, true);
    out_some(out, 17, s->clr_optins);
    out_some(out, 18, s->clr_way);
    out_some(out, 19, s->clr_type);
    out_some(out, 20, s->setl_optins);
    out_some(out, 21, s->insuplc_admdvs);
    out_some(out, 22, s->identities);
    out_some(out, 23, reply->policy_digest);
}

/* Absent money differs from zero: every total is written. */
static void write_totals(const struct totals *t, struct out *out)
{
    const int64_t totals[] = {t->medfee_sumamt,
                              t->fulamt_ownpay_amt,
                              t->overlmt_selfpay,
                              t->preselfpay_amt,
                              t->inscp_scp_amt,
                              t->act_pay_dedc,
                              t->fund[FUND_HIFP],
                              t->fund[FUND_CVLSERV],
                              t->fund[FUND_HIFES],
                              t->fund[FUND_HIFMI],
                              t->fund[FUND_HIFOB],
                              t->fund[FUND_HIFDM],
                              t->fund[FUND_MAF],
                              t->fund[FUND_OTH],
                              t->fund_pay_sumamt,
                              t->psn_part_amt,
                              t->acct_pay,
                              t->acct_mulaid_pay,
                              t->psn_cash_pay,
                              t->hosp_part_amt,
                              t->psn_selfpay_amt,
                              t->psn_ownpay_amt,
                              t->balc};
    _Static_assert(sizeof totals == sizeof *t, "every total is written");
    for (uint32_t i = 0; i < ARRAY_LEN(totals); i++)
        out_signed(out, TOTALS_FIRST + i, totals[i]);
}

static void write_lines(const struct reply *reply, struct out *out)
{
    const struct result *result = reply->result;
    const struct claim *claim = &reply->request->claim;
    CHECK(result->line_count == claim->line_count);
    for (uint32_t i = 0; i < result->line_count; i++) {
        const struct line_split *line = &result->lines[i];
        size_t mark = out_open(out, 60);
        out_text(out, 1, claim->lines[i].feedetl_sn);
        out_signed(out, 2, line->det_item_fee_sumamt);
        out_nonzero(out, 3, line->fulamt_ownpay_amt);
        out_nonzero(out, 4, line->overlmt_amt);
        out_nonzero(out, 5, line->preselfpay_amt);
        out_nonzero(out, 6, line->inscp_scp_amt);
        if (line->pric_uplmt_amt >= 0)
            out_number(out, 7, (uint64_t)line->pric_uplmt_amt);
        if (line->selfpay_prop != 0)
            out_number(out, 8, (uint32_t)line->selfpay_prop);
        out_number(out, 9, line->chrgitm_lv);
        out_number(out, 10, line->med_chrgitm_type);
        if (line->bas_medn_flag)
            out_number(out, 11, true);
        if (line->reason != line->chrgitm_lv)
            out_number(out, 12, line->reason);
        out_some(out, 13, clause_id(reply, line->clause));
        out_close(out, mark);
    }
}

/* The rows as they are kept; their clauses are the result's, which a void has not. */
static void write_rows(const struct reply *reply, struct out *out)
{
    const struct settlement *s = reply->settlement;
    const struct result *result = reply->result;
    CHECK(!result || result->row_count == s->row_count);
    for (uint32_t i = 0; i < s->row_count; i++) {
        const struct settlement_row *row = &s->rows[i];
        size_t mark = out_open(out, 61);
        out_text(out, 1, row->layer);
        out_text(out, 2, row->fund_pay_type);
        out_text(out, 3, field_name(row->field, row->owner_kind));
        out_text(out, 4, owner_name(row->owner_kind));
        out_some(out, 5, row->owner);
        out_signed(out, 6, row->base);
        if (row->ratio != 0)
            out_number(out, 7, (uint32_t)row->ratio);
        out_signed(out, 8, row->amount);
        out_some(out, 9, result ? clause_id(reply, result->rows[i].clause) : NULL);
        out_close(out, mark);
    }
}

static void write_steps(const struct reply *reply, struct out *out)
{
    const struct result *result = reply->result;
    const char *layer = "";
    for (uint32_t i = 0; i < result->step_count; i++) {
        const struct step *step = &result->steps[i];
        size_t mark = out_open(out, 62);
        out_number(out, 1, step->code);
        /* A layer's steps stand together. */
        if (strcmp(step->layer, layer) != 0)
            out_text(out, 2, step->layer);
        layer = step->layer;
        out_nonzero(out, 3, step->base);
        if (step->ratio != 0)
            out_number(out, 4, (uint32_t)step->ratio);
        out_nonzero(out, 5, step->limit);
        out_signed(out, 6, step->amount);
        out_some(out, 7, clause_id(reply, step->clause));
        out_close(out, mark);
    }
}

/* What each moved accumulator stands at now; one that came to nothing is not kept, and reads 0. */
static void write_moved(const struct reply *reply, const struct accum *moved, uint32_t count,
                        struct out *out)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct accum *a = &moved[i];
        char insutype[INSUTYPE_TEXT];
        size_t mark = out_open(out, 63);
        out_number(out, 1, a->year);
        out_text(out, 2, insutype_text(a->insutype, insutype));
        out_text(out, 3, accum_kind_text(a->kind));
        out_text(out, 4, a->scope);
        out_signed(out, 5,
                   accum_get(reply->accums_after, a->year, a->insutype, (enum accum_kind)a->kind,
                             a->scope));
        out_signed(out, 6, a->value);
        out_close(out, mark);
    }
}

void write_settlement(const struct reply *reply, struct out *out)
{
    const struct settlement *s = reply->settlement;
    const struct result *result = reply->result;
    write_heads(reply, out);
    write_totals(result ? &result->totals : &s->totals, out);
    if (result)
        write_lines(reply, out);
    write_rows(reply, out);
    if (result)
        write_steps(reply, out);
    if (result)
        write_moved(reply, result->deltas, result->delta_count, out);
    else
        write_moved(reply, s->deltas, s->delta_count, out);
}
