/* One walk over what a record says and what follows from its head. */
#include "state/images.h"

#include "base/check.h"

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

/* One that follows from the head. */
static void add_head(struct images *images, struct key *key, uint8_t value[VALUE_SMALL_MAX],
                     void (*write)(const struct record *record, struct writer *w))
{
    struct writer w = writer_on(value, VALUE_SMALL_MAX);
    write(images->record, &w);
    CHECK(!w.failed);
    struct image *image = &images->list[images->count++];
    image->key = (struct slice){key->bytes, key->size};
    image->value = (struct slice){value, w.used};
    key->size = 0;
}

static void list(struct images *images)
{
    size_t count = 0;
    while (count < IMAGES_AT_ONCE &&
           effect_walk_next(&images->effects, &images->list[count].key, &images->list[count].value))
        count++;
    images->count = count;
    if (images->count < IMAGES_AT_ONCE && images->message.size > 0)
        add_head(images, &images->message, images->message_value, message_value);
    if (images->count < IMAGES_AT_ONCE && images->moment.size > 0)
        add_head(images, &images->moment, images->moment_value, moment_value);
}

enum err images_begin(struct images *images, const struct record *record)
{
    images->record = record;
    images->moment = key_single("moment");
    enum err err = effect_walk_begin(&images->effects, record);
    return err ? err : message_key(record, &images->message);
}

bool images_next(struct images *images)
{
    list(images);
    return images->count > 0;
}
