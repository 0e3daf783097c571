/* The order of things: the lock; what the old environment stands at, which is first made whole
 * where a checkpoint was cut short in it; the ledger folded up to there into lmdb.new; both
 * digested; what came later folded too; the folders exchanged.
 *
 * LMDB never gets the ledger's last group unless the old one had it: that group alone may not have
 * been synced when its writer died, and LMDB must not be ahead of the ledger after a power cut. The
 * daemon makes it durable at its next start and folds it then. */
#include "rebuild.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "feed.h"
#include "ledger/lock.h"
#include "place.h"
#include "progress.h"
#include "prove.h"
#include "state/fold.h"
#include "state/state.h"
#include "store/store.h"

/* Records between two looks at whether a checkpoint is due. */
#define FOLD_BATCH 1024

struct rebuild {
    const struct rebuild_options *options;
    struct place place;
    char fresh[PATH_MAX], differs[PATH_MAX], marker[PATH_MAX];
    bool had_old, doubt; /* there is an environment; it cannot be read, or it differs */
    bool compare;        /* it can be read, and holds something */
    uint64_t old_sequence, old_whole; /* how far it reaches; how far all of it does */
    uint64_t ledger_end;
    uint64_t sequence;     /* what lmdb.new stands at */
    bool exchanged;        /* lmdb.new is the old one by now, or neither can be told */
    struct prove *proving; /* the old one's digest, under way; else NULL */
    struct digest old, new;
    /* The folds. */
    struct fold fold;
    struct bulk *bulk;
    struct store *store;
    struct state *state;
};

static struct progress loading = {.what = "写库 loading, keys"};

static void show_keys(uint64_t keys)
{
    progress_show(&loading, keys);
}

/* Removes a closed environment with its folder. */
static enum err discard(const char *dir)
{
    enum err err = store_discard(dir);
    if (!err && rmdir(dir) != 0 && errno != ENOENT)
        err = ERR_IO;
    return err;
}

/* One pass over the ledger from `from` on. */
static enum ctl_exit read_ledger(struct rebuild *r, uint64_t from, uint64_t through,
                                 feed_visit visit)
{
    struct feed *feed;
    enum err err = feed_open(r->place.ledger, r->place.region, from, &feed);
    if (err)
        return place_fail(r->place.ledger, err);
    err = feed_records(feed, from, through, visit, r, &r->ledger_end);
    const struct ledger_fault fault = *feed_fault(feed);
    if (feed_torn(feed))
        printf("%s 账本尾部有一组未写完，启动时截去 the ledger ends with a group that was never "
               "finished; the next start cuts it\n",
               r->place.region);
    feed_close(feed);
    if (err == ERR_CORRUPT) {
        printf("%s 账本损坏 the ledger is damaged: %s %s offset %" PRIu64 " sequence %" PRIu64 "\n",
               r->place.region, fault.text[0] ? fault.text : "a record does not parse",
               fault.segment, fault.offset, fault.text[0] ? fault.sequence : r->fold.sequence + 1);
        return CTL_REFUSED;
    }
    return err ? place_fail(r->fresh, err) : CTL_DONE;
}

static enum err spill(struct rebuild *r, bool all)
{
    enum err err = store_renew(r->store);
    if (err || (!all && !store_checkpoint_due(r->store, clock_mono_ms())))
        return err;
    if (state_sequence(r->state) == store_sequence(r->store))
        return ERR_OK;
    store_freeze(r->store, state_sequence(r->state));
    err = store_checkpoint(r->store);
    return err ? err : store_thaw(r->store);
}

static enum err apply_record(void *context, uint64_t sequence, struct slice bytes)
{
    struct rebuild *r = context;
    struct record record;
    enum err err = record_read(bytes, &record);
    if (!err && (record.sequence != sequence || sequence != state_sequence(r->state) + 1 ||
                 record.time_ms < state_time(r->state)))
        err = ERR_CORRUPT;
    if (!err)
        err = state_apply(r->state, &record);
    r->fold.sequence = state_sequence(r->state);
    if (!err && sequence % FOLD_BATCH == 0)
        err = spill(r, false);
    return err;
}

