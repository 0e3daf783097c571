/* A streamed hash: an entry's sizes come before its bytes, so that no two contents read the same.
 * Small entries are gathered first, for OpenSSL's update costs more than their hashing. */
#include "store/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "store/lmdb.h"

/* Larger than any map that is in use; LMDB takes what the file needs. */
#define MAP_BYTES (UINT64_C(1) << 40)
#define GATHER (64 * 1024)

struct stream {
    EVP_MD_CTX *context;
    size_t used;
    uint8_t bytes[GATHER];
};

static bool stream_flush(struct stream *s)
{
    bool ok = EVP_DigestUpdate(s->context, s->bytes, s->used) == 1;
    s->used = 0;
    return ok;
}

static bool stream_add(struct stream *s, const void *bytes, size_t size)
{
    if (size > GATHER - s->used && !stream_flush(s))
        return false;
    if (size > GATHER)
        return EVP_DigestUpdate(s->context, bytes, size) == 1;
    if (size > 0)
        memcpy(s->bytes + s->used, bytes, size);
    s->used += size;
    return true;
}

static bool stream_entry(struct stream *s, struct slice key, struct slice value)
{
    uint8_t sizes[5];
    struct writer w = writer_on(sizes, sizeof sizes);
    write_u8(&w, (uint8_t)key.size);
    write_u32(&w, (uint32_t)value.size);
    return stream_add(s, sizes, sizeof sizes) && stream_add(s, key.data, key.size) &&
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
        if (!stream_entry(stream, key, value))
            return ERR_NOMEM;
    }
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err digest_run(const char *dir, struct digest *out)
{
    struct lmdb *lmdb = NULL;
    struct lmdb_cursor *cursor = NULL;
    struct stream *stream = calloc(1, sizeof *stream);
    *out = (struct digest){.keys = 0};
    enum err err = stream ? ERR_OK : ERR_NOMEM;
    if (!err)
        stream->context = EVP_MD_CTX_new();
    if (!err && (!stream->context || EVP_DigestInit_ex(stream->context, EVP_sha256(), NULL) != 1))
        err = ERR_NOMEM;
    if (!err)
        err = lmdb_open(dir, MAP_BYTES, &lmdb, &out->sequence);
    if (!err)
        err = lmdb_cursor_open(lmdb, (struct slice){NULL, 0}, &cursor);
    if (!err)
        err = hash_entries(cursor, stream, out);
    if (!err &&
        (!stream_flush(stream) || EVP_DigestFinal_ex(stream->context, out->hash.bytes, NULL) != 1))
        err = ERR_NOMEM;
    lmdb_cursor_close(cursor);
    lmdb_close(lmdb);
    if (stream)
        EVP_MD_CTX_free(stream->context);
    free(stream);
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
