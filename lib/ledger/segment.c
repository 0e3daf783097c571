/* Names, header blocks and the index of segments. No I/O here: spare.c makes the files, cursor.c
 * reads them. */
#include "ledger/segment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/fault.h"

static const char magic[8] = "CPYSEGMT";

char *segment_name(uint64_t first, char *name)
{
    snprintf(name, SEGMENT_NAME, "%020" PRIu64 ".seg", first);
    return name;
}

bool segment_parse_name(const char *name, uint64_t *first)
{
    char again[SEGMENT_NAME];
    if (strspn(name, "0123456789") != 20)
        return false;
    *first = strtoull(name, NULL, 10);
    return strcmp(segment_name(*first, again), name) == 0;
}

void segment_write_head(const struct segment_head *head, uint8_t *block)
{
    char region[8] = {0};
    memcpy(region, head->region, ID_ADMDVS);
    memset(block, 0, SEGMENT_BLOCK);
    struct writer w = writer_on(block, SEGMENT_BLOCK - 4);
    write_bytes(&w, magic, sizeof(magic));
    write_u16(&w, LEDGER_FORMAT);
    write_u16(&w, 0);
    write_u32(&w, SEGMENT_BLOCK);
    write_bytes(&w, region, sizeof(region));
    write_u64(&w, head->id);
    write_u64(&w, head->size);
    write_u64(&w, head->before.sequence + 1);
    write_u64(&w, head->before.epoch);
    write_u64(&w, head->before.group);
    write_bytes(&w, head->before.head.bytes, HASH_SIZE);
    write_u64(&w, head->previous);
    CHECK(!w.failed);

    struct writer crc = writer_on(block + SEGMENT_BLOCK - 4, 4);
    write_u32(&crc, hash_crc32(0, block, SEGMENT_BLOCK - 4));
}

const char *segment_read_head(const uint8_t *block, struct segment_head *head)
{
    memset(head, 0, sizeof(*head));
    struct reader crc = reader_on(block + SEGMENT_BLOCK - 4, 4);
    struct reader r = reader_on(block, SEGMENT_BLOCK - 4);
    if (memcmp(read_bytes(&r, sizeof(magic)), magic, sizeof(magic)) != 0)
        return "the segment header is missing";
    if (read_u32(&crc) != hash_crc32(0, block, SEGMENT_BLOCK - 4))
        return "the segment header fails its CRC";
    uint16_t version = read_u16(&r);
    read_u16(&r);
    uint32_t size = read_u32(&r);
    if (version != LEDGER_FORMAT || size != SEGMENT_BLOCK)
        return "the segment has a format version that this program does not know";
    memcpy(head->region, read_bytes(&r, 8), ID_ADMDVS);
    head->id = read_u64(&r);
    head->size = read_u64(&r);
    head->before.sequence = read_u64(&r) - 1;
    head->before.epoch = read_u64(&r);
    head->before.group = read_u64(&r);
    memcpy(head->before.head.bytes, read_bytes(&r, HASH_SIZE), HASH_SIZE);
    head->previous = read_u64(&r);
    CHECK(!r.failed);
    return NULL;
}

enum err segment_check_joint(const char *name, const struct segment_head *head,
                             const struct ledger_end *end, struct ledger_fault *fault)
{
    const struct ledger_end *before = &head->before;
    if (before->sequence != end->sequence)
        fault_set(fault, name, 0, end->sequence + 1,
                  "the segment begins with sequence %" PRIu64 ", not %" PRIu64
                  ": groups or a whole segment are missing before it",
                  before->sequence + 1, end->sequence + 1);
    else if (before->group != end->group || before->epoch < end->epoch ||
             !hash_equal(&before->head, &end->head))
        fault_set(fault, name, 0, end->sequence + 1,
                  "the segment is not chained to the one before it");
    else
        return ERR_OK;
    return ERR_CORRUPT;
}

struct segment *segment_new(const struct segment_head *head)
{
    struct segment *segment = calloc(1, sizeof(*segment));
    if (!segment)
        return NULL;
    segment->head = *head;
    segment_name(head->before.sequence + 1, segment->name);
    return segment;
}

void segment_free(struct segment *segment)
{
    if (!segment)
        return;
    free(segment->marks);
    free(segment);
}

void segment_note(struct segment *segment, uint64_t offset, const struct ledger_end *before)
{
    uint64_t last =
        segment->mark_count ? segment->marks[segment->mark_count - 1].offset : SEGMENT_BLOCK;
    if (offset < last + SEGMENT_STRIDE)
        return;
    if (segment->mark_count == segment->mark_capacity) {
        size_t capacity = segment->mark_capacity ? 2 * segment->mark_capacity : 16;
        struct segment_mark *marks = reallocarray(segment->marks, capacity, sizeof(*marks));
        if (!marks)
            return;
        segment->marks = marks;
        segment->mark_capacity = capacity;
    }
    segment->marks[segment->mark_count++] =
        (struct segment_mark){.offset = offset, .before = *before};
}

struct segment_mark segment_find(const struct segment *segment, uint64_t sequence)
{
    struct segment_mark best = {.offset = SEGMENT_BLOCK, .before = segment->head.before};
    size_t low = 0, high = segment->mark_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (segment->marks[middle].before.sequence < sequence) {
            best = segment->marks[middle];
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return best;
}
