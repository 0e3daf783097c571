/* Makes receipts from a ledger (reader thread) and checks them from bytes alone (anywhere). */
#include "ledger/receipt.h"

#include <stdlib.h>
#include <string.h>

#define RECEIPT_VERSION 1
#define LAYOUT_SIZE 28
#define HEADER_SIZE (GROUP_HASHED + 4)
#define HEADERS_ROOM 8

static const char magic[8] = "CPYRECPT";

/* ---- making ---- */

struct making {
    uint64_t sequence;
    uint8_t *record;
    size_t record_size;
    uint32_t count, index;
    struct hash path[MERKLE_PATH_MAX];
    uint32_t path_length;
    uint8_t *headers;
    uint32_t header_count, capacity;
    struct seal seal;
    bool sealed;
};

static enum err take_record(struct making *m, const struct group *group, const uint8_t *records)
{
    struct hash *leaves = reallocarray(NULL, group->count, sizeof(*leaves));
    if (!leaves)
        return ERR_NOMEM;
    uint64_t at = 0;
    m->count = group->count;
    m->index = (uint32_t)(m->sequence - group->first);
    for (uint32_t i = 0; i < group->count; i++) {
        struct slice record = group_record(records, &at);
        leaves[i] = merkle_leaf(record);
        if (i != m->index)
            continue;
        m->record = malloc(record.size + 1);
        if (!m->record)
            break;
        memcpy(m->record, record.data, record.size);
        m->record_size = record.size;
    }
    if (m->record)
        m->path_length = merkle_path(leaves, m->count, m->index, m->path);
    free(leaves);
    return m->record ? ERR_OK : ERR_NOMEM;
}

static enum err take_header(struct making *m, const struct group *group)
{
    if (m->header_count == RECEIPT_HEADERS_MAX)
        return ERR_LIMIT;
    if (m->header_count == m->capacity) {
        uint32_t capacity = m->capacity ? 2 * m->capacity : HEADERS_ROOM;
        uint8_t *headers = reallocarray(m->headers, capacity, HEADER_SIZE);
        if (!headers)
            return ERR_NOMEM;
        m->headers = headers;
        m->capacity = capacity;
    }
    uint8_t *out = m->headers + (size_t)m->header_count++ * HEADER_SIZE;
    memcpy(out, group->head, GROUP_HASHED);
    memcpy(out + GROUP_HASHED, group->head + GROUP_HEAD - 4, 4);
    m->sealed = seal_read(group->head, &m->seal) == SEAL_WHOLE;
    return ERR_OK;
}

/* ERR_CLOSED ends the read: the sealed group was reached. */
static enum err visit(void *context, const struct group *group, const uint8_t *records)
{
    struct making *m = context;
    enum err err = m->record ? ERR_OK : take_record(m, group, records);
    if (!err)
        err = take_header(m, group);
    return !err && m->sealed ? ERR_CLOSED : err;
}

static void write_part(struct writer *w, const void *bytes, size_t size)
{
    write_bytes(w, bytes, size);
    write_u32(w, hash_crc32(0, bytes, size));
}

static enum err write_receipt(const struct making *m, uint8_t **bytes, size_t *size)
{
    size_t path_size = (size_t)m->path_length * HASH_SIZE;
    size_t headers_size = (size_t)m->header_count * HEADER_SIZE;
    uint8_t slot[SEAL_SIZE];
    *size = LAYOUT_SIZE + m->record_size + 4 + path_size + 4 + headers_size + SEAL_SIZE;
    *bytes = malloc(*size);
    if (!*bytes)
        return ERR_NOMEM;
    struct writer w = writer_on(*bytes, *size);
    write_bytes(&w, magic, sizeof(magic));
    write_u16(&w, RECEIPT_VERSION);
    write_u16(&w, (uint16_t)m->header_count);
    write_u32(&w, (uint32_t)m->record_size);
    write_u32(&w, m->count);
    write_u32(&w, m->index);
    write_u32(&w, hash_crc32(0, *bytes, w.used));
    write_part(&w, m->record, m->record_size);
    write_part(&w, m->path, path_size);
    write_bytes(&w, m->headers, headers_size);
    seal_store(&m->seal, slot);
    write_bytes(&w, slot, SEAL_SIZE);
    CHECK(!w.failed && w.used == w.size);
    return ERR_OK;
}

