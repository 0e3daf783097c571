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
    free(impact->list);
    free(impact);
}

struct impact_report impact_report(const struct impact *impact)
{
    return (struct impact_report){impact->settlements, impact->count, impact->list};
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
    entry.fund_pay_sumamt = impact->stored.totals.fund_pay_sumamt;
    entry.psn_part_amt = impact->stored.totals.psn_part_amt;
    if (!refused) {
        entry.would_fund_pay_sumamt = impact->made.totals.fund_pay_sumamt;
        entry.would_psn_part_amt = impact->made.totals.psn_part_amt;
    }
    struct impact_entry *place = add(impact);
    if (!place)
        return ERR_NOMEM;
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
