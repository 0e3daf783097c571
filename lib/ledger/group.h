/* The bytes of segments and groups: the one place where the layout is written down. Integers are
 * little-endian; a segment is
 *
 *     header block   SEGMENT_BLOCK bytes (segment.h reads and writes it)
 *     groups         one behind the other, each of whole pages; none spans two segments
 *     zeros          to the end: written and synced before the segment was ever used
 *
 * Segment header block                        Group header, GROUP_HEAD bytes
 *    0  8  magic "CPYSEGMT"                      0  8  magic "CPYGROUP"
 *    8  2  format version, 2                     8  2  format version, 2
 *   10  2  zero                                 10  2  algorithm: 1 is SHA-256
 *   12  4  size of this block                   12  8  region, six digits, zeros
 *   16  8  region, six digits, zeros            20  4  count of records, at least 1
 *   24  8  segment id, random                   24  8  segment id
 *   32  8  size of the file                     32  8  epoch of the writer
 *   40  8  first sequence                       40  8  number, from 1 without gaps
 *   48  8  epoch of its writer                  48  8  first sequence
 *   56  8  number of the group before           56  8  bytes behind the header
 *   64 32  hash of the header before            64 32  Merkle root (merkle.h) of the records
 *   96  8  id of the segment before; 0 at 1     96 32  hash of the header before; zeros at 1
 *  104 ..  zeros                               128 52  zeros
 * 4092  4  CRC-32 of 0..4091
 *                                              180  4  signer's key id     \ zeros until
 *                                              184 64  signature            } the header
 *                                              248  4  CRC-32 of 180..247  / is signed
 *                                              252  4  CRC-32 of 0..179
 *
 * A record is its length (4 bytes), its bytes, and zeros up to the next multiple of 8; behind the
 * last one come zeros to the end of its page. So an append is whole pages of its own: it goes past
 * the page cache (O_DIRECT), and no page that holds a durable group is ever written again but for
 * its seal.
 *
 * A header's hash, which the next header carries and a signature signs, is over bytes 0..179, and
 * so is the CRC that makes a header valid. A signature is made after the group is durable, off the
 * critical path, and may be written in place: it changes neither the chain nor a Merkle root, and a
 * torn one, caught by its own CRC, leaves a valid group that is not signed.
 *
 * The segment id is random so that no bytes parse as a group of a segment they were not written
 * for: neither what a disk kept from an older file nor what somebody put inside a record. */
#ifndef LEDGER_GROUP_H
#define LEDGER_GROUP_H

#include <stdbool.h>

#include "base/limits.h"
#include "ledger/ledger.h"

#define SEGMENT_BLOCK 4096
#define GROUP_HEAD 256
#define GROUP_HASHED 180
#define GROUP_ALIGN 8
#define GROUP_PAGE 4096
#define RECORD_HEAD 4
/* The seal: signer's key id, signature and their CRC, from GROUP_HASHED on (seal.h). */
#define SEAL_SIZE 72
#define LEDGER_FORMAT 2
/* What the format allows, wider than limits.h, whose bounds may move between versions. */
#define GROUP_LENGTH_MAX (16 * 1024 * 1024)

#define RECORD_SIZE(bytes)                                                                         \
    (((uint64_t)(bytes) + RECORD_HEAD + GROUP_ALIGN - 1) & ~(uint64_t)(GROUP_ALIGN - 1))
/* A whole group, its header and all, whose records take that many bytes. */
#define GROUP_SIZE(bytes)                                                                          \
    (((uint64_t)(bytes) + GROUP_HEAD + GROUP_PAGE - 1) & ~(uint64_t)(GROUP_PAGE - 1))

_Static_assert(RECORD_SIZE(RECORD_MAX) <= GROUP_LENGTH_MAX, "a group holds the largest record");
_Static_assert(GROUP_BYTES_MAX <= GROUP_LENGTH_MAX, "the format holds the largest group");
_Static_assert(SEGMENT_BLOCK + GROUP_HEAD + GROUP_LENGTH_MAX <= LEDGER_SEGMENT_MIN,
               "the smallest segment holds the largest group");

struct group {
    char region[ID_ADMDVS + 1];
    uint32_t count;
    uint64_t segment, epoch, number, first;
    uint64_t length; /* bytes behind the header, padding included */
    struct hash root, previous;
    uint8_t head[GROUP_HEAD]; /* as it was read, seal included; not set for a group being made */
};

/* Bytes that the records take behind a header, zeros to the end of the page included. */
uint64_t group_length(const struct slice *records, uint32_t count);

/* Writes header and records to out, which holds GROUP_HEAD + group_length() bytes. Takes region,
 * segment, epoch, number, first and previous from *group and fills in the rest. */
void group_write(uint8_t *out, struct group *group, const struct slice *records, uint32_t count);

/* True when the magic and the CRC of GROUP_HEAD bytes hold, whatever the fields say. */
bool group_is_sound(const uint8_t *head);

/* Reads a sound header. Returns NULL, or a static English text of what is wrong with it. */
const char *group_read(const uint8_t *head, struct group *group) MUST_CHECK;

/* NULL when *group is the next one behind *end in this region and segment, or what is wrong. */
const char *group_follows(const struct group *group, const char *region, uint64_t segment,
                          const struct ledger_end *end) MUST_CHECK;

/* NULL when the group->length bytes of records have the lengths, padding and Merkle root that the
 * header promises, or what is wrong. */
const char *group_check_records(const struct group *group, const uint8_t *records) MUST_CHECK;

/* The hash of a header as the next one carries it. */
struct hash group_hash(const uint8_t *head);

/* Where the ledger ends behind this group. */
struct ledger_end group_end(const struct group *group, const struct hash *hash);

/* Walks records that were checked: *at is 0 at first; returns the record there and moves on. */
struct slice group_record(const uint8_t *records, uint64_t *at);

#endif
