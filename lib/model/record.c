/* The layout of a ledger record and of the effects inside it. Pure: bytes in, struct out. Whatever
 * is read here may come from a damaged disk, so every length is checked before it is believed. */
#include "model/record.h"

#include <string.h>

#include "base/limits.h"

#define RECORD_MAGIC 'R'
#define RECORD_VERSION 3
/* Five bytes, the hashes, and the length bytes of actor and approver. */
#define HEAD_FIXED (5 + HASH_SIZE + 2 * HASH_SHORT_SIZE + 2)

_Static_assert(KEY_MAX <= UINT8_MAX, "the size of a key is one byte");

/* The institution in front of a terminal's msgid; nothing of it is asked where the record is read,
 * because the state machine refuses a msgid of somebody else. */
static bool actor_is_sender(const struct record *record)
{
    return record->schema == SCHEMA_TERMINAL && strlen(record->actor) == ID_FIXMEDINS &&
           strncmp(record->actor, record->msgid, ID_FIXMEDINS) == 0;
}

static void write_head(struct writer *w, const struct record *record)
{
    write_u8(w, RECORD_MAGIC);
    write_u8(w, RECORD_VERSION);
    write_u8(w, (uint8_t)record->kind);
    write_u8(w, record->schema);
    write_u8(w, record->outcome);
    write_varint(w, record->sequence);
    write_signed(w, record->time_ms);
    write_varint(w, record->engine);
    write_bytes(w, record->policy.bytes, HASH_SIZE);
    write_bytes(w, record->salt.bytes, HASH_SHORT_SIZE);
    write_bytes(w, record->request_hash.bytes, HASH_SHORT_SIZE);
    write_text(w, actor_is_sender(record) ? "" : record->actor);
    write_text(w, record->approver);
    write_packed(w, record->msgid);
    write_varint(w, record->effects.size);
    write_varint(w, record->request.size);
    write_varint(w, record->reply.size);
}

size_t record_size(const struct record *record)
{
    uint8_t packed[1 + PACKED_MAX];
    struct writer msgid = writer_on(packed, sizeof packed), time = msgid;
    write_packed(&msgid, record->msgid);
    write_signed(&time, record->time_ms);
    CHECK(!msgid.failed && !time.failed);
    return HEAD_FIXED + varint_size(record->sequence) + time.used + varint_size(record->engine) +
           (actor_is_sender(record) ? 0 : strlen(record->actor)) + strlen(record->approver) +
           msgid.used + varint_size(record->effects.size) + varint_size(record->request.size) +
           varint_size(record->reply.size) + record->effects.size + record->request.size +
           record->reply.size;
}

void record_write(struct writer *w, const struct record *record)
{
    if (record->effects.size > RECORD_MAX || record->request.size > RECORD_MAX ||
        record->reply.size > RECORD_MAX) {
        w->failed = true;
        return;
    }
    write_head(w, record);
    write_bytes(w, record->effects.data, record->effects.size);
    write_bytes(w, record->request.data, record->request.size);
    write_bytes(w, record->reply.data, record->reply.size);
}

static bool kind_known(uint16_t kind)
{
    return (kind >= RECORD_GENESIS && kind <= RECORD_SHIFT) ||
           (kind >= RECORD_MEMBERS && kind <= RECORD_PACK_APPROVE);
}

static struct slice read_slice(struct reader *r, uint64_t size)
{
    const uint8_t *bytes = read_bytes(r, size);
    return (struct slice){.data = bytes, .size = bytes ? size : 0};
}

static void read_head(struct reader *r, struct record *record)
{
    uint8_t kind = read_u8(r);
    record->kind = (enum record_kind)kind;
    record->schema = read_u8(r);
    record->outcome = read_u8(r);
    record->sequence = read_varint(r);
    record->time_ms = read_signed(r);
    uint64_t engine = read_varint(r);
    record->engine = (uint32_t)engine;
    hash_read(r, &record->policy);
    hash_short_read(r, &record->salt);
    hash_short_read(r, &record->request_hash);
    read_text(r, record->actor, sizeof record->actor);
    read_text(r, record->approver, sizeof record->approver);
    read_packed(r, record->msgid, sizeof record->msgid);
    if (!kind_known(kind) || record->schema > SCHEMA_OPERATOR || engine > UINT32_MAX)
        r->failed = true;
    if (record->schema == SCHEMA_TERMINAL && record->actor[0] == '\0' && record->msgid[0])
        memcpy(record->actor, record->msgid, ID_FIXMEDINS);
}

enum err record_read(struct slice bytes, struct record *record)
{
    struct reader r = reader_on(bytes.data, bytes.size);
    *record = (struct record){0};
    if (read_u8(&r) != RECORD_MAGIC || read_u8(&r) != RECORD_VERSION)
        return ERR_CORRUPT;
    read_head(&r, record);
    uint64_t effects = read_varint(&r), request = read_varint(&r), reply = read_varint(&r);
    record->effects = read_slice(&r, effects);
    record->request = read_slice(&r, request);
    record->reply = read_slice(&r, reply);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

void effect_write(struct writer *w, struct slice key, struct slice value)
{
    if ((key.size == 0 && !value.data) || key.size > KEY_MAX || value.size > RECORD_MAX) {
        w->failed = true;
        return;
    }
    write_u8(w, (uint8_t)key.size);
    write_varint(w, value.data ? value.size + 1 : 0);
    write_bytes(w, key.data, key.size);
    if (value.data)
        write_bytes(w, value.data, value.size);
}

bool effect_read(struct reader *r, struct slice *key, struct slice *value)
{
    *key = *value = (struct slice){0};
    if (r->failed || r->used == r->size)
        return false;
    uint8_t key_size = read_u8(r);
    uint64_t value_size = read_varint(r);
    if ((key_size == 0 && value_size == 0) || key_size > KEY_MAX)
        r->failed = true;
    key->data = read_bytes(r, key_size);
    key->size = key_size;
    if (value_size > 0)
        *value = read_slice(r, value_size - 1);
    if (r->failed)
        *key = *value = (struct slice){0};
    return !r->failed;
}
