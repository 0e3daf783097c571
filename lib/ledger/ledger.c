/* The ledger over a backend: makes groups of records, chains them, keeps count of what is in flight
 * and what is durable, and hands records to readers.
 *
 * Owned by the journal thread: the tail (the end of what was submitted), the groups in flight and
 * the buffer they are built in. Shared: the durable end, under its mutex, and the failure that
 * ended the writer. Once a writer has failed nothing more is submitted: what is on disk is then for
 * recovery to find out. */
#include "ledger/ledger.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/backend.h"
#include "ledger/disk.h"
#include "ledger/seal.h"

#define GROUP_BUFFER GROUP_SIZE(RECORD_SIZE(RECORD_MAX))
_Static_assert(GROUP_PAGE == DISK_PAGE && SEGMENT_BLOCK % DISK_PAGE == 0, "appends are pages");
_Static_assert(GROUP_BYTES_MAX <= GROUP_BUFFER - GROUP_HEAD, "the buffer holds any group");

struct ledger {
    const struct backend_kind *kind;
    void *backend;
    char region[ID_ADMDVS + 1];
    bool read_only;

    uint8_t *buffer;
    struct ledger_end tail;
    struct ledger_end flight[BACKEND_DEPTH_MAX]; /* the ends behind the groups in flight, a ring */
    uint32_t oldest, flying;

    atomic_int failure; /* enum err */
    pthread_mutex_t lock;
    struct ledger_end durable;
};

enum err ledger_open_on(const struct backend_kind *kind, const struct ledger_options *options,
                        struct ledger **out, struct ledger_fault *fault)
{
    CHECK(kind->depth >= 1 && kind->depth <= BACKEND_DEPTH_MAX);
    *fault = (struct ledger_fault){0};
    if (!options->region || !id_is_admdvs(options->region))
        return ERR_INVALID;
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger)
        return ERR_NOMEM;
    ledger->kind = kind;
    ledger->read_only = options->read_only;
    memcpy(ledger->region, options->region, ID_ADMDVS);
    /* All that a submit will ever need, so that it cannot fail for memory; on a page, for what goes
     * to the disk past the page cache. */
    ledger->buffer = options->read_only ? NULL : aligned_alloc(GROUP_PAGE, GROUP_BUFFER);
    enum err err = options->read_only || ledger->buffer ? ERR_OK : ERR_NOMEM;
    if (!err)
        err = kind->open(options, &ledger->backend, &ledger->tail, fault);
    if (err) {
        free(ledger->buffer);
        free(ledger);
        return err;
    }
    ledger->durable = ledger->tail;
    atomic_init(&ledger->failure, ERR_OK);
    CHECK(pthread_mutex_init(&ledger->lock, NULL) == 0);
    *out = ledger;
    return ERR_OK;
}

enum err ledger_open(const struct ledger_options *options, struct ledger **out,
                     struct ledger_fault *fault)
{
    if (!options->dir)
        return ledger_open_on(&backend_memory, options, out, fault);
    if (options->segment_bytes < LEDGER_SEGMENT_MIN && !options->read_only)
        return ERR_INVALID;
    return ledger_open_on(&backend_files, options, out, fault);
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    ledger->kind->close(ledger->backend);
    pthread_mutex_destroy(&ledger->lock);
    free(ledger->buffer);
    free(ledger);
}

struct ledger_end ledger_end(const struct ledger *ledger)
{
    struct ledger *shared = (struct ledger *)ledger; /* for the mutex alone */
    pthread_mutex_lock(&shared->lock);
    struct ledger_end end = shared->durable;
    pthread_mutex_unlock(&shared->lock);
    return end;
}

/* A writer that has not failed, or why not. */
static enum err writable(const struct ledger *ledger)
{
    if (ledger->read_only)
        return ERR_INVALID;
    return (enum err)atomic_load(&ledger->failure);
}

static enum err fail(struct ledger *ledger, enum err err)
{
    atomic_store(&ledger->failure, err);
    return err;
}

/* A record may be as large as limits.h allows even where a group may not: it then goes alone. */
static enum err check_limits(const struct slice *records, uint32_t count)
{
    if (count == 0)
        return ERR_INVALID;
    if (count > GROUP_RECORDS_MAX)
        return ERR_LIMIT;
    for (uint32_t i = 0; i < count; i++) {
        if (records[i].size > RECORD_MAX)
            return ERR_LIMIT;
    }
    if (count > 1 && group_length(records, count) > GROUP_BYTES_MAX)
        return ERR_LIMIT;
    return ERR_OK;
}

enum err ledger_submit(struct ledger *ledger, const struct slice *records, uint32_t count)
{
    enum err err = writable(ledger);
    if (!err)
        err = check_limits(records, count);
    if (!err && ledger->flying == ledger->kind->depth)
        err = ERR_AGAIN;
    if (err)
        return err;

