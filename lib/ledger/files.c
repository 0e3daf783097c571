/* The file backend: segments in a folder, or in two that hold the same; one group in flight. The
 * only backend whose fence is a lock: the caller holds the data folder's while a writer is open.
 *
 * Threads: place, submit and reap are the journal's; prepare is the checkpoint's; read is
 * anybody's. The journal alone moves the append place; spare_lock keeps two from making a spare at
 * once; table_lock covers the table of segments and their marks, never a disk operation. */
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "ledger/backend.h"
#include "ledger/cursor.h"
#include "ledger/disk.h"
#include "ledger/epoch.h"
#include "ledger/fault.h"
#include "ledger/mirror.h"
#include "ledger/pace.h"
#include "ledger/reconcile.h"
#include "ledger/volume.h"

/* Primary and mirror. */
#define VOLUMES_MAX 2

struct files {
    char region[ID_ADMDVS + 1];
    uint64_t segment_bytes;
    struct epoch epoch;

    struct volume volumes[VOLUMES_MAX]; /* readers use the first */
    size_t volume_count;
    struct mirror *mirror; /* NULL without a second one */
    uint64_t offset;       /* where the next group goes */

    pthread_mutex_t spare_lock; /* the volumes' spares and the pace */
    struct pace pace;
    _Atomic uint64_t appended, room; /* bytes ever appended; left in the last segment */

    pthread_mutex_t table_lock;
    struct segment **segments;
    size_t count, capacity;
    struct group_place flying,
        newest; /* the group in flight; the last durable one, under the lock */
    bool any;   /* there is a durable one */
};

/* A mirror on the same disk is lost with it; one that is the same folder is none, and its writers
 * would cut each other's segments. */
static enum err check_apart(const struct files *files, const struct ledger_options *options)
{
    struct stat primary, mirror;
    if (fstat(files->volumes[0].dir_fd, &primary) != 0 ||
        fstat(files->volumes[1].dir_fd, &mirror) != 0)
        return disk_error();
    if (primary.st_dev != mirror.st_dev)
        return ERR_OK;
    bool same = primary.st_ino == mirror.st_ino;
    log_event(same ? LOG_ERROR : LOG_WARNING, same ? "mirror_refused" : "mirror_beside",
              "folder=\"%s\" data=\"%s\" text=\"%s\"", options->mirror, options->dir,
              same ? "the mirror is the data folder itself"
                   : "the mirror is not on another disk: it is lost with the data");
    return same ? ERR_INVALID : ERR_OK;
}

static enum err open_volumes(struct files *files, const struct ledger_options *options)
{
    enum err err = volume_open(options->dir, options->read_only, &files->volumes[0]);
    files->volume_count = 1;
    if (err || options->read_only || !options->mirror)
        return err;
    err = volume_open(options->mirror, false, &files->volumes[1]);
    files->volume_count = 2;
    if (err)
        log_event(LOG_ERROR, "mirror_refused", "folder=\"%s\" error=\"%s\"", options->mirror,
                  err_text(err));
    if (!err)
        err = check_apart(files, options);
    return err ? err : mirror_start(&files->mirror);
}

/* A file may be missing in a folder restored from segments alone; the groups know then. */
static enum err load_epoch(struct files *files, struct ledger_fault *fault)
{
    for (size_t i = 0; i < files->volume_count; i++) {
        struct epoch stored;
        enum err err = epoch_load(files->volumes[i].dir_fd, files->region, &stored, fault);
        if (err)
            return err;
        files->epoch.number =
            stored.number > files->epoch.number ? stored.number : files->epoch.number;
        files->epoch.begun |= stored.begun;
    }
    return ERR_OK;
}

static enum err store_epoch(const struct files *files)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < files->volume_count; i++)
        err = epoch_store(files->volumes[i].dir_fd, files->region, &files->epoch);
    return err;
}

