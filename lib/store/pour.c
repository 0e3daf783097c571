/* A ring of batches under one lock; `filled` and `emptied` only grow. The merging thread writes a
 * batch before it counts as filled, the owner reads it before it counts as emptied. An entry in a
 * batch is key size (4 bytes), value size (4), key, encoded value. */
#include "store/pour.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/lmdb_value.h"

#define BATCHES 4
#define BATCH_BYTES (size_t)(512 * 1024)
#define ENTRY_HEAD 8

struct batch {
    uint8_t *bytes;
    size_t capacity, used;
};

struct pour {
    struct merge_runs *merge;
    struct batch batches[BATCHES];
    size_t at;    /* in the batch being read */
    bool reading; /* there is one */
    uint64_t filled, emptied;
    enum err err; /* what ended the merge */
    bool started, stop;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static enum err add(struct batch *batch, struct slice key, struct slice value)
{
    size_t size = ENTRY_HEAD + key.size + LMDB_VALUE_HEAD + value.size;
    if (size > batch->capacity - batch->used) {
        uint8_t *more = realloc(batch->bytes, batch->used + size + BATCH_BYTES);
        if (!more)
            return ERR_NOMEM;
        batch->bytes = more;
        batch->capacity = batch->used + size + BATCH_BYTES;
    }
    struct writer w = writer_on(batch->bytes + batch->used, ENTRY_HEAD + key.size);
    write_u32(&w, (uint32_t)key.size);
    write_u32(&w, (uint32_t)(LMDB_VALUE_HEAD + value.size));
    write_bytes(&w, key.data, key.size);
    lmdb_value_encode(key, value, batch->bytes + batch->used + w.used);
    batch->used += size;
    return ERR_OK;
}

static enum err fill(struct pour *pour, struct batch *batch)
{
    struct slice key, value;
    bool deleted;
    enum err err = ERR_OK;
    batch->used = 0;
    while (!err && batch->used < BATCH_BYTES) {
        err = merge_runs_next(pour->merge, &key, &value, &deleted);
        if (!err && !deleted)
            err = add(batch, key, value);
    }
    return err;
}

static bool wait_for_room(struct pour *pour)
{
    pthread_mutex_lock(&pour->lock);
    while (pour->filled - pour->emptied == BATCHES && !pour->stop)
        pthread_cond_wait(&pour->changed, &pour->lock);
    bool go_on = !pour->stop;
    pthread_mutex_unlock(&pour->lock);
    return go_on;
}

static void *run(void *context)
{
    struct pour *pour = context;
    enum err err = ERR_OK;
    while (!err && wait_for_room(pour)) {
        err = fill(pour, &pour->batches[pour->filled % BATCHES]);
        pthread_mutex_lock(&pour->lock);
        pour->filled++;
        pour->err = err;
        pthread_cond_signal(&pour->changed);
        pthread_mutex_unlock(&pour->lock);
    }
    return NULL;
}

enum err pour_new(struct merge_runs *merge, struct pour **out)
{
    struct pour *pour = calloc(1, sizeof *pour);
    if (!pour)
        return ERR_NOMEM;
    pour->merge = merge;
    CHECK(pthread_mutex_init(&pour->lock, NULL) == 0 &&
          pthread_cond_init(&pour->changed, NULL) == 0);
    pour->started = pthread_create(&pour->thread, NULL, run, pour) == 0;
    if (!pour->started) {
        pour_free(pour);
        return ERR_NOMEM;
    }
    *out = pour;
    return ERR_OK;
}

void pour_free(struct pour *pour)
{
    if (!pour)
        return;
    pthread_mutex_lock(&pour->lock);
    pour->stop = true;
    pthread_cond_signal(&pour->changed);
    pthread_mutex_unlock(&pour->lock);
    if (pour->started)
        CHECK(pthread_join(pour->thread, NULL) == 0);
    for (int i = 0; i < BATCHES; i++)
        free(pour->batches[i].bytes);
    pthread_mutex_destroy(&pour->lock);
    pthread_cond_destroy(&pour->changed);
    free(pour);
}

/* Gives back the batch that was read and waits for the next one. */
static enum err next_batch(struct pour *pour)
{
    pthread_mutex_lock(&pour->lock);
    pour->emptied += pour->reading;
    pthread_cond_signal(&pour->changed);
    while (pour->emptied == pour->filled && !pour->err)
        pthread_cond_wait(&pour->changed, &pour->lock);
    pour->reading = pour->emptied < pour->filled;
    enum err err = pour->reading ? ERR_OK : pour->err;
    pthread_mutex_unlock(&pour->lock);
    pour->at = 0;
    return err;
}

enum err pour_next(struct pour *pour, struct slice *key, struct slice *stored)
{
    const struct batch *batch = &pour->batches[pour->emptied % BATCHES];
    while (!pour->reading || pour->at == batch->used) {
        enum err err = next_batch(pour);
        if (err)
            return err;
        batch = &pour->batches[pour->emptied % BATCHES];
    }
    struct reader r = reader_on(batch->bytes + pour->at, batch->used - pour->at);
    key->size = read_u32(&r);
    stored->size = read_u32(&r);
    key->data = read_bytes(&r, key->size);
    stored->data = read_bytes(&r, stored->size);
    CHECK(!r.failed);
    pour->at += r.used;
    return ERR_OK;
}
