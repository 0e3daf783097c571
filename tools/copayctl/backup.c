/* A backup is a folder of sealed files and the manifest that names them. A file is written under a
 * new name, synced, and only then named by a new manifest; what no manifest names is removed last.
 * So whenever this ends, the folder holds a whole backup: the previous one, or one that goes
 * further.
 *
 * Segments that have not changed since they were read (same id, size and time of the last write)
 * are kept; the last one, which grows, is sealed again. LMDB's copy is taken before the ledger is
 * read, and so is never ahead of it. The keys are gathered after, before each manifest: a key's
 * file is there before its record is, so that no key change in the backup lacks its key. */
#include "backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "keys.h"
#include "ledger/lock.h"
#include "ledger/walk.h"
#include "manifest.h"
#include "model/record.h"
#include "place.h"
#include "progress.h"
#include "sealed.h"
#include "store_copy.h"

#define SEALED ".sealed"
/* A file written so recently may be written again without its time changing. */
#define SETTLED_NS (INT64_C(2) * 1000000000)

struct backup {
    const struct backup_options *options;
    char dir[PATH_MAX];
    struct place place;
    struct sealed_public key;
    struct manifest manifest;
    struct ledger_end known; /* where the previous backup ended */
    bool known_seen;
    uint64_t kept, copied, bytes; /* segments, segments, bytes written */
    uint64_t files;               /* sealed by this run */
    /* The segment being sealed. */
    struct sealed *seal;
    struct manifest_segment segment;
    char path[PATH_MAX];
    size_t at; /* its place in the manifest */
};

/* Named for what it is, for the run that made it and its place in that: the keys are sealed more
 * than once. */
static bool file_path(struct backup *b, const char *what, struct manifest_file *file)
{
    int n = snprintf(file->name, sizeof file->name, "%s.%" PRIu64 ".%" PRIu64 SEALED, what,
                     b->manifest.run, b->files++);
    return n < (int)sizeof file->name && place_path(b->dir, file->name, b->path);
}

static enum err seal_begin(struct backup *b, const char *what, struct manifest_file *file)
{
    char label[PATH_MAX];
    if (!file_path(b, what, file))
        return ERR_LIMIT;
    snprintf(label, sizeof label, "%s/%s", b->manifest.region, what);
    if (unlink(b->path) != 0 && errno != ENOENT) /* of a run that was cut short */
        return ERR_IO;
    return sealed_new(b->path, &b->key, label, &b->seal);
}

static enum err seal_end(struct backup *b, struct manifest_file *file)
{
    enum err err = sealed_finish(b->seal, &file->bytes, &file->hash);
    sealed_free(b->seal);
    b->seal = NULL;
    b->bytes += file->bytes;
    return err ? err : file_sync_folder(b->dir);
}

/* Removes the files of ours that the manifest does not name. */
static void sweep(const struct backup *b)
{
    DIR *dir = opendir(b->dir);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        size_t size = strlen(entry->d_name), tail = strlen(SEALED);
        if (size > tail && strcmp(entry->d_name + size - tail, SEALED) == 0 &&
            !manifest_names(&b->manifest, entry->d_name))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
}

static bool is_kept(const struct backup *b, const struct manifest_segment *segment)
{
    char source[PATH_MAX], copy[PATH_MAX];
    struct stat st;
    return segment->mtime_ns != 0 && place_path(b->place.ledger, segment->name, source) &&
           place_path(b->dir, segment->file.name, copy) && stat(source, &st) == 0 &&
           (uint64_t)st.st_size == segment->size &&
           st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec == segment->mtime_ns &&
           stat(copy, &st) == 0 && (uint64_t)st.st_size == segment->file.bytes;
}

/* Taken before the segment is read. */
static int64_t settled_time(const struct backup *b, const char *name)
{
    char source[PATH_MAX];
    struct stat st;
    if (!place_path(b->place.ledger, name, source) || stat(source, &st) != 0)
        return 0;
    int64_t ns = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
    return clock_wall_ms() * 1000000 - ns > SETTLED_NS ? ns : 0;
}

/* The previous backup's end must lie in this ledger: else it is another one, or an older state of
 * it, and what the backup holds is worth more than a fresh copy. */
static void look_for_known(struct backup *b, const struct walk_block *block)
{
    struct group group;
    const uint8_t *records;
    if (b->known.sequence <= block->before.sequence || b->known.sequence > block->end.sequence)
        return;
    for (size_t at = 0; walk_group(block, &at, &group, &records);) {
        struct hash hash = group_hash(records - GROUP_HEAD);
        if (group.first + group.count - 1 == b->known.sequence)
            b->known_seen = hash_equal(&hash, &b->known.head);
    }
}

