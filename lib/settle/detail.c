/* Rows are looked up by the names that they give; our documents of a day and kind hang on each
 * other (state/statements.h). Both cost a look each, and a turn has only so many: the settler
 * serves others between two turns. Nothing is recorded, and what is settled meanwhile is newer than
 * where a cursor stands. */
#include "settle/detail.h"

#include <string.h>

#include "settle/detail_rows.h"
#include "state/statements.h"

struct comparison {
    struct turn *turn;
    const struct detail_query *query;
    struct detail_rows list;
    struct settlement *ours;          /* the one looked at */
    struct settlement *other, *spare; /* what it hangs together with */
    struct detail *out;
    uint32_t looks;
};

static struct detail_difference *add(struct comparison *c, enum detail_cause cause)
{
    struct detail_difference *d = arena_alloc(c->turn->arena, sizeof *d);
    if (!d)
        return NULL;
    d->cause = cause;
    if (c->out->last)
        c->out->last->next = d;
    else
        c->out->first = d;
    c->out->last = d;
    return d;
}

static void show_ours(struct detail_difference *d, const struct settlement *s)
{
    d->ours_given = true;
    TEXT_SET(d->setl_id, s->setl_id);
    TEXT_SET(d->ours_msgid, s->msgid);
    TEXT_SET(d->infno, s->infno);
    TEXT_SET(d->void_setl_id, s->void_setl_id);
    TEXT_SET(d->psn_no, s->psn_no);
    d->date = s->business_date;
    d->refd_setl_flag = s->refd_setl_flag;
    d->medfee_sumamt = s->totals.medfee_sumamt;
    d->fund_pay_sumamt = s->totals.fund_pay_sumamt;
    d->acct_pay = s->totals.acct_pay;
}

/* A row that differs; `ours` where we have what it names. */
static enum err tell_row(struct comparison *c, uint32_t row, enum detail_cause cause,
                         const char *field, bool ours)
{
    struct detail_difference *d = add(c, cause);
    if (!d)
        return ERR_NOMEM;
    d->row_given = true;
    d->row = row;
    d->field = field;
    d->msgid = c->query->rows[row].msgid;
    if (ours)
        show_ours(d, c->ours);
    return ERR_OK;
}

/* ---- rows ---- */

/* Somebody else's settlement reads as none. */
static enum err look_at(struct comparison *c, const char *setl_id, struct settlement *out)
{
    c->looks++;
    enum err err = state_settlement(c->turn->state, setl_id, out);
    if (err == ERR_OK && strcmp(out->fixmedins_code, c->turn->request->fixmedins_code) != 0)
        return ERR_NOTFOUND;
    return err;
}

/* A message's entry says at which sequence, not on which day: near the one when it was made. */
static enum err look_near(struct comparison *c, const char *msgid, uint64_t sequence)
{
    const int32_t days = MSGID_AGE_MAX_MS / DAY_MS + 1;
    int64_t sent_ms;
    char setl_id[ID_SETL + 1];
    enum err err = id_parse_msgid(msgid, &sent_ms);
    CHECK(err == ERR_OK);
    err = ERR_NOTFOUND;
    for (int32_t i = 0; i <= 2 * days && err == ERR_NOTFOUND; i++) {
        int32_t apart = i % 2 ? (i + 1) / 2 : -(i / 2);
        id_format_setl(c->turn->settle->region, date_of_time(sent_ms) + apart, sequence, setl_id);
        err = look_at(c, setl_id, c->ours);
    }
    return err;
}

/* ERR_NOTFOUND: it settled nothing, and *cause says why. */
static enum err look_up_message(struct comparison *c, const char *msgid, enum detail_cause *cause)
{
    struct message_entry entry;
    *cause = DETAIL_UNKNOWN;
    if (id_parse_msgid(msgid, NULL) != ERR_OK ||
        strncmp(msgid, c->turn->request->fixmedins_code, ID_FIXMEDINS) != 0)
        return ERR_NOTFOUND;
    enum err err = state_message(c->turn->state, msgid, &entry);
    if (err != ERR_OK)
        return err;
    if (entry.kind == RECORD_SETTLEMENT || entry.kind == RECORD_VOID)
        return look_near(c, msgid, entry.sequence);
    if (message_is_barred(&entry))
        *cause = DETAIL_BARRED;
    else if (entry.outcome == OUTCOME_REFUSED)
        *cause = DETAIL_REFUSED;
    return ERR_NOTFOUND;
}

