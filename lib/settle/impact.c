/* A scratch state, and each settlement's request once more under the other pack before its record
 * is folded. */
#include "settle/impact.h"

#include <stdlib.h>
#include <string.h>

#include "settle/compare.h"
#include "settle/replica.h"

struct impact {
    struct replica replica;
    uint64_t settlements, count, capacity;
    struct impact_entry *list;
    struct settlement stored, made;
};

enum err impact_new(const char *region, const struct pack *pack, struct impact **out)
{
    struct impact *impact = calloc(1, sizeof *impact);
    if (!impact)
        return ERR_NOMEM;
    enum err err = replica_open(&impact->replica, region, NULL);
    if (err != ERR_OK) {
        impact_free(impact);
        return err;
    }
    settle_stand_in(impact->replica.settle, pack);
    *out = impact;
    return ERR_OK;
}

void impact_free(struct impact *impact)
{
    if (!impact)
        return;
    replica_close(&impact->replica);
    for (uint64_t i = 0; i < impact->count; i++)
        free(impact->list[i].funds);
    free(impact->list);
    free(impact);
}

struct impact_report impact_report(const struct impact *impact)
{
    return (struct impact_report){.settlements = impact->settlements,
                                  .count = impact->count,
                                  .list = impact->list,
                                  .sequence = state_sequence(impact->replica.state),
                                  .time_ms = state_time(impact->replica.state)};
}

static struct impact_entry *add(struct impact *impact)
{
    if (impact->count == impact->capacity) {
        uint64_t capacity = impact->capacity ? 2 * impact->capacity : 64;
        struct impact_entry *list = realloc(impact->list, capacity * sizeof *list);
        if (!list)
            return NULL;
        impact->list = list;
        impact->capacity = capacity;
    }
    return &impact->list[impact->count++];
}

static bool same(const struct settlement *a, const struct settlement *b)
{
    char what[200];
    return !compare_settlements(a, b, what, sizeof what);
}

static struct impact_fund *fund_of(struct impact_entry *entry, const struct settlement_row *row)
{
    for (uint32_t i = 0; i < entry->fund_count; i++) {
        struct impact_fund *fund = &entry->funds[i];
        if (strcmp(fund->fund_pay_type, row->fund_pay_type) == 0 &&
            fund->owner_kind == row->owner_kind && strcmp(fund->owner, row->owner) == 0)
            return fund;
    }
    struct impact_fund *fund = &entry->funds[entry->fund_count++];
    *fund = (struct impact_fund){.owner_kind = row->owner_kind};
    memcpy(fund->fund_pay_type, row->fund_pay_type, sizeof fund->fund_pay_type);
    memcpy(fund->owner, row->owner, sizeof fund->owner);
    return fund;
}

/* Accounts and the hospital are no funds; they have sums of their own. */
static bool is_fund(const struct settlement_row *row)
{
    return row->owner_kind != OWNER_ACCOUNT && row->owner_kind != OWNER_RELATIVE &&
           row->owner_kind != OWNER_HOSPITAL;
}

static enum err fill_funds(struct impact_entry *entry, const struct settlement *is,
                           const struct settlement *would)
{
    uint32_t most = is->row_count + (would ? would->row_count : 0);
    entry->funds = malloc((most + 1) * sizeof *entry->funds);
    if (!entry->funds)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < is->row_count; i++)
        if (is_fund(&is->rows[i]))
            fund_of(entry, &is->rows[i])->paid.is += is->rows[i].amount;
    for (uint32_t i = 0; would && i < would->row_count; i++)
        if (is_fund(&would->rows[i]))
            fund_of(entry, &would->rows[i])->paid.would += would->rows[i].amount;
    return ERR_OK;
}

