/* The memory backend: groups in an array, gone with the process. For tests and simulations that
 * need a whole ledger and no disk; it has several groups in flight so that nothing comes to rely on
 * the file backend's one. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/backend.h"
#include "ledger/fault.h"

#define MEMORY_EPOCH 1

struct stored {
    struct ledger_end before;
    uint8_t *bytes;
};

struct memory {
    char region[ID_ADMDVS + 1];
    pthread_mutex_t lock; /* the array moves when it grows; the groups stay */
    struct stored *groups;
    size_t count, durable, capacity;
};

static enum err memory_open(const struct ledger_options *options, void **backend,
                            struct ledger_end *end, struct ledger_fault *fault)
{
    (void)fault;
    struct memory *memory = calloc(1, sizeof(*memory));
    if (!memory)
        return ERR_NOMEM;
    memcpy(memory->region, options->region, ID_ADMDVS);
    CHECK(pthread_mutex_init(&memory->lock, NULL) == 0);
    *end = (struct ledger_end){.epoch = MEMORY_EPOCH};
    *backend = memory;
    return ERR_OK;
}

static void memory_close(void *backend)
{
    struct memory *memory = backend;
    for (size_t i = 0; i < memory->count; i++)
        free(memory->groups[i].bytes);
    free(memory->groups);
    pthread_mutex_destroy(&memory->lock);
    free(memory);
}

static enum err memory_place(void *backend, const struct ledger_end *end, uint64_t size,
                             uint64_t *segment)
{
    struct memory *memory = backend;
    (void)end;
    (void)size;
    *segment = 0;
    if (memory->count < memory->capacity)
        return ERR_OK;
    size_t capacity = memory->capacity ? 2 * memory->capacity : 16;
    pthread_mutex_lock(&memory->lock);
    struct stored *groups = reallocarray(memory->groups, capacity, sizeof(*groups));
    if (groups) {
        memory->groups = groups;
        memory->capacity = capacity;
    }
    pthread_mutex_unlock(&memory->lock);
    return groups ? ERR_OK : ERR_FULL;
}

static enum err memory_submit(void *backend, const struct ledger_end *before, struct slice group)
{
    struct memory *memory = backend;
    CHECK(memory->count < memory->capacity);
    uint8_t *bytes = malloc(group.size);
    if (!bytes)
        return ERR_IO;
    memcpy(bytes, group.data, group.size);
    pthread_mutex_lock(&memory->lock);
    memory->groups[memory->count++] = (struct stored){.before = *before, .bytes = bytes};
    pthread_mutex_unlock(&memory->lock);
    return ERR_OK;
}

static enum err memory_reap(void *backend)
{
    struct memory *memory = backend;
    pthread_mutex_lock(&memory->lock);
    CHECK(memory->durable < memory->count);
    memory->durable++;
    pthread_mutex_unlock(&memory->lock);
    return ERR_OK;
}

static enum err memory_newest(void *backend, struct group_place *place, uint8_t *head)
{
    struct memory *memory = backend;
    pthread_mutex_lock(&memory->lock);
    bool any = memory->durable > 0;
    if (any) {
        *place = (struct group_place){.offset = memory->durable - 1};
        memcpy(head, memory->groups[place->offset].bytes, GROUP_HEAD);
    }
    pthread_mutex_unlock(&memory->lock);
    return any ? ERR_OK : ERR_NOTFOUND;
}

static enum err memory_seal(void *backend, const struct group_place *place, const uint8_t *slot)
{
    struct memory *memory = backend;
    pthread_mutex_lock(&memory->lock);
    CHECK(place->offset < memory->durable);
    memcpy(memory->groups[place->offset].bytes + GROUP_HASHED, slot, SEAL_SIZE);
    pthread_mutex_unlock(&memory->lock);
    return ERR_OK;
}

static enum err memory_confirm(void *backend, uint64_t epoch)
{
    (void)backend;
    return epoch == MEMORY_EPOCH ? ERR_OK : ERR_FENCED;
}

static enum err memory_prepare(void *backend, int64_t *pause_us)
{
    (void)backend;
    *pause_us = 0;
    return ERR_OK;
}

/* The place of the last group that begins at or before `sequence`. */
static size_t find(struct memory *memory, uint64_t sequence)
{
    size_t low = 0, high = memory->durable;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (memory->groups[middle].before.sequence < sequence)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static const char *check(const struct memory *memory, const struct stored *stored,
                         const uint8_t *head, struct group *group)
{
    const char *why = group_read(head, group);
    if (!why)
        why = group_follows(group, memory->region, 0, &stored->before);
    return why ? why : group_check_records(group, stored->bytes + GROUP_HEAD);
}

static enum err memory_read(void *backend, uint64_t from, const struct ledger_end *through,
                            backend_visit visit, void *context, struct ledger_fault *fault)
{
    struct memory *memory = backend;
    pthread_mutex_lock(&memory->lock);
    size_t i = find(memory, from);
    pthread_mutex_unlock(&memory->lock);
    for (;; i++) {
        pthread_mutex_lock(&memory->lock);
        bool more = i < memory->durable && memory->groups[i].before.sequence < through->sequence;
        struct stored stored = more ? memory->groups[i] : (struct stored){0};
        uint8_t head[GROUP_HEAD]; /* copied, because its seal may be written meanwhile */
        if (more)
            memcpy(head, stored.bytes, GROUP_HEAD);
        pthread_mutex_unlock(&memory->lock);
        if (!more)
            return ERR_OK;
        struct group group;
        const char *why = check(memory, &stored, head, &group);
        if (why) {
            fault_set(fault, "memory", i, stored.before.sequence + 1, "%s", why);
            return ERR_CORRUPT;
        }
        enum err err = visit(context, &group, stored.bytes + GROUP_HEAD);
        if (err)
            return err;
    }
}

const struct backend_kind backend_memory = {
    .name = "memory",
    .depth = 4,
    .open = memory_open,
    .close = memory_close,
    .place = memory_place,
    .submit = memory_submit,
    .reap = memory_reap,
    .newest = memory_newest,
    .seal = memory_seal,
    .confirm = memory_confirm,
    .prepare = memory_prepare,
    .read = memory_read,
};
