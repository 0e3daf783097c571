/* Keys and bytes: the overlay of what is newer than LMDB, and LMDB (design section 3, "Overlay").
 *
 * Entries are whole after-images. A read looks in active, frozen, LMDB, in that order. Everything
 * belongs to one owner thread (the settler, or the single thread of a tool) except
 * store_checkpoint(), store_checkpoint_step() and store_sweep(), which the checkpoint thread runs
 * on what the owner has frozen or dropped. LMDB values carry a CRC and a schema version. No LMDB
 * pointer leaves a call: values are copied out. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/hash.h"
#include "store/image.h"

struct store;

/* One after-image; far above a record, so that a blob put together from its chunks still fits. */
#define STORE_VALUE_MAX (64 * 1024 * 1024)
/* In every LMDB value. A change of any stored layout, here or in a folder that stores through us,
 * takes the next number: an older environment is then thrown away and rebuilt. */
#define STORE_SCHEMA 4

struct store_options {
    const char *dir;       /* LMDB environment's folder; NULL: no LMDB, all in memory */
    uint64_t map_bytes;    /* LMDB map; 0: 1 TiB */
    uint64_t dirty_bytes;  /* a checkpoint is due at this size of active; 0: 64 MiB */
    uint64_t dirty_keys;   /* ... or at this many keys; 0: 500,000 */
    int64_t interval_ms;   /* ... or at this age with anything dirty; 0: 5,000 */
    uint64_t active_bytes; /* hard limit of active while frozen is written; 0: 256 MiB */
    /* First bytes of keys that mostly rise under a prefix: to get one above all others is cheap. */
    const char *rising;   /* NULL: none */
    size_t rising_prefix; /* bytes of a key */
};

/* Opens or creates. ERR_CORRUPT: an unreadable environment or another schema version (the caller
 * throws it away and rebuilds). ERR_IO, ERR_FULL, ERR_NOMEM. */
enum err store_open(const struct store_options *options, struct store **out) MUST_CHECK;
/* Drops what is not checkpointed: the ledger has it. No checkpoint may be running. */
void store_close(struct store *store);
/* Throws a closed environment's files away, so that the next store_open() starts at sequence 0.
 * ERR_OK when there are none; ERR_IO. */
enum err store_discard(const char *dir) MUST_CHECK;

/* The last ledger sequence that LMDB holds whole (0: none). */
uint64_t store_sequence(const struct store *store);
/* The last of which it held anything at the open: a later one where a checkpoint was cut short
 * between two slices. Folding so far makes it whole; a ledger that ends before lost records. */
uint64_t store_reach(const struct store *store);

/* Copies the value into out (capacity bytes); *size is its full size. ERR_NOTFOUND, ERR_LIMIT (too
 * small; *size set), ERR_CORRUPT (CRC), ERR_IO. Key: 1 to KEY_MAX bytes. */
enum err store_get(struct store *store, struct slice key, void *out, size_t capacity,
                   size_t *size) MUST_CHECK;
/* The same into malloc'ed memory; the caller frees. For values of unknown size (blobs). */
enum err store_get_copy(struct store *store, struct slice key, uint8_t **out,
                        size_t *size) MUST_CHECK;
/* Begins to bring near what a get of the key will look at first. */
void store_warm(const struct store *store, struct slice key);

/* Puts an after-image into the active overlay; value.data NULL deletes the key. Copies both. Value:
 * at most STORE_VALUE_MAX; keep hot ones, with their key, under VALUE_INLINE_MAX. ERR_NOMEM only:
 * the hard limit is asked for with store_full(), before a record is built. */
enum err store_put(struct store *store, struct slice key, struct slice value) MUST_CHECK;
/* Several, one behind the other; their hashes are the store's to set. */
enum err store_put_all(struct store *store, struct image *images, size_t count) MUST_CHECK;

/* True while active is at its hard limit and frozen is still being written: answer retry. */
bool store_full(const struct store *store);
/* Bytes in active and frozen together, and those in frozen, for metrics. */
uint64_t store_dirty_bytes(const struct store *store);
uint64_t store_frozen_bytes(const struct store *store);

/* Once per batch: renews the read transaction, so that LMDB can reuse pages. */
enum err store_renew(struct store *store) MUST_CHECK;

/* A checkpoint is due (bytes, keys, or age at mono_ms) and nothing is frozen. Age counts from the
 * first call that sees something dirty, so ask once per batch or timer tick. */
bool store_checkpoint_due(struct store *store, int64_t mono_ms);
/* Freezes active at a group boundary: everything up to `sequence` (above 0, never falling) is in
 * it. Nothing may be frozen already. */
void store_freeze(struct store *store, uint64_t sequence);
/* Checkpoint thread. Writes frozen to LMDB in one sorted, synchronous transaction together with
 * its sequence. The caller has seen that sequence durable in the ledger. Errors leave frozen as it
 * was. ERR_FULL, ERR_NOMEM: call again when there is room; ERR_IO: the environment must be thrown
 * away. A store without LMDB returns ERR_OK at once and keeps frozen merged in memory. */
enum err store_checkpoint(struct store *store) MUST_CHECK;
/* The same a slice at a time, each a transaction of its own, the sequence in the last: others wait
 * for one slice at most. ERR_AGAIN: the next is due *pause_us after this one was; all together they
 * take half of the time to the next checkpoint, or less where active fills sooner. */
enum err store_checkpoint_step(struct store *store, int64_t *pause_us) MUST_CHECK;
/* Owner thread, after one of the two returned ERR_OK: renews the read transaction, then drops
 * frozen. */
enum err store_thaw(struct store *store) MUST_CHECK;
/* Any thread, after a thaw: clears what was dropped, so that the next freeze need not. */
void store_sweep(struct store *store);
/* The sequence that frozen holds; 0 when nothing is frozen. */
uint64_t store_frozen(const struct store *store);

/* Calls visit for every live key in ascending byte order with its value; for exports, digests and
 * tools, not for the settler's hot path. The slices are borrowed until visit returns; visit must
 * not put, freeze, renew or thaw. An error of visit ends the scan and is returned. */
typedef enum err (*store_visit)(void *context, struct slice key, struct slice value);
enum err store_scan(struct store *store, struct slice prefix, store_visit visit,
                    void *context) MUST_CHECK;
/* SHA-256 over all keys and values in order: the same content agrees, wherever it is kept. */
enum err store_digest(struct store *store, struct hash *digest) MUST_CHECK;

/* Any thread: what the last checkpoint wrote, as an environment in the folder `to` (made when
 * missing, what was there replaced), not synced: to be read at once. ERR_INVALID: all is in memory;
 * ERR_FULL, ERR_IO, and nothing is left of it then. */
enum err store_copy(struct store *store, const char *to, uint64_t *bytes) MUST_CHECK;

/* Owner thread. Bytes used of the map, free pages not counted, and in all (0, 0 in memory). */
void store_map_use(const struct store *store, uint64_t *used, uint64_t *total);

#endif