static void note_time(struct backup *b, const struct walk_block *block)
{
    struct group group = {.count = 0};
    const uint8_t *records = NULL;
    struct record record;
    uint64_t place = 0;
    for (size_t at = 0; walk_group(block, &at, &group, &records);)
        ;
    for (uint32_t i = 0; i < group.count; i++) {
        struct slice bytes = group_record(records, &place);
        if (i + 1 == group.count && record_read(bytes, &record) == ERR_OK)
            b->segment.time_ms = record.time_ms;
    }
}

static enum err segment_begin(struct backup *b, const struct walk_block *block, int64_t mtime_ns)
{
    uint8_t head[SEGMENT_BLOCK];
    char what[SEGMENT_NAME];
    b->segment = (struct manifest_segment){
        .id = block->head.id,
        .size = block->head.size,
        .used = SEGMENT_BLOCK,
        .mtime_ns = mtime_ns,
        .end = block->head.before,
        .time_ms = b->at > 0 ? b->manifest.segments[b->at - 1].time_ms : 0,
    };
    memcpy(b->segment.name, block->name, SEGMENT_NAME);
    memcpy(what, block->name, SEGMENT_NAME);
    what[strcspn(what, ".")] = '\0';
    segment_write_head(&block->head, head);
    enum err err = seal_begin(b, what, &b->segment.file);
    return err ? err : sealed_write(b->seal, head, sizeof head);
}

/* After everything that the manifest is to name has been read. */
static enum err copy_keys(struct backup *b)
{
    struct manifest_file file;
    uint8_t *bytes;
    size_t size;
    enum err err = keys_gather(&b->place, &bytes, &size);
    if (err == ERR_NOTFOUND) {
        /* To the walk that would be the ledger's end. */
        (void)place_fail("salt.key", err);
        return ERR_IO;
    }
    if (err)
        return err;
    err = seal_begin(b, "keys", &file);
    if (!err)
        err = sealed_write(b->seal, bytes, size);
    if (!err)
        err = seal_end(b, &file);
    if (!err)
        b->manifest.keys = file;
    explicit_bzero(bytes, size);
    free(bytes);
    return err;
}

/* The manifest with this segment is a whole backup, for what is behind it is older than it. */
static enum err segment_end(struct backup *b)
{
    if (!b->seal)
        return ERR_OK;
    enum err err = seal_end(b, &b->segment.file);
    bool further = b->segment.end.sequence >= b->known.sequence;
    if (!err)
        err = manifest_put(&b->manifest, b->at, &b->segment);
    /* Published only when it holds no less than the previous one. */
    if (!err && further && b->known_seen) {
        err = copy_keys(b);
        if (!err)
            err = manifest_write(b->dir, &b->manifest);
    }
    b->at++;
    b->copied++;
    return err;
}

static bool follows(const struct ledger_end *kept, const struct ledger_end *before)
{
    return kept->sequence == before->sequence && kept->group == before->group &&
           hash_equal(&kept->head, &before->head);
}

static enum err block_put(struct backup *b, const struct walk_block *block, int64_t mtime_ns)
{
    enum err err = ERR_OK;
    bool next = !b->seal || strcmp(block->name, b->segment.name) != 0;
    if (!b->seal && b->at > 0 && !follows(&b->manifest.segments[b->at - 1].end, &block->before))
        return ERR_INVALID;
    if (next)
        err = segment_end(b);
    if (!err && next)
        err = segment_begin(b, block, mtime_ns);
    if (!err)
        err = sealed_write(b->seal, block->bytes, block->used);
    if (err || block->used == 0)
        return err;
    b->segment.used += block->used;
    b->segment.end = block->end;
    look_for_known(b, block);
    note_time(b, block);
    return ERR_OK;
}

static enum ctl_exit refuse_other(const struct backup *b)
{
    fprintf(stderr,
            "copayctl: %s：备份到序号 %" PRIu64 "，该账本中没有这一组：请另用一个备份文件夹 / this "
            "backup holds groups that the ledger does not: use another folder\n",
            b->dir, b->known.sequence);
    return CTL_REFUSED;
}

