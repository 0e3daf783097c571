/* Settlement of an answer: heads and totals, lines with their splits, fund rows, steps, and the
 * accumulators that it moved. A pre-settlement has no setl_id; a void has no lines and no steps.
 * Pure. */
#include <string.h>

#include "base/id.h"
#include "wire/build.h"

static const char *const owner_names[] = {"",           "county",  "insurer", "civil_servant",
                                          "assistance", "account", "hospital"};

static char *field_name(uint8_t field, uint8_t owner_kind)
{
    if (field < FUND_FIELDS)
        return (char *)fund_field_names[field];
    return owner_kind == OWNER_HOSPITAL ? "hosp_part_amt" : "acct_pay";
}

static char *owner_name(uint8_t owner_kind)
{
    CHECK(owner_kind < ARRAY_LEN(owner_names));
    return owner_kind ? (char *)owner_names[owner_kind] : NULL;
}

/* Absent rather than empty. */
static char *some(const char *text)
{
    return text && text[0] ? (char *)text : NULL;
}

static char *clause_id(const struct reply *reply, uint16_t clause)
{
    if (clause == 0 || !reply->texts.clause_id)
        return NULL;
    return some(reply->texts.clause_id(reply->texts.policy, clause));
}

static void build_heads(const struct reply *reply, struct pool *pool, Copay__Settlement *m)
{
    const struct settlement *s = reply->settlement;
    const char *visit = s->refd_setl_flag ? s->init_setl_id : s->setl_id;
    m->setl_id = some(s->setl_id);
    if (visit[0]) /* the encounter is its settlement's number (id_format_mdtrt) */
        m->mdtrt_id = build_text(pool, "M%s", visit + 1);
    m->psn_no = some(s->psn_no);
    m->psn_name = some(reply->psn_name);
    m->insutype = build_text(pool, "%u", s->insutype);
    m->psn_type = some(s->psn_type);
    m->med_type = some(s->med_type);
    m->fixmedins_code = some(s->fixmedins_code);
    m->has_setl_time = m->has_begntime = m->has_endtime = m->has_year = true;
    m->setl_time = s->setl_time;
    m->begntime = s->begntime;
    m->endtime = s->endtime;
    m->year = s->year;
    m->ipt_otp_no = some(s->ipt_otp_no);
    m->chrg_bchno = some(s->chrg_bchno);
    m->init_setl_id = some(s->init_setl_id);
    m->has_refd_setl_flag = m->refd_setl_flag = s->refd_setl_flag;
    m->clr_optins = some(s->clr_optins);
    m->clr_way = some(s->clr_way);
    m->clr_type = some(s->clr_type);
    m->setl_optins = some(s->setl_optins);
    m->insuplc_admdvs = some(s->insuplc_admdvs);
    m->identities = some(s->identities);
    m->policy = some(reply->policy_digest);
}

/* Absent money differs from zero: every total is written. */
static void build_totals(const struct totals *t, Copay__Settlement *m)
{
#define AMOUNT(field, value) m->has_##field = true, m->field = (value)
    AMOUNT(medfee_sumamt, t->medfee_sumamt);
    AMOUNT(fulamt_ownpay_amt, t->fulamt_ownpay_amt);
    AMOUNT(overlmt_selfpay, t->overlmt_selfpay);
    AMOUNT(preselfpay_amt, t->preselfpay_amt);
    AMOUNT(inscp_scp_amt, t->inscp_scp_amt);
    AMOUNT(act_pay_dedc, t->act_pay_dedc);
    AMOUNT(hifp_pay, t->fund[FUND_HIFP]);
    AMOUNT(cvlserv_pay, t->fund[FUND_CVLSERV]);
    AMOUNT(hifes_pay, t->fund[FUND_HIFES]);
    AMOUNT(hifmi_pay, t->fund[FUND_HIFMI]);
    AMOUNT(hifob_pay, t->fund[FUND_HIFOB]);
    AMOUNT(hifdm_pay, t->fund[FUND_HIFDM]);
    AMOUNT(maf_pay, t->fund[FUND_MAF]);
    AMOUNT(oth_pay, t->fund[FUND_OTH]);
    AMOUNT(fund_pay_sumamt, t->fund_pay_sumamt);
    AMOUNT(psn_part_amt, t->psn_part_amt);
    AMOUNT(acct_pay, t->acct_pay);
    AMOUNT(acct_mulaid_pay, t->acct_mulaid_pay);
    AMOUNT(psn_cash_pay, t->psn_cash_pay);
    AMOUNT(hosp_part_amt, t->hosp_part_amt);
    AMOUNT(psn_selfpay_amt, t->psn_selfpay_amt);
    AMOUNT(psn_ownpay_amt, t->psn_ownpay_amt);
    AMOUNT(balc, t->balc);
#undef AMOUNT
}

