/* The walk over a folder at open, and the repair of its tail. Runs in the thread that opens the
 * ledger, for a writer under the data folder's lock.
 *
 * The walk reads everything, once, at the speed of SHA-256: what cannot be read must be found
 * before the first answer, not when somebody asks for it years later.
 *
 * Only one group is ever in flight to a segment, and none is while the next segment is begun. So a
 * torn group can only be the last one of the last segment, and any sound header behind a place that
 * cannot be read proves that a durable group is lost there. */
#include "ledger/recovery.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "ledger/cursor.h"
#include "ledger/disk.h"
#include "ledger/fault.h"

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The names of all segments, in order; *names is the caller's to free. */
static enum err list(int dir_fd, char (**names)[SEGMENT_NAME], size_t *count)
{
    *names = NULL;
    *count = 0;
    int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return ERR_IO;
    }
    enum err err = ERR_OK;
    size_t capacity = 0;
    struct dirent *entry;
    /* A name that could not be read is not a segment that is not there. */
    while (!err && (errno = 0, entry = readdir(dir))) {
        uint64_t first;
        if (!segment_parse_name(entry->d_name, &first))
            continue;
        if (*count == capacity) {
            capacity = capacity ? 2 * capacity : 64;
            void *more = reallocarray(*names, capacity, SEGMENT_NAME);
            if (!more) {
                err = ERR_NOMEM;
                break;
            }
            *names = more;
        }
        memcpy((*names)[(*count)++], entry->d_name, SEGMENT_NAME);
    }
    if (!err && errno != 0)
        err = ERR_IO;
    closedir(dir);
    if (*count > 0)
        qsort(*names, *count, SEGMENT_NAME, compare);
    return err;
}

/* Walks groups until one cannot be read; ERR_OK then, and the cursor stands there. */
static enum err walk(struct recovery *recovery, struct cursor *cursor)
{
    struct segment *segment = recovery->segments[recovery->count - 1];
    for (;;) {
        uint64_t offset = cursor->offset;
        struct ledger_end before = cursor->end;
        struct group group;
        const uint8_t *records;
        enum err err = cursor_next(cursor, 0, &group, &records);
        if (err)
            return err == ERR_NOTFOUND ? ERR_OK : err;
        segment_note(segment, offset, &before);
        recovery->last_segment = recovery->count - 1;
        recovery->last_offset = offset;
        recovery->last_size = cursor->offset - offset;
    }
}

/* Walks one segment to its end and judges what lies behind it. */
static enum err scan_groups(struct recovery *recovery, struct cursor *cursor, bool is_last,
                            bool beside, struct ledger_fault *fault)
{
    for (uint64_t stopped = 0;; stopped = cursor->offset) {
        enum tail tail = TAIL_ZERO;
        enum err err = walk(recovery, cursor);
        if (!err)
            err = cursor_tail(cursor, &tail);
        if (err)
            return err;
        if (tail == TAIL_ZERO || (tail == TAIL_TORN && is_last)) {
            recovery->torn = tail == TAIL_TORN;
            return ERR_OK;
        }
        /* Beside a writer, a group may have been half there and followed by another by the time the
         * tail was searched. It is whole then, and a second look gets further. */
        if (!beside || !is_last || cursor->offset == stopped) {
            fault_set(fault, cursor->name, cursor->offset, cursor->end.sequence + 1, "%s",
                      cursor->why);
            return ERR_CORRUPT;
        }
        cursor_forget(cursor);
    }
}

/* A segment says what was there when it was begun; that has to be what was found. */
static enum err check_joint(const struct cursor *cursor, const struct ledger_end *end,
                            struct ledger_fault *fault)
{
    const struct ledger_end *before = &cursor->head.before;
    if (before->sequence != end->sequence)
        fault_set(fault, cursor->name, 0, end->sequence + 1,
                  "the segment begins with sequence %" PRIu64 ", not %" PRIu64
                  ": groups or a whole segment are missing before it",
                  before->sequence + 1, end->sequence + 1);
    else if (before->group != end->group || before->epoch < end->epoch ||
             memcmp(before->head.bytes, end->head.bytes, HASH_SIZE) != 0)
        fault_set(fault, cursor->name, 0, end->sequence + 1,
                  "the segment is not chained to the one before it");
    else
        return ERR_OK;
    return ERR_CORRUPT;
}

