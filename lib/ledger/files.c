/* The file backend: segments in a folder, one group in flight. The only backend whose fence is a
 * lock: the caller holds the data folder's while a writer is open.
 *
 * Threads: place, submit and reap are the journal's; prepare is the checkpoint's; read is
 * anybody's. The journal alone moves the append place; spare_lock keeps two from making a spare at
 * once; table_lock covers the table of segments and their marks, never a disk operation. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/backend.h"
#include "ledger/cursor.h"
#include "ledger/disk.h"
#include "ledger/epoch.h"
#include "ledger/fault.h"
#include "ledger/recovery.h"
#include "ledger/spare.h"

struct files {
    int dir_fd;
    char region[ID_ADMDVS + 1];
    uint64_t segment_bytes;
    uint64_t epoch;

    int fd;          /* the last segment, open for writing; -1 before the first one */
    uint64_t offset; /* where the next group goes */

    pthread_mutex_t spare_lock;
    bool spare_ready;

    pthread_mutex_t table_lock;
    struct segment **segments;
    size_t count, capacity;
    struct group_place flying,
        newest; /* the group in flight; the last durable one, under the lock */
    bool any;   /* there is a durable one */
};

/* Opens the ledger's folder; a writer makes a missing one. Its name is synced at every open: the
 * one that made it may have died in between. A parent that may not be read is somebody else's, who
 * made the folder too. */
static enum err open_folder(const struct ledger_options *options, int *dir_fd)
{
    bool made = !options->read_only && mkdir(options->dir, 0700) == 0;
    *dir_fd = open(options->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*dir_fd < 0)
        return disk_error();
    if (options->read_only)
        return ERR_OK;
    int parent = openat(*dir_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0)
        return errno == EACCES && !made ? ERR_OK : disk_error();
    enum err err = disk_sync_folder(parent);
    close(parent);
    return err;
}

/* The epoch file may be missing in a folder restored from segments alone; the groups know then. */
static enum err take_epoch(struct files *files, uint64_t stored, uint64_t last_group)
{
    files->epoch = (stored > last_group ? stored : last_group) + 1;
    return epoch_store(files->dir_fd, files->region, files->epoch);
}

static enum err open_writer(struct files *files, const struct recovery *found, uint64_t epoch)
{
    enum err err = take_epoch(files, epoch, found->end.epoch);
    if (!err)
        err = recovery_repair(files->dir_fd, found);
    if (!err)
        err = spare_check(files->dir_fd, files->segment_bytes, &files->spare_ready);
    if (err || found->count == 0)
        return err;
    files->fd = openat(files->dir_fd, found->segments[found->count - 1]->name, O_RDWR | O_CLOEXEC);
    files->offset = found->tail;
    return files->fd < 0 ? ERR_IO : ERR_OK;
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
    if (files->fd >= 0)
        close(files->fd);
    if (files->dir_fd >= 0)
        close(files->dir_fd);
    for (size_t i = 0; i < files->count; i++)
        segment_free(files->segments[i]);
    free(files->segments);
    pthread_mutex_destroy(&files->spare_lock);
    pthread_mutex_destroy(&files->table_lock);
    free(files);
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
    files->fd = -1;
    files->segment_bytes = options->segment_bytes;
    memcpy(files->region, options->region, ID_ADMDVS);
    CHECK(pthread_mutex_init(&files->spare_lock, NULL) == 0);
    CHECK(pthread_mutex_init(&files->table_lock, NULL) == 0);

    struct recovery found = {0};
    uint64_t epoch = 0;
    enum err err = open_folder(options, &files->dir_fd);
    if (!err)
        err = epoch_load(files->dir_fd, files->region, &epoch, fault);
    if (!err)
        err = recovery_scan(files->dir_fd, options, &found, fault);
    if (!err)
        err = check_torn(&found, options->known, fault);
    if (!err && !options->read_only)
        err = open_writer(files, &found, epoch);
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
        end->epoch = files->epoch;
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

/* Goes over to a new segment. Whatever goes wrong before the new name is in the folder means that
 * no segment is ready, and can be tried again. */
static enum err roll(struct files *files, const struct ledger_end *end)
{
    struct segment *segment = next_segment(files, end);
    if (!segment)
        return ERR_FULL;
    int fd = -1;
    pthread_mutex_lock(&files->spare_lock);
    enum err err = ERR_OK;
    if (!files->spare_ready && spare_make(files->dir_fd, files->segment_bytes))
        err = ERR_FULL;
    if (!err)
        err = spare_adopt(files->dir_fd, &segment->head, &fd);
    files->spare_ready = false;
    pthread_mutex_unlock(&files->spare_lock);
    if (err) {
        segment_free(segment);
        return err;
    }
    if (files->fd >= 0)
        close(files->fd);
    files->fd = fd;
    files->offset = SEGMENT_BLOCK;
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
    if (disk_write(files->fd, group.data, group.size, files->offset))
        return ERR_IO;
    pthread_mutex_lock(&files->table_lock);
    segment_note(files->segments[files->count - 1], files->offset, before);
    files->flying = (struct group_place){files->count - 1, files->offset};
    pthread_mutex_unlock(&files->table_lock);
    files->offset += group.size;
    return ERR_OK;
}

static enum err files_reap(void *backend)
{
    struct files *files = backend;
    if (disk_sync(files->fd))
        return ERR_UNKNOWN;
    pthread_mutex_lock(&files->table_lock);
    files->newest = files->flying;
    files->any = true;
    pthread_mutex_unlock(&files->table_lock);
    return ERR_OK;
}

/* A segment's name stays as it is until the ledger is closed. */
static enum err open_segment(struct files *files, uint64_t which, int flags, int *fd)
{
    pthread_mutex_lock(&files->table_lock);
    CHECK(which < files->count);
    const char *name = files->segments[which]->name;
    pthread_mutex_unlock(&files->table_lock);
    *fd = openat(files->dir_fd, name, flags | O_CLOEXEC);
    return *fd < 0 ? disk_error() : ERR_OK;
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
    int fd;
    enum err err = open_segment(files, place->segment, O_RDONLY, &fd);
    if (err)
        return err;
    err = disk_read(fd, head, GROUP_HEAD, place->offset);
    close(fd);
    return err;
}

static enum err files_seal(void *backend, const struct group_place *place, const uint8_t *slot)
{
    int fd;
    enum err err = open_segment(backend, place->segment, O_WRONLY, &fd);
    if (err)
        return err;
    err = disk_write(fd, slot, SEAL_SIZE, place->offset + GROUP_HASHED);
    close(fd);
    return err;
}

static enum err files_confirm(void *backend, uint64_t epoch)
{
    const struct files *files = backend;
    return epoch == files->epoch ? ERR_OK : ERR_FENCED;
}

static enum err files_prepare(void *backend)
{
    struct files *files = backend;
    enum err err = ERR_OK;
    pthread_mutex_lock(&files->spare_lock);
    if (!files->spare_ready) {
        err = spare_make(files->dir_fd, files->segment_bytes);
        files->spare_ready = !err;
    }
    pthread_mutex_unlock(&files->spare_lock);
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
    enum err err = cursor_open(cursor, files->dir_fd, segment->name, files->region, fault);
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
    if (cursor->end.sequence == last->sequence &&
        memcmp(cursor->end.head.bytes, last->head.bytes, HASH_SIZE) == 0)
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