/* After reconcile() it ends where the primary ends; what lies behind that is its own. */
static enum err open_mirror(struct files *files, const struct ledger_options *options,
                            const struct recovery *primary, struct ledger_fault *fault)
{
    struct recovery found;
    struct volume *volume = &files->volumes[1];
    enum err err = recovery_scan(volume->dir_fd, options, &found, fault);
    if (err)
        return err;
    CHECK(found.count == primary->count && found.tail == primary->tail);
    err = recovery_repair(volume->dir_fd, &found);
    if (!err && found.count > 0)
        err = volume_continue(volume, found.segments[found.count - 1]->name);
    recovery_free(&found);
    return err ? err : spare_check(volume->dir_fd, files->segment_bytes, &volume->spare);
}

static enum err open_writer(struct files *files, const struct ledger_options *options,
                            const struct recovery *found, struct ledger_fault *fault)
{
    uint64_t last = found->end.epoch;
    files->epoch.number = (files->epoch.number > last ? files->epoch.number : last) + 1;
    files->epoch.begun = found->count > 0;
    struct volume *volume = &files->volumes[0];
    enum err err = store_epoch(files);
    if (!err)
        err = recovery_repair(volume->dir_fd, found);
    if (!err && found->count > 0)
        err = volume_continue(volume, found->segments[found->count - 1]->name);
    if (!err)
        err = spare_check(volume->dir_fd, files->segment_bytes, &volume->spare);
    if (!err && files->mirror)
        err = open_mirror(files, options, found, fault);
    if (err || found->count == 0)
        return err;
    files->offset = found->tail;
    atomic_store(&files->room, found->segments[found->count - 1]->head.size - found->tail);
    return ERR_OK;
}

/* An empty folder is a new ledger only where there never was one. */
static enum err check_begun(const struct files *files, const struct recovery *found,
                            struct ledger_fault *fault)
{
    if (found->count > 0 || !files->epoch.begun)
        return ERR_OK;
    fault_set(fault, EPOCH_FILE, 0, 1,
              "the ledger was written to, but all its segments are gone: restore them");
    return ERR_CORRUPT;
}

/* What a torn write leaves was never durable. */
static enum err check_torn(const struct recovery *found, uint64_t known, struct ledger_fault *fault)
{
    if (!found->torn || found->end.sequence >= known)
        return ERR_OK;
    fault_set(fault, found->segments[found->count - 1]->name, found->tail, found->end.sequence + 1,
              "sequence %" PRIu64 " was durable: this is no torn write", known);
    return ERR_CORRUPT;
}

static void files_close(void *backend)
{
    struct files *files = backend;
    mirror_stop(files->mirror);
    for (size_t i = 0; i < files->volume_count; i++)
        volume_close(&files->volumes[i]);
    for (size_t i = 0; i < files->count; i++)
        segment_free(files->segments[i]);
    free(files->segments);
    pthread_mutex_destroy(&files->spare_lock);
    pthread_mutex_destroy(&files->table_lock);
    free(files);
}

static enum err recover(struct files *files, const struct ledger_options *options,
                        struct recovery *found, struct ledger_fault *fault)
{
    enum err err = load_epoch(files, fault);
    if (!err && files->mirror)
        err = reconcile(files->volumes[0].dir_fd, files->volumes[1].dir_fd, options, fault);
    if (!err)
        err = recovery_scan(files->volumes[0].dir_fd, options, found, fault);
    if (!err)
        err = check_torn(found, options->known, fault);
    if (!err)
        err = check_begun(files, found, fault);
    if (!err && !options->read_only)
        err = open_writer(files, options, found, fault);
    return err;
}

static enum err files_open(const struct ledger_options *options, void **backend,
                           struct ledger_end *end, struct ledger_fault *fault)
{
    if (!options->read_only &&
        (options->segment_bytes % SEGMENT_BLOCK != 0 || options->segment_bytes < 2 * SEGMENT_BLOCK))
        return ERR_INVALID;
    struct files *files = calloc(1, sizeof(*files));
    if (!files)
        return ERR_NOMEM;
    files->segment_bytes = options->segment_bytes;
    memcpy(files->region, options->region, ID_ADMDVS);
    CHECK(pthread_mutex_init(&files->spare_lock, NULL) == 0);
    CHECK(pthread_mutex_init(&files->table_lock, NULL) == 0);

