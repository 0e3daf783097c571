/* Two tiers, and a key always goes to the same one, so that the order of images matters only inside
 * each. Keys put often stand in an overlay, which holds one image each. Keys put once are copied
 * behind each other and sorted when the tier is full: no table is searched for a key that is not
 * there. They are kept apart by their first byte from the beginning: a family whose keys come in
 * order then costs the sort one look, and two threads can sort. A full tier becomes a run in a
 * file. */
#include "store/bulk.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/limits.h"
#include "base/pages.h"
#include "store/load.h"
#include "store/pour.h"
#include "store/store.h"

#define MEMORY_DEFAULT (UINT64_C(1) << 30)
/* With its head, two large pages. */
#define CHUNK_BYTES (2 * PAGES_HUGE - sizeof(struct chunk))
#define ENTRY_ALIGN (size_t)8
#define SHOWN_EVERY (1 << 16)

struct chunk {
    struct chunk *next;
    size_t size, used;
    _Alignas(16) uint8_t bytes[];
};

/* Keys that begin with one byte, in the order in which they were put. */
struct family {
    struct sort_item *items;
    size_t count, capacity;
};

#define FAMILIES 256

struct bulk {
    struct bulk_options options;
    uint64_t seed;
    struct overlay *often;
    struct chunk *chunks, *spares;
    struct family once[FAMILIES];
    uint64_t once_bytes;
    struct sort_item *once_items, *often_items; /* while they are a run */
    struct run **runs;
    size_t run_count;
};

enum err bulk_new(const struct bulk_options *options, struct bulk **out)
{
    struct bulk *bulk = calloc(1, sizeof *bulk);
    if (!bulk)
        return ERR_NOMEM;
    bulk->options = *options;
    if (bulk->options.memory_bytes == 0)
        bulk->options.memory_bytes = MEMORY_DEFAULT;
    bulk->often = overlay_new();
    enum err err = bulk->often ? ERR_OK : ERR_NOMEM;
    if (!err && getrandom(&bulk->seed, sizeof bulk->seed, 0) != sizeof bulk->seed)
        err = ERR_IO;
    if (!err && mkdir(options->dir, 0700) != 0 && errno != EEXIST)
        err = errno == ENOSPC ? ERR_FULL : ERR_IO;
    if (err) {
        bulk_free(bulk);
        return err;
    }
    *out = bulk;
    return ERR_OK;
}

