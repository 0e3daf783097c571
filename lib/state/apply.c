/* The fold: the only function that changes the region's state. The settler calls it with the record
 * it has just built and recovery with the record it has just read; both fold the same bytes. */
#include "base/check.h"
#include "state/inner.h"

/* Everything parses, or nothing is put. */
static enum err check_effects(struct slice effects)
{
    struct reader r = reader_on(effects.data, effects.size);
    struct slice key, value;
    while (effect_read(&r, &key, &value))
        if (value.size > STORE_VALUE_MAX)
            return ERR_CORRUPT;
    return r.failed ? ERR_CORRUPT : ERR_OK;
}

/* *single: one of the mirrored K values was among them. */
static enum err put_effects(struct store *store, struct slice effects, bool *single)
{
    struct reader r = reader_on(effects.data, effects.size);
    struct slice key, value;
    enum err err = ERR_OK;
    while (err == ERR_OK && effect_read(&r, &key, &value)) {
        *single |= key.data[0] == KEY_SINGLE;
        err = store_put(store, key, value);
    }
    return err;
}

/* The key under which a repeat finds this record. It is derived from the head, not carried in the
 * effects, so that no record can be folded without it. */
static enum err message_key(const struct record *record, struct key *key)
{
    *key = (struct key){0};
    if (record->kind == RECORD_GENESIS)
        return ERR_OK;
    *key = record->schema == SCHEMA_TERMINAL ? key_message(record->msgid)
                                             : key_operator(record->actor, record->msgid);
    return key->size ? ERR_OK : ERR_CORRUPT;
}

static enum err put_message(struct store *store, const struct key *key, const struct record *record)
{
    const struct message_entry entry = {
        .sequence = record->sequence,
        .request_hash = record->request_hash,
        .kind = record->kind,
        .outcome = (enum outcome)record->outcome,
    };
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    message_write(&w, &entry);
    CHECK(!w.failed);
    return store_put(store, key_slice(key), (struct slice){.data = bytes, .size = w.used});
}

static enum err put_moment(struct store *store, const struct moment *moment)
{
    struct key key = key_single("moment");
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    moment_write(&w, moment);
    CHECK(!w.failed);
    return store_put(store, key_slice(&key), (struct slice){.data = bytes, .size = w.used});
}

enum err state_apply(struct state *state, const struct record *record)
{
    const struct moment moment = {.sequence = record->sequence, .time_ms = record->time_ms};
    struct key message;
    bool single = false;
    CHECK(record->sequence == state->moment.sequence + 1);
    CHECK(record->time_ms >= state->moment.time_ms);
    enum err err = check_effects(record->effects);
    if (err == ERR_OK)
        err = message_key(record, &message);
    if (err == ERR_OK)
        err = put_effects(state->store, record->effects, &single);
    if (err == ERR_OK && message.size)
        err = put_message(state->store, &message, record);
    if (err == ERR_OK)
        err = put_moment(state->store, &moment);
    if (err == ERR_OK && single)
        err = state_mirror(state);
    if (err == ERR_OK)
        state->moment = moment;
    return err;
}
