/* Makes and checks groups; the layout is in group.h. Pure: the journal thread makes them, recovery
 * and any reading thread check them. */
#include "ledger/group.h"

#include <string.h>

#include "ledger/merkle.h"

#define GROUP_ALGORITHM_SHA256 1

/* The last byte of a record's length is zero: the prefix of a leaf lies before the record. */
_Static_assert(GROUP_LENGTH_MAX <= 1 << 24, "a record's length takes three of its four bytes");

/* Leaves that wait for as many as are hashed at once. */
struct leaves {
    struct merkle tree;
    size_t count;
    struct slice pieces[MERKLE_BATCH];
};

static void leaves_begin(struct leaves *leaves)
{
    leaves->tree = (struct merkle){0};
    leaves->count = 0;
}

static void leaves_flush(struct leaves *leaves)
{
    merkle_add_batch(&leaves->tree, leaves->pieces, leaves->count);
    leaves->count = 0;
}

/* A record that lies behind its length, and stays there until the root is asked for. */
static void leaves_add(struct leaves *leaves, const uint8_t *record, size_t size)
{
    leaves->pieces[leaves->count++] = (struct slice){record - 1, size + 1};
    if (leaves->count == MERKLE_BATCH)
        leaves_flush(leaves);
}

static struct hash leaves_root(struct leaves *leaves)
{
    leaves_flush(leaves);
    return merkle_root(&leaves->tree);
}

static const char magic[8] = "CPYGROUP";

uint64_t group_length(const struct slice *records, uint32_t count)
{
    uint64_t length = 0;
    for (uint32_t i = 0; i < count; i++)
        length += RECORD_SIZE(records[i].size);
    return GROUP_SIZE(length) - GROUP_HEAD;
}

static void write_head(uint8_t *out, const struct group *group)
{
    char region[8] = {0};
    memcpy(region, group->region, ID_ADMDVS);
    memset(out, 0, GROUP_HEAD);
    struct writer w = writer_on(out, GROUP_HASHED);
    write_bytes(&w, magic, sizeof(magic));
    write_u16(&w, LEDGER_FORMAT);
    write_u16(&w, GROUP_ALGORITHM_SHA256);
    write_bytes(&w, region, sizeof(region));
    write_u32(&w, group->count);
    write_u64(&w, group->segment);
    write_u64(&w, group->epoch);
    write_u64(&w, group->number);
    write_u64(&w, group->first);
    write_u64(&w, group->length);
    write_bytes(&w, group->root.bytes, HASH_SIZE);
    write_bytes(&w, group->previous.bytes, HASH_SIZE);
    CHECK(!w.failed);

    struct writer crc = writer_on(out + GROUP_HEAD - 4, 4);
    write_u32(&crc, hash_crc32(0, out, GROUP_HASHED));
}

void group_write(uint8_t *out, struct group *group, const struct slice *records, uint32_t count)
{
    CHECK(count > 0);
    group->count = count;
    group->length = group_length(records, count);
    CHECK(group->length <= GROUP_LENGTH_MAX);

    struct leaves leaves;
    leaves_begin(&leaves);
    struct writer w = writer_on(out + GROUP_HEAD, group->length);
    for (uint32_t i = 0; i < count; i++) {
        static const uint8_t zeros[GROUP_ALIGN];
        write_u32(&w, (uint32_t)records[i].size);
        const uint8_t *record = w.data + w.used;
        write_bytes(&w, records[i].data, records[i].size);
        leaves_add(&leaves, record, records[i].size);
        write_bytes(&w, zeros, RECORD_SIZE(records[i].size) - records[i].size - RECORD_HEAD);
    }
    CHECK(!w.failed && w.size - w.used < GROUP_PAGE);
    memset(w.data + w.used, 0, w.size - w.used);
    group->root = leaves_root(&leaves);
    write_head(out, group);
}

