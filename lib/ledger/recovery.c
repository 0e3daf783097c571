/* The walk over a folder at open, and the repair of its tail. Runs in the thread that opens the
 * ledger, for a writer under the data folder's lock.
 *
 * The walk reads everything, once, at the speed of SHA-256, or, for a start that must not wait for
 * that, trusts sealed segments for what their header blocks say and how they join, and reads the
 * headers of the last one. What is not read then is found by whoever reads it: the fold of what
 * LMDB lacks before anything is answered, a fetch, or `copayctl verify`.
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

struct scan {
    int dir_fd;
    const char *region;
    bool beside, trust;
    uint64_t known;
    struct recovery *found;
    struct ledger_fault *fault;
};

/* Where a group stands and the ledger's end before it. */
struct seen {
    size_t segment;
    uint64_t size;
    struct segment_mark mark;
};

static struct seen last_seen(const struct recovery *found)
{
    return (struct seen){.segment = found->last_segment,
                         .size = found->last_size,
                         .mark = {.offset = found->last_offset}};
}

static void note_last(struct recovery *found, const struct seen *seen)
{
    found->last_segment = seen->segment;
    found->last_offset = seen->mark.offset;
    found->last_size = seen->size;
}

/* Walks groups until one cannot be read; ERR_OK then, and the cursor stands there. Without trust
 * all records are checked; with it those that the caller will not read, and the last group's, for
 * only that one can be torn. */
static enum err walk(struct scan *scan, struct cursor *cursor)
{
    struct recovery *found = scan->found;
    struct segment *segment = found->segments[found->count - 1];
    struct seen before_last = last_seen(found), last = before_last;
    bool unchecked = false;
    enum err err;
    for (;;) {
        struct seen next = {.segment = found->count - 1,
                            .mark = {.offset = cursor->offset, .before = cursor->end}};
        struct group group;
        const uint8_t *records;
        bool skip = scan->trust && cursor->end.sequence >= scan->known;
        err = cursor_next(cursor, skip ? UINT64_MAX : 0, &group, &records);
        if (err)
            break;
        next.size = cursor->offset - next.mark.offset;
        segment_note(segment, next.mark.offset, &next.mark.before);
        before_last = last;
        last = next;
        unchecked = skip;
    }
    if (err == ERR_NOTFOUND && unchecked) {
        struct group group;
        const uint8_t *records;
        const char *why = cursor->why;
        cursor_seek(cursor, &last.mark);
        err = cursor_next(cursor, 0, &group, &records);
        if (err == ERR_NOTFOUND)
            last = before_last;
        else
            cursor->why = why;
    } else if (err == ERR_NOTFOUND) {
        err = ERR_OK;
    }
    note_last(found, &last);
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* Walks one segment to its end and judges what lies behind it. */
static enum err scan_groups(struct scan *scan, struct cursor *cursor, bool is_last)
{
    for (uint64_t stopped = 0;; stopped = cursor->offset) {
        enum tail tail = TAIL_ZERO;
        enum err err = walk(scan, cursor);
        if (!err)
            err = cursor_tail(cursor, &tail);
        if (err)
            return err;
        if (tail == TAIL_ZERO || (tail == TAIL_TORN && is_last)) {
            scan->found->torn = tail == TAIL_TORN;
            return ERR_OK;
        }
        /* Beside a writer, a group may have been half there and followed by another by the time the
         * tail was searched. It is whole then, and a second look gets further. */
        if (!scan->beside || !is_last || cursor->offset == stopped) {
            fault_set(scan->fault, cursor->name, cursor->offset, cursor->end.sequence + 1, "%s",
                      cursor->why);
            return ERR_CORRUPT;
        }
        cursor_forget(cursor);
    }
}

/* What two neighbours' header blocks say of each other, without a look at what is between them. */
static enum err check_order(const struct cursor *cursor, const struct segment *last,
                            struct ledger_fault *fault)
{
    const struct ledger_end *before = &cursor->head.before;
    const struct ledger_end *then = last ? &last->head.before : &(const struct ledger_end){0};
    uint64_t previous = last ? last->head.id : 0;
    if (cursor->head.previous != previous)
        fault_set(fault, cursor->name, 0, then->sequence + 1,
                  "the segment before it is missing or was another one");
    else if (last && (before->sequence <= then->sequence || before->group <= then->group ||
                      before->epoch < then->epoch))
        fault_set(fault, cursor->name, 0, then->sequence + 1,
                  "the segment does not follow the one before it");
    else
        return ERR_OK;
    return ERR_CORRUPT;
}

static enum err scan_segment(struct scan *scan, const char *name, bool walked, bool is_last)
{
    struct recovery *found = scan->found;
    struct segment *last = found->count ? found->segments[found->count - 1] : NULL;
    struct cursor cursor;
    enum err err = cursor_open(&cursor, scan->dir_fd, name, scan->region, scan->fault);
    if (err)
        return err;
    /* Nothing is known yet of the end of a segment that was not walked. */
    if (!last || found->tail > 0)
        err = segment_check_joint(cursor.name, &cursor.head, &found->end, scan->fault);
    if (!err)
        err = check_order(&cursor, last, scan->fault);
    if (!err) {
        found->segments[found->count] = segment_new(&cursor.head);
        err = found->segments[found->count] ? ERR_OK : ERR_NOMEM;
    }
    if (!err)
        found->count++;
    if (!err && walked)
        err = scan_groups(scan, &cursor, is_last);
    if (!err && scan->beside && is_last)
        err = disk_sync(cursor.fd);
    found->end = cursor.end;
    found->tail = walked ? cursor.offset : 0;
    cursor_close(&cursor);
    return err;
}

/* The first segment to be walked: the last one, or the one before it when the last has no group
 * yet, for the ledger's last group has to be found. */
static size_t first_walked(const struct scan *scan, char (*names)[SEGMENT_NAME], size_t count)
{
    if (!scan->trust || count < 2)
        return 0;
    struct cursor cursor;
    struct group group;
    const uint8_t *records;
    struct ledger_fault fault;
    enum err err = cursor_open(&cursor, scan->dir_fd, names[count - 1], scan->region, &fault);
    if (err)
        return count - 1;
    err = cursor_next(&cursor, 0, &group, &records);
    cursor_close(&cursor);
    return err ? count - 2 : count - 1;
}

enum err recovery_scan(int dir_fd, const struct ledger_options *options, struct recovery *recovery,
                       struct ledger_fault *fault)
{
    char(*names)[SEGMENT_NAME];
    size_t count;
    struct scan scan = {.dir_fd = dir_fd,
                        .region = options->region,
                        .beside = options->read_only,
                        .trust = options->trust_sealed,
                        .known = options->known,
                        .found = recovery,
                        .fault = fault};
    *recovery = (struct recovery){0};
    enum err err = list(dir_fd, &names, &count);
    if (!err && count > 0) {
        recovery->segments = calloc(count, sizeof(struct segment *));
        err = recovery->segments ? ERR_OK : ERR_NOMEM;
    }
    size_t walked = err ? 0 : first_walked(&scan, names, count);
    for (size_t i = 0; !err && i < count; i++)
        err = scan_segment(&scan, names[i], i >= walked, i + 1 == count);
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