    struct recovery found = {0};
    enum err err = open_volumes(files, options);
    if (!err)
        err = recover(files, options, &found, fault);
    files->segments = found.segments;
    files->count = files->capacity = found.count;
    files->any = found.last_size > 0;
    files->newest = (struct group_place){found.last_segment, found.last_offset};
    if (err) {
        files_close(files);
        return err;
    }
    *end = found.end;
    if (!options->read_only)
        end->epoch = files->epoch.number;
    *backend = files;
    return ERR_OK;
}

static bool is_end(const struct segment *last, const struct ledger_end *end)
{
    return last->head.before.sequence == end->sequence;
}

/* A new segment's head and its place in the table, before anything on disk changes. */
static struct segment *next_segment(struct files *files, const struct ledger_end *end)
{
    struct segment_head head = {.size = files->segment_bytes, .before = *end};
    if (files->count > 0)
        head.previous = files->segments[files->count - 1]->head.id;
    memcpy(head.region, files->region, sizeof(head.region));
    CHECK(getrandom(&head.id, sizeof(head.id), 0) == sizeof(head.id));

    pthread_mutex_lock(&files->table_lock);
    bool room = files->count < files->capacity;
    if (!room) {
        size_t capacity = files->capacity ? 2 * files->capacity : 16;
        struct segment **more = reallocarray(files->segments, capacity, sizeof(*more));
        if (more) {
            files->segments = more;
            files->capacity = capacity;
            room = true;
        }
    }
    pthread_mutex_unlock(&files->table_lock);
    return room ? segment_new(&head) : NULL;
}

/* All volumes have a spare; what is missing is made at once. */
static enum err ready_spares(struct files *files)
{
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < files->volume_count; i++)
        err = spare_make(files->volumes[i].dir_fd, files->segment_bytes, &files->volumes[i].spare);
    return err;
}

/* Whatever goes wrong before the first new name is in a folder means that no segment is ready, and
 * can be tried again. */
static enum err roll_volumes(struct files *files, const struct segment_head *head)
{
    if (ready_spares(files))
        return ERR_FULL;
    enum err err = volume_roll(&files->volumes[0], head);
    if (!err && files->mirror && volume_roll(&files->volumes[1], head)) {
        log_event(LOG_ERROR, "mirror_failed", "step=segment");
        err = ERR_IO;
    }
    if (err || files->epoch.begun)
        return err;
    files->epoch.begun = true;
    return store_epoch(files) ? ERR_IO : ERR_OK;
}

/* Goes over to a new segment. */
static enum err roll(struct files *files, const struct ledger_end *end)
{
    struct segment *segment = next_segment(files, end);
    if (!segment)
        return ERR_FULL;
    pthread_mutex_lock(&files->spare_lock);
    enum err err = roll_volumes(files, &segment->head);
    pthread_mutex_unlock(&files->spare_lock);
    if (err) {
        segment_free(segment);
        return err;
    }
    files->offset = SEGMENT_BLOCK;
    atomic_store(&files->room, files->segment_bytes - SEGMENT_BLOCK);
    pthread_mutex_lock(&files->table_lock);
    files->segments[files->count++] = segment;
    pthread_mutex_unlock(&files->table_lock);
    return ERR_OK;
}

static enum err files_place(void *backend, const struct ledger_end *end, uint64_t size,
                            uint64_t *segment)
{
    struct files *files = backend;
    /* Only this thread adds segments, so it may look at the last one without the lock. */
    struct segment *last = files->count ? files->segments[files->count - 1] : NULL;
    if (!last || size > last->head.size - files->offset) {
        if (size > files->segment_bytes - SEGMENT_BLOCK || (last && is_end(last, end)))
            return ERR_LIMIT;
        enum err err = roll(files, end);
        if (err)
            return err;
        last = files->segments[files->count - 1];
    }
    *segment = last->head.id;
    return ERR_OK;
}

