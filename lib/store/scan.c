/* A merge of sorted overlays and an LMDB cursor. Overlays are sorted per scan: scans are for tools,
 * exports and digests, and the hot path would pay for any order kept in advance. Owner thread. */
#include "store/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/limits.h"

struct source {
    const struct overlay_entry **entries; /* NULL: the cursor's source */
    size_t count, next;
    struct lmdb_cursor *cursor;
    struct slice key, value; /* the head, while live */
    bool live, deleted;
};

struct merge {
    struct source sources[SCAN_OVERLAYS + 1]; /* newest first */
    size_t count;
};

static enum err source_step(struct source *s)
{
    if (s->cursor) {
        enum err err = lmdb_cursor_next(s->cursor, &s->key, &s->value);
        s->live = err == ERR_OK;
        return err == ERR_NOTFOUND ? ERR_OK : err;
    }
    s->live = s->next < s->count;
    if (s->live) {
        const struct overlay_entry *e = s->entries[s->next++];
        s->key = overlay_key(e);
        s->value = overlay_value(e);
        s->deleted = e->deleted;
    }
    return ERR_OK;
}

static void merge_close(struct merge *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->sources[i].entries);
        lmdb_cursor_close(m->sources[i].cursor);
    }
}

static enum err merge_open(struct merge *m, const struct scan_layers *layers, struct slice prefix)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < SCAN_OVERLAYS && err == ERR_OK; i++) {
        struct source *s = &m->sources[m->count];
        if (!layers->overlays[i])
            continue;
        err = overlay_sorted(layers->overlays[i], prefix, &s->entries, &s->count);
        m->count += err == ERR_OK;
    }
    if (err == ERR_OK && layers->lmdb) {
        err = lmdb_cursor_open(layers->lmdb, prefix, &m->sources[m->count].cursor);
        m->count += err == ERR_OK;
    }
    for (size_t i = 0; i < m->count && err == ERR_OK; i++)
        err = source_step(&m->sources[i]);
    return err;
}

/* The newest source at the smallest key; NULL when all are at their ends. */
static struct source *merge_head(struct merge *m)
{
    struct source *head = NULL;
    for (size_t i = 0; i < m->count; i++) {
        struct source *s = &m->sources[i];
        if (s->live && (!head || overlay_compare(s->key, head->key) < 0))
            head = s;
    }
    return head;
}

/* Steps head and every older source that stands at the same key; head last, whose key it is. */
static enum err merge_step(struct merge *m, struct source *head)
{
    for (struct source *s = head + 1; s < m->sources + m->count; s++) {
        if (!s->live || overlay_compare(s->key, head->key) != 0)
            continue;
        enum err err = source_step(s);
        if (err != ERR_OK)
            return err;
    }
    return source_step(head);
}

enum err scan_walk(const struct scan_layers *layers, struct slice prefix, store_visit visit,
                   void *context)
{
    struct merge merge = {.count = 0};
    enum err err = merge_open(&merge, layers, prefix);
    struct source *head;
    while (err == ERR_OK && (head = merge_head(&merge)) != NULL) {
        if (!head->deleted)
            err = visit(context, head->key, head->value);
        if (err == ERR_OK)
            err = merge_step(&merge, head);
    }
    merge_close(&merge);
    return err;
}

static enum err digest_visit(void *context, struct slice key, struct slice value)
{
    struct hash *digest = context;
    uint8_t head[HASH_SIZE + 16 + KEY_MAX];
    struct writer w = writer_on(head, sizeof head);
    write_bytes(&w, digest->bytes, HASH_SIZE);
    write_u64(&w, key.size);
    write_u64(&w, value.size);
    write_bytes(&w, key.data, key.size);
    CHECK(!w.failed);
    *digest = hash_sha256_pair(head, w.used, value.data, value.size);
    return ERR_OK;
}

enum err scan_digest(const struct scan_layers *layers, struct hash *digest)
{
    memset(digest, 0, sizeof *digest);
    return scan_walk(layers, (struct slice){NULL, 0}, digest_visit, digest);
}