static void build_lines(const struct reply *reply, struct pool *pool, Copay__Settlement *m)
{
    const struct result *result = reply->result;
    const struct claim *claim = &reply->request->claim;
    CHECK(result->line_count == claim->line_count);
    Copay__LineSplit *out = pool_list(pool, result->line_count, sizeof *out, (void ***)&m->lines);
    for (uint32_t i = 0; out && i < result->line_count; i++) {
        const struct line_split *in = &result->lines[i];
        copay__line_split__init(&out[i]);
        out[i].feedetl_sn = (char *)claim->lines[i].feedetl_sn;
        out[i].det_item_fee_sumamt = in->det_item_fee_sumamt;
#define PART(field) out[i].has_##field = in->field != 0, out[i].field = in->field
        PART(fulamt_ownpay_amt);
        PART(overlmt_amt);
        PART(preselfpay_amt);
        PART(inscp_scp_amt);
#undef PART
        out[i].has_pric_uplmt_amt = in->pric_uplmt_amt >= 0;
        out[i].pric_uplmt_amt = in->pric_uplmt_amt;
        out[i].has_selfpay_prop = in->selfpay_prop != 0;
        out[i].selfpay_prop = (uint32_t)in->selfpay_prop;
        out[i].chrgitm_lv = in->chrgitm_lv;
        out[i].med_chrgitm_type = in->med_chrgitm_type;
        out[i].has_bas_medn_flag = out[i].bas_medn_flag = in->bas_medn_flag;
        out[i].has_reason = in->reason != in->chrgitm_lv;
        out[i].reason = in->reason;
        out[i].clause = clause_id(reply, in->clause);
        m->n_lines = i + 1;
    }
}

/* The rows as they are kept; their clauses are the result's, which a void has not. */
static void build_rows(const struct reply *reply, struct pool *pool, Copay__Settlement *m)
{
    const struct settlement *s = reply->settlement;
    const struct result *result = reply->result;
    CHECK(!result || result->row_count == s->row_count);
    Copay__SetlDetail *out = pool_list(pool, s->row_count, sizeof *out, (void ***)&m->setldetail);
    for (uint32_t i = 0; out && i < s->row_count; i++) {
        const struct settlement_row *in = &s->rows[i];
        copay__setl_detail__init(&out[i]);
        out[i].layer = (char *)in->layer;
        out[i].fund_pay_type = (char *)in->fund_pay_type;
        out[i].field = field_name(in->field, in->owner_kind);
        out[i].owner_kind = owner_name(in->owner_kind);
        out[i].owner = some(in->owner);
        out[i].inscp_scp_amt = in->base;
        out[i].has_ratio = in->ratio != 0;
        out[i].ratio = (uint32_t)in->ratio;
        out[i].fund_payamt = in->amount;
        out[i].clause = result ? clause_id(reply, result->rows[i].clause) : NULL;
        m->n_setldetail = i + 1;
    }
}

static void build_steps(const struct reply *reply, struct pool *pool, Copay__Settlement *m)
{
    const struct result *result = reply->result;
    const char *layer = "";
    Copay__Step *out = pool_list(pool, result->step_count, sizeof *out, (void ***)&m->steps);
    for (uint32_t i = 0; out && i < result->step_count; i++) {
        const struct step *in = &result->steps[i];
        copay__step__init(&out[i]);
        out[i].code = in->code;
        /* A layer's steps stand together. */
        out[i].layer = strcmp(in->layer, layer) == 0 ? NULL : (char *)in->layer;
        layer = in->layer;
        out[i].has_base_amt = in->base != 0;
        out[i].base_amt = in->base;
        out[i].has_ratio = in->ratio != 0;
        out[i].ratio = (uint32_t)in->ratio;
        out[i].has_limit = in->limit != 0;
        out[i].limit = in->limit;
        out[i].amount = in->amount;
        out[i].clause = clause_id(reply, in->clause);
        m->n_steps = i + 1;
    }
}

/* What each moved accumulator stands at now; one that came to nothing is not kept, and reads 0. */
static void build_moved(const struct reply *reply, const struct accum *moved, uint32_t count,
                        struct pool *pool, Copay__Settlement *m)
{
    build_accums(moved, count, pool, &m->accumulators);
    if (pool->exhausted)
        return;
    m->n_accumulators = count;
    for (uint32_t i = 0; i < count; i++) {
        Copay__Accumulator *out = m->accumulators[i];
        out->has_moved = true;
        out->moved = moved[i].value;
        out->value = accum_get(reply->accums_after, moved[i].year, moved[i].insutype,
                               (enum accum_kind)moved[i].kind, moved[i].scope);
    }
}

Copay__Settlement *build_settlement(const struct reply *reply, struct pool *pool)
{
    const struct settlement *s = reply->settlement;
    const struct result *result = reply->result;
    Copay__Settlement *m = pool_take(pool, sizeof *m);
    if (!m)
        return NULL;
    copay__settlement__init(m);
    build_heads(reply, pool, m);
    build_totals(result ? &result->totals : &s->totals, m);
    if (result)
        build_lines(reply, pool, m);
    build_rows(reply, pool, m);
    if (result)
        build_steps(reply, pool, m);
    if (result)
        build_moved(reply, result->deltas, result->delta_count, pool, m);
    else
        build_moved(reply, s->deltas, s->delta_count, pool, m);
    return pool->exhausted ? NULL : m;
}