    struct group group = {
        .epoch = ledger->tail.epoch,
        .number = ledger->tail.group + 1,
        .first = ledger->tail.sequence + 1,
        .previous = ledger->tail.head,
    };
    memcpy(group.region, ledger->region, sizeof(group.region));
    uint64_t size = GROUP_HEAD + group_length(records, count);
    err = ledger->kind->place(ledger->backend, &ledger->tail, size, &group.segment);
    if (err == ERR_FULL || err == ERR_LIMIT)
        return err;
    if (err)
        return fail(ledger, err);

    group_write(ledger->buffer, &group, records, count);
    struct slice bytes = {.data = ledger->buffer, .size = size};
    err = ledger->kind->submit(ledger->backend, &ledger->tail, bytes);
    if (err)
        return fail(ledger, err);
    struct hash hash = group_hash(ledger->buffer);
    ledger->tail = group_end(&group, &hash);
    ledger->flight[(ledger->oldest + ledger->flying++) % BACKEND_DEPTH_MAX] = ledger->tail;
    return ERR_OK;
}

enum err ledger_reap(struct ledger *ledger, uint64_t *sequence)
{
    enum err err = writable(ledger);
    if (err)
        return err;
    CHECK(ledger->flying > 0);
    err = ledger->kind->reap(ledger->backend);
    if (err)
        return fail(ledger, err);
    pthread_mutex_lock(&ledger->lock);
    ledger->durable = ledger->flight[ledger->oldest];
    *sequence = ledger->durable.sequence;
    pthread_mutex_unlock(&ledger->lock);
    ledger->oldest = (ledger->oldest + 1) % BACKEND_DEPTH_MAX;
    ledger->flying--;
    return ERR_OK;
}

enum err ledger_confirm(struct ledger *ledger, uint64_t epoch)
{
    enum err err = writable(ledger);
    return err ? err : ledger->kind->confirm(ledger->backend, epoch);
}

enum err ledger_prepare_step(struct ledger *ledger, int64_t *pause_us)
{
    enum err err = writable(ledger);
    *pause_us = 0;
    return err ? err : ledger->kind->prepare(ledger->backend, pause_us);
}

enum err ledger_prepare(struct ledger *ledger)
{
    enum err err;
    int64_t pause_us;
    do
        err = ledger_prepare_step(ledger, &pause_us);
    while (err == ERR_AGAIN);
    return err;
}

enum err ledger_newest(struct ledger *ledger, struct ledger_head *head)
{
    struct group group;
    struct group_place place;
    enum err err = ledger->kind->newest(ledger->backend, &place, head->bytes);
    if (err)
        return err;
    if (group_read(head->bytes, &group))
        return ERR_CORRUPT;
    struct hash hash = group_hash(head->bytes);
    head->end = group_end(&group, &hash);
    head->segment = place.segment;
    head->offset = place.offset;
    return ERR_OK;
}

enum err ledger_seal(struct ledger *ledger, const struct ledger_head *head, const uint8_t *slot)
{
    struct group_place place = {.segment = head->segment, .offset = head->offset};
    enum err err = writable(ledger);
    return err ? err : ledger->kind->seal(ledger->backend, &place, slot);
}

enum err ledger_read_groups(struct ledger *ledger, uint64_t from, ledger_group_visit visit,
                            void *context, struct ledger_fault *fault)
{
    struct ledger_end through = ledger_end(ledger);
    if (through.sequence == 0 || from > through.sequence)
        return ERR_OK;
    return ledger->kind->read(ledger->backend, from, &through, visit, context, fault);
}

struct reading {
    uint64_t from;
    ledger_visit visit;
    void *context;
};

static enum err visit_group(void *context, const struct group *group, const uint8_t *records)
{
    const struct reading *reading = context;
    uint64_t at = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        struct slice record = group_record(records, &at);
        if (group->first + i < reading->from)
            continue;
        enum err err = reading->visit(reading->context, group->first + i, record);
        if (err)
            return err;
    }
    return ERR_OK;
}

enum err ledger_read(struct ledger *ledger, uint64_t from, ledger_visit visit, void *context,
                     struct ledger_fault *fault)
{
    struct reading reading = {.from = from, .visit = visit, .context = context};
    return ledger_read_groups(ledger, from, visit_group, &reading, fault);
}

struct fetching {
    uint8_t *record;
    size_t size;
    bool found;
};

/* Any error ends the read; `found` tells this one from a real one. */
static enum err take_record(void *context, uint64_t sequence, struct slice record)
{
    struct fetching *fetching = context;
    (void)sequence;
    fetching->record = malloc(record.size > 0 ? record.size : 1);
    if (!fetching->record)
        return ERR_NOMEM;
    if (record.size > 0)
        memcpy(fetching->record, record.data, record.size);
    fetching->size = record.size;
    fetching->found = true;
    return ERR_AGAIN;
}

enum err ledger_fetch(struct ledger *ledger, uint64_t sequence, uint8_t **record, size_t *size)
{
    struct ledger_fault fault;
    struct fetching fetching = {0};
    if (sequence == 0)
        return ERR_NOTFOUND;
    enum err err = ledger_read(ledger, sequence, take_record, &fetching, &fault);
    if (!fetching.found)
        return err ? err : ERR_NOTFOUND;
    *record = fetching.record;
    *size = fetching.size;
    return ERR_OK;
}
