/* 3201 for each kind of the books, and for each that only the daemon has; where a day's figures
 * differ, 3202 with that day's rows. */
#include "reconcile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books.h"
#include "request.h"
#include "show.h"

#define OURS_MORE 1
#define THEIRS_MORE 2

struct run {
    struct copay *copay;
    const struct options *options;
    struct arena *arena;
    struct books books;
    int32_t from, to;
    enum copay_status failed; /* COPAY_DONE: everything was answered */
    uint32_t differences;
};

static bool call(struct run *r, const char *infno, Copay__Request *request,
                 struct copay_answer *answer)
{
    request->infno = (char *)infno;
    enum copay_status status = copay_call(r->copay, request, r->options->timeout_ms, answer);
    if (status != COPAY_DONE) {
        fprintf(stderr, "copay: %s / %s\n", answer->error.zh, answer->error.en);
        r->failed = status;
    }
    return status == COPAY_DONE;
}

static bool head(struct run *r, Copay__Request *request)
{
    char fault[REQUEST_FAULT_MAX];
    if (request_head(r->options, r->arena, request, fault))
        return true;
    fprintf(stderr, "copay: %s\n", fault);
    r->failed = COPAY_INVALID;
    return false;
}

/* ---- one by one ---- */

static void print_difference(const Copay__StatementDifference *d, const struct book_entry *entries)
{
    const struct detail_row *row = d->has_row ? &entries[d->row].row : NULL;
    printf("    %s: %s%s%s\n",
           d->stmt_rslt == OURS_MORE     ? "中心多"
           : d->stmt_rslt == THEIRS_MORE ? "本机构多"
                                         : "不一致",
           d->memo, d->field ? " " : "", show_text(d->field));
    if (row)
        printf("      本机构 结算 %s 报文 %s 人员 %s %s 医疗费 %s 基金 %s 个账 %s\n", row->setl_id,
               row->msgid, row->psn_no, row->refd_setl_flag ? "退费" : "收费",
               YUAN(row->medfee_sumamt), YUAN(row->fund_pay_sumamt), YUAN(row->acct_pay));
    if (d->setl_id)
        printf("      中心   结算 %s 报文 %s 人员 %s %s 医疗费 %s 基金 %s 个账 %s%s%s\n",
               d->setl_id, d->msgid, d->psn_no, d->refd_setl_flag ? "退费" : "收费",
               YUAN(d->medfee_sumamt), YUAN(d->fund_pay_sumamt), YUAN(d->acct_pay),
               d->void_setl_id ? ",已由其撤销 " : "", show_text(d->void_setl_id));
    if (d->stmt_rslt == OURS_MORE)
        printf(
            "      补记: copay query --msgid %s;或冲正: copay reverse %s --psn-no %s --infno %s\n",
            d->msgid, d->msgid, d->psn_no, d->infno);
}

static void fill_rows(const struct book_entry *entries, size_t count, Copay__StatementRow *rows,
                      Copay__StatementRow **list)
{
    for (size_t i = 0; i < count; i++) {
        const struct detail_row *from = &entries[i].row;
        copay__statement_row__init(&rows[i]);
        rows[i].setl_id = from->setl_id[0] ? (char *)from->setl_id : NULL;
        rows[i].msgid = from->msgid[0] ? (char *)from->msgid : NULL;
        rows[i].psn_no = (char *)from->psn_no;
        rows[i].medfee_sumamt = from->medfee_sumamt;
        rows[i].fund_pay_sumamt = from->fund_pay_sumamt;
        rows[i].acct_pay = from->acct_pay;
        rows[i].refd_setl_flag = from->refd_setl_flag;
        list[i] = &rows[i];
    }
}

/* Turn after turn until all has been compared. */
static void compare_rows(struct run *r, Copay__StatementDetail *m, const struct book_entry *entries)
{
    Copay__StatementCursor from = COPAY__STATEMENT_CURSOR__INIT;
    for (bool more = true; more;) {
        Copay__Request request;
        struct copay_answer answer;
        if (!head(r, &request))
            return;
        request.statement_detail = m;
        more = call(r, "3202", &request, &answer);
        const Copay__StatementDifferences *found = more ? answer.reply->stmtdetail : NULL;
        for (size_t i = 0; found && i < found->n_differences; i++) {
            print_difference(found->differences[i], entries);
            r->differences++;
        }
        more = found && found->next;
        if (more) {
            from = *found->next;
            m->from = &from;
        }
        copay_answer_free(&answer);
    }
}