static enum err scan_segment(int dir_fd, const char *name, const char *region, bool is_last,
                             bool beside, struct recovery *recovery, struct ledger_fault *fault)
{
    struct cursor cursor;
    enum err err = cursor_open(&cursor, dir_fd, name, region, fault);
    if (err)
        return err;
    err = check_joint(&cursor, &recovery->end, fault);
    if (!err) {
        recovery->segments[recovery->count] = segment_new(&cursor.head);
        err = recovery->segments[recovery->count] ? ERR_OK : ERR_NOMEM;
    }
    if (!err) {
        recovery->count++;
        err = scan_groups(recovery, &cursor, is_last, beside, fault);
    }
    if (!err && beside && is_last)
        err = disk_sync(cursor.fd);
    recovery->end = cursor.end;
    recovery->tail = cursor.offset;
    cursor_close(&cursor);
    return err;
}

enum err recovery_scan(int dir_fd, const char *region, bool beside, struct recovery *recovery,
                       struct ledger_fault *fault)
{
    char(*names)[SEGMENT_NAME];
    size_t count;
    *recovery = (struct recovery){0};
    enum err err = list(dir_fd, &names, &count);
    if (!err && count > 0) {
        recovery->segments = calloc(count, sizeof(struct segment *));
        err = recovery->segments ? ERR_OK : ERR_NOMEM;
    }
    for (size_t i = 0; !err && i < count; i++)
        err = scan_segment(dir_fd, names[i], region, i + 1 == count, beside, recovery, fault);
    free(names);
    if (err)
        recovery_free(recovery);
    return err;
}

/* Reads a range and writes the same bytes back, so that the next sync has to take them to disk. */
static enum err rewrite(int fd, uint64_t offset, uint64_t size)
{
    uint8_t *bytes = malloc(size);
    if (!bytes)
        return ERR_NOMEM;
    enum err err = disk_read(fd, bytes, size, offset);
    if (!err)
        err = disk_write(fd, bytes, size, offset);
    free(bytes);
    return err;
}

static enum err repair_segment(int dir_fd, const struct recovery *recovery, size_t i)
{
    const struct segment *segment = recovery->segments[i];
    bool is_last = i + 1 == recovery->count;
    int fd = openat(dir_fd, segment->name, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    enum err err = ERR_OK;
    if (recovery->last_size > 0 && i == recovery->last_segment)
        err = rewrite(fd, recovery->last_offset, recovery->last_size);
    if (!err && is_last)
        err = rewrite(fd, 0, SEGMENT_BLOCK);
    if (!err && is_last && recovery->torn) {
        log_event(LOG_WARNING, "ledger_tail_cut", "segment=%s offset=%" PRIu64 " sequence=%" PRIu64,
                  segment->name, recovery->tail, recovery->end.sequence + 1);
        err = disk_zero(fd, recovery->tail, segment->head.size);
    }
    if (!err)
        err = disk_sync(fd);
    close(fd);
    return err;
}

enum err recovery_repair(int dir_fd, const struct recovery *recovery)
{
    enum err err = ERR_OK;
    for (size_t i = recovery->last_segment; !err && i < recovery->count; i++)
        err = repair_segment(dir_fd, recovery, i);
    return err ? err : disk_sync_folder(dir_fd);
}

void recovery_free(struct recovery *recovery)
{
    for (size_t i = 0; i < recovery->count; i++)
        segment_free(recovery->segments[i]);
    free(recovery->segments);
    *recovery = (struct recovery){0};
}