enum err receipt_make(struct ledger *ledger, uint64_t sequence, uint8_t **bytes, size_t *size,
                      struct ledger_fault *fault)
{
    struct making m = {.sequence = sequence};
    enum err err =
        sequence == 0 ? ERR_NOTFOUND : ledger_read_groups(ledger, sequence, visit, &m, fault);
    if (err == ERR_CLOSED && m.sealed)
        err = write_receipt(&m, bytes, size);
    else if (!err)
        err = m.record ? ERR_AGAIN : ERR_NOTFOUND;
    free(m.record);
    free(m.headers);
    return err;
}

/* ---- checking ---- */

static bool wrong(struct receipt_fault *fault, enum receipt_part part, uint32_t header,
                  const char *zh, const char *en)
{
    *fault = (struct receipt_fault){.part = part, .header = header, .zh = zh, .en = en};
    return false;
}

/* The next `size` bytes when the CRC behind them holds, or NULL. */
static const uint8_t *read_part(struct reader *r, size_t size)
{
    const uint8_t *bytes = read_bytes(r, size);
    uint32_t crc = read_u32(r);
    return !r->failed && crc == hash_crc32(0, bytes, size) ? bytes : NULL;
}

struct layout {
    uint32_t headers, record_size, count, index;
};

static bool read_layout(struct reader *r, struct layout *layout, struct receipt_fault *fault)
{
    const uint8_t *start = r->data;
    const uint8_t *mark = read_bytes(r, sizeof(magic));
    uint16_t version = read_u16(r);
    layout->headers = read_u16(r);
    layout->record_size = read_u32(r);
    layout->count = read_u32(r);
    layout->index = read_u32(r);
    uint32_t crc = read_u32(r);
    if (r->failed || memcmp(mark, magic, sizeof(magic)) != 0)
        return wrong(fault, RECEIPT_LAYOUT, 0, "不是凭证文件", "this is no receipt");
    if (crc != hash_crc32(0, start, LAYOUT_SIZE - 4))
        return wrong(fault, RECEIPT_LAYOUT, 0, "凭证的版式段被改动", "the layout was changed");
    if (version != RECEIPT_VERSION)
        return wrong(fault, RECEIPT_LAYOUT, 0, "凭证版本未知，请用较新的程序",
                     "the version is not known to this program");
    if (layout->headers == 0 || layout->headers > RECEIPT_HEADERS_MAX ||
        layout->record_size > RECORD_MAX || layout->index >= layout->count)
        return wrong(fault, RECEIPT_LAYOUT, 0, "凭证的版式段自相矛盾",
                     "the layout contradicts itself");
    return true;
}

/* One header, in the form in which the ledger has it. */
static bool read_header(struct reader *r, uint32_t number, struct group *group,
                        struct receipt_fault *fault)
{
    uint8_t head[GROUP_HEAD] = {0};
    const uint8_t *hashed = read_bytes(r, GROUP_HASHED);
    const uint8_t *crc = read_bytes(r, 4);
    if (r->failed)
        return wrong(fault, RECEIPT_TRAILING, number, "凭证不完整", "the receipt is cut short");
    memcpy(head, hashed, GROUP_HASHED);
    memcpy(head + GROUP_HEAD - 4, crc, 4);
    return !group_read(head, group) ||
           wrong(fault, RECEIPT_HEADER, number, "组头被改动", "a group's header was changed");
}

