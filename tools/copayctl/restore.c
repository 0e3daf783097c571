/* Everything is decrypted and its chain checked before the region's folder gets its name: the work
 * is done in <region>.restoring, synced, and renamed.
 *
 * The epoch. Writers of this ledger that lived after the backup took epochs that nobody here knows,
 * and may still be running somewhere; and the same backup may be restored twice. So the new epoch's
 * high part is the second at which this restore happens (or one more than the backup's high part,
 * where the clock is behind), and its low 24 bits count the opens from there: no writer before this
 * second can have got there, for that takes 2^24 opens for each second that went by. */
#include "restore.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "keys.h"
#include "ledger/disk.h"
#include "ledger/epoch.h"
#include "ledger/key.h"
#include "ledger/walk.h"
#include "manifest.h"
#include "model/record.h"
#include "model/signer.h"
#include "place.h"
#include "progress.h"
#include "prove.h"
#include "sealed.h"
#include "store/store.h"

#define EPOCH_OPENS 24 /* bits */
#define CHINA_SECONDS (8 * 3600)

struct restore {
    char dir[PATH_MAX]; /* of the backup */
    char target[PATH_MAX], work[PATH_MAX], ledger[PATH_MAX];
    bool writes;
    struct sealed_pair pair;
    struct manifest manifest;
    struct ledger_end end; /* of what was read so far */
    uint8_t *bytes;        /* of the segment at hand */
    size_t capacity, size;
    uint64_t epoch;
    bool store; /* LMDB's copy was taken */
    /* The last key change that was read; sequence 0: none. */
    struct signer signer;
};

static enum ctl_exit spoilt(const struct restore *r, const struct manifest_file *file,
                            const char *why)
{
    fprintf(stderr, "copayctl: %s/%s：备份文件损坏 / this file of the backup is damaged: %s\n",
            r->dir, file->name, why);
    return CTL_REFUSED;
}

static enum ctl_exit file_fail(const struct restore *r, const struct manifest_file *file,
                               enum err err)
{
    if (err == ERR_NOTFOUND)
        return spoilt(r, file, "it is missing");
    if (err == ERR_CORRUPT)
        return spoilt(r, file, "changed, cut short, or sealed for another key");
    return place_fail(file->name, err);
}

static enum err append(struct restore *r, struct slice piece)
{
    if (piece.size > r->capacity - r->size) {
        size_t capacity = 2 * r->capacity + piece.size;
        uint8_t *more = realloc(r->bytes, capacity);
        if (!more)
            return ERR_NOMEM;
        r->bytes = more;
        r->capacity = capacity;
    }
    if (piece.size > 0)
        memcpy(r->bytes + r->size, piece.data, piece.size);
    r->size += piece.size;
    return ERR_OK;
}

/* A file against what the manifest says of it: anyone who has the public key can seal another. */
static enum ctl_exit check_bytes(const struct restore *r, const struct manifest_file *file)
{
    char path[PATH_MAX];
    uint64_t bytes;
    struct hash hash;
    if (!file->name[0])
        return CTL_DONE;
    if (!place_path(r->dir, file->name, path))
        return place_fail(r->dir, ERR_LIMIT);
    enum err err = sealed_hash(path, &bytes, &hash);
    if (!err && (bytes != file->bytes || !hash_equal(&hash, &file->hash)))
        return spoilt(r, file, "it is not what was written");
    return err ? file_fail(r, file, err) : CTL_DONE;
}

static enum ctl_exit open_file(const struct restore *r, const struct manifest_file *file,
                               const char *what, struct unseal **out)
{
    char path[PATH_MAX], label[PATH_MAX];
    enum ctl_exit status = check_bytes(r, file);
    if (status)
        return status;
    if (!place_path(r->dir, file->name, path))
        return place_fail(r->dir, ERR_LIMIT);
    snprintf(label, sizeof label, "%s/%s", r->manifest.region, what);
    enum err err = unseal_new(path, &r->pair, label, out);
    return err ? file_fail(r, file, err) : CTL_DONE;
}

/* The whole file into r->bytes. */
static enum ctl_exit read_file(struct restore *r, const struct manifest_file *file,
                               const char *what)
{
    struct unseal *unseal;
    struct slice piece;
    enum ctl_exit status = open_file(r, file, what, &unseal);
    if (status)
        return status;
    r->size = 0;
    enum err err;
    while ((err = unseal_read(unseal, &piece)) == ERR_OK && (err = append(r, piece)) == ERR_OK)
        ;
    unseal_free(unseal);
    return err == ERR_NOTFOUND ? CTL_DONE : file_fail(r, file, err);
}