/* The field that puts ours outside of what is compared; NULL. */
static const char *elsewhere(const struct detail_query *query, const struct settlement *s)
{
    char insutype[4];
    *id_digits(insutype, s->insutype, 3) = '\0';
    if (strcmp(insutype, query->kind.insutype) != 0)
        return "insutype";
    if (strcmp(s->clr_type, query->kind.clr_type) != 0)
        return "clr_type";
    if (strcmp(s->setl_optins, query->kind.setl_optins) != 0)
        return "setl_optins";
    if (s->business_date < query->begndate || s->business_date > query->enddate)
        return "business_date";
    return NULL;
}

static const char *differing_field(const struct detail_row *row, const struct settlement *s)
{
    if (row->setl_id[0] && strcmp(row->setl_id, s->setl_id) != 0)
        return "setl_id";
    if (row->msgid[0] && strcmp(row->msgid, s->msgid) != 0)
        return "msgid";
    if (strcmp(row->psn_no, s->psn_no) != 0)
        return "psn_no";
    if (row->refd_setl_flag != s->refd_setl_flag)
        return "refd_setl_flag";
    if (row->medfee_sumamt != s->totals.medfee_sumamt)
        return "medfee_sumamt";
    if (row->fund_pay_sumamt != s->totals.fund_pay_sumamt)
        return "fund_pay_sumamt";
    return row->acct_pay != s->totals.acct_pay ? "acct_pay" : NULL;
}

/* Whether another row stands for the same document. */
static bool is_repeated(const struct comparison *c, uint32_t row)
{
    const struct detail_row *r = &c->query->rows[row];
    uint32_t first;
    if (detail_rows_settlement(&c->list, c->ours->setl_id, &first) && first != row)
        return first < row || !r->setl_id[0];
    return !r->setl_id[0] && detail_rows_message(&c->list, r->msgid, &first) && first < row &&
           !c->query->rows[first].setl_id[0];
}

static enum err compare_row(struct comparison *c, uint32_t row)
{
    const struct detail_row *r = &c->query->rows[row];
    enum detail_cause cause = DETAIL_UNKNOWN;
    enum err err = r->setl_id[0] ? look_at(c, r->setl_id, c->ours) : ERR_NOTFOUND;
    if (err == ERR_NOTFOUND && r->msgid[0]) {
        c->looks++;
        err = look_up_message(c, r->msgid, &cause);
    }
    if (err == ERR_NOTFOUND)
        return tell_row(c, row, cause, NULL, false);
    if (err != ERR_OK)
        return err;
    if (is_repeated(c, row))
        return tell_row(c, row, DETAIL_REPEATED, NULL, true);
    const char *field = elsewhere(c->query, c->ours);
    if (field)
        return tell_row(c, row, DETAIL_ELSEWHERE, field, true);
    field = differing_field(r, c->ours);
    return field ? tell_row(c, row, DETAIL_FIGURES, field, true) : ERR_OK;
}

static enum err compare_rows(struct comparison *c)
{
    struct detail_cursor *at = &c->out->next;
    enum err err = ERR_OK;
    while (err == ERR_OK && at->row < c->query->row_count && c->looks < DETAIL_LOOKS_MAX) {
        err = compare_row(c, at->row++);
        c->out->row_count++;
    }
    return err;
}

/* ---- our documents ---- */

/* Whether the list has it. A row with another's setl_id is of that other, whatever msgid stands
 * beside it. */
static enum err is_listed(struct comparison *c, const struct settlement *s,
                          struct settlement *spare, bool *listed)
{
    uint32_t row;
    *listed = detail_rows_settlement(&c->list, s->setl_id, &row);
    if (*listed || !detail_rows_message(&c->list, s->msgid, &row))
        return ERR_OK;
    const char *setl_id = c->query->rows[row].setl_id;
    enum err err = setl_id[0] ? look_at(c, setl_id, spare) : ERR_NOTFOUND;
    *listed = err == ERR_NOTFOUND;
    return *listed ? ERR_OK : err;
}

static bool in_dates(const struct detail_query *query, const char *setl_id)
{
    char midnight[15] = "00000000000000";
    int64_t time_ms;
    memcpy(midnight, setl_id + ID_ADMDVS, 8);
    if (date_parse_compact(midnight, &time_ms) != ERR_OK)
        return false;
    int32_t date = date_of_time(time_ms);
    return date >= query->begndate && date <= query->enddate;
}

/* Both sides of what came to nothing within these dates are missing: who books neither has the same
 * sums. */