/* Folds the ledger onto an environment, from what it holds whole up to `through`, or to the end
 * (0). */
static enum ctl_exit fold_onto(struct rebuild *r, const char *dir, uint64_t from, uint64_t through)
{
    const struct store_options options = {.dir = dir};
    enum err err = store_open(&options, &r->store);
    if (!err)
        err = state_new(r->store, &r->state);
    if (err)
        return place_fail(dir, err);
    enum ctl_exit status = read_ledger(r, from + 1, through, apply_record);
    if (status)
        return status;
    err = spill(r, true);
    r->sequence = store_sequence(r->store);
    state_free(r->state);
    store_close(r->store);
    r->state = NULL;
    r->store = NULL;
    return err ? place_fail(dir, err) : CTL_DONE;
}

/* As the daemon's next start would. */
static enum err make_whole(void *context)
{
    struct rebuild *r = context;
    enum ctl_exit status = fold_onto(r, r->place.lmdb, r->old_whole, r->old_sequence);
    fflush(stdout); /* it ends without */
    return status == CTL_DONE ? ERR_OK : status == CTL_REFUSED ? ERR_CORRUPT : ERR_FULL;
}

static enum ctl_exit look_at_old(struct rebuild *r)
{
    char data[PATH_MAX];
    struct stat st;
    r->had_old = place_path(r->place.lmdb, "data.mdb", data) && stat(data, &st) == 0;
    if (!r->had_old)
        return CTL_DONE;
    enum err err = prove_place(r->place.lmdb, &r->old_whole, &r->old_sequence);
    if (!err && r->old_whole < r->old_sequence) {
        printf("%s 旧库的检查点没有写完，先补齐 a checkpoint was cut short in the old LMDB: made "
               "whole "
               "from %" PRIu64 " to %" PRIu64 "\n",
               r->place.region, r->old_whole, r->old_sequence);
        err = prove_apart(make_whole, r);
    }
    r->doubt = err != ERR_OK;
    r->compare = !err && r->old_sequence > 0;
    if (err == ERR_NOMEM || err == ERR_FULL)
        return place_fail(r->place.lmdb, err);
    if (r->compare) {
        err = prove_begin(r->place.lmdb, &r->proving);
        return err ? place_fail(r->place.lmdb, err) : CTL_DONE;
    }
    if (err)
        printf("%s 旧库读不出来，无可比较 the old LMDB cannot be read: nothing to compare with\n",
               r->place.region);
    return CTL_DONE;
}

static enum err put_record(void *context, uint64_t sequence, struct slice record)
{
    struct rebuild *r = context;
    (void)sequence; /* the fold knows which is next */
    return fold_record(&r->fold, record, r->bulk);
}

/* lmdb.new at the old one's sequence; without an old one, at the ledger's end. */
static enum ctl_exit load_fresh(struct rebuild *r)
{
    const struct bulk_options options = {
        .dir = r->fresh,
        .memory_bytes = (uint64_t)r->options->memory_mib << 20,
    };
    uint64_t through = r->old_sequence, keys = 0;
    int64_t began = clock_mono_us();
    enum err err = bulk_new(&options, &r->bulk);
    if (err)
        return place_fail(r->fresh, err);
    enum ctl_exit status = read_ledger(r, 1, through, put_record);
    if (status)
        return status;
    if (r->fold.sequence < through) {
        printf("%s 账本只到 %" PRIu64 "，LMDB 已到 %" PRIu64
               "：账本缺了记录 the ledger lacks records that LMDB has seen; restore it\n",
               r->place.region, r->fold.sequence, through);
        return CTL_REFUSED;
    }
    int64_t read = clock_mono_us();
    err = bulk_write(r->bulk, r->fold.sequence, show_keys, &keys);
    progress_end(&loading);
    if (err)
        return place_fail(r->fresh, err);
    bulk_free(r->bulk);
    r->bulk = NULL;
    r->sequence = r->fold.sequence;
    int64_t end = clock_mono_us(), us = end > began ? end - began : 1;
    printf("%s 重建 rebuilt 记录 records %" PRIu64 "，键 keys %" PRIu64
           "，每秒 records per second %" PRIu64 "（读账本 reading %" PRId64
           " ms，写库 loading %" PRId64 " ms）\n",
           r->place.region, r->sequence, keys, r->sequence * 1000000 / (uint64_t)us,
           (read - began) / 1000, (end - read) / 1000);
    return CTL_DONE;
}

