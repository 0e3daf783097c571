/* The scratch store and what stands on it. */
#include "settle/replica.h"

#include <string.h>

#include "settle/turn.h"
#include "wire/codec.h"

/* Far above what the daemon allows itself, so that what it could answer can be made again. */
#define REPLICA_ARENA_MAX (4 * REQUEST_ARENA_MAX)

enum err replica_open(struct replica *replica, const char *region, const uint8_t *salt_key)
{
    const struct store_options in_memory = {.dir = NULL, .active_bytes = UINT64_MAX};
    replica->request_arena = arena_new(REPLICA_ARENA_MAX);
    replica->turn_arena = arena_new(REPLICA_ARENA_MAX);
    enum err err = replica->request_arena && replica->turn_arena
                       ? store_open(&in_memory, &replica->store)
                       : ERR_NOMEM;
    if (err == ERR_OK)
        err = state_new(replica->store, &replica->state);
    const struct settle_options options = {
        .region = region, .salt_key = salt_key, .state = replica->state};
    if (err == ERR_OK)
        err = settle_new(&options, &replica->settle);
    if (err == ERR_OK)
        TEXT_SET(replica->region, region);
    return err;
}

void replica_close(struct replica *replica)
{
    settle_free(replica->settle);
    state_free(replica->state);
    store_close(replica->store);
    arena_free(replica->request_arena);
    arena_free(replica->turn_arena);
}

enum err replica_read(struct replica *replica, uint64_t sequence, struct slice bytes,
                      struct record *record, const char **what)
{
    enum err err = record_read(bytes, record);
    *what = err != ERR_OK ? "not a record" : NULL;
    if (!*what && (record->sequence != sequence || sequence != state_sequence(replica->state) + 1))
        *what = "sequence out of order";
    if (!*what && record->time_ms < state_time(replica->state))
        *what = "time before the last record's";
    arena_reset(replica->request_arena);
    arena_reset(replica->turn_arena);
    return *what ? ERR_CORRUPT : ERR_OK;
}

enum err replica_request(struct replica *replica, const struct record *record,
                         struct request *request)
{
    struct problems *problems = arena_alloc(replica->request_arena, sizeof *problems);
    return problems
               ? wire_read_request_body(record->request, replica->request_arena, request, problems)
               : ERR_NOMEM;
}