static void compare_day(struct run *r, const struct statement_kind *kind, int32_t date,
                        const struct book_entry *entries, size_t count)
{
    Copay__StatementDetail m = COPAY__STATEMENT_DETAIL__INIT;
    printf("  %s\n", DAY(date));
    if (count > DETAIL_ROWS_MAX) {
        printf("    本机构 %zu 笔,超过一次对账上限 %d\n", count, DETAIL_ROWS_MAX);
        r->differences++;
        return;
    }
    Copay__StatementRow *rows = calloc(count + 1, sizeof *rows);
    Copay__StatementRow **list = calloc(count + 1, sizeof *list);
    CHECK(rows && list);
    fill_rows(entries, count, rows, list);
    m.insutype = (char *)kind->insutype;
    m.clr_type = (char *)kind->clr_type;
    m.setl_optins = (char *)kind->setl_optins;
    m.stmt_begndate = m.stmt_enddate = date;
    m.n_rows = count;
    m.rows = list;
    uint32_t before = r->differences;
    compare_rows(r, &m, entries);
    if (r->differences == before && r->failed == COPAY_DONE) {
        printf("    合计不同而逐笔一致,请重新对账\n"); /* something came in between */
        r->differences++;
    }
    free(rows);
    free(list);
}

/* ---- totals ---- */

static bool same_sums(const struct statement_sums *a, const Copay__StatementSums *b)
{
    const struct statement_sums zeros = {0};
    const int64_t count = b ? b->setl_cnt : zeros.setl_cnt;
    return a->setl_cnt == count && a->medfee_sumamt == (b ? b->medfee_sumamt : 0) &&
           a->fund_pay_sumamt == (b ? b->fund_pay_sumamt : 0) &&
           a->acct_pay == (b ? b->acct_pay : 0);
}

static size_t of_day(const struct book_entry *entries, size_t count, int32_t date)
{
    size_t n = 0;
    while (n < count && entries[n].date == date)
        n++;
    return n;
}

static void compare_days(struct run *r, const struct statement_kind *kind, int32_t from, int32_t to,
                         const struct book_entry *entries, size_t count,
                         const Copay__StatementInfo *info)
{
    size_t day = 0;
    for (int32_t date = from; date <= to && r->failed == COPAY_DONE; date++) {
        size_t n = of_day(entries, count, date);
        struct statement_sums ours = books_net(entries, n);
        const Copay__StatementSums *theirs = NULL;
        if (day < info->n_days && info->days[day]->business_date == date)
            theirs = info->days[day++]->totals->net;
        if (!same_sums(&ours, theirs))
            compare_day(r, kind, date, entries, n);
        entries += n;
        count -= n;
    }
}

static void print_sums(const char *whose, int64_t count, int64_t medfee, int64_t fund,
                       int64_t account)
{
    printf("  %s %" PRId64 " 笔 医疗费 %s 基金 %s 个账 %s\n", whose, count, YUAN(medfee),
           YUAN(fund), YUAN(account));
}

/* These entries are all of the kind between the dates. */
static void compare_kind(struct run *r, const struct statement_kind *kind, int32_t from, int32_t to,
                         const struct book_entry *entries, size_t count)
{
    Copay__Request request;
    Copay__Statement m = COPAY__STATEMENT__INIT;
    struct copay_answer answer;
    const struct statement_sums ours = books_net(entries, count);
    if (!head(r, &request))
        return;
    m.insutype = (char *)kind->insutype;
    m.clr_type = (char *)kind->clr_type;
    m.setl_optins = (char *)kind->setl_optins;
    m.stmt_begndate = from;
    m.stmt_enddate = to;
    m.has_medfee_sumamt = m.has_fund_pay_sumamt = m.has_acct_pay = m.has_fixmedins_setl_cnt = 1;
    m.medfee_sumamt = ours.medfee_sumamt;
    m.fund_pay_sumamt = ours.fund_pay_sumamt;
    m.acct_pay = ours.acct_pay;
    m.fixmedins_setl_cnt = ours.setl_cnt;
    request.statement = &m;
    if (call(r, "3201", &request, &answer)) {
        const Copay__StatementInfo *info = answer.reply->stmtinfo;
        const Copay__StatementSums *net = info->totals->net;
        printf("%s 清算类别 %s 经办机构 %s %s 至 %s: %s\n", show_insutype(kind->insutype),
               kind->clr_type, kind->setl_optins, DAY(from), DAY(to), info->stmt_rslt_dscr);
        print_sums("本机构", ours.setl_cnt, ours.medfee_sumamt, ours.fund_pay_sumamt,
                   ours.acct_pay);
        print_sums("中心  ", net->setl_cnt, net->medfee_sumamt, net->fund_pay_sumamt,
                   net->acct_pay);
        compare_days(r, kind, from, to, entries, count, info);
    }
    copay_answer_free(&answer);
}

