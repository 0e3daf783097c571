/* A hash table of after-images in bump memory: what is newer than LMDB.
 *
 * One thread writes at a time; a table that nobody writes may be read by several. Entries are never
 * taken out one by one: a deletion is an entry too (it must hide the layers below), and the whole
 * table is cleared at once. */
#ifndef STORE_OVERLAY_H
#define STORE_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/image.h"

struct overlay;

/* The key's bytes, then room for value_capacity bytes of value. */
struct overlay_entry {
    uint32_t value_size, value_capacity;
    uint16_t key_size;
    bool deleted; /* a tombstone: value_size is 0 */
    uint8_t bytes[];
};

/* NULL when memory is gone. overlay_free() allows NULL. */
struct overlay *overlay_new(void) MUST_CHECK;
void overlay_free(struct overlay *overlay);
/* Forgets all entries; keeps the memory for the next use, up to `keep_bytes` of it, and a table of
 * up to half as much. */
void overlay_clear(struct overlay *overlay, uint64_t keep_bytes);

/* Computed once for a lookup in several layers. Layers that share a hash share its seed. */
uint64_t overlay_hash(uint64_t seed, struct slice key);
/* Borrowed until the next put of the same key or a clear; NULL when there is no entry. */
const struct overlay_entry *overlay_find(const struct overlay *overlay, uint64_t hash,
                                         struct slice key);
/* Asks the memory for the slot that a lookup will begin at; answers nothing. */
void overlay_warm(const struct overlay *overlay, uint64_t hash);
/* Replaces in place where the value fits; value.data NULL leaves a tombstone. ERR_NOMEM leaves the
 * table as it was. Key: 1 to KEY_MAX bytes, value: at most STORE_VALUE_MAX. */
enum err overlay_put(struct overlay *overlay, uint64_t hash, struct slice key,
                     struct slice value) MUST_CHECK;

/* Puts them one behind the other, as overlay_put() would; sets their hashes. Their places in memory
 * are asked for together, so that a record's images cost about one wait instead of one each.
 * ERR_NOMEM leaves those before it put. */
enum err overlay_put_all(struct overlay *overlay, uint64_t seed, struct image *images,
                         size_t count) MUST_CHECK;

uint64_t overlay_count(const struct overlay *overlay);
/* Entries' memory, outgrown ones included: what a limit on memory has to count. */
uint64_t overlay_bytes(const struct overlay *overlay);

/* The entries whose keys begin with prefix, in ascending byte order of keys, tombstones included.
 * The caller frees *out; the entries stay the overlay's. ERR_NOMEM. */
enum err overlay_sorted(const struct overlay *overlay, struct slice prefix,
                        const struct overlay_entry ***out, size_t *count) MUST_CHECK;

static inline struct slice overlay_key(const struct overlay_entry *entry)
{
    return (struct slice){entry->bytes, entry->key_size};
}

static inline struct slice overlay_value(const struct overlay_entry *entry)
{
    return (struct slice){entry->bytes + entry->key_size, entry->value_size};
}

/* Ascending byte order, a prefix before what it begins: LMDB's own order. */
int overlay_compare(struct slice a, struct slice b);

#endif