static bool read_chain(struct reader *r, uint32_t count, struct receipt *out,
                       struct receipt_fault *fault)
{
    if (!read_header(r, 1, &out->first, fault))
        return false;
    out->last = out->first;
    for (uint32_t i = 2; i <= count; i++) {
        struct hash hash = group_hash(out->last.head);
        struct ledger_end end = group_end(&out->last, &hash);
        if (!read_header(r, i, &out->last, fault))
            return false;
        if (group_follows(&out->last, out->first.region, out->last.segment, &end))
            return wrong(fault, RECEIPT_CHAIN, i, "组头与前一组不相连",
                         "a group's header is not chained to the one before it");
    }
    return true;
}

static bool read_seal(struct reader *r, struct receipt *out, struct receipt_fault *fault)
{
    const uint8_t *slot = read_bytes(r, SEAL_SIZE);
    if (r->failed)
        return wrong(fault, RECEIPT_TRAILING, 0, "凭证不完整", "the receipt is cut short");
    memcpy(out->last.head + GROUP_HASHED, slot, SEAL_SIZE);
    if (seal_read(out->last.head, &out->seal) != SEAL_WHOLE)
        return wrong(fault, RECEIPT_SEAL, 0, "签名段被改动", "the signature was changed");
    return reader_done(r) || wrong(fault, RECEIPT_TRAILING, 0, "凭证末尾有多余的字节",
                                   "there are bytes behind the receipt's end");
}

/* Everything but the signature. */
static bool receipt_read(struct slice bytes, struct receipt *out, struct receipt_fault *fault)
{
    struct reader r = reader_on(bytes.data, bytes.size);
    struct layout layout;
    struct hash path[MERKLE_PATH_MAX];
    memset(out, 0, sizeof(*out));
    if (!read_layout(&r, &layout, fault))
        return false;
    out->headers = layout.headers;
    out->record = (struct slice){read_part(&r, layout.record_size), layout.record_size};
    if (!out->record.data)
        return wrong(fault, r.failed ? RECEIPT_TRAILING : RECEIPT_RECORD, 0,
                     r.failed ? "凭证不完整" : "记录被改动",
                     r.failed ? "the receipt is cut short" : "the record was changed");
    size_t path_size = (size_t)merkle_path_length(layout.count, layout.index) * HASH_SIZE;
    const uint8_t *stored = read_part(&r, path_size);
    if (!stored)
        return wrong(fault, r.failed ? RECEIPT_TRAILING : RECEIPT_PATH, 0,
                     r.failed ? "凭证不完整" : "路径被改动",
                     r.failed ? "the receipt is cut short" : "the path was changed");
    memcpy(path, stored, path_size);
    if (!read_chain(&r, layout.headers, out, fault) || !read_seal(&r, out, fault))
        return false;
    if (out->first.count != layout.count)
        return wrong(fault, RECEIPT_HEADER, 1, "组头的记录数与凭证不符",
                     "the header counts other records than the receipt");
    struct hash leaf = merkle_leaf(out->record);
    struct hash root = merkle_climb(&leaf, layout.count, layout.index, path);
    if (!hash_equal(&root, &out->first.root))
        return wrong(fault, RECEIPT_PATH, 0, "记录经路径得不出组头里的根",
                     "record and path do not lead to the root in the group's header");
    out->sequence = out->first.first + layout.index;
    *fault = (struct receipt_fault){.zh = "", .en = ""};
    return true;
}

bool receipt_check(struct slice bytes, const struct verify_key *key, struct receipt *out,
                   struct receipt_fault *fault)
{
    if (!receipt_read(bytes, out, fault))
        return false;
    if (memcmp(out->seal.key_id, key->id, KEY_ID) != 0)
        return wrong(fault, RECEIPT_KEY, 0, "凭证由另一把密钥签名，不是所给的这把",
                     "another key signed this receipt than the one given");
    return seal_holds(&out->seal, key, out->last.head) ||
           wrong(fault, RECEIPT_SEAL, 0, "签名不成立", "the signature does not hold");
}
