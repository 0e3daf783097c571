/* The layers and the hand-over between the owner and the checkpoint thread.
 *
 * `active` is written by the owner. `frozen` is written by nobody: the owner reads it while the
 * checkpoint thread writes it to LMDB. `spare` waits to be the next active, so that a freeze cannot
 * fail. `phase` and `sweep` are the only things that both threads touch; each change of them
 * publishes everything before it to the other thread:
 *
 *   OPEN --freeze, owner--> FROZEN --checkpoint--> WRITING --> WRITTEN --thaw, owner--> OPEN
 *                             ^--- failed, or more to do --'
 *
 * Without LMDB there is `base`, into which thaw merges frozen. */
#include "store/store.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/limits.h"
#include "store/lmdb.h"
#include "store/overlay.h"
#include "store/peak.h"
#include "store/scan.h"

#define MAP_BYTES_DEFAULT (UINT64_C(1) << 40)
#define DIRTY_BYTES_DEFAULT (UINT64_C(64) << 20)
#define DIRTY_KEYS_DEFAULT UINT64_C(500000)
#define INTERVAL_MS_DEFAULT 5000
#define ACTIVE_BYTES_DEFAULT (UINT64_C(256) << 20)
/* Of a checkpoint, in one transaction: some two milliseconds of disk and of processor. Smaller ones
 * would spend more of both on LMDB's inner pages and on waiting. */
#define SLICE_KEYS 512
#define SLICE_BYTES (UINT64_C(1) << 20)

enum phase { PHASE_OPEN, PHASE_FROZEN, PHASE_WRITING, PHASE_WRITTEN };
/* Of the spare: whoever takes it from due to going clears it, and nobody else looks at it then. */
enum sweep { SWEEP_DONE, SWEEP_DUE, SWEEP_GOING };

struct store {
    struct store_options options; /* with defaults filled in; dir is not kept */
    struct overlay *active, *frozen, *spare;
    struct overlay *base; /* NULL with LMDB */
    struct lmdb *lmdb;    /* NULL in memory */
    struct peaks *peaks;  /* NULL: no keys rise */
    uint64_t seed;
    uint64_t sequence, frozen_sequence;
    uint64_t reach; /* of LMDB at the open */
    /* The checkpoint thread's, while it is between two slices: frozen in order, and how much of it
     * is written. */
    const struct overlay_entry **entries;
    size_t entry_count, entry_at;
    _Atomic bool hurry;     /* active fills fast */
    int64_t dirty_since_ms; /* while dirty_seen */
    unsigned scanning;      /* depth: a visitor may scan again */
    bool dirty_seen;
    _Atomic int phase, sweep;
};

static void options_fill(struct store_options *o)
{
    o->map_bytes = o->map_bytes ? o->map_bytes : MAP_BYTES_DEFAULT;
    o->dirty_bytes = o->dirty_bytes ? o->dirty_bytes : DIRTY_BYTES_DEFAULT;
    o->dirty_keys = o->dirty_keys ? o->dirty_keys : DIRTY_KEYS_DEFAULT;
    o->interval_ms = o->interval_ms ? o->interval_ms : INTERVAL_MS_DEFAULT;
    o->active_bytes = o->active_bytes ? o->active_bytes : ACTIVE_BYTES_DEFAULT;
}

static enum err layers_open(struct store *s, const char *dir)
{
    s->active = overlay_new();
    s->spare = overlay_new();
    if (s->options.rising)
        s->peaks = peaks_new(s->options.rising, s->options.rising_prefix);
    if (!s->active || !s->spare || (s->options.rising && !s->peaks))
        return ERR_NOMEM;
    if (dir) {
        enum err err = lmdb_open(dir, s->options.map_bytes, &s->lmdb, &s->sequence);
        s->reach = err ? 0 : lmdb_reach(s->lmdb);
        return err;
    }
    s->base = overlay_new();
    return s->base ? ERR_OK : ERR_NOMEM;
}

enum err store_open(const struct store_options *options, struct store **out)
{
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->options = *options;
    s->options.dir = NULL;
    options_fill(&s->options);
    /* Order and digests never depend on the seed. */
    enum err err = getrandom(&s->seed, sizeof s->seed, 0) == sizeof s->seed ? ERR_OK : ERR_IO;
    if (err == ERR_OK)
        err = layers_open(s, options->dir);
    if (err != ERR_OK) {
        store_close(s);
        return err;
    }
    *out = s;
    return ERR_OK;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    CHECK(store->phase != PHASE_WRITING);
    overlay_free(store->active);
    overlay_free(store->frozen);
    overlay_free(store->spare);
    overlay_free(store->base);
    peaks_free(store->peaks);
    lmdb_close(store->lmdb);
    free(store->entries);
    free(store);
}

enum err store_discard(const char *dir)
{
    return lmdb_discard(dir);
}

uint64_t store_sequence(const struct store *store)
{
    return store->sequence;
}