static enum err files_submit(void *backend, const struct ledger_end *before, struct slice group)
{
    struct files *files = backend;
    if (files->mirror)
        mirror_begin(files->mirror, files->volumes[1].fd, group, files->offset);
    if (disk_append(files->volumes[0].fd, group.data, group.size, files->offset))
        return ERR_IO;
    pthread_mutex_lock(&files->table_lock);
    segment_note(files->segments[files->count - 1], files->offset, before);
    files->flying = (struct group_place){files->count - 1, files->offset};
    pthread_mutex_unlock(&files->table_lock);
    files->offset += group.size;
    atomic_fetch_sub(&files->room, group.size);
    atomic_fetch_add(&files->appended, group.size);
    return ERR_OK;
}

static enum err files_reap(void *backend)
{
    struct files *files = backend;
    enum err err = disk_sync(files->volumes[0].fd);
    if (files->mirror && mirror_wait(files->mirror))
        err = ERR_IO;
    if (err)
        return ERR_UNKNOWN;
    pthread_mutex_lock(&files->table_lock);
    files->newest = files->flying;
    files->any = true;
    pthread_mutex_unlock(&files->table_lock);
    return ERR_OK;
}

/* A segment's name stays as it is until the ledger is closed. */
static const char *segment_at(struct files *files, uint64_t which)
{
    pthread_mutex_lock(&files->table_lock);
    CHECK(which < files->count);
    const char *name = files->segments[which]->name;
    pthread_mutex_unlock(&files->table_lock);
    return name;
}

static enum err files_newest(void *backend, struct group_place *place, uint8_t *head)
{
    struct files *files = backend;
    pthread_mutex_lock(&files->table_lock);
    bool any = files->any;
    *place = files->newest;
    pthread_mutex_unlock(&files->table_lock);
    if (!any)
        return ERR_NOTFOUND;
    const char *name = segment_at(files, place->segment);
    int fd = openat(files->volumes[0].dir_fd, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return disk_error();
    enum err err = disk_read(fd, head, GROUP_HEAD, place->offset);
    close(fd);
    return err;
}

static enum err files_seal(void *backend, const struct group_place *place, const uint8_t *slot)
{
    struct files *files = backend;
    const char *name = segment_at(files, place->segment);
    struct slice seal = {.data = slot, .size = SEAL_SIZE};
    enum err err = ERR_OK;
    for (size_t i = 0; !err && i < files->volume_count; i++)
        err = volume_patch(&files->volumes[i], name, seal, place->offset + GROUP_HASHED);
    return err;
}

static enum err files_confirm(void *backend, uint64_t epoch)
{
    const struct files *files = backend;
    return epoch == files->epoch.number ? ERR_OK : ERR_FENCED;
}

/* One piece, in the volume that is behind. */
static enum err prepare_piece(struct files *files, uint64_t *left)
{
    struct volume *volume = &files->volumes[0];
    for (size_t i = 0; i < files->volume_count; i++) {
        const struct spare *spare = &files->volumes[i].spare;
        if (!spare->ready && (volume->spare.ready || spare->done < volume->spare.done))
            volume = &files->volumes[i];
    }
    enum err err = spare_step(volume->dir_fd, files->segment_bytes, &volume->spare);
    *left = 0;
    for (size_t i = 0; i < files->volume_count; i++) {
        const struct spare *spare = &files->volumes[i].spare;
        *left += spare->ready ? 0 : files->segment_bytes - spare->done;
    }
    return !err && *left > 0 ? ERR_AGAIN : err;
}

static enum err files_prepare(void *backend, int64_t *pause_us)
{
    struct files *files = backend;
    int64_t began_us = clock_mono_us();
    uint64_t left;
    pthread_mutex_lock(&files->spare_lock);
    enum err err = prepare_piece(files, &left);
    int64_t next_us = pace_next_us(&files->pace, began_us, atomic_load(&files->appended),
                                   atomic_load(&files->room), files->segment_bytes, left);
    pthread_mutex_unlock(&files->spare_lock);
    int64_t spent_us = clock_mono_us() - began_us;
    *pause_us = next_us > spent_us ? next_us - spent_us : 0;
    return err;
}

/* Opens a cursor on the segment that holds `sequence`, at the mark before it; *last is cut to where
 * the segment ends. */
static enum err open_at(struct files *files, uint64_t sequence, struct cursor *cursor,
                        struct segment **where, struct ledger_end *last, struct ledger_fault *fault)
{
    pthread_mutex_lock(&files->table_lock);
    CHECK(files->count > 0);
    size_t low = 0, high = files->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (files->segments[middle]->head.before.sequence < sequence)
            low = middle;
        else
            high = middle;
    }
    struct segment *segment = files->segments[low];
    struct segment_mark mark = segment_find(segment, sequence);
    if (high < files->count && files->segments[high]->head.before.sequence < last->sequence)
        *last = files->segments[high]->head.before;
    pthread_mutex_unlock(&files->table_lock);