static void print_first(const struct digest_key *key)
{
    for (int i = 0; i < key->size; i++) {
        uint8_t c = key->bytes[i];
        if (c == 0x1f)
            putchar('|');
        else if (c > 0x20 && c < 0x7f && c != '\\')
            putchar(c);
        else
            printf("\\x%02x", c);
    }
}

static enum ctl_exit name_differences(struct rebuild *r)
{
    struct digest_difference d;
    enum err err = prove_compare(r->fresh, r->place.lmdb, &d);
    r->doubt = true;
    if (err) {
        printf("%s 旧库有损坏的页，无法逐键比较 the old LMDB has damaged pages: it cannot be "
               "compared key by key\n",
               r->place.region);
        return CTL_DONE;
    }
    printf("%s 不符 differences: 旧库缺 missing %" PRIu64 "，多 extra %" PRIu64
           "，不同 changed %" PRIu64 "，校验和错 damaged %" PRIu64 "\n",
           r->place.region, d.missing, d.extra, d.changed, d.damaged);
    for (int first = 0; first < 256; first++)
        if (d.families[first])
            printf("%s   %s：%" PRIu64 "\n", r->place.region, fold_family((uint8_t)first),
                   d.families[first]);
    if (d.first.size > 0) {
        printf("%s   第一处 first: %s ", r->place.region, fold_family(d.first.bytes[0]));
        print_first(&d.first);
        printf("\n");
    }
    return CTL_DONE;
}

/* State digest against state digest, the old one's begun when the rebuild was. */
static enum ctl_exit prove(struct rebuild *r)
{
    char a[HASH_TEXT], b[HASH_TEXT];
    int64_t began = clock_mono_ms();
    if (!r->compare)
        return CTL_DONE;
    enum err err = digest_run(r->fresh, &r->new);
    if (err)
        return place_fail(r->fresh, err);
    err = prove_end(r->proving, &r->old);
    r->proving = NULL;
    bool read = err == ERR_OK;
    if (err == ERR_NOMEM || err == ERR_FULL)
        return place_fail(r->place.lmdb, err);
    printf("%s 新库摘要 new digest %s 序号 sequence %" PRIu64 " 键 keys %" PRIu64 "\n",
           r->place.region, hash_format(&r->new.hash, a), r->new.sequence, r->new.keys);
    if (read)
        printf("%s 旧库摘要 old digest %s 序号 sequence %" PRIu64 " 键 keys %" PRIu64
               "，用时 took %" PRId64 " ms\n",
               r->place.region, hash_format(&r->old.hash, b), r->old.sequence, r->old.keys,
               clock_mono_ms() - began);
    bool same = read && r->old.damaged == 0 &&
                r->old.sequence == r->new.sequence &&hash_equal(&r->old.hash, &r->new.hash);
    if (!same)
        return name_differences(r);
    printf("%s 一致 equal\n", r->place.region);
    return CTL_DONE;
}

/* From the old one's sequence to the ledger's end: what the old one had not seen yet. */
static enum ctl_exit catch_up(struct rebuild *r)
{
    return r->compare ? fold_onto(r, r->fresh, r->sequence, 0) : CTL_DONE;
}

/* The new folder takes the name in one step where the file system can do that. Where it can't, a
 * crash between two renames leaves no lmdb, and the next start folds the ledger. */
