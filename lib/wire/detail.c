/* StatementDetail -> struct detail_query, and struct detail -> stmtdetail. Pure. */
#include "wire/detail.h"

#include <string.h>

#include "wire/bounds.h"
#include "wire/claim.h"
#include "wire/statement.h"

static void read_row(const Copay__StatementRow *m, struct detail_row *out,
                     struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->setl_id = b.label = bounds_text(&b, "setl_id", m->setl_id, ID_SETL);
    out->msgid = bounds_text(&b, "rows.msgid", m->msgid, ID_MSGID);
    out->psn_no = bounds_required(&b, "psn_no", m->psn_no, TEXT_ID_MAX);
    out->medfee_sumamt = m->medfee_sumamt;
    out->fund_pay_sumamt = m->fund_pay_sumamt;
    out->acct_pay = m->acct_pay;
    out->refd_setl_flag = m->refd_setl_flag;
    if (!out->setl_id[0] && !out->msgid[0])
        problem_add(problems, REASON_FIELD_MISSING, "setl_id", NULL, "setl_id / msgid");
}

static void read_cursor(const struct bounds *b, const Copay__StatementCursor *m,
                        struct detail_query *out)
{
    struct detail_cursor *from = &out->from;
    *from = (struct detail_cursor){.date = out->begndate};
    if (!m)
        return;
    const bool behind = m->row == out->row_count;
    from->row = m->row;
    from->date = m->has_business_date ? m->business_date : out->begndate;
    from->voids = m->has_refd_setl_flag && m->refd_setl_flag;
    from->sequence = m->has_sequence ? m->sequence : 0;
    if (m->row > out->row_count || from->date < out->begndate || from->date > out->enddate ||
        (!behind && (from->date != out->begndate || from->voids || from->sequence > 0)))
        problem_add(b->problems, REASON_FIELD_INVALID, "from", NULL, NULL);
}

enum err detail_read(const Copay__StatementDetail *m, struct arena *arena, struct detail_query *out,
                     struct problems *problems)
{
    const struct bounds b = {.problems = problems};
    struct detail_row *rows = arena_alloc(arena, (m->n_rows + 1) * sizeof *rows);
    if (!rows)
        return ERR_NOMEM;
    *out = (struct detail_query){.refd_given = m->has_refd_setl_flag,
                                 .refd_setl_flag = m->has_refd_setl_flag && m->refd_setl_flag,
                                 .row_count = (uint32_t)m->n_rows,
                                 .rows = rows};
    statement_read_kind(&b, m->insutype, m->clr_type, m->setl_optins, &out->kind);
    if (!out->kind.insutype[0])
        problem_add(problems, REASON_FIELD_MISSING, "insutype", NULL, NULL);
    out->begndate = bounds_date(&b, "stmt_begndate", m->stmt_begndate);
    out->enddate = bounds_date(&b, "stmt_enddate", m->stmt_enddate);
    statement_check_dates(&b, out->begndate, out->enddate, STATEMENT_DAYS_MAX);
    for (size_t i = 0; i < m->n_rows; i++)
        read_row(m->rows[i], &rows[i], problems);
    read_cursor(&b, m->from, out);
    return ERR_OK;
}

static uint32_t side_of(enum detail_cause cause)
{
    switch (cause) {
    case DETAIL_LACKS:
        return STATEMENT_OURS_MORE;
    case DETAIL_UNKNOWN:
    case DETAIL_REFUSED:
    case DETAIL_BARRED:
    case DETAIL_REPEATED:
        return STATEMENT_THEIRS_MORE;
    case DETAIL_FIGURES:
    case DETAIL_ELSEWHERE:
        break;
    }
    return STATEMENT_DIFFERS;
}

static const char *memo_of(enum detail_cause cause)
{
    static const char *const memos[] = {
        [DETAIL_LACKS] = "医药机构无此单据",
        [DETAIL_UNKNOWN] = "中心无此单据",
        [DETAIL_REFUSED] = "中心已拒绝该报文,未结算",
        [DETAIL_BARRED] = "该报文到达前已被冲正,未结算",
        [DETAIL_REPEATED] = "同一单据重复列出",
        [DETAIL_FIGURES] = "双方所记不一致",
        [DETAIL_ELSEWHERE] = "不属于所对的险种、清算类别、经办机构或日期",
    };
    CHECK((size_t)cause < ARRAY_LEN(memos));
    return memos[cause];
}

static void write_signed_field(struct out *out, uint32_t field, int64_t value)
{
    uint8_t *p = out_room(out, PUT_NUMBER_MAX);
    if (p)
        out_to(out, put_signed(p, field, value));
}

static void write_difference(const struct detail_difference *d, struct out *out)
{
    size_t mark = out_open(out, 3);
    out_number(out, 1, side_of(d->cause));
    out_text(out, 2, memo_of(d->cause));
    if (d->row_given)
        out_number(out, 3, d->row);
    out_some(out, 4, d->field);
    if (d->ours_given) {
        out_text(out, 5, d->setl_id);
        out_text(out, 6, d->ours_msgid);
        out_text(out, 7, d->infno);
        out_text(out, 8, d->psn_no);
        out_number(out, 9, (uint64_t)d->date);
        out_number(out, 10, d->refd_setl_flag);
        write_signed_field(out, 11, d->medfee_sumamt);
        write_signed_field(out, 12, d->fund_pay_sumamt);
        write_signed_field(out, 13, d->acct_pay);
        out_some(out, 14, d->void_setl_id);
    } else {
        out_some(out, 6, d->msgid);
    }
    out_close(out, mark);
}

static void write_cursor(const struct detail_cursor *cursor, struct out *out)
{
    size_t mark = out_open(out, 4);
    out_number(out, 1, cursor->row);
    out_number(out, 2, (uint64_t)cursor->date);
    out_number(out, 3, cursor->voids);
    out_number(out, 4, cursor->sequence);
    out_close(out, mark);
}

void detail_write(const struct detail *detail, struct out *out)
{
    size_t whole = out_open(out, 41);
    out_number(out, 1, detail->row_count);
    out_number(out, 2, detail->setl_count);
    for (const struct detail_difference *d = detail->first; d; d = d->next)
        write_difference(d, out);
    if (detail->more)
        write_cursor(&detail->next, out);
    out_close(out, whole);
}
