/* Which version of which pack made a record, and so words it. */
#include "settle/stored_labels.h"

#include <string.h>

#include "settle/labels.h"
#include "settle/old_packs.h"

/* The version that a record's figures were made with; NULL when it cannot be told: a refused bill's
 * days stand in its request alone, whose decoding may take a whole arena. */
static enum err policy_of_record(const struct settle *settle, const struct pack *pack,
                                 const struct record *record, struct arena *arena,
                                 const struct policy **policy)
{
    const int64_t now = record->time_ms;
    *policy = NULL;
    if (record->kind != RECORD_SETTLEMENT && record->kind != RECORD_VOID) {
        struct care_days days = {.admission = 0, .discharge = 0, .settlement = date_of_time(now)};
        if (pack_rule_day(pack, days) == days.settlement)
            *policy = pack_policy_for(pack, days);
        return ERR_OK;
    }
    struct settlement *s = arena_alloc_raw(arena, sizeof *s);
    char setl_id[ID_SETL + 1];
    if (!s)
        return ERR_NOMEM;
    id_format_setl(settle->region, date_of_time(now), record->sequence, setl_id);
    enum err err = state_settlement(settle->state, setl_id, s);
    if (err == ERR_OK && s->refd_setl_flag) {
        memcpy(setl_id, s->init_setl_id, sizeof setl_id);
        err = state_settlement(settle->state, setl_id, s);
    }
    if (err == ERR_OK)
        *policy = pack_policy_for(pack, care_days(s->begntime, s->endtime, s->setl_time));
    if (*policy)
        *policy = policy_made(*policy, s->against);
    return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

enum err settle_labels(const struct settle *settle, const struct record *record,
                       struct arena *arena, struct settle_answer *answer)
{
    const struct pack *pack;
    answer->verdict = SETTLE_ANSWER;
    answer->label_count = 0;
    /* Before engine 3 a void bore the pack of its own day, whose words may be others. */
    if (record->schema != SCHEMA_TERMINAL || (record->kind == RECORD_VOID && record->engine < 3))
        return ERR_OK;
    if (!old_packs_find(settle, &record->policy, &pack)) {
        answer->verdict = SETTLE_NEEDS;
        answer->needs = (struct settle_needs){.wants_old_pack = true, .old_pack = record->policy};
        return ERR_OK;
    }
    if (!pack)
        return ERR_OK;
    const struct policy *policy;
    enum err err = policy_of_record(settle, pack, record, arena, &policy);
    if (!policy)
        return err;
    err = labels_of_reply(policy, record->reply, arena, answer);
    return err == ERR_INVALID ? ERR_CORRUPT : err;
}

void settle_put_old_pack(struct settle *settle, const struct hash *digest, struct pack *pack)
{
    old_packs_put(settle->old_packs, digest, pack);
}
