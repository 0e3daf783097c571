/* A hash of hashes: what the entries say, one behind the other, is cut into leaves of one size, for
 * many of them are hashed side by side, by a thread of their own beside the one that walks. An
 * entry's sizes come before its bytes, so that no two contents read the same; the leaves' sizes are
 * known, so that no two cuts do. */
#include "store/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/lmdb.h"

/* Larger than any map that is in use; LMDB takes what the file needs. */
#define MAP_BYTES (UINT64_C(1) << 40)
#define LEAF 4096
#define LEAVES 64
#define BUFFERS 2

/* A ring of buffers under one lock; `filled` and `hashed` only grow. The walking thread writes a
 * buffer before it counts as filled, the hashing one reads it before it counts as hashed. */
struct stream {
    EVP_MD_CTX *context; /* the hashing thread's, while there is one */
    uint64_t filled, hashed;
    bool started, ended;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t used[BUFFERS];
    uint8_t bytes[BUFFERS][LEAVES * LEAF];
};

static void hash_buffer(EVP_MD_CTX *context, const uint8_t *bytes, size_t used)
{
    struct slice leaves[LEAVES];
    struct hash hashes[LEAVES];
    size_t count = 0;
    for (size_t at = 0; at < used; at += LEAF)
        leaves[count++] = (struct slice){bytes + at, used - at < LEAF ? used - at : LEAF};
    hash_sha256_many(leaves, count, hashes);
    CHECK(EVP_DigestUpdate(context, hashes, count * sizeof *hashes) == 1);
}

static void *hash_buffers(void *context)
{
    struct stream *s = context;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (s->hashed == s->filled && !s->ended)
            pthread_cond_wait(&s->changed, &s->lock);
        if (s->hashed == s->filled)
            break;
        pthread_mutex_unlock(&s->lock);
        hash_buffer(s->context, s->bytes[s->hashed % BUFFERS], s->used[s->hashed % BUFFERS]);
        pthread_mutex_lock(&s->lock);
        s->hashed++;
        pthread_cond_signal(&s->changed);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void stream_end(struct stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->filled += s->used[s->filled % BUFFERS] > 0;
    s->ended = true;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (s->started)
        CHECK(pthread_join(s->thread, NULL) == 0);
    s->started = false;
}

static void stream_free(struct stream *s)
{
    if (!s)
        return;
    if (s->started)
        stream_end(s);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    EVP_MD_CTX_free(s->context);
    free(s);
}

static enum err stream_new(struct stream **out)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    CHECK(pthread_mutex_init(&s->lock, NULL) == 0 && pthread_cond_init(&s->changed, NULL) == 0);
    s->context = EVP_MD_CTX_new();
    s->started = s->context && EVP_DigestInit_ex(s->context, EVP_sha256(), NULL) == 1 &&
                 pthread_create(&s->thread, NULL, hash_buffers, s) == 0;
    if (!s->started) {
        stream_free(s);
        return ERR_NOMEM;
    }
    *out = s;
    return ERR_OK;
}

/* Gives the full buffer away and waits for the next one to be free. */
static void hand_over(struct stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->filled++;
    pthread_cond_signal(&s->changed);
    while (s->filled - s->hashed == BUFFERS)
        pthread_cond_wait(&s->changed, &s->lock);
    pthread_mutex_unlock(&s->lock);
    s->used[s->filled % BUFFERS] = 0;
}

static void stream_add(struct stream *s, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        size_t at = s->filled % BUFFERS, room = sizeof s->bytes[at] - s->used[at];
        size_t n = size < room ? size : room;
        memcpy(s->bytes[at] + s->used[at], bytes, n);
        s->used[at] += n;
        bytes += n;
        size -= n;
        if (n == room)
            hand_over(s);
    }
}

static void stream_entry(struct stream *s, struct slice key, struct slice value)
{
    uint8_t sizes[5];
    struct writer w = writer_on(sizes, sizeof sizes);
    write_u8(&w, (uint8_t)key.size);
    write_u32(&w, (uint32_t)value.size);
    stream_add(s, sizes, sizeof sizes);
    stream_add(s, key.data, key.size);
    stream_add(s, value.data, value.size);
}

/* The next entry; *key is the one before. *damaged: its value's checksum fails and it counts as
 * empty. A cursor that failed for another reason did not move. */
