/* Two threads and a ring of chunks. The reader fills the oldest free chunk with whole records, the
 * caller empties the oldest full one; a chunk belongs to whoever `full` says. Runs during recovery,
 * before the region's own threads. */
#include "daemon/fold.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "daemon/thread.h"

#define CHUNKS 4
/* Holds the largest record; small enough for a processor's cache to bring most of it over. */
#define CHUNK_SIZE (RECORD_MAX + 64 * 1024)

struct head {
    uint64_t sequence;
    uint64_t size;
};

struct chunk {
    size_t used;
    bool full;
    uint8_t *bytes;
};

struct fold {
    struct ledger *ledger;
    uint64_t from;
    struct ledger_fault *fault;

    struct chunk chunks[CHUNKS];
    size_t filling; /* the reader's */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ended, stopped; /* the reader is through; the caller wants no more */
    enum err result;     /* of the reader */
};

/* Gives the chunk away and waits for the next one to be free. */
static enum err hand_over(struct fold *fold)
{
    pthread_mutex_lock(&fold->lock);
    fold->chunks[fold->filling].full = true;
    pthread_cond_broadcast(&fold->changed);
    fold->filling = (fold->filling + 1) % CHUNKS;
    struct chunk *next = &fold->chunks[fold->filling];
    while (next->full && !fold->stopped)
        pthread_cond_wait(&fold->changed, &fold->lock);
    enum err err = fold->stopped ? ERR_CLOSED : ERR_OK;
    pthread_mutex_unlock(&fold->lock);
    next->used = 0;
    return err;
}

/* Enough for the caller to begin with. */
#define HAND_OVER_SIZE (512 * 1024)

static enum err take(void *context, uint64_t sequence, struct slice record)
{
    struct fold *fold = context;
    struct chunk *chunk = &fold->chunks[fold->filling];
    struct head head = {.sequence = sequence, .size = record.size};
    size_t size = sizeof head + ((record.size + 7) & ~(size_t)7);
    CHECK(size <= CHUNK_SIZE);
    if (chunk->used > HAND_OVER_SIZE || size > CHUNK_SIZE - chunk->used) {
        enum err err = hand_over(fold);
        if (err)
            return err;
        chunk = &fold->chunks[fold->filling];
    }
    memcpy(chunk->bytes + chunk->used, &head, sizeof head);
    if (record.size > 0)
        memcpy(chunk->bytes + chunk->used + sizeof head, record.data, record.size);
    chunk->used += size;
    return ERR_OK;
}

static void *read_ledger(void *context)
{
    struct fold *fold = context;
    enum err err = ledger_read(fold->ledger, fold->from, take, fold, fold->fault);
    pthread_mutex_lock(&fold->lock);
    fold->chunks[fold->filling].full = true;
    fold->ended = true;
    fold->result = err;
    pthread_cond_broadcast(&fold->changed);
    pthread_mutex_unlock(&fold->lock);
    return NULL;
}

static enum err empty(const struct chunk *chunk, ledger_visit visit, void *context)
{
    enum err err = ERR_OK;
    for (size_t at = 0; !err && at < chunk->used;) {
        struct head head;
        memcpy(&head, chunk->bytes + at, sizeof head);
        at += sizeof head;
        err = visit(context, head.sequence, (struct slice){chunk->bytes + at, head.size});
        at += (head.size + 7) & ~(size_t)7;
    }
    return err;
}

/* Until the reader is through and everything is empty, or `visit` wants no more. */
static enum err drain(struct fold *fold, ledger_visit visit, void *context)
{
    enum err err = ERR_OK;
    size_t emptying = 0;
    pthread_mutex_lock(&fold->lock);
    while (!err) {
        struct chunk *chunk = &fold->chunks[emptying];
        while (!chunk->full && !fold->ended)
            pthread_cond_wait(&fold->changed, &fold->lock);
        if (!chunk->full)
            break;
        pthread_mutex_unlock(&fold->lock);
        err = empty(chunk, visit, context);
        pthread_mutex_lock(&fold->lock);
        chunk->full = false;
        fold->stopped = err != ERR_OK;
        pthread_cond_broadcast(&fold->changed);
        emptying = (emptying + 1) % CHUNKS;
    }
    pthread_mutex_unlock(&fold->lock);
    return err;
}

enum err fold_read(struct ledger *ledger, uint64_t from, ledger_visit visit, void *context,
                   struct ledger_fault *fault, bool *unreadable)
{
    *unreadable = false;
    struct fold fold = {.ledger = ledger, .from = from, .fault = fault};
    enum err err = ERR_OK;
    for (size_t i = 0; i < CHUNKS; i++) {
        fold.chunks[i].bytes = malloc(CHUNK_SIZE);
        err = fold.chunks[i].bytes ? err : ERR_NOMEM;
    }
    CHECK(pthread_mutex_init(&fold.lock, NULL) == 0);
    CHECK(pthread_cond_init(&fold.changed, NULL) == 0);
    pthread_t reader;
    if (!err)
        err = thread_start_unwatched(&reader, "fold", read_ledger, &fold);
    if (!err) {
        err = drain(&fold, visit, context);
        CHECK(pthread_join(reader, NULL) == 0);
        *unreadable = !err && fold.result;
        err = err ? err : fold.result;
    }
    pthread_cond_destroy(&fold.changed);
    pthread_mutex_destroy(&fold.lock);
    for (size_t i = 0; i < CHUNKS; i++)
        free(fold.chunks[i].bytes);
    return err;
}