static enum ctl_exit ledger_fail(const struct backup *b, const struct ledger_fault *fault,
                                 enum err err)
{
    if (err != ERR_CORRUPT)
        return place_fail(b->seal ? b->path : b->place.ledger, err);
    fprintf(stderr,
            "copayctl: %s 账本损坏 the ledger is damaged: %s %s offset %" PRIu64
            " sequence %" PRIu64 "\n",
            b->place.region, fault->text, fault->segment, fault->offset, fault->sequence);
    return CTL_REFUSED;
}

static enum err walk_all(struct backup *b, struct walk *walk, struct walk_block *block,
                         struct ledger_fault *fault)
{
    struct progress progress = {.what = "备份账本 backing up"};
    uint64_t done;
    enum err err;
    int64_t before_ms = clock_wall_ms();
    while ((err = walk_next(walk, block, fault)) == ERR_OK) {
        int64_t mtime_ns = settled_time(b, block->name);
        /* Written after this walk began: what was read may be older than the time says. */
        if (mtime_ns / 1000000 >= before_ms)
            mtime_ns = 0;
        err = block_put(b, block, mtime_ns);
        if (err)
            break;
        walk_progress(walk, &done, &progress.total);
        progress_show(&progress, done);
    }
    progress_end(&progress);
    /* Only what is synced may be called backed up: the daemon may not have got there yet. */
    if (err == ERR_NOTFOUND)
        err = walk_sync(walk);
    return err ? err : segment_end(b);
}

static bool is_there(const struct backup *b, uint64_t first)
{
    char name[SEGMENT_NAME], path[PATH_MAX];
    return place_path(b->place.ledger, segment_name(first, name), path) && access(path, F_OK) == 0;
}

static enum ctl_exit copy_from(struct backup *b, uint64_t from)
{
    struct walk *walk = NULL;
    struct ledger_fault fault = {0};
    struct walk_block block = {.capacity = WALK_BLOCK_MIN, .bytes = malloc(WALK_BLOCK_MIN)};
    enum err err =
        block.bytes ? walk_open(b->place.ledger, b->place.region, from, &walk) : ERR_NOMEM;
    if (!err)
        err = walk_all(b, walk, &block, &fault);
    walk_close(walk);
    free(block.bytes);
    if (err == ERR_INVALID)
        return refuse_other(b);
    return err ? ledger_fail(b, &fault, err) : CTL_DONE;
}

static enum ctl_exit copy_ledger(struct backup *b)
{
    b->known = manifest_end(&b->manifest);
    while (b->at < b->manifest.count && is_kept(b, &b->manifest.segments[b->at]))
        b->at++;
    b->kept = b->at;
    bool all = b->at == b->manifest.count;
    uint64_t from = b->at > 0 ? b->manifest.segments[b->at - 1].end.sequence + 1 : 1;
    b->known_seen = all;
    if (b->at == 0 || is_there(b, from))
        return copy_from(b, from);
    return all ? CTL_DONE : refuse_other(b);
}

static enum ctl_exit seal_store(struct backup *b, struct store_copy *copy)
{
    struct slice piece;
    enum err err = seal_begin(b, "store", &b->manifest.store);
    while (!err && (err = store_copy_read(copy, &piece)) == ERR_OK)
        err = sealed_write(b->seal, piece.data, piece.size);
    if (err == ERR_NOTFOUND)
        err = seal_end(b, &b->manifest.store);
    b->manifest.store_sequence = copy->sequence;
    return err ? place_fail(b->path, err) : CTL_DONE;
}

/* Before the ledger is read: what LMDB holds is durable, so that what is read then goes further. */
static enum ctl_exit copy_store(struct backup *b)
{
    struct store_copy copy;
    if (!b->options->ctl)
        return CTL_DONE;
    enum ctl_exit status = store_copy_take(b->options->ctl, &b->place, &copy);
    if (!status)
        status = seal_store(b, &copy);
    store_copy_free(&copy);
    return status;
}

static enum ctl_exit finish(struct backup *b, int64_t began_ms)
{
    struct ledger_end end = manifest_end(&b->manifest);
    char head[HASH_TEXT];
    /* LMDB's copy was taken first and cannot be ahead; one that is would not start. */
    if (b->manifest.store.name[0] && b->manifest.store_sequence > end.sequence)
        return place_fail("store", ERR_CORRUPT);
    b->manifest.written_ms = clock_wall_ms();
    enum err err = copy_keys(b);
    if (err)
        return place_fail(b->place.dir, err);
    err = manifest_write(b->dir, &b->manifest);
    if (err)
        return place_fail(b->dir, err);
    int64_t ms = clock_mono_ms() - began_ms;
    printf("%s 已备份到 backed up to 序号 sequence %" PRIu64 "，组 group %" PRIu64
           "，链头 head %s\n",
           b->place.region, end.sequence, end.group, hash_format(&end.head, head));
    printf("%s 账本段 segments: 未变 kept %" PRIu64 "，新写 written %" PRIu64
           "；字节 bytes written %" PRIu64 "，%" PRId64 " ms\n",
           b->place.region, b->kept, b->copied, b->bytes, ms);
    if (b->manifest.store.name[0])
        printf("%s LMDB 副本 copy: 序号 sequence %" PRIu64 "\n", b->place.region,
               b->manifest.store_sequence);
    return CTL_DONE;
}

