/* One read of each byte, one hash of each record. The tail's judgement is the cursor's, so that a
 * walk and a recovery call the same things damage. Runs in the thread of the tool that walks. */
#include "ledger/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/cursor.h"
#include "ledger/disk.h"
#include "ledger/fault.h"

/* What one read asks for, unless a group is larger: what is hashed and used next should still be in
 * the processor's cache. */
#define READ_STEP (512 * 1024)

struct walk {
    int dir_fd, fd; /* fd: of the segment being read, kept after the end; -1 before */
    char region[ID_ADMDVS + 1];
    uint64_t from;
    char (*names)[SEGMENT_NAME];
    size_t count, next; /* the segment after the one being read */
    struct segment_head head;
    uint64_t offset;
    struct ledger_end end;
    size_t pending;   /* bytes of the next group and one header more, when it is known; else 0 */
    uint64_t stopped; /* where a first look found no group, 0: nowhere */
    uint64_t done, total;
    bool anchored, torn, fresh; /* fresh: nothing was handed out of this segment yet */
    bool deferred;              /* records are checked by walk_check_block() */
};

static int is_segment(const struct dirent *entry)
{
    uint64_t first;
    return segment_parse_name(entry->d_name, &first);
}

static enum err list(struct walk *walk)
{
    struct dirent **entries;
    int count = scandirat(walk->dir_fd, ".", &entries, is_segment, alphasort);
    if (count < 0)
        return disk_error();
    walk->names = calloc((size_t)count + 1, SEGMENT_NAME);
    for (int i = 0; i < count; i++) {
        uint64_t first = 0;
        struct stat st;
        (void)segment_parse_name(entries[i]->d_name, &first);
        if (walk->names && first <= walk->from) /* the ones before hold only what is older */
            walk->count = 0, walk->total = 0;
        if (walk->names)
            memcpy(walk->names[walk->count++], entries[i]->d_name, SEGMENT_NAME);
        if (fstatat(walk->dir_fd, entries[i]->d_name, &st, 0) == 0)
            walk->total += (uint64_t)st.st_size;
        free(entries[i]);
    }
    free(entries);
    return walk->names ? ERR_OK : ERR_NOMEM;
}

enum err walk_open(const char *dir, const char *region, uint64_t from, struct walk **out)
{
    struct walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return ERR_NOMEM;
    walk->fd = -1;
    walk->from = from;
    memcpy(walk->region, region, ID_ADMDVS);
    walk->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err err = walk->dir_fd < 0 ? disk_error() : list(walk);
    if (err) {
        walk_close(walk);
        return err;
    }
    *out = walk;
    return ERR_OK;
}

void walk_close(struct walk *walk)
{
    if (!walk)
        return;
    if (walk->fd >= 0)
        close(walk->fd);
    if (walk->dir_fd >= 0)
        close(walk->dir_fd);
    free(walk->names);
    free(walk);
}

static const char *name_of(const struct walk *walk)
{
    return walk->names[walk->next - 1];
}

static bool is_last(const struct walk *walk)
{
    return walk->next == walk->count;
}

/* Not where the walk begins behind something: what was there it has not read. */
static enum err check_joint(struct walk *walk, struct ledger_fault *fault)
{
    const struct ledger_end *before = &walk->head.before;
    bool first = !walk->anchored && before->sequence > 0 && walk->from > before->sequence;
    walk->anchored = true;
    return first ? ERR_OK : segment_check_joint(name_of(walk), &walk->head, &walk->end, fault);
}

/* The cursor checks name, size, region and the header block's CRC. */
static enum err open_segment(struct walk *walk, struct ledger_fault *fault)
{
    struct cursor cursor;
    const char *name = walk->names[walk->next];
    enum err err = cursor_open(&cursor, walk->dir_fd, name, walk->region, fault);
    if (err)
        return err;
    if (walk->fd >= 0)
        close(walk->fd);
    walk->head = cursor.head;
    walk->fd = openat(walk->dir_fd, name, O_RDONLY | O_CLOEXEC);
    err = walk->fd < 0 ? disk_error() : ERR_OK;
    cursor_close(&cursor);
    walk->next++;
    if (!err)
        err = check_joint(walk, fault);
    walk->end = walk->head.before;
    walk->offset = SEGMENT_BLOCK;
    walk->stopped = 0;
    walk->fresh = true;
    return err;
}

