/* A void is its own document: the original with every amount negated. It moves the accumulators of
 * the original's year and gives the account back what it paid. */
#include "settle/void.h"

#include <string.h>

#include "base/money.h"
#include "settle/dispensed.h"
#include "settle/encounter_bill.h"
#include "settle/labels.h"
#include "settle/old_packs.h"
#include "settle/posting.h"

struct void_file {
    struct settlement original, document;
    struct years years;
    struct person person;
    struct encounter_void encounter; /* of a settlement that is an encounter's */
    struct hash maker;               /* digest of the pack that made the original */
    const struct pack *pack;         /* that pack, for its texts; NULL: not to be had */
    struct result figures;           /* the document's, for the identities */
    struct line_split sum;
};

static enum request_family family_of(const char *infno)
{
    if (strcmp(infno, "2102") == 0)
        return FAMILY_PHARMACY;
    return strcmp(infno, "2304") == 0 ? FAMILY_INPATIENT : FAMILY_OUTPATIENT;
}

/* The same institution first: to anybody else the settlement's fate is none of their business. */
static void check_order(struct turn *turn, const struct settlement *original)
{
    const struct request *request = turn->request;
    const struct void_order *order = &request->void_order;
    char mdtrt_id[ID_SETL + 1];
    settlement_mdtrt_id(original, mdtrt_id);
    if (strcmp(original->fixmedins_code, request->fixmedins_code) != 0) {
        turn_problem(turn, REASON_VOID_NOT_OWNER, "setl_id", order->setl_id);
    } else if (original->refd_setl_flag) {
        turn_problem(turn, REASON_VOID_OF_VOID, "setl_id", order->setl_id);
    } else if (strcmp(original->psn_no, order->psn_no) != 0) {
        turn_problem(turn, REASON_VOID_MISMATCH, "psn_no", order->psn_no);
    } else if (family_of(original->infno) != request->family) {
        turn_problem(turn, REASON_VOID_MISMATCH, "infno", original->infno);
    } else if (order->mdtrt_id[0] && strcmp(order->mdtrt_id, mdtrt_id) != 0) {
        turn_problem(turn, REASON_VOID_MISMATCH, "mdtrt_id", order->mdtrt_id);
    } else if (original->void_setl_id[0]) {
        turn_problem(turn, REASON_SETTLEMENT_VOIDED, "setl_id", original->void_setl_id);
        turn->reply->setl_id = original->void_setl_id;
    }
}

static enum err find_original(struct turn *turn, struct settlement *original)
{
    const struct request *request = turn->request;
    const char *setl_id = request->void_order.setl_id;
    enum err err = state_settlement(turn->state, setl_id, original);
    if (err == ERR_NOTFOUND) {
        turn_problem(turn, REASON_SETTLEMENT_UNKNOWN, "setl_id", setl_id);
        return ERR_OK;
    }
    if (err == ERR_OK)
        check_order(turn, original);
    return err;
}

/* The exact negative of a settlement: totals, rows and deltas. */
static void negate(struct settlement *settlement)
{
    totals_negate(&settlement->totals);
    for (uint32_t i = 0; i < settlement->row_count; i++) {
        settlement->rows[i].base = -settlement->rows[i].base;
        settlement->rows[i].amount = -settlement->rows[i].amount;
    }
    for (uint32_t i = 0; i < settlement->delta_count; i++)
        settlement->deltas[i].value = -settlement->deltas[i].value;
}

/* The identities of the document, its lines taken as one: it has none of its own. */
static const char *broken_identity(struct void_file *file)
{
    const struct settlement *s = &file->document;
    struct result *figures = &file->figures;
    figures->totals = s->totals;
    file->sum = (struct line_split){
        .det_item_fee_sumamt = s->totals.medfee_sumamt,
        .fulamt_ownpay_amt = s->totals.fulamt_ownpay_amt,
        .overlmt_amt = s->totals.overlmt_selfpay,
        .preselfpay_amt = s->totals.preselfpay_amt,
        .inscp_scp_amt = s->totals.inscp_scp_amt,
    };
    figures->lines = &file->sum;
    figures->line_count = 1;
    figures->row_count = s->row_count;
    for (uint32_t i = 0; i < s->row_count; i++) {
        figures->rows[i].field = s->rows[i].field;
        figures->rows[i].owner_kind = s->rows[i].owner_kind;
        figures->rows[i].amount = s->rows[i].amount;
        TEXT_SET(figures->rows[i].owner, s->rows[i].owner);
    }
    return result_broken_identity(figures, -1);
}

static void fill_document(const struct turn *turn, struct void_file *file)
{
    const struct request *request = turn->request;
    struct settlement *s = &file->document;
    *s = file->original;
    TEXT_SET(s->infno, request->infno);
    TEXT_SET(s->msgid, request->msgid);
    TEXT_SET(s->opter, request->opter);
    TEXT_SET(s->dev_no, request->dev_no);
    TEXT_SET(s->init_setl_id, file->original.setl_id);
    s->refd_setl_flag = true;
    negate(s);
    posting_number(turn, s);
    TEXT_SET(file->original.void_setl_id, s->setl_id);
}