static enum err next(struct lmdb_cursor *cursor, struct slice *key, struct slice *value,
                     bool *damaged)
{
    const uint8_t *last = key->data;
    enum err err = lmdb_cursor_next(cursor, key, value);
    *damaged = err == ERR_CORRUPT && key->data != last;
    if (*damaged)
        *value = (struct slice){NULL, 0};
    return *damaged ? ERR_OK : err;
}

static enum err hash_entries(struct lmdb_cursor *cursor, struct stream *stream, struct digest *out)
{
    struct slice key = {NULL, 0}, value;
    bool damaged;
    enum err err;
    while ((err = next(cursor, &key, &value, &damaged)) == ERR_OK) {
        out->keys++;
        out->damaged += damaged;
        stream_entry(stream, key, value);
    }
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err digest_run(const char *dir, struct digest *out)
{
    struct lmdb *lmdb = NULL;
    struct lmdb_cursor *cursor = NULL;
    struct stream *stream = NULL;
    *out = (struct digest){.keys = 0};
    enum err err = lmdb_open(dir, MAP_BYTES, &lmdb, &out->sequence);
    if (!err)
        err = lmdb_cursor_open(lmdb, (struct slice){NULL, 0}, &cursor);
    if (!err)
        err = stream_new(&stream);
    if (!err)
        err = hash_entries(cursor, stream, out);
    if (!err) {
        stream_end(stream);
        CHECK(EVP_DigestFinal_ex(stream->context, out->hash.bytes, NULL) == 1);
    }
    stream_free(stream);
    lmdb_cursor_close(cursor);
    lmdb_close(lmdb);
    return err;
}

enum err digest_place(const char *dir, uint64_t *sequence, uint64_t *reach)
{
    struct lmdb *lmdb = NULL;
    enum err err = lmdb_open(dir, MAP_BYTES, &lmdb, sequence);
    *reach = err ? 0 : lmdb_reach(lmdb);
    lmdb_close(lmdb);
    return err;
}

struct side {
    struct lmdb *lmdb;
    struct lmdb_cursor *cursor;
    struct slice key, value;
    bool live, damaged;
};

static enum err side_step(struct side *side)
{
    enum err err = next(side->cursor, &side->key, &side->value, &side->damaged);
    side->live = err == ERR_OK;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err side_open(struct side *side, const char *dir)
{
    uint64_t sequence;
    enum err err = lmdb_open(dir, MAP_BYTES, &side->lmdb, &sequence);
    if (!err)
        err = lmdb_cursor_open(side->lmdb, (struct slice){NULL, 0}, &side->cursor);
    return err ? err : side_step(side);
}

static void side_close(struct side *side)
{
    lmdb_cursor_close(side->cursor);
    lmdb_close(side->lmdb);
}

static void note(struct digest_difference *out, uint64_t *kind, struct slice key)
{
    ++*kind;
    out->families[key.data[0]]++;
    if (out->first.size > 0)
        return;
    out->first.size = (uint8_t)key.size;
    memcpy(out->first.bytes, key.data, key.size);
}

/* Both stand at the same key. */
static void compare_values(const struct side *truth, const struct side *found,
                           struct digest_difference *out)
{
    if (found->damaged)
        note(out, &out->damaged, found->key);
    else if (truth->value.size != found->value.size ||
             (truth->value.size > 0 &&
              memcmp(truth->value.data, found->value.data, truth->value.size) != 0))
        note(out, &out->changed, found->key);
}

static enum err compare_step(struct side *truth, struct side *found, struct digest_difference *out)
{
    int order = !truth->live ? 1 : !found->live ? -1 : overlay_compare(truth->key, found->key);
    enum err err = ERR_OK;
    if (order < 0)
        note(out, &out->missing, truth->key);
    else if (order > 0)
        note(out, &out->extra, found->key);
    else
        compare_values(truth, found, out);
    if (order <= 0)
        err = side_step(truth);
    if (!err && order >= 0)
        err = side_step(found);
    return err;
}

enum err digest_compare(const char *truth, const char *found, struct digest_difference *out)
{
    struct side a = {.live = false}, b = {.live = false};
    *out = (struct digest_difference){.missing = 0};
    enum err err = side_open(&a, truth);
    if (!err)
        err = side_open(&b, found);
    while (!err && (a.live || b.live))
        err = compare_step(&a, &b, out);
    side_close(&a);
    side_close(&b);
    return err;
}