/* The groups at the start of `size` bytes; why: NULL when only more bytes are missing. */
static size_t check_groups(struct walk *walk, const uint8_t *bytes, size_t size, const char **why)
{
    size_t at = 0;
    *why = NULL;
    walk->pending = 0;
    while (size - at >= GROUP_HEAD) {
        struct group group;
        const uint8_t *head = bytes + at;
        uint64_t left = walk->head.size - walk->offset - at - GROUP_HEAD;
        *why = group_read(head, &group);
        if (!*why)
            *why = group_follows(&group, walk->region, walk->head.id, &walk->end);
        if (!*why && group.length > left)
            *why = "the group runs past its segment";
        if (!*why && group.length > size - at - GROUP_HEAD)
            walk->pending = GROUP_HEAD + group.length + GROUP_HEAD;
        if (*why || group.length > size - at - GROUP_HEAD)
            return at;
        if (!walk->deferred && group.first + group.count > walk->from)
            *why = group_check_records(&group, head + GROUP_HEAD);
        if (*why)
            return at;
        struct hash hash = group_hash(head);
        walk->end = group_end(&group, &hash);
        at += GROUP_HEAD + group.length;
    }
    return at;
}

/* No group can be read at the walk's place: the segment's end, or damage. ERR_AGAIN: look once
 * more, for a writer may have finished in the meantime what was half there. */
static enum err judge(struct walk *walk, const char *why, struct ledger_fault *fault)
{
    struct cursor cursor;
    enum tail tail;
    enum err err = cursor_open(&cursor, walk->dir_fd, name_of(walk), walk->region, fault);
    if (err)
        return err;
    const struct segment_mark mark = {.offset = walk->offset, .before = walk->end};
    cursor_seek(&cursor, &mark);
    err = cursor_tail(&cursor, &tail);
    cursor_close(&cursor);
    if (err)
        return err;
    walk->torn = tail == TAIL_TORN;
    if (tail == TAIL_ZERO || (tail == TAIL_TORN && is_last(walk)))
        return ERR_OK;
    if (walk->stopped != walk->offset) {
        walk->stopped = walk->offset;
        return ERR_AGAIN;
    }
    fault_set(fault, name_of(walk), walk->offset, walk->end.sequence + 1, "%s",
              why ? why : "the segment ends within a group");
    return ERR_CORRUPT;
}

/* What was read is hashed and used while it is still in the processor's cache. */
static enum err read_groups(struct walk *walk, struct walk_block *block, size_t most,
                            const char **why, bool *whole)
{
    uint64_t left = walk->head.size - walk->offset;
    size_t size = most < block->capacity ? most : block->capacity;
    size = left < size ? (size_t)left : size;
    enum err err = disk_read(walk->fd, block->bytes, size, walk->offset);
    if (err)
        return err == ERR_NOTFOUND ? ERR_IO : err;
    block->used = check_groups(walk, block->bytes, size, why);
    *whole = block->used > 0 || *why || size == left;
    return ERR_OK;
}

static enum err read_block(struct walk *walk, struct walk_block *block, const char **why)
{
    bool whole;
    block->offset = walk->offset;
    block->before = walk->end;
    block->head = walk->head;
    block->why = NULL;
    memcpy(block->name, name_of(walk), SEGMENT_NAME);
    size_t most = walk->pending > READ_STEP ? walk->pending : READ_STEP;
    enum err err = read_groups(walk, block, most, why, &whole);
    if (!err && !whole) {
        CHECK(walk->pending > most);
        err = read_groups(walk, block, walk->pending, why, &whole);
    }
    if (err)
        return err;
    block->end = walk->end;
    walk->offset += block->used;
    walk->done += block->used;
    return ERR_OK;
}

