/* One walk over one segment file through a window of read-ahead bytes. Used by recovery and by
 * every reading thread, each with its own cursor. */
#include "ledger/cursor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/disk.h"
#include "ledger/fault.h"

#define WINDOW_SIZE (256 * 1024)
/* Read ahead of a header whose records are not wanted. */
#define SKIP_SIZE (16 * 1024)
/* Four to a window, each with a header's length behind it: nothing is read twice. */
#define TAIL_STEP ((WINDOW_SIZE - GROUP_HEAD) / 4)
_Static_assert(TAIL_STEP % GROUP_ALIGN == 0, "groups begin at whole steps of the search");

static const char *check_file(struct cursor *cursor, const uint8_t *block, uint64_t file_size,
                              const char *region)
{
    const char *why = segment_read_head(block, &cursor->head);
    if (why)
        return why;
    char name[SEGMENT_NAME];
    if (strcmp(segment_name(cursor->head.before.sequence + 1, name), cursor->name) != 0)
        return "the segment's name is not that of its first sequence";
    if (strcmp(cursor->head.region, region) != 0)
        return "the ledger belongs to another region";
    if (file_size < cursor->head.size)
        return "the segment is shorter than its header says";
    if (file_size > cursor->head.size)
        return "the segment is longer than its header says";
    return NULL;
}

enum err cursor_open(struct cursor *cursor, int dir_fd, const char *name, const char *region,
                     struct ledger_fault *fault)
{
    uint64_t first = 0;
    CHECK(segment_parse_name(name, &first));
    *cursor = (struct cursor){.fd = -1};
    memcpy(cursor->name, name, SEGMENT_NAME);
    cursor->fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
    if (cursor->fd < 0) {
        enum err err = disk_error();
        if (err != ERR_NOTFOUND)
            return err;
        fault_set(fault, name, 0, first, "the segment is missing");
        return ERR_CORRUPT;
    }
    uint8_t block[SEGMENT_BLOCK];
    struct stat st;
    enum err err = fstat(cursor->fd, &st) == 0 ? ERR_OK : disk_error();
    if (!err)
        err = disk_read(cursor->fd, block, sizeof(block), 0);
    if (!err || err == ERR_NOTFOUND) {
        const char *why = err ? "the segment is shorter than its header block"
                              : check_file(cursor, block, (uint64_t)st.st_size, region);
        if (why)
            fault_set(fault, name, 0, first, "%s", why);
        err = why ? ERR_CORRUPT : ERR_OK;
    }
    if (err) {
        cursor_close(cursor);
        return err;
    }
    struct segment_mark start = {.offset = SEGMENT_BLOCK, .before = cursor->head.before};
    cursor_seek(cursor, &start);
    return ERR_OK;
}

void cursor_close(struct cursor *cursor)
{
    if (cursor->fd >= 0)
        close(cursor->fd);
    free(cursor->window);
    cursor->fd = -1;
    cursor->window = NULL;
}

void cursor_seek(struct cursor *cursor, const struct segment_mark *mark)
{
    cursor->offset = mark->offset;
    cursor->end = mark->before;
}

void cursor_forget(struct cursor *cursor)
{
    cursor->window_size = 0;
}

/* Borrowed until the next call; at least `ahead` bytes are read. ERR_NOTFOUND when the bytes are
 * not all inside the segment. */
static enum err bytes_at(struct cursor *cursor, uint64_t offset, uint64_t size, size_t ahead,
                         const uint8_t **bytes)
{
    if (offset > cursor->head.size || size > cursor->head.size - offset) {
        cursor->why = "the segment ends here";
        return ERR_NOTFOUND;
    }
    if (offset >= cursor->window_at && offset - cursor->window_at <= cursor->window_size &&
        size <= cursor->window_size - (offset - cursor->window_at)) {
        *bytes = cursor->window + (offset - cursor->window_at);
        return ERR_OK;
    }
    size_t want = size > ahead ? (size_t)size : ahead;
    if (want > cursor->window_capacity) {
        uint8_t *window = realloc(cursor->window, want);
        if (!window)
            return ERR_NOMEM;
        cursor->window = window;
        cursor->window_capacity = want;
    }
    uint64_t left = cursor->head.size - offset;
    size_t fill = left < want ? (size_t)left : want;
    cursor->window_size = 0;
    enum err err = disk_read(cursor->fd, cursor->window, fill, offset);
    if (err) {
        cursor->why = "the segment became shorter while it was read";
        return err;
    }
    cursor->window_at = offset;
    cursor->window_size = fill;
    *bytes = cursor->window;
    return ERR_OK;
}

