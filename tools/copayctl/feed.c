/* A ring of blocks under one lock: `read`, `taken` and `released` only grow. One thread at a time
 * reads a block and then hashes it, while the other may read and hash the next: hashing takes most
 * of the time, and folding less. The walk is whoever's is `reading`; the main thread touches the
 * blocks it has taken. */
#include "feed.h"

#include <pthread.h>
#include <stdlib.h>

#include "progress.h"

/* Two are held by the main thread, each thread fills one, one is ready. */
#define BLOCKS 6

struct feed {
    struct walk *walk;
    struct walk_block blocks[BLOCKS];
    bool checked[BLOCKS];
    struct ledger_fault fault;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t read, taken, released;
    uint64_t total; /* bytes, as the walk began */
    enum err err;   /* what ended the walk */
    bool started, reading, stop;
};

static bool may_read(const struct feed *feed)
{
    return !feed->reading && !feed->err && !feed->stop && feed->read - feed->released < BLOCKS;
}

/* Reads and checks the next block. Under the lock, which is given up meanwhile. */
static void read_one(struct feed *feed)
{
    size_t at = feed->read % BLOCKS;
    struct walk_block *block = &feed->blocks[at];
    feed->reading = true;
    pthread_mutex_unlock(&feed->lock);
    enum err err = walk_next(feed->walk, block, &feed->fault);
    pthread_mutex_lock(&feed->lock);
    feed->reading = false;
    feed->err = err;
    feed->checked[at] = false;
    feed->read += err == ERR_OK;
    pthread_cond_broadcast(&feed->changed);
    if (err)
        return;
    pthread_mutex_unlock(&feed->lock);
    walk_check_block(feed->walk, block);
    pthread_mutex_lock(&feed->lock);
    feed->checked[at] = true;
    pthread_cond_broadcast(&feed->changed);
}

static void *read_all(void *context)
{
    struct feed *feed = context;
    pthread_mutex_lock(&feed->lock);
    while (!feed->stop && !feed->err) {
        if (may_read(feed))
            read_one(feed);
        else
            pthread_cond_wait(&feed->changed, &feed->lock);
    }
    pthread_mutex_unlock(&feed->lock);
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
    if (!err) {
        walk_progress(feed->walk, &done, &feed->total);
        walk_defer(feed->walk);
    }
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
    pthread_cond_broadcast(&feed->changed);
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

/* A block whose records fail: what lies before them is handed out, and the ledger ends there or is
 * damaged. */
static enum err cut(struct feed *feed, const struct walk_block *block)
{
    end(feed);
    feed->err = walk_judge(feed->walk, block, &feed->fault);
    feed->read = feed->taken + (block->used > 0);
    return block->used > 0 ? ERR_OK : feed->err;
}

/* The next block, the feed's until release(); at most two may be held. */
static enum err take(struct feed *feed, const struct walk_block **block)
{
    pthread_mutex_lock(&feed->lock);
    for (;;) {
        bool there = feed->taken < feed->read;
        if (there ? feed->checked[feed->taken % BLOCKS] : feed->err != ERR_OK)
            break;
        if (may_read(feed))
            read_one(feed);
        else
            pthread_cond_wait(&feed->changed, &feed->lock);
    }
    const struct walk_block *next =
        feed->taken < feed->read ? &feed->blocks[feed->taken % BLOCKS] : NULL;
    enum err err = next ? ERR_OK : feed->err;
    pthread_mutex_unlock(&feed->lock);
    if (next && next->why)
        err = cut(feed, next);
    if (!err)
        feed->taken++;
    *block = next;
    return err;
}

/* Gives back the oldest block held. */
static void release(struct feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    CHECK(feed->released < feed->taken);
    feed->released++;
    pthread_cond_broadcast(&feed->changed);
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
