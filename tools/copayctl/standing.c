/* Folds the ledger in memory and looks. Main thread. */
#include "standing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/group.h"

static enum err fold(void *context, const struct group *group, const uint8_t *records)
{
    struct state *state = context;
    uint64_t at = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        struct record record;
        enum err err = record_read(group_record(records, &at), &record);
        if (err == ERR_OK)
            err = state_apply(state, &record);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

static enum err time_of(struct ledger *ledger, uint64_t sequence, int64_t *time_ms)
{
    struct record record;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (sequence == 0)
        return ERR_OK;
    enum err err = ledger_fetch(ledger, sequence, &bytes, &size);
    if (err == ERR_OK)
        err = record_read((struct slice){bytes, size}, &record);
    if (err == ERR_OK)
        *time_ms = record.time_ms;
    free(bytes);
    return err;
}

static enum err look_at_waiting(struct ledger *ledger, struct state *state, enum pack_scope scope,
                                struct standing_pack *out)
{
    uint32_t missing;
    enum err err = state_proposal(state, scope, &out->proposal);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    out->waits = true;
    err = state_pack_bundle(state, &out->proposal.digest, out->proposal.chunks, &out->bundle,
                            &out->size, &missing);
    if (err == ERR_OK)
        err = time_of(ledger, out->proposal.submitted, &out->submitted_ms);
    if (err == ERR_OK)
        err = time_of(ledger, out->proposal.approved, &out->approved_ms);
    return err;
}

static enum err look_at_active(struct state *state, enum pack_scope scope,
                               struct standing_pack *out)
{
    const enum err err =
        state_active_bundle(state, scope, &out->active, &out->active_bundle, &out->active_size);
    out->in_force = err == ERR_OK;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err look(struct ledger *ledger, struct state *state, struct standing *out)
{
    enum err err = ERR_OK;
    out->sequence = state_sequence(state);
    out->time_ms = state_time(state);
    for (int i = 0; err == ERR_OK && i < PACK_SCOPES; i++) {
        err = look_at_active(state, (enum pack_scope)i, &out->packs[i]);
        if (err == ERR_OK)
            err = look_at_waiting(ledger, state, (enum pack_scope)i, &out->packs[i]);
    }
    return err;
}

static enum err read_ledger(struct ledger *ledger, struct standing *out, struct ledger_fault *fault)
{
    const struct store_options in_memory = {.dir = NULL, .active_bytes = UINT64_MAX};
    struct store *store = NULL;
    struct state *state = NULL;
    enum err err = store_open(&in_memory, &store);
    if (err == ERR_OK)
        err = state_new(store, &state);
    if (err == ERR_OK)
        err = ledger_read_groups(ledger, 1, fold, state, fault);
    if (err == ERR_OK)
        err = look(ledger, state, out);
    state_free(state);
    store_close(store);
    return err;
}

enum ctl_exit standing_read(const struct place *place, struct standing *out)
{
    struct ledger *ledger;
    struct ledger_fault fault = {0};
    *out = (struct standing){0};
    enum ctl_exit status = place_open(place, &ledger);
    if (status != CTL_DONE)
        return status;
    enum err err = read_ledger(ledger, out, &fault);
    ledger_close(ledger);
    if (err)
        printf("%s 未能读完 could not be read to its end: %s %s\n", place->region, err_text(err),
               fault.text);
    return err ? CTL_FAILED : CTL_DONE;
}

void standing_free(struct standing *standing)
{
    for (int i = 0; i < PACK_SCOPES; i++) {
        free(standing->packs[i].active_bundle);
        free(standing->packs[i].bundle);
    }
}