bool group_is_sound(const uint8_t *head)
{
    if (memcmp(head, magic, sizeof(magic)) != 0)
        return false;
    struct reader crc = reader_on(head + GROUP_HEAD - 4, 4);
    return read_u32(&crc) == hash_crc32(0, head, GROUP_HASHED);
}

const char *group_read(const uint8_t *head, struct group *group)
{
    if (!group_is_sound(head))
        return "the group header fails its CRC";
    memset(group, 0, sizeof(*group));
    memcpy(group->head, head, GROUP_HEAD);
    struct reader r = reader_on(head, GROUP_HASHED);
    read_bytes(&r, sizeof(magic));
    uint16_t version = read_u16(&r);
    uint16_t algorithm = read_u16(&r);
    memcpy(group->region, read_bytes(&r, 8), ID_ADMDVS);
    group->count = read_u32(&r);
    group->segment = read_u64(&r);
    group->epoch = read_u64(&r);
    group->number = read_u64(&r);
    group->first = read_u64(&r);
    group->length = read_u64(&r);
    memcpy(group->root.bytes, read_bytes(&r, HASH_SIZE), HASH_SIZE);
    memcpy(group->previous.bytes, read_bytes(&r, HASH_SIZE), HASH_SIZE);
    CHECK(!r.failed);
    if (version != LEDGER_FORMAT)
        return "the group has a format version that this program does not know";
    if (algorithm != GROUP_ALGORITHM_SHA256)
        return "the group has a hash algorithm that this program does not know";
    return NULL;
}

const char *group_follows(const struct group *group, const char *region, uint64_t segment,
                          const struct ledger_end *end)
{
    if (group->segment != segment)
        return "the group was written for another segment";
    if (strcmp(group->region, region) != 0)
        return "the group belongs to another region";
    if (group->number != end->group + 1)
        return "the group's number does not follow";
    if (group->first != end->sequence + 1)
        return "the group's first sequence does not follow";
    if (group->epoch < end->epoch)
        return "the group's epoch is older than the one before it";
    if (!hash_equal(&group->previous, &end->head))
        return "the group is not chained to the one before it";
    if (group->length > GROUP_LENGTH_MAX || (GROUP_HEAD + group->length) % GROUP_PAGE != 0 ||
        group->count == 0 || group->count > group->length / GROUP_ALIGN)
        return "the group's count and length cannot be right";
    return NULL;
}

const char *group_check_records(const struct group *group, const uint8_t *records)
{
    struct leaves leaves;
    leaves_begin(&leaves);
    struct reader r = reader_on(records, group->length);
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t size = read_u32(&r);
        const uint8_t *record = read_bytes(&r, size);
        if (r.failed)
            return "a record runs past its group";
        leaves_add(&leaves, record, size);
        while (r.used % GROUP_ALIGN != 0) {
            if (read_u8(&r) != 0)
                return "the padding behind a record is not zero";
        }
    }
    if (group->length - r.used >= GROUP_PAGE)
        return "the records do not fill their group";
    while (r.used < group->length) {
        if (read_u8(&r) != 0)
            return "the padding behind the records is not zero";
    }
    struct hash root = leaves_root(&leaves);
    if (!hash_equal(&root, &group->root))
        return "the records do not have the group's Merkle root";
    return NULL;
}

struct hash group_hash(const uint8_t *head)
{
    return hash_sha256(head, GROUP_HASHED);
}

struct ledger_end group_end(const struct group *group, const struct hash *hash)
{
    return (struct ledger_end){
        .epoch = group->epoch,
        .group = group->number,
        .sequence = group->first + group->count - 1,
        .head = *hash,
    };
}

struct slice group_record(const uint8_t *records, uint64_t *at)
{
    struct reader r = reader_on(records + *at, RECORD_HEAD);
    struct slice record = {.size = read_u32(&r), .data = records + *at + RECORD_HEAD};
    *at += RECORD_SIZE(record.size);
    return record;
}