/* The segment's file as it was, with its zeros written and synced: the last one is appended to. */
static enum ctl_exit write_segment(struct restore *r, const struct manifest_segment *segment)
{
    char path[PATH_MAX];
    if (!place_path(r->ledger, segment->name, path))
        return place_fail(r->ledger, ERR_LIMIT);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum err err = fd < 0 ? disk_error() : ERR_OK;
    if (!err)
        err = disk_write(fd, r->bytes, r->size, 0);
    if (!err)
        err = disk_zero(fd, r->size, segment->size);
    if (!err)
        err = disk_sync(fd);
    if (fd >= 0)
        close(fd);
    return err ? place_fail(path, err) : CTL_DONE;
}

/* The segment at hand, which was found sound. */
static enum err note_signer(struct restore *r)
{
    struct walk_block block = {.bytes = r->bytes + SEGMENT_BLOCK, .used = r->size - SEGMENT_BLOCK};
    struct group group;
    const uint8_t *records;
    for (size_t at = 0; walk_group(&block, &at, &group, &records);) {
        uint64_t place = 0;
        for (uint32_t i = 0; i < group.count; i++) {
            struct record record;
            enum err err = record_read(group_record(records, &place), &record);
            if (!err && record.kind == RECORD_KEY_CHANGE && !signer_of(&record, &r->signer))
                err = ERR_CORRUPT;
            if (err)
                return err;
        }
    }
    return ERR_OK;
}

static enum ctl_exit take_segment(struct restore *r, const struct manifest_segment *segment)
{
    struct ledger_fault fault = {0};
    char what[SEGMENT_NAME];
    memcpy(what, segment->name, SEGMENT_NAME);
    what[strcspn(what, ".")] = '\0';
    enum ctl_exit status = read_file(r, &segment->file, what);
    if (status)
        return status;
    enum err err = r->size == segment->used ? ERR_OK : ERR_CORRUPT;
    if (!err)
        err = walk_check(r->bytes, r->size, segment->name, r->manifest.region, &r->end, &fault);
    if (!err && !hash_equal(&r->end.head, &segment->end.head))
        err = ERR_CORRUPT;
    if (!err)
        err = note_signer(r);
    if (err == ERR_CORRUPT)
        return spoilt(r, &segment->file, fault.text[0] ? fault.text : "it is not what was noted");
    if (err)
        return place_fail(segment->file.name, err);
    return r->writes ? write_segment(r, segment) : CTL_DONE;
}

static enum ctl_exit take_ledger(struct restore *r)
{
    struct progress progress = {.what = r->writes ? "恢复 restoring" : "核对 checking"};
    uint64_t done = 0;
    enum ctl_exit status = CTL_DONE;
    for (size_t i = 0; i < r->manifest.count; i++)
        progress.total += r->manifest.segments[i].used;
    for (size_t i = 0; i < r->manifest.count && !status; i++) {
        status = take_segment(r, &r->manifest.segments[i]);
        progress_show(&progress, done += r->manifest.segments[i].used);
    }
    progress_end(&progress);
    return status;
}

/* After the ledger, which says what key there must be. */
static enum ctl_exit take_keys(struct restore *r)
{
    char id[KEY_ID_TEXT];
    if (!r->manifest.keys.name[0])
        return spoilt(r, &(struct manifest_file){.name = "keys"}, "it is missing");
    enum ctl_exit status = read_file(r, &r->manifest.keys, "keys");
    /* Without it the restored region could never be started. */
    if (!status && r->signer.sequence > 0 &&
        !keys_hold(r->bytes, r->size, key_id_format(r->signer.id, id))) {
        fprintf(stderr,
                "copayctl: %s/%s：缺少序号 %" PRIu64 " 启用的签名私钥 / the private key %s, which "
                "signs since that sequence, is not among the keys\n",
                r->dir, r->manifest.keys.name, r->signer.sequence, id);
        status = CTL_REFUSED;
    }
    if (!status && r->writes) {
        enum err err = keys_scatter(r->work, r->bytes, r->size);
        if (err)
            status = err == ERR_CORRUPT ? spoilt(r, &r->manifest.keys, "not a set of keys")
                                        : place_fail(r->work, err);
    }
    if (r->bytes)
        explicit_bzero(r->bytes, r->size);
    return status;
}

