/* The layout of a ledger record and of the effects inside it. Pure: bytes in, struct out. Whatever
 * is read here may come from a damaged disk, so every length is checked before it is believed. */
#include "model/record.h"

#include <string.h>

#include "base/limits.h"

#define RECORD_MAGIC UINT32_C(0x31525043) /* "CPR1", little-endian */
#define RECORD_VERSION 1
#define EFFECT_DELETED UINT32_MAX
/* Magic to request hash, and the three sizes behind the texts. */
#define FIXED_SIZE (4 + 2 + 2 + 8 + 8 + 4 + 1 + 1 + 3 * HASH_SIZE + 3 * 4)

_Static_assert(KEY_MAX <= UINT8_MAX, "the size of a key is one byte");

size_t record_size(const struct record *record)
{
    return FIXED_SIZE + 3 + strlen(record->actor) + strlen(record->approver) +
           strlen(record->msgid) + record->effects.size + record->request.size + record->reply.size;
}

void record_write(struct writer *w, const struct record *record)
{
    if (record->effects.size > RECORD_MAX || record->request.size > RECORD_MAX ||
        record->reply.size > RECORD_MAX) {
        w->failed = true;
        return;
    }
    write_u32(w, RECORD_MAGIC);
    write_u16(w, RECORD_VERSION);
    write_u16(w, (uint16_t)record->kind);
    write_u64(w, record->sequence);
    write_i64(w, record->time_ms);
    write_u32(w, record->engine);
    write_u8(w, record->schema);
    write_u8(w, record->outcome);
    write_bytes(w, record->policy.bytes, HASH_SIZE);
    write_bytes(w, record->salt.bytes, HASH_SIZE);
    write_bytes(w, record->request_hash.bytes, HASH_SIZE);
    write_text(w, record->actor);
    write_text(w, record->approver);
    write_text(w, record->msgid);
    write_u32(w, (uint32_t)record->effects.size);
    write_u32(w, (uint32_t)record->request.size);
    write_u32(w, (uint32_t)record->reply.size);
    write_bytes(w, record->effects.data, record->effects.size);
    write_bytes(w, record->request.data, record->request.size);
    write_bytes(w, record->reply.data, record->reply.size);
}

static bool kind_known(uint16_t kind)
{
    return (kind >= RECORD_GENESIS && kind <= RECORD_POSTING) ||
           (kind >= RECORD_MEMBERS && kind <= RECORD_KEY_CHANGE);
}

static struct slice read_slice(struct reader *r, uint32_t size)
{
    const uint8_t *bytes = read_bytes(r, size);
    return (struct slice){.data = bytes, .size = bytes ? size : 0};
}

enum err record_read(struct slice bytes, struct record *record)
{
    struct reader r = reader_on(bytes.data, bytes.size);
    *record = (struct record){0};
    if (read_u32(&r) != RECORD_MAGIC || read_u16(&r) != RECORD_VERSION)
        return ERR_CORRUPT;
    uint16_t kind = read_u16(&r);
    record->kind = (enum record_kind)kind;
    record->sequence = read_u64(&r);
    record->time_ms = read_i64(&r);
    record->engine = read_u32(&r);
    record->schema = read_u8(&r);
    record->outcome = read_u8(&r);
    hash_read(&r, &record->policy);
    hash_read(&r, &record->salt);
    hash_read(&r, &record->request_hash);
    read_text(&r, record->actor, sizeof record->actor);
    read_text(&r, record->approver, sizeof record->approver);
    read_text(&r, record->msgid, sizeof record->msgid);
    uint32_t effects = read_u32(&r), request = read_u32(&r), reply = read_u32(&r);
    record->effects = read_slice(&r, effects);
    record->request = read_slice(&r, request);
    record->reply = read_slice(&r, reply);
    if (!reader_done(&r) || !kind_known(kind) || record->schema > SCHEMA_OPERATOR)
        return ERR_CORRUPT;
    return ERR_OK;
}

void effect_write(struct writer *w, struct slice key, struct slice value)
{
    if (key.size == 0 || key.size > KEY_MAX || (value.data && value.size >= EFFECT_DELETED)) {
        w->failed = true;
        return;
    }
    write_u8(w, (uint8_t)key.size);
    write_u32(w, value.data ? (uint32_t)value.size : EFFECT_DELETED);
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
    uint32_t value_size = read_u32(r);
    if (key_size == 0 || key_size > KEY_MAX)
        r->failed = true;
    key->data = read_bytes(r, key_size);
    key->size = key_size;
    if (value_size != EFFECT_DELETED) {
        value->data = read_bytes(r, value_size);
        value->size = value_size;
    }
    if (r->failed)
        *key = *value = (struct slice){0};
    return !r->failed;
}