/* Accumulators, account and name as they stand. ERR_LIMIT: taking back does not fit. */
static enum err read_facts(struct turn *turn, struct void_file *file)
{
    struct settlement *s = &file->document;
    enum err err = state_person(turn->state, s->psn_no, &file->person);
    if (err == ERR_OK)
        err = years_read(turn, s->psn_no, s->year, s->spans, &file->years);
    if (err == ERR_OK)
        err = state_balance(turn->state, s->psn_no, &s->balance_before);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    s->totals.balc = s->balance_before;
    if (!money_add(&s->totals.balc, -s->totals.acct_pay))
        return ERR_LIMIT;
    /* Of what the list has forgotten, taking back would leave less than nothing. */
    years_forget(&file->years, turn->today);
    err = years_move(&file->years, s->deltas, s->delta_count, 1);
    years_forget(&file->years, turn->today);
    return err;
}

/* The failed document stays in the reply as evidence, without the number it will never have. */
static enum err refuse_broken(struct turn *turn, struct void_file *file, const char *what)
{
    file->document.setl_id[0] = '\0';
    return turn_internal(turn, what);
}

static enum err reply_document(struct turn *turn, struct void_file *file)
{
    turn->reply->settlement = &file->document;
    turn->reply->accums_after = &file->years.own.accums;
    turn->reply->psn_name = file->person.psn_name;
    const struct settlement *s = &file->original;
    const struct policy *policy =
        file->pack ? pack_policy_for(file->pack, care_days(s->begntime, s->endtime, s->setl_time))
                   : NULL;
    if (policy)
        labels_of_settlement(turn, policy_made(policy, s->against), &file->document);
    return turn_policy_text(turn, &turn->reply->policy_digest);
}

/* What the original was made with made the document too: its record bears that pack. */
static enum err post(struct turn *turn, struct void_file *file)
{
    struct settlement *s = &file->document;
    turn->policy = file->maker;
    turn->pack = file->pack;
    fill_document(turn, file);
    enum err err = read_facts(turn, file);
    if (err != ERR_OK && err != ERR_LIMIT)
        return err;
    const char *broken =
        err == ERR_LIMIT ? "an accumulator or the account does not fit" : broken_identity(file);
    err = reply_document(turn, file);
    if (err != ERR_OK)
        return err;
    if (broken)
        return refuse_broken(turn, file, broken);
    effects_put_settlement(turn->effects, &file->original);
    err = dispensed_return(turn, file->original.setl_id);
    if (err != ERR_OK)
        return err;
    if (s->mdtrt_id[0])
        encounter_void_apply(turn, &file->original, &file->encounter);
    err = posting_effects(turn, s, &file->years);
    if (err == ERR_LIMIT)
        return refuse_broken(turn, file, "a tally, book or list would leave its bounds");
    return err == ERR_OK ? turn_record(turn, RECORD_VOID) : err;
}

enum err void_refuse_later(struct turn *turn, const struct later *later)
{
    struct reply *reply = turn->reply;
    if (later->opposed)
        return turn_refuse(turn);
    problem_addf(turn->problems, REASON_VOID_LATER, "setl_id", NULL, "%u",
                 later->count + later->more);
    reply->setl_id_count = later->count;
    memcpy(reply->setl_ids, later->setl_ids, later->count * sizeof later->setl_ids[0]);
    return turn_refuse(turn);
}

/* A settlement does not name its pack: one from before the active pack is looked up in its record.
 * *known false: it was asked for. */
static enum err find_maker(struct turn *turn, struct void_file *file, bool *known)
{
    const uint64_t sequence = file->original.sequence;
    struct record record;
    file->maker = turn->policy;
    *known = sequence > turn->policy_since;
    if (*known)
        return ERR_OK;
    enum err err = turn_evidence(turn, sequence, &record);
    *known = err == ERR_OK;
    if (*known)
        file->maker = record.policy;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* All that the document needs, asked for at once: what was brought is brought again only when it is
 * asked for again. *needs: the turn ends. */
static enum err gather(struct turn *turn, struct void_file *file, bool later_needs, bool *needs)
{
    const uint64_t sequence = file->original.sequence;
    struct record record;
    bool known;
    enum err err = find_maker(turn, file, &known);
    if (err != ERR_OK)
        return err;
    *needs = later_needs || !known;
    if (known && !old_packs_find(turn->settle, &file->maker, &file->pack)) {
        turn_need_old_pack(turn, &file->maker);
        *needs = true;
    }
    if (!*needs)
        return ERR_OK;
    bool again = turn_evidence(turn, sequence, &record) == ERR_OK;
    return again || sequence <= turn->policy_since ? turn_need(turn, sequence) : ERR_OK;
}

enum err void_settlement(struct turn *turn, const struct settlement *original, struct later *later)
{
    struct void_file *file = arena_alloc(turn->arena, sizeof *file);
    bool needs;
    if (!file)
        return ERR_NOMEM;
    file->original = *original;
    *later = (struct later){0};
    enum err err = ERR_OK;
    if (original->mdtrt_id[0])
        err = encounter_void_check(turn, original, &file->encounter, later);
    if (err != ERR_OK || void_held(later))
        return err;
    err = later_check(turn, original, later);
    if (err != ERR_OK || void_held(later))
        return err;
    err = gather(turn, file, later->needs, &needs);
    return err != ERR_OK || needs ? err : post(turn, file);
}

enum err void_turn(struct turn *turn)
{
    struct settlement *original = arena_alloc_raw(turn->arena, sizeof *original);
    struct later later;
    if (!original)
        return ERR_NOMEM;
    enum err err = find_original(turn, original);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    err = void_settlement(turn, original, &later);
    return err == ERR_OK && void_held(&later) ? void_refuse_later(turn, &later) : err;
}
