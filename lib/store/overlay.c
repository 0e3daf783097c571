/* Open addressing with linear probing over (hash, entry) pairs; entries in 2 MiB chunks.
 *
 * Not uthash: at the size where a checkpoint is due (500,000 keys of 28 bytes with 200-byte values,
 * half puts, half gets) uthash 2.3.0 made 2.0 M operations a second and this table 3.1 M on the
 * same machine, with its bucket table presized too; a uthash miss walks a chain of entries, each
 * its own cache line, while a probe here reads neighbouring hashes and touches one entry. The table
 * never deletes, which is what makes open addressing simple. */
#include "store/overlay.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "base/limits.h"
#include "base/pages.h"
#include "store/sort.h"
#include "store/store.h"

#define SLOTS_FIRST (size_t)4096
#define CHUNK_BYTES ((size_t)2 * 1024 * 1024 - sizeof(struct chunk))
#define ENTRY_ALIGN (size_t)8
/* Slots looked ahead of a walk: the entries lie anywhere in memory. */
#define AHEAD 16

struct slot {
    uint64_t hash;
    struct overlay_entry *entry; /* NULL: free */
};

struct chunk {
    struct chunk *next;
    size_t size, used;
    _Alignas(16) uint8_t bytes[];
};

struct overlay {
    struct slot *slots;
    size_t slot_count; /* a power of two, at least twice `count` */
    size_t count;
    struct chunk *chunks; /* the first one is being filled */
    struct chunk *spares; /* empty, CHUNK_BYTES each, kept by overlay_clear() */
    uint64_t bytes;
};

/* Mapped, not calloc'ed: what was not touched costs nothing. Zeroed. Of ordinary pages, for chunks
 * are made while claims wait: the system looks for a large one by moving other memory out of its
 * way, which took up to 15 ms. */
