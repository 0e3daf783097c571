/* Primary and mirror at the writer's open. Runs in the thread that opens the ledger, under the data
 * folder's lock.
 *
 * Groups go to both and only then to the next, so one of two sound folders is a prefix of the other
 * by at most a group or a begun segment, or by more where a mirror was away or is new. Anything
 * else is another history, and not ours to choose between. */
#include "ledger/reconcile.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "ledger/cursor.h"
#include "ledger/disk.h"
#include "ledger/fault.h"
#include "ledger/spare.h"

#define COPY_SIZE (1024 * 1024)

struct side {
    const char *name;
    int dir_fd;
    struct recovery found;
};

/* So that the operator knows which disk is meant. */
static void name_side(const struct side *side, struct ledger_fault *fault)
{
    char segment[sizeof(fault->segment)];
    if (strcmp(side->name, "mirror") != 0 || !fault->segment[0])
        return;
    snprintf(segment, sizeof(segment), "mirror/%.40s", fault->segment);
    memcpy(fault->segment, segment, sizeof(segment));
}

static enum err scan(struct side *side, const struct ledger_options *options,
                     struct ledger_fault *fault)
{
    enum err err = recovery_scan(side->dir_fd, options, &side->found, fault);
    if (err)
        name_side(side, fault);
    return err;
}

static bool is_further(const struct recovery *a, const struct recovery *b)
{
    return a->end.group != b->end.group ? a->end.group > b->end.group : a->count > b->count;
}

static enum err contradict(const struct side *side, const char *name, uint64_t offset,
                           uint64_t sequence, struct ledger_fault *fault)
{
    fault_set(fault, name, offset, sequence,
              "primary and mirror hold different ledgers; take the wrong one out of the way");
    name_side(side, fault);
    return ERR_CORRUPT;
}

/* Segments that both have must be the same ones. */
static enum err check_common(const struct side *to, const struct side *from,
                             struct ledger_fault *fault)
{
    for (size_t i = 0; i < to->found.count && i < from->found.count; i++) {
        const struct segment *a = to->found.segments[i], *b = from->found.segments[i];
        if (a->head.id != b->head.id || a->head.before.sequence != b->head.before.sequence)
            return contradict(to, a->name, 0, a->head.before.sequence + 1, fault);
    }
    return ERR_OK;
}

/* The shorter one's last group must be on the longer one's chain, and at the same place. */
static enum err check_prefix(const struct side *to, const struct side *from,
                             struct ledger_fault *fault)
{
    const struct recovery *found = &to->found;
    if (found->count > from->found.count)
        return contradict(to, found->segments[from->found.count]->name, 0, found->end.sequence + 1,
                          fault);
    if (found->count == 0)
        return ERR_OK;
    const struct segment *last = found->segments[found->count - 1];
    struct cursor cursor;
    enum err err = cursor_open(&cursor, from->dir_fd, last->name, last->head.region, fault);
    if (err) {
        name_side(from, fault);
        return err;
    }
    while (!err && cursor.offset < found->tail) {
        struct group group;
        const uint8_t *records;
        err = cursor_next(&cursor, UINT64_MAX, &group, &records);
    }
    bool same = !err && cursor.offset == found->tail &&
                cursor.end.sequence == found->end.sequence &&
                hash_equal(&cursor.end.head, &found->end.head);
    cursor_close(&cursor);
    if (same || (err && err != ERR_NOTFOUND))
        return same ? ERR_OK : err;
    return contradict(to, last->name, found->last_offset, found->end.sequence, fault);
}

/* Copies [offset, size); what is the same already is not written. */
static enum err copy_range(int to_fd, int from_fd, uint64_t offset, uint64_t size)
{
    uint8_t *bytes = malloc(2 * (size_t)COPY_SIZE);
    enum err err = bytes ? ERR_OK : ERR_NOMEM;
    while (!err && offset < size) {
        size_t step = size - offset < COPY_SIZE ? (size_t)(size - offset) : COPY_SIZE;
        err = disk_read(from_fd, bytes, step, offset);
        enum err there = err ? err : disk_read(to_fd, bytes + COPY_SIZE, step, offset);
        if (!err && (there || memcmp(bytes, bytes + COPY_SIZE, step) != 0))
            err = disk_write(to_fd, bytes, step, offset);
        offset += step;
    }
    free(bytes);
    return err ? err : disk_sync(to_fd);
}

static enum err copy_whole(const struct side *to, int from_fd, const struct segment *segment)
{
    int fd = openat(to->dir_fd, SPARE_TEMPORARY, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return disk_error();
    enum err err = copy_range(fd, from_fd, 0, segment->head.size);
    if (close(fd) != 0 && !err)
        err = disk_error();
    if (!err && renameat(to->dir_fd, SPARE_TEMPORARY, to->dir_fd, segment->name) != 0)
        err = disk_error();
    return err ? err : disk_sync_folder(to->dir_fd);
}

static enum err copy_rest(const struct side *to, int from_fd, const struct segment *segment)
{
    int fd = openat(to->dir_fd, segment->name, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return disk_error();
    enum err err = copy_range(fd, from_fd, to->found.tail, segment->head.size);
    if (close(fd) != 0 && !err)
        err = disk_error();
    return err;
}

static enum err bring_up(const struct side *to, const struct side *from)
{
    int64_t began_ms = clock_mono_ms();
    log_event(LOG_WARNING, "ledger_copying",
              "to=%s from_sequence=%" PRIu64 " through_sequence=%" PRIu64 " segments=%zu", to->name,
              to->found.end.sequence, from->found.end.sequence,
              from->found.count - to->found.count);
    enum err err = ERR_OK;
    size_t common = to->found.count;
    for (size_t i = common ? common - 1 : 0; !err && i < from->found.count; i++) {
        const struct segment *segment = from->found.segments[i];
        int fd = openat(from->dir_fd, segment->name, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return disk_error();
        err = i < common ? copy_rest(to, fd, segment) : copy_whole(to, fd, segment);
        close(fd);
    }
    log_event(err ? LOG_ERROR : LOG_INFO, err ? "ledger_copy_failed" : "ledger_copied",
              "to=%s error=\"%s\" ms=%" PRId64, to->name, err_text(err),
              clock_mono_ms() - began_ms);
    return err;
}

static bool is_equal(const struct recovery *a, const struct recovery *b)
{
    return a->count == b->count && a->end.group == b->end.group;
}

enum err reconcile(int primary_fd, int mirror_fd, const struct ledger_options *options,
                   struct ledger_fault *fault)
{
    struct side primary = {.name = "primary", .dir_fd = primary_fd};
    struct side mirror = {.name = "mirror", .dir_fd = mirror_fd};
    enum err err = scan(&primary, options, fault);
    if (!err)
        err = scan(&mirror, options, fault);
    bool mirror_leads = !err && is_further(&mirror.found, &primary.found);
    const struct side *to = mirror_leads ? &primary : &mirror;
    const struct side *from = mirror_leads ? &mirror : &primary;
    if (!err)
        err = check_common(to, from, fault);
    if (!err)
        err = check_prefix(to, from, fault);
    if (!err && !is_equal(&primary.found, &mirror.found))
        err = bring_up(to, from);
    recovery_free(&primary.found);
    recovery_free(&mirror.found);
    return err;
}