static enum err cancels_out(struct comparison *c, bool *cancels)
{
    const struct settlement *s = c->ours;
    const char *counterpart = s->refd_setl_flag ? s->init_setl_id : s->void_setl_id;
    bool listed;
    *cancels = false;
    if (c->query->refd_given || !counterpart[0] || !in_dates(c->query, counterpart))
        return ERR_OK;
    enum err err = look_at(c, counterpart, c->other);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    err = is_listed(c, c->other, c->spare, &listed);
    *cancels = err == ERR_OK && !listed;
    return err;
}

static enum err compare_ours(struct comparison *c)
{
    bool listed, cancels;
    c->out->setl_count++;
    enum err err = is_listed(c, c->ours, c->spare, &listed);
    if (err != ERR_OK || listed)
        return err;
    err = cancels_out(c, &cancels);
    if (err != ERR_OK || cancels)
        return err;
    struct detail_difference *d = add(c, DETAIL_LACKS);
    if (!d)
        return ERR_NOMEM;
    show_ours(d, c->ours);
    return ERR_OK;
}

/* ERR_NOTFOUND: there is no such document in this chain. */
static enum err look_in_chain(struct comparison *c, const struct detail_cursor *at)
{
    char setl_id[ID_SETL + 1];
    id_format_setl(c->turn->settle->region, at->date, at->sequence, setl_id);
    enum err err = look_at(c, setl_id, c->ours);
    if (err == ERR_OK &&
        (c->ours->refd_setl_flag != at->voids || elsewhere(c->query, c->ours) != NULL))
        return ERR_NOTFOUND;
    return err;
}

/* The rest of one chain, from the cursor on. */
static enum err compare_chain(struct comparison *c)
{
    struct detail_cursor *at = &c->out->next;
    struct statement_day day;
    if (at->sequence == 0) {
        c->looks++;
        enum err err = state_statement_day(c->turn->state, c->turn->request->fixmedins_code,
                                           at->date, &c->query->kind, at->voids, &day);
        if (err != ERR_OK)
            return err;
        at->sequence = day.last;
    }
    while (at->sequence > 0 && c->looks < DETAIL_LOOKS_MAX) {
        enum err err = look_in_chain(c, at);
        if (err == ERR_OK)
            err = compare_ours(c);
        if (err != ERR_OK)
            return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
        at->sequence = c->ours->day_prev;
    }
    return ERR_OK;
}

static bool wanted(const struct detail_query *query, bool voids)
{
    return !query->refd_given || query->refd_setl_flag == voids;
}

static enum err compare_chains(struct comparison *c)
{
    struct detail_cursor *at = &c->out->next;
    while (at->date <= c->query->enddate && c->looks < DETAIL_LOOKS_MAX) {
        enum err err = wanted(c->query, at->voids) ? compare_chain(c) : ERR_OK;
        if (err != ERR_OK)
            return err;
        if (at->sequence > 0)
            return ERR_OK; /* the turn is over within it */
        at->date += at->voids;
        at->voids = !at->voids;
    }
    return ERR_OK;
}

static enum err compare(struct comparison *c)
{
    struct detail *out = c->out;
    out->next = c->query->from;
    if (out->next.row == c->query->row_count && out->next.sequence > 0) {
        enum err err = look_in_chain(c, &out->next);
        if (err != ERR_OK)
            return err;
    }
    enum err err = compare_rows(c);
    if (err == ERR_OK && out->next.row == c->query->row_count)
        err = compare_chains(c);
    out->more = out->next.date <= c->query->enddate;
    return err;
}

enum err detail_turn(struct turn *turn)
{
    struct comparison c = {.turn = turn, .query = &turn->request->detail};
    c.ours = arena_alloc_raw(turn->arena, 3 * sizeof *c.ours);
    c.out = arena_alloc(turn->arena, sizeof *c.out);
    if (!c.ours || !c.out)
        return ERR_NOMEM;
    c.other = c.ours + 1;
    c.spare = c.ours + 2;
    enum err err = detail_rows_index(c.query->rows, c.query->row_count, turn->arena, &c.list);
    if (err == ERR_OK)
        err = compare(&c);
    if (err == ERR_NOTFOUND) {
        problem_add(turn->problems, REASON_STATEMENT_CURSOR, "from", NULL, NULL);
        return turn_refuse(turn);
    }
    if (err != ERR_OK)
        return err;
    turn->reply->detail = c.out;
    return turn_answer(turn);
}