static void *memory_new(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Rarely made, read all over: of large pages. */
static struct slot *slots_new(size_t count)
{
    struct slot *slots = memory_new(count * sizeof(struct slot));
    if (slots)
        pages_huge(slots, count * sizeof(struct slot));
    return slots;
}

static void slots_free(struct slot *slots, size_t count)
{
    CHECK(munmap(slots, count * sizeof(struct slot)) == 0);
}

struct overlay *overlay_new(void)
{
    struct overlay *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->slot_count = SLOTS_FIRST;
    o->slots = slots_new(o->slot_count);
    if (!o->slots) {
        free(o);
        return NULL;
    }
    return o;
}

static void chunk_free(struct chunk *chunk)
{
    CHECK(munmap(chunk, sizeof *chunk + chunk->size) == 0);
}

static void chunks_free(struct chunk *chunk)
{
    while (chunk) {
        struct chunk *next = chunk->next;
        chunk_free(chunk);
        chunk = next;
    }
}

void overlay_free(struct overlay *overlay)
{
    if (!overlay)
        return;
    chunks_free(overlay->chunks);
    chunks_free(overlay->spares);
    slots_free(overlay->slots, overlay->slot_count);
    free(overlay);
}

/* A table that one long fold has made is not emptied at every checkpoint for ever after. */
static void slots_clear(struct overlay *o, uint64_t keep_bytes)
{
    size_t bytes = o->slot_count * sizeof(struct slot);
    struct slot *fresh = bytes > SLOTS_FIRST * sizeof(struct slot) && bytes > keep_bytes / 2
                             ? slots_new(SLOTS_FIRST)
                             : NULL;
    if (!fresh) {
        memset(o->slots, 0, bytes);
        return;
    }
    slots_free(o->slots, o->slot_count);
    o->slots = fresh;
    o->slot_count = SLOTS_FIRST;
}

void overlay_clear(struct overlay *overlay, uint64_t keep_bytes)
{
    uint64_t kept = 0;
    for (struct chunk *c = overlay->spares; c; c = c->next)
        kept += c->size;
    while (overlay->chunks) {
        struct chunk *c = overlay->chunks;
        overlay->chunks = c->next;
        if (c->size != CHUNK_BYTES || kept + c->size > keep_bytes) {
            chunk_free(c);
            continue;
        }
        kept += c->size;
        c->used = 0;
        c->next = overlay->spares;
        overlay->spares = c;
    }
    slots_clear(overlay, keep_bytes);
    overlay->count = 0;
    overlay->bytes = 0;
}

static uint64_t mixed(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* wyhash's mixing, eight bytes a step. The seed is secret, because terminals choose parts of keys
 * (msgid, bill numbers) and linear probing is slow under chosen collisions. */
uint64_t overlay_hash(uint64_t seed, struct slice key)
{
    uint64_t hash = seed ^ key.size, word;
    const uint8_t *p = key.data;
    size_t left = key.size;
    for (; left > sizeof word; p += sizeof word, left -= sizeof word) {
        memcpy(&word, p, sizeof word);
        hash = mixed(hash ^ word, UINT64_C(0xA0761D6478BD642F));
    }
    word = 0;
    memcpy(&word, p, left);
    return mixed(hash ^ word, UINT64_C(0xE7037ED1A0B428DB));
}

/* The slot that holds the key, or the free slot where it would go. */
static struct slot *slot_of(const struct overlay *o, uint64_t hash, struct slice key)
{
    for (size_t i = (size_t)hash;; i++) {
        struct slot *s = &o->slots[i & (o->slot_count - 1)];
        if (!s->entry || (s->hash == hash && s->entry->key_size == key.size &&
                          memcmp(s->entry->bytes, key.data, key.size) == 0))
            return s;
    }
}

const struct overlay_entry *overlay_find(const struct overlay *overlay, uint64_t hash,
                                         struct slice key)
{
    return slot_of(overlay, hash, key)->entry;
}

void overlay_warm(const struct overlay *overlay, uint64_t hash)
{
    __builtin_prefetch(&overlay->slots[(size_t)hash & (overlay->slot_count - 1)]);
}

static enum err slots_double(struct overlay *o)
{
    size_t count = o->slot_count * 2;
    struct slot *slots = slots_new(count);
    if (!slots)
        return ERR_NOMEM;
    for (size_t i = 0; i < o->slot_count; i++) {
        if (!o->slots[i].entry)
            continue;
        size_t to = (size_t)o->slots[i].hash & (count - 1);
        while (slots[to].entry)
            to = (to + 1) & (count - 1);
        slots[to] = o->slots[i];
    }
    slots_free(o->slots, o->slot_count);
    o->slots = slots;
    o->slot_count = count;
    return ERR_OK;
}

/* A large entry gets a chunk of its own behind the one being filled, whose rest stays usable. */
static struct chunk *chunk_for(struct overlay *o, size_t size)
{
    struct chunk *first = o->chunks;
    if (first && size <= first->size - first->used)
        return first;
    bool alone = size > CHUNK_BYTES / 4;
    struct chunk *c = alone ? NULL : o->spares;
    if (c) {
        o->spares = c->next;
    } else {
        size_t capacity = alone ? size : CHUNK_BYTES;
        c = memory_new(sizeof *c + capacity);
        if (!c)
            return NULL;
        c->size = capacity;
        c->used = 0;
    }
    struct chunk **at = alone && first ? &first->next : &o->chunks;
    c->next = *at;
    *at = c;
    return c;
}

static struct overlay_entry *entry_new(struct overlay *o, struct slice key, size_t capacity)
{
    size_t size = sizeof(struct overlay_entry) + key.size + capacity;
    size = (size + ENTRY_ALIGN - 1) & ~(ENTRY_ALIGN - 1);
    struct chunk *c = chunk_for(o, size);
    if (!c)
        return NULL;
    struct overlay_entry *e = (struct overlay_entry *)(c->bytes + c->used);
    c->used += size;
    o->bytes += size;
    e->key_size = (uint16_t)key.size;
    e->value_capacity = (uint32_t)(size - sizeof *e - key.size);
    memcpy(e->bytes, key.data, key.size);
    return e;
}

enum err overlay_put(struct overlay *overlay, uint64_t hash, struct slice key, struct slice value)
{
    CHECK(key.size >= 1 && key.size <= KEY_MAX);
    size_t size = value.data ? value.size : 0;
    CHECK(size <= STORE_VALUE_MAX);
    if (2 * (overlay->count + 1) > overlay->slot_count && slots_double(overlay) != ERR_OK)
        return ERR_NOMEM;
    struct slot *s = slot_of(overlay, hash, key);
    if (!s->entry || size > s->entry->value_capacity) {
        /* A value that grew will grow again (accumulators, a stay's lines): a quarter more bounds
         * what is left behind. */
        struct overlay_entry *e = entry_new(overlay, key, s->entry ? size + size / 4 : size);
        if (!e)
            return ERR_NOMEM;
        overlay->count += !s->entry;
        *s = (struct slot){hash, e};
    }
    s->entry->deleted = !value.data;
    s->entry->value_size = (uint32_t)size;
    if (size > 0)
        memcpy(s->entry->bytes + key.size, value.data, size);
    return ERR_OK;
}

enum err overlay_put_all(struct overlay *overlay, uint64_t seed, struct image *images, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        images[i].hash = overlay_hash(seed, images[i].key);
        __builtin_prefetch(&overlay->slots[images[i].hash & (overlay->slot_count - 1)]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct slot *s = &overlay->slots[images[i].hash & (overlay->slot_count - 1)];
        if (s->hash == images[i].hash)
            __builtin_prefetch(s->entry, 1);
    }
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++)
        err = overlay_put(overlay, images[i].hash, images[i].key, images[i].value);
    return err;
}

uint64_t overlay_count(const struct overlay *overlay)
{
    return overlay->count;
}

uint64_t overlay_bytes(const struct overlay *overlay)
{
    return overlay->bytes;
}

int overlay_compare(struct slice a, struct slice b)
{
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

enum err overlay_sorted(const struct overlay *overlay, struct slice prefix,
                        const struct overlay_entry ***out, size_t *count)
{
    struct sort_item *items = malloc((overlay->count + 1) * 2 * sizeof *items);
    if (!items)
        return ERR_NOMEM;
    struct sort_item *room = items + overlay->count + 1;
    size_t n = 0;
    for (size_t i = 0; i < overlay->slot_count; i++) {
        const struct overlay_entry *e = overlay->slots[i].entry;
        /* Wrapping is as good as stopping; a free slot's NULL may be asked for too. */
        __builtin_prefetch(overlay->slots[(i + AHEAD) & (overlay->slot_count - 1)].entry);
        if (e && e->key_size >= prefix.size &&
            (prefix.size == 0 || memcmp(e->bytes, prefix.data, prefix.size) == 0))
            items[n++].entry = e;
    }
    sort_items(items, room, n);
    const struct overlay_entry **entries = malloc((n + 1) * sizeof *entries);
    for (size_t i = 0; entries && i < n; i++)
        entries[i] = items[i].entry;
    free(items);
    if (!entries)
        return ERR_NOMEM;
    *out = entries;
    *count = n;
    return ERR_OK;
}