static void chunks_free(struct chunk *chunk)
{
    while (chunk) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void bulk_free(struct bulk *bulk)
{
    if (!bulk)
        return;
    for (size_t i = 0; i < bulk->run_count; i++)
        run_free(bulk->runs[i]);
    free(bulk->runs);
    for (size_t i = 0; i < FAMILIES; i++)
        free(bulk->once[i].items);
    free(bulk->once_items);
    free(bulk->often_items);
    chunks_free(bulk->chunks);
    chunks_free(bulk->spares);
    overlay_free(bulk->often);
    free(bulk);
}

static enum err run_add(struct bulk *bulk, const struct sort_item *items, size_t count,
                        struct run **out)
{
    struct run **more = reallocarray(bulk->runs, bulk->run_count + 1, sizeof *more);
    if (!more)
        return ERR_NOMEM;
    bulk->runs = more;
    *out = run_new(items, count);
    if (!*out)
        return ERR_NOMEM;
    bulk->runs[bulk->run_count++] = *out;
    return ERR_OK;
}

/* The families, one behind the other, and what takes the next one to be sorted. */
struct sorting {
    const struct bulk *bulk;
    struct sort_item *items, *room;
    size_t starts[FAMILIES];
    atomic_size_t next;
};

static void *sort_families(void *context)
{
    struct sorting *sorting = context;
    for (size_t i; (i = atomic_fetch_add(&sorting->next, 1)) < FAMILIES;) {
        const struct family *family = &sorting->bulk->once[i];
        struct sort_item *items = sorting->items + sorting->starts[i];
        if (family->count == 0)
            continue;
        memcpy(items, family->items, family->count * sizeof *items);
        sort_items(items, sorting->room + sorting->starts[i], family->count);
    }
    return NULL;
}

/* Without a second thread the first one does it all. */
static void sort_once(struct sorting *sorting)
{
    pthread_t helper;
    bool helped = pthread_create(&helper, NULL, sort_families, sorting) == 0;
    sort_families(sorting);
    if (helped)
        CHECK(pthread_join(helper, NULL) == 0);
}

/* The sorted tier becomes a run over bulk->once_items. */
static enum err once_run(struct bulk *bulk, struct run **run)
{
    struct sorting sorting = {.bulk = bulk};
    size_t count = 0;
    for (size_t i = 0; i < FAMILIES; i++) {
        sorting.starts[i] = count;
        count += bulk->once[i].count;
    }
    free(bulk->once_items);
    bulk->once_items = sorting.items = reallocarray(NULL, count + 1, sizeof *sorting.items);
    sorting.room = reallocarray(NULL, count + 1, sizeof *sorting.room);
    if (!sorting.items || !sorting.room) {
        free(sorting.room);
        return ERR_NOMEM;
    }
    pages_huge(sorting.items, count * sizeof *sorting.items);
    pages_huge(sorting.room, count * sizeof *sorting.room);
    sort_once(&sorting);
    free(sorting.room);
    return run_add(bulk, sorting.items, count, run);
}

static enum err once_spill(struct bulk *bulk)
{
    struct run *run;
    enum err err = once_run(bulk, &run);
    if (!err)
        err = run_spill(run, bulk->options.dir);
    free(bulk->once_items);
    bulk->once_items = NULL;
    for (size_t i = 0; i < FAMILIES; i++)
        bulk->once[i].count = 0;
    bulk->once_bytes = 0;
    while (bulk->chunks) {
        struct chunk *chunk = bulk->chunks;
        bulk->chunks = chunk->next;
        chunk->next = bulk->spares;
        chunk->used = 0;
        if (chunk->size == CHUNK_BYTES)
            bulk->spares = chunk;
        else
            free(chunk);
    }
    return err;
}

static enum err often_run(struct bulk *bulk, struct run **run)
{
    const struct overlay_entry **entries;
    size_t count;
    enum err err = overlay_sorted(bulk->often, (struct slice){NULL, 0}, &entries, &count);
    if (err)
        return err;
    free(bulk->often_items);
    bulk->often_items = reallocarray(NULL, count + 1, sizeof *bulk->often_items);
    for (size_t i = 0; bulk->often_items && i < count; i++)
        bulk->often_items[i] = (struct sort_item){.entry = entries[i]};
    free(entries);
    return bulk->often_items ? run_add(bulk, bulk->often_items, count, run) : ERR_NOMEM;
}

static enum err often_spill(struct bulk *bulk)
{
    struct run *run;
    enum err err = often_run(bulk, &run);
    if (!err)
        err = run_spill(run, bulk->options.dir);
    overlay_clear(bulk->often, bulk->options.memory_bytes);
    return err;
}

static struct chunk *chunk_new(size_t size)
{
    bool whole = size == CHUNK_BYTES;
    struct chunk *chunk =
        whole ? aligned_alloc(PAGES_HUGE, sizeof *chunk + size) : malloc(sizeof *chunk + size);
    if (chunk && whole)
        pages_huge(chunk, sizeof *chunk + size);
    if (chunk)
        chunk->size = size;
    return chunk;
}

static void *once_room(struct bulk *bulk, size_t size)
{
    struct chunk *chunk = bulk->chunks;
    if (!chunk || chunk->size - chunk->used < size) {
        chunk = bulk->spares;
        if (size > CHUNK_BYTES || !chunk) {
            size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
            chunk = chunk_new(room);
            if (!chunk)
                return NULL;
        } else {
            bulk->spares = chunk->next;
        }
        chunk->used = 0;
        chunk->next = bulk->chunks;
        bulk->chunks = chunk;
    }
    void *room = chunk->bytes + chunk->used;
    chunk->used += size;
    return room;
}

static bool family_grow(struct family *family)
{
    size_t capacity = family->capacity ? 2 * family->capacity : 1 << 10;
    struct sort_item *items = reallocarray(family->items, capacity, sizeof *items);
    if (!items)
        return false;
    family->items = items;
    family->capacity = capacity;
    return true;
}

static enum err once_put(struct bulk *bulk, struct slice key, struct slice value)
{
    CHECK(key.size >= 1 && key.size <= KEY_MAX && value.size <= STORE_VALUE_MAX);
    size_t size = sizeof(struct overlay_entry) + key.size + value.size;
    size = (size + ENTRY_ALIGN - 1) & ~(ENTRY_ALIGN - 1);
    struct family *family = &bulk->once[key.data[0]];
    if (family->count == family->capacity && !family_grow(family))
        return ERR_NOMEM;
    struct overlay_entry *entry = once_room(bulk, size);
    if (!entry)
        return ERR_NOMEM;
    entry->value_size = entry->value_capacity = (uint32_t)value.size;
    entry->key_size = (uint16_t)key.size;
    entry->deleted = !value.data;
    memcpy(entry->bytes, key.data, key.size);
    if (value.size > 0)
        memcpy(entry->bytes + key.size, value.data, value.size);
    family->items[family->count++].entry = entry;
    /* An item has its place and its room in the sort, too. */
    bulk->once_bytes += size + 3 * sizeof(struct sort_item);
    return ERR_OK;
}

/* The sorted tier gets what the other one leaves: it is what grows with the ledger. */
enum err bulk_put(struct bulk *bulk, struct image *images, size_t count, enum bulk_kind kind)
{
    const uint64_t often_max = bulk->options.memory_bytes / 8 * 3;
    const uint64_t often_bytes = overlay_bytes(bulk->often);
    const uint64_t once_max =
        bulk->options.memory_bytes - (often_bytes < often_max ? often_bytes : often_max);
    enum err err = ERR_OK;
    if (kind == BULK_OFTEN) {
        err = often_bytes >= often_max ? often_spill(bulk) : ERR_OK;
        return err ? err : overlay_put_all(bulk->often, bulk->seed, images, count);
    }
    for (size_t i = 0; i < count && !err; i++) {
        err = bulk->once_bytes >= once_max ? once_spill(bulk) : ERR_OK;
        if (!err)
            err = once_put(bulk, images[i].key, images[i].value);
    }
    return err;
}

static enum err write_poured(struct pour *pour, struct load *load, void (*shown)(uint64_t keys),
                             uint64_t *keys)
{
    struct slice key, stored;
    enum err err;
    while ((err = pour_next(pour, &key, &stored)) == ERR_OK) {
        err = load_put_encoded(load, key, stored);
        if (err)
            return err;
        ++*keys;
        if (shown && *keys % SHOWN_EVERY == 0)
            shown(*keys);
    }
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err bulk_write(struct bulk *bulk, uint64_t sequence, void (*shown)(uint64_t keys),
                    uint64_t *keys)
{
    struct run *run;
    struct load *load = NULL;
    struct merge_runs *merge = NULL;
    struct pour *pour = NULL;
    *keys = 0;
    enum err err = once_run(bulk, &run);
    if (!err)
        err = often_run(bulk, &run);
    if (!err)
        err = load_new(bulk->options.dir, bulk->options.map_bytes, &load);
    if (!err)
        err = merge_runs_new(bulk->runs, bulk->run_count, &merge);
    if (!err)
        err = pour_new(merge, &pour);
    if (!err)
        err = write_poured(pour, load, shown, keys);
    pour_free(pour);
    if (!err)
        err = load_finish(load, sequence);
    merge_runs_free(merge);
    load_free(load);
    return err;
}
