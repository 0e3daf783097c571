/* Settlements and voids post through the same functions, so that the one undoes the other. */
#include "settle/posting.h"

#include <string.h>

#include "settle/shift.h"
#include "state/statements.h"
#include "state/values.h"

void posting_number(const struct turn *turn, struct settlement *settlement)
{
    settlement->sequence = turn->sequence;
    settlement->setl_time = turn->now_ms;
    settlement->business_date = turn->today;
    id_format_setl(turn->settle->region, turn->today, turn->sequence, settlement->setl_id);
}

/* As copay.proto's Tally defines it, so that clients can follow. */
static struct hash tally_digest(const struct reply_tally *tally, const struct settlement *s)
{
    uint8_t bytes[ID_MSGID + ID_SETL + 4 * sizeof(int64_t)];
    struct writer w = writer_on(bytes, sizeof bytes);
    write_bytes(&w, s->msgid, ID_MSGID);
    write_bytes(&w, s->setl_id, ID_SETL);
    write_i64(&w, tally->medfee_sumamt);
    write_i64(&w, tally->fund_pay_sumamt);
    write_i64(&w, tally->acct_pay);
    write_i64(&w, tally->psn_cash_pay);
    CHECK(!w.failed && w.used == sizeof bytes);
    return hash_sha256_pair(tally->digest.bytes, HASH_SIZE, bytes, sizeof bytes);
}

/* The running tally of the settlement's channel after it. ERR_LIMIT: a sum out of range. */
static enum err next_tally(const struct turn *turn, const struct settlement *settlement,
                           struct reply_tally *tally)
{
    struct reply_tally which = {.refd_setl_flag = settlement->refd_setl_flag};
    TEXT_SET(which.dev_no, settlement->dev_no);
    TEXT_SET(which.clr_type, settlement->clr_type);
    TEXT_SET(which.setl_optins, settlement->setl_optins);
    CHECK(insutype_text(settlement->insutype, which.insutype));
    enum err err = state_tally(turn->state, &which, settlement->fixmedins_code, tally);
    if (err != ERR_OK)
        return err;
    if (!totals_add(&settlement->totals, &tally->medfee_sumamt, &tally->fund_pay_sumamt,
                    &tally->acct_pay, &tally->psn_cash_pay))
        return ERR_LIMIT;
    tally->setl_cnt++;
    tally->sequence = settlement->sequence;
    tally->business_date = settlement->business_date;
    tally->digest = tally_digest(tally, settlement);
    return ERR_OK;
}

/* What its institution settled of its kind on its day, or voided, with it. ERR_LIMIT: a sum out of
 * range. */
static enum err next_day(struct turn *turn, struct settlement *settlement,
                         struct statement_day *day)
{
    struct statement_kind kind;
    struct statement_sums *sums = &day->sums;
    TEXT_SET(kind.clr_type, settlement->clr_type);
    TEXT_SET(kind.setl_optins, settlement->setl_optins);
    CHECK(insutype_text(settlement->insutype, kind.insutype));
    enum err err =
        state_statement_day(turn->state, settlement->fixmedins_code, settlement->business_date,
                            &kind, settlement->refd_setl_flag, day);
    if (err != ERR_OK)
        return err;
    if (!totals_add(&settlement->totals, &sums->medfee_sumamt, &sums->fund_pay_sumamt,
                    &sums->acct_pay, &sums->psn_cash_pay))
        return ERR_LIMIT;
    settlement->day_prev = day->last;
    if (sums->setl_cnt++ == 0)
        effects_list_kind(turn->effects, turn->state, settlement->fixmedins_code,
                          settlement->business_date, &kind);
    return ERR_OK;
}

enum err posting_effects(struct turn *turn, struct settlement *settlement,
                         const struct years *years)
{
    struct reply_tally *tally = &turn->answer->tally;
    struct statement_day day;
    struct slice bytes;
    const struct posted posted = {
        .settlement = settlement,
        .accums = &years->own.accums,
        .balance = settlement->totals.acct_pay != 0 ? &settlement->totals.balc : NULL,
        .tally = tally,
        .day = &day.sums,
    };
    enum err err = next_tally(turn, settlement, tally);
    if (err == ERR_OK)
        err = next_day(turn, settlement, &day);
    if (err == ERR_OK)
        err = shift_post(turn, settlement);
    if (err != ERR_OK)
        return err;
    TEXT_SET(settlement->prev_setl_id, years->own.setl_id);
    if (years->spans)
        effects_put_person_year(turn->effects, settlement->psn_no, (uint16_t)(years->year - 1),
                                &years->before);
    effects_post(turn->effects, turn->state, &posted);
    err = effects_done(turn->effects, &bytes);
    turn->answer->tally_given = err == ERR_OK;
    return err == ERR_INVALID ? ERR_LIMIT : err;
}
