/* A scratch state, and each settlement's request once more under the other pack before its record
 * is folded. */
#include "settle/impact.h"

#include <stdlib.h>
#include <string.h>

#include "settle/compare.h"
#include "settle/turn.h"
#include "wire/codec.h"

/* As for verify: what the daemon could answer can be made again. */
#define IMPACT_ARENA_MAX (4 * REQUEST_ARENA_MAX)

struct impact {
    char region[ID_ADMDVS + 1];
    struct store *store;
    struct state *state;
    struct settle *settle;
    struct arena *request_arena, *turn_arena;
    uint64_t settlements, count, capacity;
    struct impact_entry *list;
    struct settlement stored, made;
};

static enum err open_state(struct impact *impact, const char *region, const struct pack *pack)
{
    const struct store_options in_memory = {.dir = NULL, .active_bytes = UINT64_MAX};
    enum err err = store_open(&in_memory, &impact->store);
    if (err == ERR_OK)
        err = state_new(impact->store, &impact->state);
    const struct settle_options options = {.region = region, .state = impact->state};
    if (err == ERR_OK)
        err = settle_new(&options, &impact->settle);
    if (err == ERR_OK)
        settle_stand_in(impact->settle, pack);
    return err;
}

enum err impact_new(const char *region, const struct pack *pack, struct impact **out)
{
    struct impact *impact = calloc(1, sizeof *impact);
    if (!impact)
        return ERR_NOMEM;
    impact->request_arena = arena_new(IMPACT_ARENA_MAX);
    impact->turn_arena = arena_new(IMPACT_ARENA_MAX);
    enum err err =
        impact->request_arena && impact->turn_arena ? open_state(impact, region, pack) : ERR_NOMEM;
    if (err != ERR_OK) {
        impact_free(impact);
        return err;
    }
    memcpy(impact->region, region, sizeof impact->region);
    *out = impact;
    return ERR_OK;
}

void impact_free(struct impact *impact)
{
    if (!impact)
        return;
    settle_free(impact->settle);
    state_free(impact->state);
    store_close(impact->store);
    arena_free(impact->request_arena);
    arena_free(impact->turn_arena);
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
    id_format_setl(impact->region, date_of_time(record->time_ms), record->sequence, entry.setl_id);
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
    struct problems *problems = arena_alloc(impact->request_arena, sizeof *problems);
    struct settle_answer *answer = arena_alloc(impact->request_arena, sizeof *answer);
    const struct settle_evidence none = {0};
    struct request request;
    if (!problems || !answer)
        return ERR_NOMEM;
    enum err err =
        wire_read_request_body(record->request, impact->request_arena, &request, problems);
    if (err != ERR_OK)
        return err == ERR_NOMEM ? err : ERR_CORRUPT;
    request.claim.agreed = false; /* a figure that was agreed under the other rules */
    err = settle_request(impact->settle, &request, record->time_ms, &none, impact->turn_arena,
                         answer);
    return err == ERR_OK ? judge(impact, record, answer) : err;
}

/* A void's own document names what it took back. */
static void note_void(struct impact *impact, const struct record *record)
{
    char setl_id[ID_SETL + 1];
    id_format_setl(impact->region, date_of_time(record->time_ms), record->sequence, setl_id);
    if (!compare_find_settlement(record, setl_id, &impact->stored))
        return;
    for (uint64_t i = 0; i < impact->count; i++)
        if (strcmp(impact->list[i].setl_id, impact->stored.init_setl_id) == 0)
            impact->list[i].voided = true;
}

enum err impact_record(struct impact *impact, uint64_t sequence, struct slice bytes)
{
    struct record record;
    enum err err = record_read(bytes, &record);
    if (err != ERR_OK || record.sequence != sequence ||
        sequence != state_sequence(impact->state) + 1 || record.time_ms < state_time(impact->state))
        return ERR_CORRUPT;
    arena_reset(impact->request_arena);
    arena_reset(impact->turn_arena);
    if (record.kind == RECORD_SETTLEMENT)
        err = try_settlement(impact, &record);
    if (record.kind == RECORD_VOID)
        note_void(impact, &record);
    return err == ERR_OK ? state_apply(impact->state, &record) : err;
}