static enum ctl_exit run_locked(struct backup *b)
{
    int64_t began_ms = clock_mono_ms();
    enum err err = manifest_read(b->dir, &b->manifest);
    if (err && err != ERR_NOTFOUND) {
        fprintf(stderr, "copayctl: %s/%s：清单损坏，请移走 / damaged, move it away: %s\n", b->dir,
                MANIFEST_FILE, err_text(err));
        return CTL_REFUSED;
    }
    if (!err && strcmp(b->manifest.region, b->place.region) != 0) {
        fprintf(stderr, "copayctl: %s：是另一统筹区的备份 / a backup of another region: %s\n",
                b->dir, b->manifest.region);
        return CTL_REFUSED;
    }
    memcpy(b->manifest.region, b->place.region, sizeof b->manifest.region);
    b->manifest.run++;
    enum ctl_exit status = copy_store(b);
    if (!status)
        status = copy_ledger(b);
    if (!status && !b->known_seen)
        status = refuse_other(b);
    return status ? status : finish(b, began_ms);
}

static enum err make_folder(const char *dir)
{
    if (mkdir(dir, 0700) == 0 || errno == EEXIST)
        return ERR_OK;
    return errno == ENOSPC ? ERR_FULL : ERR_IO;
}

static enum ctl_exit backup_region(const struct backup_options *options, const char *dir,
                                   const char *from)
{
    struct backup b = {.options = options};
    int lock = -1;
    enum ctl_exit status = place_find(from, options->region, &b.place);
    if (status)
        return status;
    enum err err = sealed_read_public(options->to_key, &b.key);
    if (err)
        return place_fail(options->to_key, err);
    err = make_folder(dir);
    if (!err && !realpath(dir, b.dir))
        err = ERR_IO;
    if (!err)
        err = lock_take(b.dir, &lock);
    if (err)
        return place_fail(dir, err);
    status = run_locked(&b);
    sealed_free(b.seal);
    /* Whatever the manifest on the disk names stays; without one that can be read, everything. */
    manifest_free(&b.manifest);
    if (manifest_read(b.dir, &b.manifest) == ERR_OK)
        sweep(&b);
    manifest_free(&b.manifest);
    close(lock);
    return status;
}

static int is_region(const struct dirent *entry)
{
    return id_is_admdvs(entry->d_name);
}

static enum ctl_exit backup_all(const struct backup_options *options)
{
    struct dirent **entries;
    enum ctl_exit worst = CTL_DONE;
    int count = scandir(options->from, &entries, is_region, alphasort);
    enum err err = count > 0 ? make_folder(options->dir) : ERR_NOTFOUND;
    if (err)
        worst = place_fail(count > 0 ? options->dir : options->from, err);
    for (int i = 0; i < count; i++) {
        char dir[PATH_MAX], from[PATH_MAX];
        enum ctl_exit status = CTL_FAILED;
        if (!err && place_path(options->dir, entries[i]->d_name, dir) &&
            place_path(options->from, entries[i]->d_name, from))
            status = backup_region(options, dir, from);
        worst = status > worst ? status : worst;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return worst;
}

enum ctl_exit backup_run(const struct backup_options *options)
{
    char ledger[PATH_MAX];
    struct stat st;
    umask(0077);
    if (place_path(options->from, "ledger", ledger) && stat(ledger, &st) == 0)
        return backup_region(options, options->dir, options->from);
    return backup_all(options);
}

enum ctl_exit backup_key(const char *file)
{
    umask(0022);
    enum err err = sealed_make_pair(file);
    if (err == ERR_BUSY) {
        fprintf(stderr, "copayctl: %s：已存在 / is there already\n", file);
        return CTL_REFUSED;
    }
    if (err)
        return place_fail(file, err);
    printf("%s：私钥，请离线保管 / the secret key: keep it off this machine\n"
           "%s.pub：公钥，备份时用 / the public key, for backups\n",
           file, file);
    return CTL_DONE;
}