    *where = segment;
    /* Names, heads and the segments themselves stay as they are until the ledger is closed. */
    enum err err =
        cursor_open(cursor, files->volumes[0].dir_fd, segment->name, files->region, fault);
    if (err)
        return err;
    if (cursor->head.id != segment->head.id) {
        fault_set(fault, segment->name, 0, mark.before.sequence + 1,
                  "the segment was replaced after the ledger was opened");
        cursor_close(cursor);
        return ERR_CORRUPT;
    }
    cursor_seek(cursor, &mark);
    return ERR_OK;
}

/* Groups that are passed over are noted for the next time: of a segment that was sealed before the
 * open nothing is known at first. */
static void note_passed(struct files *files, struct segment *segment, uint64_t offset,
                        const struct ledger_end *before)
{
    pthread_mutex_lock(&files->table_lock);
    segment_note(segment, offset, before);
    pthread_mutex_unlock(&files->table_lock);
}

/* Reads one segment up to *last, which it must reach with the right head. */
static enum err read_segment(struct files *files, struct segment *segment, struct cursor *cursor,
                             uint64_t from, const struct ledger_end *last, backend_visit visit,
                             void *context, struct ledger_fault *fault)
{
    uint64_t offset = cursor->offset;
    while (cursor->end.sequence < last->sequence) {
        struct group group;
        const uint8_t *records;
        struct ledger_end before = cursor->end;
        offset = cursor->offset;
        enum err err = cursor_next(cursor, from, &group, &records);
        if (err == ERR_NOTFOUND) {
            fault_set(fault, cursor->name, offset, cursor->end.sequence + 1, "%s", cursor->why);
            return ERR_CORRUPT;
        }
        if (!err && records)
            err = visit(context, &group, records);
        else if (!err)
            note_passed(files, segment, offset, &before);
        if (err)
            return err;
    }
    if (cursor->end.sequence == last->sequence && hash_equal(&cursor->end.head, &last->head))
        return ERR_OK;
    fault_set(fault, cursor->name, offset, last->sequence,
              "the last group is not the one that was written");
    return ERR_CORRUPT;
}

static enum err files_read(void *backend, uint64_t from, const struct ledger_end *through,
                           backend_visit visit, void *context, struct ledger_fault *fault)
{
    struct files *files = backend;
    while (from <= through->sequence) {
        struct cursor cursor;
        struct segment *segment;
        struct ledger_end last = *through;
        enum err err = open_at(files, from, &cursor, &segment, &last, fault);
        if (err)
            return err;
        err = read_segment(files, segment, &cursor, from, &last, visit, context, fault);
        cursor_close(&cursor);
        if (err)
            return err;
        from = last.sequence + 1;
    }
    return ERR_OK;
}

const struct backend_kind backend_files = {
    .name = "files",
    .depth = 1,
    .open = files_open,
    .close = files_close,
    .place = files_place,
    .submit = files_submit,
    .reap = files_reap,
    .newest = files_newest,
    .seal = files_seal,
    .confirm = files_confirm,
    .prepare = files_prepare,
    .read = files_read,
};
