/* Statement -> struct statement_query, and struct statement -> stmtinfo. Pure. */
#include "wire/statement.h"

#include <string.h>

#include "wire/bounds.h"
#include "wire/claim.h"

#define CLR_TYPE_MAX 6
/* Three sums and their heads. */
#define TOTALS_MAX (PUT_BYTES_MAX(3 * PUT_BYTES_MAX(5 * PUT_NUMBER_MAX)))

static void need(const struct bounds *b, const char *field, bool given)
{
    if (!given)
        problem_add(b->problems, REASON_FIELD_MISSING, field, NULL, NULL);
}

static void must_not(const struct bounds *b, const char *field, bool given)
{
    if (given)
        problem_add(b->problems, REASON_FIELD_INVALID, field, NULL, NULL);
}

void statement_read_kind(const struct bounds *b, const char *insutype, const char *clr_type,
                         const char *setl_optins, struct statement_kind *out)
{
    insutype = claim_read_insutype(b, insutype);
    clr_type = bounds_text(b, "clr_type", clr_type, CLR_TYPE_MAX);
    setl_optins = setl_optins && setl_optins[0] ? bounds_admdvs(b, "setl_optins", setl_optins) : "";
    if (insutype[0] || clr_type[0] || setl_optins[0]) {
        need(b, "insutype", insutype[0] != '\0');
        need(b, "clr_type", clr_type[0] != '\0');
        need(b, "setl_optins", setl_optins[0] != '\0');
    }
    memcpy(out->insutype, insutype, strlen(insutype) + 1);
    memcpy(out->clr_type, clr_type, strlen(clr_type) + 1);
    memcpy(out->setl_optins, setl_optins, strlen(setl_optins) + 1);
}

static void read_figures(const struct bounds *b, const Copay__Statement *m,
                         struct statement_query *out)
{
    out->figures_given = m->has_medfee_sumamt || m->has_fund_pay_sumamt || m->has_acct_pay ||
                         m->has_fixmedins_setl_cnt;
    if (!out->figures_given)
        return;
    need(b, "medfee_sumamt", m->has_medfee_sumamt);
    need(b, "fund_pay_sumamt", m->has_fund_pay_sumamt);
    need(b, "acct_pay", m->has_acct_pay);
    need(b, "fixmedins_setl_cnt", m->has_fixmedins_setl_cnt);
    out->figures = (struct statement_sums){.setl_cnt = m->fixmedins_setl_cnt,
                                           .medfee_sumamt = m->medfee_sumamt,
                                           .fund_pay_sumamt = m->fund_pay_sumamt,
                                           .acct_pay = m->acct_pay};
}

void statement_check_dates(const struct bounds *b, int32_t begndate, int32_t enddate,
                           int32_t days_max)
{
    if (enddate < begndate || enddate - begndate >= days_max)
        problem_addf(b->problems, REASON_STATEMENT_DATES, "stmt_enddate", NULL, "%d > %d",
                     enddate - begndate + 1, days_max);
}

void statement_read(const Copay__Statement *m, struct statement_query *out,
                    struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    *out = (struct statement_query){.refd_given = m->has_refd_setl_flag,
                                    .refd_setl_flag = m->has_refd_setl_flag && m->refd_setl_flag};
    out->begndate = bounds_date(&b, "stmt_begndate", m->stmt_begndate);
    out->enddate = bounds_date(&b, "stmt_enddate", m->stmt_enddate);
    statement_read_kind(&b, m->insutype, m->clr_type, m->setl_optins, &out->kind);
    read_figures(&b, m, out);
    if (!out->kind.insutype[0]) {
        must_not(&b, "refd_setl_flag", out->refd_given);
        must_not(&b, "medfee_sumamt", out->figures_given);
    }
    statement_check_dates(&b, out->begndate, out->enddate,
                          out->kind.insutype[0] ? STATEMENT_DAYS_MAX : STATEMENT_KINDS_DAYS_MAX);
}

static uint8_t *put_sums(uint8_t *p, uint32_t field, const struct statement_sums *sums)
{
    uint8_t *mark = p = put_open(p, field);
    p = put_signed(p, 1, sums->setl_cnt);
    p = put_signed(p, 2, sums->medfee_sumamt);
    p = put_signed(p, 3, sums->fund_pay_sumamt);
    p = put_signed(p, 4, sums->acct_pay);
    p = put_signed(p, 5, sums->psn_cash_pay);
    return put_close(mark, p);
}

static void write_totals(struct out *out, uint32_t field, const struct statement_totals *totals)
{
    uint8_t *p = out_room(out, TOTALS_MAX);
    if (!p)
        return;
    uint8_t *mark = p = put_open(p, field);
    p = put_sums(p, 1, &totals->gross);
    p = put_sums(p, 2, &totals->voids);
    p = put_sums(p, 3, &totals->net);
    out_to(out, put_close(mark, p));
}

static const char *result_name(enum statement_result result)
{
    static const char *const names[] = {"对平", "中心多", "医药机构多", "数据不一致"};
    CHECK((size_t)result < ARRAY_LEN(names));
    return names[result];
}

void statement_write(const struct statement *statement, struct out *out)
{
    size_t whole = out_open(out, 40);
    if (statement->compared) {
        out_number(out, 1, statement->result);
        out_text(out, 2, result_name(statement->result));
    }
    write_totals(out, 3, &statement->totals);
    for (uint32_t i = 0; i < statement->day_count; i++) {
        size_t mark = out_open(out, 4);
        out_number(out, 1, (uint64_t)statement->days[i].date);
        write_totals(out, 2, &statement->days[i].totals);
        out_close(out, mark);
    }
    for (uint32_t i = 0; i < statement->kind_count; i++) {
        size_t mark = out_open(out, 5);
        out_text(out, 1, statement->kinds[i].kind.insutype);
        out_text(out, 2, statement->kinds[i].kind.clr_type);
        out_text(out, 3, statement->kinds[i].kind.setl_optins);
        write_totals(out, 4, &statement->kinds[i].totals);
        out_close(out, mark);
    }
    if (statement->kinds_more > 0)
        out_number(out, 6, statement->kinds_more);
    out_close(out, whole);
}
