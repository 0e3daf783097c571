/* The ledger is the truth; whatever is missing or damaged in LMDB is folded from it again. */
#include "daemon/recovery.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "daemon/fold.h"
#include "daemon/folder.h"
#include "daemon/mirrored.h"
#include "settle/compile.h"
#include "state/keys.h"

#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)
/* Records folded between two renewals of the read transaction. */
#define FOLD_BATCH 1024

/* The key was kept when the first record was durable. */
static enum err check_not_lost(const struct region *region, const struct ledger_end *end)
{
    if (region->salt_fresh || end->sequence > 0)
        return ERR_OK;
    log_event(LOG_ERROR, "ledger_gone",
              "region=%s text=\"there is a salt.key but no ledger; restore it\"", region->code);
    return ERR_NOTFOUND;
}

static enum err open_ledger(struct region *region, uint64_t known)
{
    char dir[REGION_PATH_MAX + 16], mirror[REGION_PATH_MAX + 16];
    bool mirrored = region->config->mirror[0] != '\0';
    enum err err = folder_path(region->dir, "ledger", dir, sizeof dir);
    if (!err && mirrored)
        err = mirrored_find(region, mirror, sizeof mirror);
    if (err)
        return err;
    struct ledger_options options = {
        .dir = dir,
        .mirror = mirrored ? mirror : NULL,
        .region = region->code,
        .segment_bytes = (uint64_t)(region->config->segment_mib * MIB),
        .known = known,
        .trust_sealed = true,
    };
    struct ledger_fault fault = {0};
    err = ledger_open(&options, &region->ledger, &fault);
    if (err) {
        log_event(
            LOG_ERROR, "ledger_refused",
            "region=%s error=\"%s\" segment=%s offset=%" PRIu64 " sequence=%" PRIu64 " text=\"%s\"",
            region->code, err_text(err), fault.segment, fault.offset, fault.sequence, fault.text);
        return err;
    }
    struct ledger_end end = ledger_end(region->ledger);
    region->barrier.ledger = region->ledger;
    region->barrier.epoch = end.epoch;
    atomic_store(&region->barrier.durable, end.sequence);
    err = check_not_lost(region, &end);
    return err ? err : mirrored_note(region);
}

static enum err open_store(struct region *region, const char *dir)
{
    const struct config *config = region->config;
    struct store_options options = {
        .dir = dir,
        .map_bytes = (uint64_t)(config->map_gib * GIB),
        .dirty_bytes = (uint64_t)(config->checkpoint_mib * MIB),
        .dirty_keys = (uint64_t)config->checkpoint_keys,
        .interval_ms = config->checkpoint_seconds * 1000,
        .active_bytes = (uint64_t)(config->overlay_mib * MIB),
        .rising = KEY_RISING,
        .rising_prefix = KEY_RISING_PREFIX,
    };
    return store_open(&options, &region->store);
}

/* Everything in active is durable in the ledger, so it may go to LMDB at any record. Not before
 * memory asks for it: a checkpoint takes longer than the fold, and nobody is answered meanwhile.
 * The first batches of the settler find one due. */
static enum err spill(struct region *region)
{
    if (store_dirty_bytes(region->store) < (uint64_t)(region->config->overlay_mib * MIB))
        return ERR_OK;
    enum err err = store_renew(region->store);
    if (err)
        return err;
    store_freeze(region->store, state_sequence(region->state));
    err = store_checkpoint(region->store);
    return err ? err : store_thaw(region->store);
}

/* What is folded into, and whether the ledger is to blame that it failed. */
struct folding {
    struct region *region;
    bool unreadable;
};

static enum err fold(void *context, uint64_t sequence, struct slice bytes)
{
    struct folding *folding = context;
    struct region *region = folding->region;
    struct record record;
    enum err err = record_read(bytes, &record);
    if (!err && record.sequence != sequence)
        err = ERR_CORRUPT;
    if (err)
        folding->unreadable = true;
    if (!err)
        err = state_apply(region->state, &record);
    if (!err && sequence % FOLD_BATCH == 0)
        err = spill(region);
    return err;
}

static enum err fold_later(struct region *region, uint64_t end, bool *unreadable)
{
    uint64_t from = store_sequence(region->store), reach = store_reach(region->store);
    if (reach > end) {
        log_event(LOG_ERROR, "store_ahead",
                  "region=%s store_sequence=%" PRIu64 " ledger_sequence=%" PRIu64
                  " text=\"the ledger lacks records that LMDB has seen; restore it\"",
                  region->code, reach, end);
        return ERR_INVALID;
    }
    struct ledger_fault fault = {0};
    int64_t began_ms = clock_mono_ms();
    struct folding folding = {.region = region};
    enum err err = fold_read(region->ledger, from + 1, fold, &folding, &fault, unreadable);
    if (err) {
        *unreadable |= folding.unreadable;
        log_event(LOG_ERROR, "fold_failed",
                  "region=%s error=\"%s\" after=%" PRIu64 " segment=%s offset=%" PRIu64
                  " text=\"%s\"",
                  region->code, err_text(err), state_sequence(region->state), fault.segment,
                  fault.offset, fault.text);
        return err;
    }
    CHECK(state_sequence(region->state) == end);
    log_event(LOG_INFO, "folded", "region=%s from=%" PRIu64 " to=%" PRIu64 " ms=%" PRId64,
              region->code, from, end, clock_mono_ms() - began_ms);
    return ERR_OK;
}