static enum ctl_exit copy_store(struct restore *r, const char *dir)
{
    char path[PATH_MAX];
    struct unseal *unseal;
    struct slice piece;
    uint64_t at = 0;
    enum ctl_exit status = open_file(r, &r->manifest.store, "store", &unseal);
    if (status)
        return status;
    int fd = -1;
    if (r->writes && (mkdir(dir, 0700) != 0 || !place_path(dir, "data.mdb", path) ||
                      (fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0))
        status = place_fail(dir, ERR_IO);
    enum err err = ERR_OK;
    while (!status && !err && (err = unseal_read(unseal, &piece)) == ERR_OK) {
        if (fd >= 0)
            err = disk_write(fd, piece.data, piece.size, at);
        at += piece.size;
    }
    if (err == ERR_NOTFOUND)
        err = fd >= 0 ? disk_sync(fd) : ERR_OK;
    if (!status && err)
        status = file_fail(r, &r->manifest.store, err);
    if (fd >= 0)
        close(fd);
    unseal_free(unseal);
    return status;
}

/* LMDB is a view: a copy that is ahead or unsound is left out, and the daemon folds the ledger. */
static enum ctl_exit take_store(struct restore *r)
{
    char dir[PATH_MAX];
    uint64_t sequence, reach;
    if (!r->manifest.store.name[0] || r->manifest.store_sequence > r->end.sequence)
        return CTL_DONE;
    if (!place_path(r->work, "lmdb", dir))
        return place_fail(r->work, ERR_LIMIT);
    enum ctl_exit status = copy_store(r, dir);
    if (status || !r->writes)
        return status;
    r->store = prove_place(dir, &sequence, &reach) == ERR_OK && reach <= r->end.sequence;
    enum err err = r->store ? file_sync_folder(dir) : store_discard(dir);
    return err ? place_fail(dir, err) : CTL_DONE;
}

static enum ctl_exit take_epoch(struct restore *r)
{
    int fd = open(r->ledger, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint64_t second = (uint64_t)(clock_wall_ms() / 1000);
    uint64_t above = (r->end.epoch >> EPOCH_OPENS) + 1;
    r->epoch = (second > above ? second : above) << EPOCH_OPENS;
    const struct epoch epoch = {.number = r->epoch, .begun = r->manifest.count > 0};
    enum err err = fd < 0 ? disk_error() : epoch_store(fd, r->manifest.region, &epoch);
    if (fd >= 0)
        close(fd);
    return err ? place_fail(r->ledger, err) : CTL_DONE;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static enum ctl_exit make_work(struct restore *r)
{
    /* Ours alone: what an interrupted restore left. */
    if (nftw(r->work, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        return place_fail(r->work, ERR_IO);
    if (mkdir(r->work, 0700) != 0 || mkdir(r->ledger, 0700) != 0)
        return place_fail(r->work, disk_error());
    return CTL_DONE;
}

static enum ctl_exit publish(struct restore *r)
{
    char parent[PATH_MAX];
    memcpy(parent, r->target, sizeof parent);
    *strrchr(parent, '/') = '\0';
    enum err err = file_sync_folder(r->ledger);
    if (!err)
        err = file_sync_folder(r->work);
    /* An empty folder gives way; anything else refuses. */
    if (!err && rename(r->work, r->target) != 0)
        err = ERR_IO;
    if (!err)
        err = file_sync_folder(parent[0] ? parent : "/");
    return err ? place_fail(r->target, err) : CTL_DONE;
}

static const char *time_text(int64_t ms, char text[32])
{
    time_t seconds = (time_t)(ms / 1000) + CHINA_SECONDS;
    struct tm tm;
    if (ms == 0 || !gmtime_r(&seconds, &tm) || strftime(text, 32, "%F %T +08:00", &tm) == 0)
        return "-";
    return text;
}

static void print_end(const struct restore *r)
{
    char head[HASH_TEXT], last[32], written[32];
    int64_t last_ms = r->manifest.count ? r->manifest.segments[r->manifest.count - 1].time_ms : 0;
    printf("%s 备份于 backed up at %s，末记录 last sequence %" PRIu64 "，时间 time %s，组 group "
           "%" PRIu64 "，链头 head %s\n",
           r->manifest.region, time_text(r->manifest.written_ms, written), r->end.sequence,
           time_text(last_ms, last), r->end.group, hash_format(&r->end.head, head));
    if (r->manifest.store.name[0])
        printf("%s LMDB 副本 copy: 序号 sequence %" PRIu64 "\n", r->manifest.region,
               r->manifest.store_sequence);
}

static void print_restored(const struct restore *r)
{
    printf("%s 已恢复到 restored to %s，纪元 epoch %" PRIu64 "，LMDB %s\n", r->manifest.region,
           r->target, r->epoch,
           r->store ? "用副本 from the copy"
                    : "启动时由账本重建 is made from the ledger at the start");
    printf("%s 序号 %" PRIu64
           " 之后的答复已丢失：请与各终端的账对照 / answers after sequence %" PRIu64
           " are lost: compare with the terminals' books, see copayctl(1)\n",
           r->manifest.region, r->end.sequence, r->end.sequence);
}

static enum ctl_exit take_all(struct restore *r)
{
    enum ctl_exit status = CTL_DONE;
    if (r->writes)
        status = make_work(r);
    if (!status)
        status = take_ledger(r);
    if (!status)
        status = take_keys(r);
    if (!status)
        status = take_store(r);
    if (!status && r->writes)
        status = take_epoch(r);
    if (!status && r->writes)
        status = publish(r);
    if (status)
        return status;
    print_end(r);
    if (r->writes)
        print_restored(r);
    else
        printf("%s 备份完好 the backup is sound\n", r->manifest.region);
    return CTL_DONE;
}

static enum ctl_exit open_backup(struct restore *r, const char *dir)
{
    if (!realpath(dir, r->dir))
        return place_fail(dir, ERR_NOTFOUND);
    enum err err = manifest_read(r->dir, &r->manifest);
    if (err == ERR_CORRUPT)
        return spoilt(r, &(struct manifest_file){.name = MANIFEST_FILE}, "it is not as written");
    return err ? place_fail(MANIFEST_FILE, err) : CTL_DONE;
}

/* `to` names a folder that is not there, or is empty, and is called as the region is. */
static enum ctl_exit find_target(struct restore *r, const char *to)
{
    char path[PATH_MAX], parent[PATH_MAX];
    size_t size = strlen(to);
    while (size > 1 && to[size - 1] == '/')
        size--;
    if (snprintf(path, sizeof path, "%.*s", (int)size, to) >= (int)sizeof path)
        return place_fail(to, ERR_LIMIT);
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (strcmp(name, r->manifest.region) != 0) {
        fprintf(stderr,
                "copayctl: %s：文件夹须以统筹区 %s 为名 / the folder must be named for the "
                "region\n",
                to, r->manifest.region);
        return CTL_REFUSED;
    }
    if (!slash)
        memcpy(parent, ".", 2);
    else
        snprintf(parent, sizeof parent, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    char real[PATH_MAX];
    if (!realpath(parent, real))
        return place_fail(parent, ERR_NOTFOUND);
    if (!place_path(real, name, r->target) ||
        snprintf(r->work, sizeof r->work, "%s.restoring", r->target) >= (int)sizeof r->work ||
        !place_path(r->work, "ledger", r->ledger))
        return place_fail(to, ERR_LIMIT);
    if (rmdir(r->target) == 0 || errno == ENOENT)
        return CTL_DONE;
    fprintf(stderr, "copayctl: %s：不是空的，不覆盖 / is not empty, nothing is overwritten\n",
            r->target);
    return CTL_REFUSED;
}

static void close_backup(struct restore *r)
{
    manifest_free(&r->manifest);
    free(r->bytes);
    explicit_bzero(&r->pair, sizeof r->pair);
}

enum ctl_exit restore_run(const char *dir, const char *to, const char *key)
{
    struct restore r = {.writes = true};
    umask(0077);
    enum err err = sealed_read_pair(key, &r.pair);
    if (err)
        return place_fail(key, err);
    enum ctl_exit status = open_backup(&r, dir);
    if (!status)
        status = find_target(&r, to);
    if (!status)
        status = take_all(&r);
    close_backup(&r);
    return status;
}

static enum ctl_exit check_all_bytes(struct restore *r)
{
    enum ctl_exit status = check_bytes(r, &r->manifest.keys);
    for (size_t i = 0; i < r->manifest.count && !status; i++)
        status = check_bytes(r, &r->manifest.segments[i].file);
    if (!status)
        status = check_bytes(r, &r->manifest.store);
    if (status)
        return status;
    r->end = manifest_end(&r->manifest);
    print_end(r);
    printf(
        "%s 文件与所写一致；未解密，链未核对 the files are as written; without --key nothing was "
        "decrypted\n",
        r->manifest.region);
    return CTL_DONE;
}

enum ctl_exit restore_check(const char *dir, const char *key)
{
    struct restore r = {.writes = false};
    enum err err = key ? sealed_read_pair(key, &r.pair) : ERR_OK;
    if (err)
        return place_fail(key, err);
    enum ctl_exit status = open_backup(&r, dir);
    if (!status)
        status = key ? take_all(&r) : check_all_bytes(&r);
    close_backup(&r);
    return status;
}
