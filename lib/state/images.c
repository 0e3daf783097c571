/* One walk over what a record says and what follows from its head. */
#include "state/images.h"

#include "base/check.h"

/* The key under which a repeat finds this record. It is derived from the head, not carried in the
 * effects, so that no record can be folded without it. */
static enum err message_key(const struct record *record, struct key *key)
{
    key->size = 0;
    if (record->kind == RECORD_GENESIS)
        return ERR_OK;
    *key = record->schema == SCHEMA_TERMINAL ? key_message(record->msgid)
                                             : key_operator(record->actor, record->msgid);
    return key->size ? ERR_OK : ERR_CORRUPT;
}

enum err images_begin(struct images *images, const struct record *record)
{
    images->record = record;
    images->moment = key_single("moment");
    enum err err = effect_walk_begin(&images->effects, record);
    return err ? err : message_key(record, &images->message);
}

static void message_value(const struct record *record, struct writer *w)
{
    const struct message_entry entry = {
        .sequence = record->sequence,
        .request_hash = record->request_hash,
        .kind = record->kind,
        .outcome = (enum outcome)record->outcome,
    };
    message_write(w, &entry);
}

static void moment_value(const struct record *record, struct writer *w)
{
    const struct moment moment = {.sequence = record->sequence, .time_ms = record->time_ms};
    moment_write(w, &moment);
}

bool images_next(struct images *images, struct slice *key, struct slice *value)
{
    struct writer w = writer_on(images->value, sizeof images->value);
    struct key *head = images->message.size ? &images->message : &images->moment;
    if (effect_walk_next(&images->effects, key, value))
        return true;
    if (head->size == 0)
        return false;
    if (head == &images->message)
        message_value(images->record, &w);
    else
        moment_value(images->record, &w);
    CHECK(!w.failed);
    *key = (struct slice){head->bytes, head->size};
    *value = (struct slice){images->value, w.used};
    head->size = 0;
    return true;
}