static enum err exchange(struct rebuild *r)
{
    const char *old = r->place.lmdb, *fresh = r->fresh;
    if (!r->had_old && rmdir(old) != 0 && errno != ENOENT)
        return ERR_IO;
    if (!r->had_old)
        return rename(fresh, old) == 0 ? file_sync_folder(r->place.dir) : ERR_IO;
    if (renameat2(AT_FDCWD, fresh, AT_FDCWD, old, RENAME_EXCHANGE) != 0) {
        if (errno != EINVAL || rename(old, r->differs) != 0 || rename(fresh, old) != 0 ||
            rename(r->differs, fresh) != 0)
            return ERR_IO;
    }
    return file_sync_folder(r->place.dir);
}

static enum ctl_exit swap(struct rebuild *r)
{
    enum err err = discard(r->differs);
    if (!err) {
        r->exchanged = true;
        err = exchange(r);
    }
    if (!err && r->doubt && rename(r->fresh, r->differs) != 0)
        err = ERR_IO;
    if (!err && !r->doubt)
        err = discard(r->fresh);
    if (!err && unlink(r->marker) != 0 && errno != ENOENT)
        err = ERR_IO;
    if (!err)
        err = file_sync_folder(r->place.dir);
    if (err && r->doubt)
        fprintf(stderr,
                "copayctl: %s：旧库可能在此，请先移走 / the old LMDB may be there: move it "
                "away first\n",
                r->fresh);
    if (err)
        return place_fail(r->place.lmdb, err);
    printf("%s 新库已启用 the new LMDB is in place, 序号 sequence %" PRIu64
           "，账本到 the ledger ends at %" PRIu64 "\n",
           r->place.region, r->sequence, r->ledger_end);
    if (r->doubt)
        printf("%s 旧库留在 the old one is kept as %s\n", r->place.region, r->differs);
    return CTL_DONE;
}

static enum ctl_exit run_locked(struct rebuild *r)
{
    enum err err = discard(r->fresh);
    if (err)
        return place_fail(r->fresh, err);
    enum ctl_exit status = look_at_old(r);
    if (!status)
        status = load_fresh(r);
    if (!status)
        status = prove(r);
    if (!status && !r->options->check)
        status = catch_up(r);
    if (!status && !r->options->check)
        status = swap(r);
    prove_abandon(r->proving);
    bulk_free(r->bulk);
    state_free(r->state);
    store_close(r->store);
    /* The old one, when it is in doubt, is evidence: the next rebuild throws it away. */
    if ((status || r->options->check) && !(r->exchanged && r->doubt))
        err = discard(r->fresh);
    if (err)
        fprintf(stderr, "copayctl: %s: %s\n", r->fresh, err_text(err));
    return !status && r->doubt ? CTL_REFUSED : status;
}

/* What root made the daemon could not open. */
static enum ctl_exit check_owner(const struct place *place)
{
    struct stat st;
    if (stat(place->dir, &st) != 0)
        return place_fail(place->dir, ERR_IO);
    if (st.st_uid == geteuid())
        return CTL_DONE;
    fprintf(stderr, "copayctl: %s：须以其属主身份运行 / run it as the folder's owner, uid %u\n",
            place->dir, (unsigned int)st.st_uid);
    return CTL_FAILED;
}

enum ctl_exit rebuild_run(const struct rebuild_options *options)
{
    struct rebuild r = {.options = options};
    int lock = -1;
    umask(0077);
    enum ctl_exit status = place_find(options->dir, options->region, &r.place);
    if (!status)
        status = check_owner(&r.place);
    if (!status && !(place_path(r.place.dir, "lmdb.new", r.fresh) &&
                     place_path(r.place.dir, "lmdb.differs", r.differs) &&
                     place_path(r.place.dir, "rebuild", r.marker)))
        return place_fail(options->dir, ERR_LIMIT);
    if (status)
        return status;
    enum err err = lock_take(r.place.dir, &lock);
    if (err == ERR_BUSY) {
        fprintf(stderr,
                "copayctl: %s：守护进程正在使用，先停下它 / a daemon is using it, stop it first\n",
                r.place.dir);
        return CTL_REFUSED;
    }
    if (err)
        return place_fail(r.place.dir, err);
    status = run_locked(&r);
    close(lock);
    return status;
}