uint64_t store_reach(const struct store *store)
{
    return store->sequence > store->reach ? store->sequence : store->reach;
}

/* Borrowed until the next call that writes or renews. */
static enum err value_find(struct store *s, struct slice key, struct slice *value)
{
    CHECK(key.size >= 1 && key.size <= KEY_MAX);
    if (s->peaks && peaks_above(s->peaks, key))
        return ERR_NOTFOUND;
    const struct overlay *const layers[] = {s->active, s->frozen, s->base};
    uint64_t hash = overlay_hash(s->seed, key);
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        const struct overlay_entry *e = layers[i] ? overlay_find(layers[i], hash, key) : NULL;
        if (!e)
            continue;
        *value = overlay_value(e);
        return e->deleted ? ERR_NOTFOUND : ERR_OK;
    }
    return s->lmdb ? lmdb_get(s->lmdb, key, value) : ERR_NOTFOUND;
}

void store_warm(const struct store *store, struct slice key)
{
    uint64_t hash = overlay_hash(store->seed, key);
    overlay_warm(store->active, hash);
    if (store->frozen)
        overlay_warm(store->frozen, hash);
}

enum err store_get(struct store *store, struct slice key, void *out, size_t capacity, size_t *size)
{
    struct slice value;
    enum err err = value_find(store, key, &value);
    if (err != ERR_OK)
        return err;
    *size = value.size;
    if (value.size > capacity)
        return ERR_LIMIT;
    if (value.size > 0)
        memcpy(out, value.data, value.size);
    return ERR_OK;
}

enum err store_get_copy(struct store *store, struct slice key, uint8_t **out, size_t *size)
{
    struct slice value;
    enum err err = value_find(store, key, &value);
    if (err != ERR_OK)
        return err;
    uint8_t *copy = malloc(value.size > 0 ? value.size : 1);
    if (!copy)
        return ERR_NOMEM;
    if (value.size > 0)
        memcpy(copy, value.data, value.size);
    *out = copy;
    *size = value.size;
    return ERR_OK;
}

enum err store_put(struct store *store, struct slice key, struct slice value)
{
    CHECK(store->scanning == 0);
    enum err err = store->peaks ? peaks_raise(store->peaks, store->lmdb, key) : ERR_OK;
    if (err != ERR_OK)
        return err;
    return overlay_put(store->active, overlay_hash(store->seed, key), key, value);
}

enum err store_put_all(struct store *store, struct image *images, size_t count)
{
    CHECK(store->scanning == 0);
    enum err err = ERR_OK;
    for (size_t i = 0; store->peaks && i < count && err == ERR_OK; i++)
        err = peaks_raise(store->peaks, store->lmdb, images[i].key);
    if (err != ERR_OK)
        return err;
    return overlay_put_all(store->active, store->seed, images, count);
}

bool store_full(const struct store *store)
{
    return store->frozen && overlay_bytes(store->active) >= store->options.active_bytes;
}

uint64_t store_frozen_bytes(const struct store *store)
{
    return store->frozen ? overlay_bytes(store->frozen) : 0;
}

uint64_t store_dirty_bytes(const struct store *store)
{
    return overlay_bytes(store->active) + store_frozen_bytes(store);
}

enum err store_renew(struct store *store)
{
    CHECK(store->scanning == 0);
    if (store->frozen)
        store->hurry = overlay_bytes(store->active) >= store->options.dirty_bytes / 2 ||
                       overlay_count(store->active) >= store->options.dirty_keys / 2;
    return store->lmdb ? lmdb_renew(store->lmdb) : ERR_OK;
}

bool store_checkpoint_due(struct store *store, int64_t mono_ms)
{
    if (overlay_count(store->active) == 0 || store->sweep == SWEEP_GOING)
        return false;
    if (!store->dirty_seen) {
        store->dirty_seen = true;
        store->dirty_since_ms = mono_ms;
    }
    return !store->frozen && (overlay_bytes(store->active) >= store->options.dirty_bytes ||
                              overlay_count(store->active) >= store->options.dirty_keys ||
                              mono_ms - store->dirty_since_ms >= store->options.interval_ms);
}

void store_freeze(struct store *store, uint64_t sequence)
{
    CHECK(store->phase == PHASE_OPEN && store->scanning == 0);
    CHECK(sequence > 0 && sequence >= store->sequence);
    store_sweep(store);
    while (store->sweep != SWEEP_DONE) /* somebody else is at it: milliseconds, and hardly ever */
        (void)sched_yield();
    store->frozen = store->active;
    store->active = store->spare;
    store->spare = NULL;
    store->frozen_sequence = sequence;
    store->dirty_seen = false;
    store->hurry = false;
    store->phase = PHASE_FROZEN;
}

/* How many entries the next transaction takes. */
static size_t slice_count(const struct store *s, size_t keys, uint64_t bytes)
{
    size_t n = 0;
    for (uint64_t taken = 0; s->entry_at + n < s->entry_count && n < keys && taken < bytes; n++)
        taken += overlay_value(s->entries[s->entry_at + n]).size;
    return n;
}