/* Of the books: those of the kind between the dates stand together. */
static const struct book_entry *find(const struct run *r, const struct statement_kind *kind,
                                     int32_t from, int32_t to, size_t *count)
{
    size_t first = 0;
    const struct book_entry *e = r->books.entries;
    while (first < r->books.count &&
           (books_compare_kinds(&e[first].kind, kind) != 0 || e[first].date < from))
        first++;
    *count = 0;
    while (first + *count < r->books.count &&
           books_compare_kinds(&e[first + *count].kind, kind) == 0 && e[first + *count].date <= to)
        ++*count;
    return e ? e + first : NULL;
}

static void set_text(char *out, size_t capacity, const char *text)
{
    snprintf(out, capacity, "%s", text);
}

/* Kinds of a month or less: the daemon's first, then those that only the books have. */
static void compare_dates(struct run *r, int32_t from, int32_t to)
{
    Copay__Request request;
    Copay__Statement m = COPAY__STATEMENT__INIT;
    struct copay_answer answer;
    size_t count;
    if (!head(r, &request))
        return;
    m.stmt_begndate = from;
    m.stmt_enddate = to;
    request.statement = &m;
    const Copay__StatementInfo *info =
        call(r, "3201", &request, &answer) ? answer.reply->stmtinfo : NULL;
    struct statement_kind *kinds = calloc(info ? info->n_kinds + 1 : 1, sizeof *kinds);
    CHECK(kinds);
    for (size_t i = 0; info && i < info->n_kinds; i++) {
        set_text(kinds[i].insutype, sizeof kinds[i].insutype, info->kinds[i]->insutype);
        set_text(kinds[i].clr_type, sizeof kinds[i].clr_type, info->kinds[i]->clr_type);
        set_text(kinds[i].setl_optins, sizeof kinds[i].setl_optins, info->kinds[i]->setl_optins);
        const struct book_entry *entries = find(r, &kinds[i], from, to, &count);
        compare_kind(r, &kinds[i], from, to, entries, count);
    }
    for (size_t i = 0; info && i < r->books.count; i += count) {
        const struct statement_kind *kind = &r->books.entries[i].kind;
        bool done = false;
        for (size_t k = 0; k < info->n_kinds; k++)
            done |= books_compare_kinds(&kinds[k], kind) == 0;
        const struct book_entry *entries = find(r, kind, from, to, &count);
        if (!done && count > 0)
            compare_kind(r, kind, from, to, entries, count);
        count = 1;
        while (i + count < r->books.count &&
               books_compare_kinds(&r->books.entries[i + count].kind, kind) == 0)
            count++;
    }
    free(kinds);
    copay_answer_free(&answer);
}

static bool read_dates(struct run *r)
{
    const struct options *o = r->options;
    r->from = INT32_MAX;
    r->to = INT32_MIN;
    for (size_t i = 0; i < r->books.count; i++) {
        int32_t date = r->books.entries[i].date;
        r->from = date < r->from ? date : r->from;
        r->to = date > r->to ? date : r->to;
    }
    if ((o->from && date_parse(o->from, &r->from) != ERR_OK) ||
        (o->to && date_parse(o->to, &r->to) != ERR_OK) || r->from > r->to) {
        fprintf(stderr,
                "copay: 对账日期有误或缺少 --from、--to / the dates are wrong or missing\n");
        return false;
    }
    return true;
}

enum copay_status reconcile_run(struct copay *copay, const struct options *options)
{
    struct run r = {.copay = copay, .options = options, .arena = arena_new(SIZE_MAX / 4)};
    CHECK(r.arena);
    if (!options->argument)
        fprintf(stderr, "copay: 缺少账目文件 / the BOOKS are needed\n");
    bool read =
        options->argument && books_read(options->argument, r.arena, &r.books) && read_dates(&r);
    for (int32_t from = r.from; read && from <= r.to && r.failed == COPAY_DONE;
         from += STATEMENT_KINDS_DAYS_MAX) {
        int32_t to = from + STATEMENT_KINDS_DAYS_MAX - 1;
        compare_dates(&r, from, to < r.to ? to : r.to);
    }
    if (read && r.failed == COPAY_DONE)
        printf(r.differences > 0 ? "不一致 %u 处\n" : "全部对平: %u 处不一致\n", r.differences);
    free(r.books.entries);
    arena_free(r.arena);
    if (!read)
        return COPAY_INVALID;
    return r.failed != COPAY_DONE ? r.failed : r.differences ? COPAY_REFUSED : COPAY_DONE;
}
