/* The sums of the days stand in the state: two look-ups for each date, whatever was settled on it.
 * Nothing is recorded. */
#include "settle/statement.h"

#include <string.h>

#include "state/statements.h"

static void add(struct statement_sums *to, const struct statement_sums *sums, int count)
{
    to->setl_cnt += count * sums->setl_cnt;
    to->medfee_sumamt += sums->medfee_sumamt;
    to->fund_pay_sumamt += sums->fund_pay_sumamt;
    to->acct_pay += sums->acct_pay;
    to->psn_cash_pay += sums->psn_cash_pay;
}

/* Each sum of a day is within FEN_MAX, and a quarter of them within 64 bits. */
static void add_totals(struct statement_totals *to, const struct statement_totals *totals)
{
    add(&to->gross, &totals->gross, 1);
    add(&to->voids, &totals->voids, 1);
    add(&to->net, &totals->net, 1);
}

/* *any: there is something on that day. */
static enum err read_day(struct state *state, const char *fixmedins_code, int32_t date,
                         const struct statement_kind *kind, struct statement_totals *out, bool *any)
{
    struct statement_day gross, voids;
    enum err err = state_statement_day(state, fixmedins_code, date, kind, false, &gross);
    if (err == ERR_OK)
        err = state_statement_day(state, fixmedins_code, date, kind, true, &voids);
    if (err != ERR_OK)
        return err;
    *out = (struct statement_totals){.gross = gross.sums, .voids = voids.sums, .net = gross.sums};
    add(&out->net, &voids.sums, -1);
    *any = gross.last > 0 || voids.last > 0;
    return ERR_OK;
}

static enum err reckon_days(struct state *state, const char *fixmedins_code,
                            const struct statement_query *query, struct statement *out)
{
    enum err err = ERR_OK;
    for (int32_t date = query->begndate; err == ERR_OK && date <= query->enddate; date++) {
        struct statement_totals *totals = &out->days[out->day_count].totals;
        bool any = false;
        err = read_day(state, fixmedins_code, date, &query->kind, totals, &any);
        if (err != ERR_OK || !any)
            continue;
        out->days[out->day_count++].date = date;
        add_totals(&out->totals, totals);
    }
    return err;
}

static void add_kind(struct statement *out, const struct statement_kind *kind,
                     const struct statement_totals *totals)
{
    uint32_t i = 0;
    while (i < out->kind_count && memcmp(&out->kinds[i].kind, kind, sizeof *kind) != 0)
        i++;
    if (i == STATEMENT_KINDS_MAX) {
        out->kinds_more++;
        return;
    }
    if (i == out->kind_count) {
        out->kinds[i].kind = *kind;
        out->kinds[i].totals = (struct statement_totals){0};
        out->kind_count++;
    }
    add_totals(&out->kinds[i].totals, totals);
}

static enum err reckon_page(struct state *state, const char *fixmedins_code, int32_t date,
                            const struct statement_kinds *page, struct statement *out)
{
    enum err err = ERR_OK;
    for (uint32_t i = 0; err == ERR_OK && i < page->count; i++) {
        struct statement_kind kind = {.insutype = ""}; /* compared whole */
        struct statement_totals totals;
        bool any;
        TEXT_SET(kind.insutype, page->list[i].insutype);
        TEXT_SET(kind.clr_type, page->list[i].clr_type);
        TEXT_SET(kind.setl_optins, page->list[i].setl_optins);
        err = read_day(state, fixmedins_code, date, &kind, &totals, &any);
        if (err != ERR_OK)
            return err;
        add_kind(out, &kind, &totals);
        add_totals(&out->totals, &totals);
    }
    return err;
}

static enum err reckon_kinds(struct state *state, const char *fixmedins_code,
                             const struct statement_query *query, struct statement *out)
{
    struct statement_kinds page;
    for (int32_t date = query->begndate; date <= query->enddate; date++) {
        enum err err = ERR_OK;
        for (uint32_t number = 0; err == ERR_OK; number++) {
            err = state_statement_kinds(state, fixmedins_code, date, number, &page);
            if (err == ERR_OK)
                err = reckon_page(state, fixmedins_code, date, &page, out);
        }
        if (err != ERR_NOTFOUND)
            return err;
    }
    return ERR_OK;
}

/* By the count; a sum that says otherwise, or differs alone, makes it "different". A void more
 * makes the amounts less. */
static enum statement_result compare(const struct statement_sums *ours,
                                     const struct statement_sums *theirs, bool voids)
{
    const int64_t sign = voids ? -1 : 1;
    const int64_t sides[][2] = {{sign * ours->medfee_sumamt, sign * theirs->medfee_sumamt},
                                {sign * ours->fund_pay_sumamt, sign * theirs->fund_pay_sumamt},
                                {sign * ours->acct_pay, sign * theirs->acct_pay}};
    bool more = false, less = false;
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        more |= sides[i][0] > sides[i][1];
        less |= sides[i][0] < sides[i][1];
    }
    if (ours->setl_cnt > theirs->setl_cnt && !less)
        return STATEMENT_OURS_MORE;
    if (ours->setl_cnt < theirs->setl_cnt && !more)
        return STATEMENT_THEIRS_MORE;
    return ours->setl_cnt == theirs->setl_cnt && !more && !less ? STATEMENT_EVEN
                                                                : STATEMENT_DIFFERS;
}

static const struct statement_sums *compared_sums(const struct statement_query *query,
                                                  const struct statement_totals *totals)
{
    if (!query->refd_given)
        return &totals->net;
    return query->refd_setl_flag ? &totals->voids : &totals->gross;
}

enum err statement_reckon(struct state *state, const char *fixmedins_code,
                          const struct statement_query *query, struct statement *out)
{
    out->compared = query->figures_given;
    out->result = STATEMENT_EVEN;
    out->totals = (struct statement_totals){0};
    out->day_count = out->kind_count = out->kinds_more = 0;
    enum err err = query->kind.insutype[0] ? reckon_days(state, fixmedins_code, query, out)
                                           : reckon_kinds(state, fixmedins_code, query, out);
    if (err == ERR_OK && out->compared)
        out->result = compare(compared_sums(query, &out->totals), &query->figures,
                              query->refd_given && query->refd_setl_flag);
    return err;
}

enum err statement_turn(struct turn *turn)
{
    const struct request *request = turn->request;
    struct statement *statement = arena_alloc_raw(turn->arena, sizeof *statement);
    if (!statement)
        return ERR_NOMEM;
    enum err err =
        statement_reckon(turn->state, request->fixmedins_code, &request->statement, statement);
    if (err != ERR_OK)
        return err;
    turn->reply->statement = statement;
    return turn_answer(turn);
}