/* A key may be written before others of the same group are: should it end here, the fold comes to
 * that group again, and all that it writes are whole images. The reach says how far it must. */
static enum err slice_write(struct store *s, size_t keys, uint64_t bytes, int64_t *pause_us)
{
    enum err err = ERR_OK;
    if (!s->entries)
        err = overlay_sorted(s->frozen, (struct slice){NULL, 0}, &s->entries, &s->entry_count);
    if (err != ERR_OK)
        return err;
    size_t n = slice_count(s, keys, bytes);
    bool last = s->entry_at + n == s->entry_count;
    struct lmdb_marks marks = {.sequence = last ? s->frozen_sequence : s->sequence,
                               .reach =
                                   s->reach > s->frozen_sequence ? s->reach : s->frozen_sequence};
    err = lmdb_write(s->lmdb, s->entries + s->entry_at, n, marks);
    if (err != ERR_OK)
        return err;
    s->entry_at += n;
    if (!last) {
        int64_t all_us = s->hurry ? 0 : s->options.interval_ms * 500;
        *pause_us = all_us * (int64_t)n / (int64_t)s->entry_count;
        return ERR_AGAIN;
    }
    free(s->entries);
    s->entries = NULL;
    s->entry_at = s->entry_count = 0;
    return ERR_OK;
}

static enum err write_some(struct store *store, size_t keys, uint64_t bytes, int64_t *pause_us)
{
    int expected = PHASE_FROZEN;
    CHECK(atomic_compare_exchange_strong(&store->phase, &expected, PHASE_WRITING));
    *pause_us = 0;
    enum err err = store->lmdb ? slice_write(store, keys, bytes, pause_us) : ERR_OK;
    store->phase = err == ERR_OK ? PHASE_WRITTEN : PHASE_FROZEN;
    return err;
}

enum err store_checkpoint_step(struct store *store, int64_t *pause_us)
{
    return write_some(store, SLICE_KEYS, SLICE_BYTES, pause_us);
}

enum err store_checkpoint(struct store *store)
{
    int64_t pause_us;
    return write_some(store, SIZE_MAX, UINT64_MAX, &pause_us);
}

/* Puts after-images, so that a merge cut short by ERR_NOMEM can simply run again. */
static enum err frozen_merge(struct store *s)
{
    const struct overlay_entry **entries;
    size_t count;
    enum err err = overlay_sorted(s->frozen, (struct slice){NULL, 0}, &entries, &count);
    if (err != ERR_OK)
        return err;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        struct slice key = overlay_key(entries[i]);
        struct slice value =
            entries[i]->deleted ? (struct slice){NULL, 0} : overlay_value(entries[i]);
        err = overlay_put(s->base, overlay_hash(s->seed, key), key, value);
    }
    free(entries);
    return err;
}

enum err store_thaw(struct store *store)
{
    CHECK(store->phase == PHASE_WRITTEN && store->scanning == 0);
    /* Renew first: dropped before that, what frozen held would be in no layer. */
    enum err err = store->lmdb ? lmdb_renew(store->lmdb) : frozen_merge(store);
    if (err != ERR_OK)
        return err;
    store->sequence = store->frozen_sequence;
    store->spare = store->frozen;
    store->frozen = NULL;
    store->frozen_sequence = 0;
    store->sweep = SWEEP_DUE;
    store->phase = PHASE_OPEN;
    return ERR_OK;
}

void store_sweep(struct store *store)
{
    int expected = SWEEP_DUE;
    if (!atomic_compare_exchange_strong(&store->sweep, &expected, SWEEP_GOING))
        return;
    /* What came while the last one was written comes again. */
    overlay_clear(store->spare, store->options.dirty_bytes + store->options.dirty_bytes / 4);
    store->sweep = SWEEP_DONE;
}

uint64_t store_frozen(const struct store *store)
{
    return store->frozen_sequence;
}

static struct scan_layers layers_of(const struct store *s)
{
    return (struct scan_layers){{s->active, s->frozen, s->base}, s->lmdb};
}

enum err store_scan(struct store *store, struct slice prefix, store_visit visit, void *context)
{
    struct scan_layers layers = layers_of(store);
    store->scanning++;
    enum err err = scan_walk(&layers, prefix, visit, context);
    store->scanning--;
    return err;
}

enum err store_digest(struct store *store, struct hash *digest)
{
    struct scan_layers layers = layers_of(store);
    return scan_digest(&layers, digest);
}

void store_map_use(const struct store *store, uint64_t *used, uint64_t *total)
{
    *used = *total = 0;
    if (store->lmdb)
        lmdb_map_use(store->lmdb, used, total);
}

enum err store_copy(struct store *store, const char *to, uint64_t *bytes)
{
    *bytes = 0;
    return store->lmdb ? lmdb_copy(store->lmdb, to, bytes) : ERR_INVALID;
}