enum err walk_next(struct walk *walk, struct walk_block *block, struct ledger_fault *fault)
{
    CHECK(block->capacity >= WALK_BLOCK_MIN);
    for (;;) {
        enum err err = ERR_OK;
        const char *why;
        if (walk->fd < 0)
            err = walk->count ? open_segment(walk, fault) : ERR_NOTFOUND;
        if (!err)
            err = read_block(walk, block, &why);
        if (err)
            return err;
        if (block->used > 0) {
            walk->fresh = false;
            return ERR_OK;
        }
        err = judge(walk, why, fault);
        if (err == ERR_AGAIN)
            continue;
        if (err)
            return err;
        if (walk->fresh) {
            walk->fresh = false;
            return ERR_OK;
        }
        if (is_last(walk))
            return ERR_NOTFOUND;
        walk->done += walk->head.size - walk->offset;
        err = open_segment(walk, fault);
        if (err)
            return err;
    }
}

void walk_defer(struct walk *walk)
{
    walk->deferred = true;
}

void walk_check_block(const struct walk *walk, struct walk_block *block)
{
    struct ledger_end end = block->before;
    struct group group;
    const uint8_t *records;
    for (size_t at = 0, here = 0; walk_group(block, &at, &group, &records); here = at) {
        if (group.first + group.count > walk->from)
            block->why = group_check_records(&group, records);
        if (block->why) {
            block->used = here;
            block->end = end;
            return;
        }
        struct hash hash = group_hash(block->bytes + here);
        end = group_end(&group, &hash);
    }
}

enum err walk_judge(struct walk *walk, const struct walk_block *block, struct ledger_fault *fault)
{
    CHECK(block->why);
    for (walk->next = 1; strcmp(name_of(walk), block->name) != 0; walk->next++)
        CHECK(!is_last(walk));
    walk->offset = walk->stopped = block->offset + block->used;
    walk->end = block->end;
    enum err err = judge(walk, block->why, fault);
    return err ? err : ERR_NOTFOUND;
}

bool walk_torn(const struct walk *walk)
{
    return walk->torn;
}

enum err walk_sync(struct walk *walk)
{
    return walk->fd < 0 ? ERR_OK : disk_sync(walk->fd);
}

void walk_progress(const struct walk *walk, uint64_t *done, uint64_t *total)
{
    *done = walk->done;
    *total = walk->total;
}

enum err walk_check(const uint8_t *bytes, size_t size, const char *name, const char *region,
                    struct ledger_end *end, struct ledger_fault *fault)
{
    char(*names)[SEGMENT_NAME] = calloc(1, SEGMENT_NAME), own[SEGMENT_NAME];
    struct walk walk = {.names = names, .count = 1, .next = 1, .end = *end};
    if (!names)
        return ERR_NOMEM;
    memcpy(walk.region, region, ID_ADMDVS);
    memcpy(names[0], name, SEGMENT_NAME);
    const char *why = size < SEGMENT_BLOCK ? "the segment is shorter than its header block"
                                           : segment_read_head(bytes, &walk.head);
    if (!why && (strcmp(segment_name(walk.head.before.sequence + 1, own), name) != 0 ||
                 strcmp(walk.head.region, region) != 0 || walk.head.size < size))
        why = "the segment is another one than was expected";
    if (why)
        fault_set(fault, name, 0, end->sequence + 1, "%s", why);
    enum err err = why ? ERR_CORRUPT : check_joint(&walk, fault);
    walk.end = walk.head.before;
    walk.offset = SEGMENT_BLOCK;
    if (!err) {
        size_t whole = check_groups(&walk, bytes + SEGMENT_BLOCK, size - SEGMENT_BLOCK, &why);
        if (whole != size - SEGMENT_BLOCK) {
            fault_set(fault, name, SEGMENT_BLOCK + whole, walk.end.sequence + 1, "%s",
                      why ? why : "the copy ends within a group");
            err = ERR_CORRUPT;
        }
    }
    *end = walk.end;
    free(names);
    return err;
}

bool walk_group(const struct walk_block *block, size_t *at, struct group *group,
                const uint8_t **records)
{
    if (*at >= block->used)
        return false;
    CHECK(group_read(block->bytes + *at, group) == NULL);
    *records = block->bytes + *at + GROUP_HEAD;
    *at += GROUP_HEAD + group->length;
    return true;
}
