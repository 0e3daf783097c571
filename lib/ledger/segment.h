/* A segment file: its name, its header block (layout in group.h), and the sparse index that spares
 * a fetch the walk through the whole file. */
#ifndef LEDGER_SEGMENT_H
#define LEDGER_SEGMENT_H

#include "ledger/group.h"

/* 20 digits of first sequence and ".seg": names sort as sequences do. */
#define SEGMENT_NAME 25
/* One index entry for so many bytes of groups. */
#define SEGMENT_STRIDE (64 * 1024)

struct segment_head {
    char region[ID_ADMDVS + 1];
    uint64_t id;
    uint64_t previous;        /* id of the segment before it, 0 in the first */
    uint64_t size;            /* of the file, bytes */
    struct ledger_end before; /* the ledger's end, and the writer's epoch, when it was begun */
};

/* A group's place and the ledger's end before it, from where reading can start. */
struct segment_mark {
    uint64_t offset;
    struct ledger_end before;
};

/* What the process knows of one segment. The head never changes; marks only grow, by one thread,
 * under whatever lock the owner reads them. */
struct segment {
    char name[SEGMENT_NAME];
    struct segment_head head;
    struct segment_mark *marks;
    size_t mark_count, mark_capacity;
};

char *segment_name(uint64_t first, char *name);
/* True when `name` is a segment's; *first is then its sequence. */
bool segment_parse_name(const char *name, uint64_t *first);

void segment_write_head(const struct segment_head *head, uint8_t *block);
/* NULL, or a static English text of what is wrong with the SEGMENT_BLOCK bytes. */
const char *segment_read_head(const uint8_t *block, struct segment_head *head) MUST_CHECK;

/* A segment says what was there when it was begun: that has to be *end, or ERR_CORRUPT. */
enum err segment_check_joint(const char *name, const struct segment_head *head,
                             const struct ledger_end *end, struct ledger_fault *fault) MUST_CHECK;

/* NULL when memory is gone; the caller's: segment_free(). */
struct segment *segment_new(const struct segment_head *head) MUST_CHECK;
void segment_free(struct segment *segment);

/* Offers a group to the index, which takes it when it is SEGMENT_STRIDE behind the last one. The
 * index is only a help: when memory is gone nothing is noted. */
void segment_note(struct segment *segment, uint64_t offset, const struct ledger_end *before);
/* The last mark at or before the group that holds `sequence`; the segment's start without one. */
struct segment_mark segment_find(const struct segment *segment, uint64_t sequence);

#endif
