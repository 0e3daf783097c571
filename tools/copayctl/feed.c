/* A ring of blocks under one lock: `filled` and `taken` only grow. The reading thread touches the
 * walk and the fault, until it is joined; the main thread touches the blocks it has taken. */
#include "feed.h"

#include <pthread.h>
#include <stdlib.h>

#include "progress.h"

#define BLOCKS 4

struct feed {
    struct walk *walk;
    struct walk_block blocks[BLOCKS];
    struct ledger_fault fault;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t filled, taken, released;
    uint64_t total; /* bytes, as the walk began */
    enum err err;   /* what ended the walk */
    bool started, stop;
};

static bool wait_for_room(struct feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    while (feed->filled - feed->released == BLOCKS && !feed->stop)
        pthread_cond_wait(&feed->changed, &feed->lock);
    bool go_on = !feed->stop;
    pthread_mutex_unlock(&feed->lock);
    return go_on;
}

static void *read_all(void *context)
{
    struct feed *feed = context;
    enum err err = ERR_OK;
    while (!err && wait_for_room(feed)) {
        err = walk_next(feed->walk, &feed->blocks[feed->filled % BLOCKS], &feed->fault);
        pthread_mutex_lock(&feed->lock);
        feed->filled += err == ERR_OK;
        feed->err = err;
        pthread_cond_signal(&feed->changed);
        pthread_mutex_unlock(&feed->lock);
    }
    return NULL;
}

enum err feed_open(const char *dir, const char *region, uint64_t from, struct feed **out)
{
    struct feed *feed = calloc(1, sizeof *feed);
    if (!feed)
        return ERR_NOMEM;
    CHECK(pthread_mutex_init(&feed->lock, NULL) == 0 &&
          pthread_cond_init(&feed->changed, NULL) == 0);
    enum err err = walk_open(dir, region, from, &feed->walk);
    for (int i = 0; i < BLOCKS && !err; i++) {
        feed->blocks[i].capacity = WALK_BLOCK_MIN;
        feed->blocks[i].bytes = malloc(WALK_BLOCK_MIN);
        err = feed->blocks[i].bytes ? ERR_OK : ERR_NOMEM;
    }
    uint64_t done;
    if (!err)
        walk_progress(feed->walk, &done, &feed->total);
    if (!err && pthread_create(&feed->thread, NULL, read_all, feed) != 0)
        err = ERR_NOMEM;
    feed->started = !err;
    if (err) {
        feed_close(feed);
        return err;
    }
    *out = feed;
    return ERR_OK;
}

/* From here on walk and fault are the caller's. */
static void end(struct feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    feed->stop = true;
    pthread_cond_signal(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    if (feed->started)
        CHECK(pthread_join(feed->thread, NULL) == 0);
    feed->started = false;
}

void feed_close(struct feed *feed)
{
    if (!feed)
        return;
    end(feed);
    for (int i = 0; i < BLOCKS; i++)
        free(feed->blocks[i].bytes);
    walk_close(feed->walk);
    pthread_mutex_destroy(&feed->lock);
    pthread_cond_destroy(&feed->changed);
    free(feed);
}

/* The next block, the feed's until release(); at most two may be held. */
static enum err take(struct feed *feed, const struct walk_block **block)
{
    pthread_mutex_lock(&feed->lock);
    while (feed->taken == feed->filled && !feed->err)
        pthread_cond_wait(&feed->changed, &feed->lock);
    enum err err = feed->taken < feed->filled ? ERR_OK : feed->err;
    if (!err)
        *block = &feed->blocks[feed->taken++ % BLOCKS];
    pthread_mutex_unlock(&feed->lock);
    return err;
}

/* Gives back the oldest block held. */
static void release(struct feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    CHECK(feed->released < feed->taken);
    feed->released++;
    pthread_cond_signal(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

const struct ledger_fault *feed_fault(const struct feed *feed)
{
    return &feed->fault;
}

bool feed_torn(const struct feed *feed)
{
    return walk_torn(feed->walk);
}

/* The block's records in [from, through]. */
static enum err visit_block(const struct walk_block *block, uint64_t from, uint64_t through,
                            feed_visit visit, void *context)
{
    struct group group;
    const uint8_t *records;
    for (size_t at = 0; walk_group(block, &at, &group, &records);) {
        uint64_t place = 0;
        for (uint32_t i = 0; i < group.count; i++) {
            struct slice record = group_record(records, &place);
            uint64_t sequence = group.first + i;
            if (sequence < from)
                continue;
            if (sequence > through)
                return ERR_OK;
            enum err err = visit(context, sequence, record);
            if (err)
                return err;
        }
    }
    return ERR_OK;
}

/* The sequence before a block's last group. */
static uint64_t before_last(const struct walk_block *block)
{
    struct group group = {.first = block->before.sequence + 1};
    const uint8_t *records;
    for (size_t at = 0; walk_group(block, &at, &group, &records);)
        ;
    return group.first - 1;
}

/* A block is visited when the next one has come, for only then it is known not to hold the last
 * group. An empty segment behind it proves that group durable as well. */
enum err feed_records(struct feed *feed, uint64_t from, uint64_t through, feed_visit visit,
                      void *context, uint64_t *ledger_end)
{
    struct progress progress = {.what = "读账本 reading the ledger", .total = feed->total};
    const struct walk_block *held = NULL, *block;
    uint64_t done = 0;
    enum err err;
    while ((err = take(feed, &block)) == ERR_OK) {
        progress_show(&progress, done += block->used);
        *ledger_end = block->end.sequence;
        if (block->used == 0 || block->end.sequence < from) {
            if (held)
                err = visit_block(held, from, through ? through : UINT64_MAX, visit, context);
            if (held)
                release(feed);
            held = NULL;
            release(feed);
            if (err)
                break;
            continue;
        }
        if (held) {
            err = visit_block(held, from, through ? through : UINT64_MAX, visit, context);
            release(feed);
        }
        held = block;
        if (err || (through && held->before.sequence >= through))
            break;
    }
    progress_end(&progress);
    if (held && (!err || err == ERR_NOTFOUND)) {
        enum err last =
            visit_block(held, from, through ? through : before_last(held), visit, context);
        err = last ? last : err;
    }
    end(feed);
    return err == ERR_NOTFOUND ? ERR_OK : err;
}