/* `would` NULL: it is refused. */
static enum err fill(struct impact_entry *entry, const struct settlement *is,
                     const struct settlement *would)
{
    static const struct totals none;
    const struct totals *a = &is->totals, *b = would ? &would->totals : &none;
    memcpy(entry->psn_no, is->psn_no, sizeof entry->psn_no);
    entry->fund = (struct impact_sum){a->fund_pay_sumamt, b->fund_pay_sumamt};
    entry->person = (struct impact_sum){a->psn_part_amt, b->psn_part_amt};
    entry->account =
        (struct impact_sum){a->acct_pay + a->acct_mulaid_pay, b->acct_pay + b->acct_mulaid_pay};
    entry->cash = (struct impact_sum){a->psn_cash_pay, b->psn_cash_pay};
    entry->hospital = (struct impact_sum){a->hosp_part_amt, b->hosp_part_amt};
    return fill_funds(entry, is, would);
}

/* Puts down what the answer makes of the stored settlement, if it is anything else. */
static enum err judge(struct impact *impact, const struct record *record,
                      const struct settle_answer *answer)
{
    struct impact_entry entry = {.sequence = record->sequence};
    id_format_setl(impact->replica.region, date_of_time(record->time_ms), record->sequence,
                   entry.setl_id);
    if (!compare_find_settlement(record, entry.setl_id, &impact->stored))
        return ERR_CORRUPT;
    bool refused = answer->outcome != OUTCOME_DONE;
    if (refused && answer->reason == REASON_UNCOVERED_DATE)
        return ERR_OK;
    impact->settlements++;
    if (!refused && (answer->verdict != SETTLE_RECORD ||
                     !compare_find_settlement(&answer->record, entry.setl_id, &impact->made)))
        return ERR_CORRUPT;
    if (!refused && same(&impact->stored, &impact->made))
        return ERR_OK;
    entry.refused = refused ? answer->reason : REASON_NONE;
    enum err err = ERR_OK;
    if (!refused)
        err = wire_reply_cause(record->reply, answer->body, impact->replica.request_arena,
                               &entry.cause);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? err : ERR_CORRUPT;
    err = fill(&entry, &impact->stored, refused ? NULL : &impact->made);
    struct impact_entry *place = err == ERR_OK ? add(impact) : NULL;
    if (!place) {
        free(entry.funds);
        return ERR_NOMEM;
    }
    *place = entry;
    return ERR_OK;
}

static enum err try_settlement(struct impact *impact, const struct record *record)
{
    struct settle_answer *answer = arena_alloc(impact->replica.request_arena, sizeof *answer);
    const struct settle_evidence none = {0};
    struct request request;
    if (!answer)
        return ERR_NOMEM;
    enum err err = replica_request(&impact->replica, record, &request);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? err : ERR_CORRUPT;
    request.claim.agreed = false; /* a figure that was agreed under the other rules */
    err = settle_request(impact->replica.settle, &request, record->time_ms, &none,
                         impact->replica.turn_arena, answer);
    return err == ERR_OK ? judge(impact, record, answer) : err;
}

/* A void's own document names what it took back. */
static void note_void(struct impact *impact, const struct record *record)
{
    char setl_id[ID_SETL + 1];
    id_format_setl(impact->replica.region, date_of_time(record->time_ms), record->sequence,
                   setl_id);
    if (!compare_find_settlement(record, setl_id, &impact->stored))
        return;
    for (uint64_t i = 0; i < impact->count; i++)
        if (strcmp(impact->list[i].setl_id, impact->stored.init_setl_id) == 0)
            impact->list[i].voided = true;
}

enum err impact_record(struct impact *impact, uint64_t sequence, struct slice bytes)
{
    struct record record;
    const char *what;
    enum err err = replica_read(&impact->replica, sequence, bytes, &record, &what);
    if (err != ERR_OK)
        return err;
    if (record.kind == RECORD_SETTLEMENT)
        err = try_settlement(impact, &record);
    if (record.kind == RECORD_VOID)
        note_void(impact, &record);
    return err == ERR_OK ? state_apply(impact->replica.state, &record) : err;
}