/* The last sequence of which LMDB has seen anything, when LMDB can be read: it never runs ahead of
 * what is durable, so a ledger that ends before it is damaged and must not be cut. */
static uint64_t known_sequence(struct region *region, const char *dir)
{
    uint64_t sequence = 0;
    if (open_store(region, dir) == ERR_OK)
        sequence = store_reach(region->store);
    store_close(region->store);
    region->store = NULL;
    return sequence;
}

static enum err write_genesis(struct region *region)
{
    struct record record;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    enum err err = arena ? ERR_OK : ERR_NOMEM;
    if (!err)
        err = settle_genesis(region->settle, clock_wall_ms(), arena, &record);
    if (!err)
        err = region_record(region, &record);
    arena_free(arena);
    return err;
}

static void log_faults(const struct region *region, const struct faults *faults)
{
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->list[i];
        log_event(fault->objection ? LOG_WARNING : LOG_ERROR,
                  fault->objection ? "pack_objection" : "pack_fault",
                  "region=%s file=%s line=%d key=%s text=\"%s\"", region->code, fault->file,
                  fault->line, fault->key, fault->en);
    }
}

/* What is in force was checked when it was published: what this release objects to is for the next
 * pack to mend, and no reason to answer nobody. */
static enum err compile_active(struct region *region)
{
    struct active_pack active;
    uint8_t *bundle;
    size_t size;
    uint32_t missing;
    enum err err = state_active_pack(region->state, PACK_REGION, &active);
    if (err)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    err = state_pack_bundle(region->state, &active.digest, active.chunks, &bundle, &size, &missing);
    if (err)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    struct faults *faults = calloc(1, sizeof *faults);
    err = faults ? settle_compile_published((struct slice){bundle, size}, region->code,
                                            &region->pack, faults)
                 : ERR_NOMEM;
    if (faults) {
        log_faults(region, faults);
        region->board.objections = faults->objections;
    }
    free(faults);
    free(bundle);
    if (!err)
        settle_set_pack(region->settle, region->pack);
    return err;
}

static enum err open_state(struct region *region)
{
    enum err err = state_new(region->store, &region->state);
    if (err)
        return err;
    const char *stored = state_region(region->state);
    if (stored[0] && strcmp(stored, region->code) != 0) {
        log_event(LOG_ERROR, "region_foreign", "region=%s stored=%s", region->code, stored);
        return ERR_INVALID;
    }
    struct settle_options options = {
        .region = region->code,
        .salt_key = region->salt_key,
        .state = region->state,
        .labels = true,
    };
    return settle_new(&options, &region->settle);
}

static void close_view(struct region *region)
{
    settle_free(region->settle);
    pack_free(region->pack);
    state_free(region->state);
    store_close(region->store);
    region->settle = NULL;
    region->pack = NULL;
    region->state = NULL;
    region->store = NULL;
}

/* LMDB, brought up to the ledger's end, and the policy that it holds. *unreadable: it failed for
 * the ledger, and another LMDB would fail likewise. */
static enum err open_view(struct region *region, const char *dir, bool *unreadable)
{
    *unreadable = false;
    enum err err = open_store(region, dir);
    if (!err)
        err = open_state(region);
    if (!err)
        err = fold_later(region, ledger_end(region->ledger).sequence, unreadable);
    if (!err)
        err = compile_active(region);
    return err;
}

static enum err rebuild_view(struct region *region, const char *dir)
{
    bool unreadable;
    close_view(region);
    enum err err = store_discard(dir);
    if (!err)
        err = open_view(region, dir, &unreadable);
    return err ? err : folder_rebuild_done(region->dir);
}

/* What LMDB lost or spoilt is folded from the ledger again, once: a second failure is not LMDB's.
 * Where the ledger is damaged LMDB stays: it knows how far the ledger once went. */
static enum err recover_view(struct region *region, const char *dir, bool wanted)
{
    bool unreadable = false;
    enum err err = wanted ? ERR_OK : open_view(region, dir, &unreadable);
    if (!wanted && (unreadable || (err != ERR_CORRUPT && err != ERR_IO)))
        return err;
    log_event(LOG_WARNING, "store_rebuild", "region=%s why=\"%s\"", region->code,
              wanted ? "asked for by the marker" : err_text(err));
    return rebuild_view(region, dir);
}

enum err recovery_run(struct region *region)
{
    char dir[REGION_PATH_MAX + 16];
    bool wanted = folder_rebuild_wanted(region->dir);
    enum err err = folder_path(region->dir, "lmdb", dir, sizeof dir);
    if (!err)
        err = open_ledger(region, wanted ? 0 : known_sequence(region, dir));
    if (!err)
        err = recover_view(region, dir, wanted);
    if (!err && state_sequence(region->state) == 0)
        err = write_genesis(region);
    if (!err && region->salt_fresh)
        err = folder_salt_keep(region->dir);
    return err;
}