/* The header at the cursor's place: ERR_OK when a group that fits the chain and the segment is
 * announced there. */
static enum err next_head(struct cursor *cursor, size_t ahead, struct group *group,
                          struct hash *hash)
{
    const uint8_t *head = NULL;
    enum err err = bytes_at(cursor, cursor->offset, GROUP_HEAD, ahead, &head);
    if (err)
        return err;
    cursor->why = group_read(head, group);
    if (!cursor->why)
        cursor->why = group_follows(group, cursor->head.region, cursor->head.id, &cursor->end);
    if (!cursor->why && group->length > cursor->head.size - cursor->offset - GROUP_HEAD)
        cursor->why = "the group runs past its segment";
    if (cursor->why)
        return ERR_NOTFOUND;
    *hash = group_hash(head);
    return ERR_OK;
}

enum err cursor_next(struct cursor *cursor, uint64_t from, struct group *group,
                     const uint8_t **records)
{
    struct hash hash;
    *records = NULL;
    bool near = cursor->end.sequence + 1 >= from;
    enum err err = next_head(cursor, near ? WINDOW_SIZE : SKIP_SIZE, group, &hash);
    if (err)
        return err;
    struct ledger_end end = group_end(group, &hash);
    if (end.sequence >= from) {
        err = bytes_at(cursor, cursor->offset + GROUP_HEAD, group->length, WINDOW_SIZE, records);
        if (err)
            return err;
        cursor->why = group_check_records(group, *records);
        if (cursor->why)
            return ERR_NOTFOUND;
    }
    cursor->offset += GROUP_HEAD + group->length;
    cursor->end = end;
    return ERR_OK;
}

/* A sound header that cannot be read is of a newer program, which the tail must survive too. */
static bool is_our_head(const struct cursor *cursor, const uint8_t *head)
{
    struct group group;
    return group_is_sound(head) && (group_read(head, &group) || group.segment == cursor->head.id);
}

/* Looks for headers that start in [offset, offset + size). */
static enum err look(struct cursor *cursor, uint64_t offset, uint64_t size, enum tail *tail)
{
    static const uint8_t zeros[TAIL_STEP];
    uint64_t left = cursor->head.size - offset;
    const uint8_t *bytes = NULL;
    uint64_t have = size + GROUP_HEAD < left ? size + GROUP_HEAD : left;
    enum err err = bytes_at(cursor, offset, have, WINDOW_SIZE, &bytes);
    if (err || memcmp(bytes, zeros, size) == 0)
        return err;
    for (uint64_t i = 0; i < size; i += GROUP_ALIGN) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof(word));
        if (word == 0)
            continue;
        *tail = TAIL_TORN;
        if (have - i >= GROUP_HEAD && is_our_head(cursor, bytes + i)) {
            *tail = TAIL_DAMAGE;
            return ERR_OK;
        }
    }
    return ERR_OK;
}

enum err cursor_tail(struct cursor *cursor, enum tail *tail)
{
    const char *why = cursor->why;
    uint64_t offset = cursor->offset;
    struct group group;
    struct hash hash;
    *tail = TAIL_ZERO;

    /* A header that is right in every way announces its extent, and what lies inside is its own
     * records. One that is sound but does not fit is not what a torn write leaves. */
    enum err err = next_head(cursor, SKIP_SIZE, &group, &hash);
    if (err && err != ERR_NOTFOUND)
        return err;
    if (!err) {
        *tail = TAIL_TORN;
        offset += GROUP_HEAD + group.length;
    }
    err = ERR_OK;
    while (!err && *tail != TAIL_DAMAGE && offset < cursor->head.size) {
        uint64_t left = cursor->head.size - offset;
        uint64_t size = left < TAIL_STEP ? left : TAIL_STEP;
        err = look(cursor, offset, size, tail);
        offset += size;
    }
    cursor->why = why;
    return err == ERR_NOTFOUND ? ERR_IO : err;
}
