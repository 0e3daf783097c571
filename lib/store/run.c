/* A spilled entry is key size (1 byte), deleted (1), value size (4), key, value. The file is
 * written once, read once in order, and gone with its descriptor: nothing to sync or to clean up.
 */
#include "store/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"

#define WINDOW (512 * 1024)
/* Entries lie anywhere in memory: so many are asked for before they are looked at. */
#define AHEAD 16
#define CACHE_LINE 64
#define SPILL_HEAD 6

struct run {
    const struct sort_item *items; /* NULL once spilled */
    size_t count, next;
    int fd; /* -1 in memory */
    uint8_t *window;
    size_t capacity, have, at;
    /* The head. */
    struct slice key, value;
    bool live, deleted;
};

struct run *run_new(const struct sort_item *items, size_t count)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    run->items = items;
    run->count = count;
    run->fd = -1;
    return run;
}

void run_free(struct run *run)
{
    if (!run)
        return;
    if (run->fd >= 0)
        close(run->fd);
    free(run->window);
    free(run);
}

static enum err write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERR_FULL : ERR_IO;
        bytes += n;
        size -= (size_t)n;
    }
    return ERR_OK;
}

/* At least `size` bytes from `at` on. ERR_NOTFOUND at the very end of the file. */
static enum err fill(struct run *run, size_t size)
{
    if (run->have - run->at >= size)
        return ERR_OK;
    memmove(run->window, run->window + run->at, run->have - run->at);
    run->have -= run->at;
    run->at = 0;
    if (size > run->capacity) {
        uint8_t *window = realloc(run->window, size);
        if (!window)
            return ERR_NOMEM;
        run->window = window;
        run->capacity = size;
    }
    while (run->have < size) {
        ssize_t n = read(run->fd, run->window + run->have, run->capacity - run->have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 && run->have == 0 ? ERR_NOTFOUND : ERR_IO;
        run->have += (size_t)n;
    }
    return ERR_OK;
}

static enum err step_file(struct run *run)
{
    enum err err = fill(run, SPILL_HEAD);
    run->live = err == ERR_OK;
    if (err)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    struct reader r = reader_on(run->window + run->at, SPILL_HEAD);
    size_t key_size = read_u8(&r);
    run->deleted = read_u8(&r) != 0;
    size_t value_size = read_u32(&r);
    err = fill(run, SPILL_HEAD + key_size + value_size);
    if (err)
        return ERR_IO;
    run->key = (struct slice){run->window + run->at + SPILL_HEAD, key_size};
    run->value = (struct slice){run->key.data + key_size, value_size};
    run->at += SPILL_HEAD + key_size + value_size;
    return ERR_OK;
}

static void step_items(struct run *run)
{
    if (run->next + AHEAD < run->count) {
        const uint8_t *entry = (const uint8_t *)run->items[run->next + AHEAD].entry;
        __builtin_prefetch(entry);
        __builtin_prefetch(entry + CACHE_LINE);
    }
    while (run->next + 1 < run->count &&
           overlay_compare(overlay_key(run->items[run->next].entry),
                           overlay_key(run->items[run->next + 1].entry)) == 0)
        run->next++;
    run->live = run->next < run->count;
    if (!run->live)
        return;
    const struct overlay_entry *entry = run->items[run->next++].entry;
    run->key = overlay_key(entry);
    run->value = overlay_value(entry);
    run->deleted = entry->deleted;
}

static enum err step(struct run *run)
{
    if (run->fd >= 0)
        return step_file(run);
    step_items(run);
    return ERR_OK;
}

static enum err write_entries(struct run *run)
{
    size_t used = 0;
    enum err err = ERR_OK;
    for (step_items(run); run->live && !err; step_items(run)) {
        size_t size = SPILL_HEAD + run->key.size + run->value.size;
        if (size > run->capacity - used) {
            err = write_all(run->fd, run->window, used);
            used = 0;
        }
        if (!err && size > run->capacity) {
            uint8_t *window = realloc(run->window, size);
            if (!window)
                return ERR_NOMEM;
            run->window = window;
            run->capacity = size;
        }
        if (err)
            break;
        struct writer w = writer_on(run->window + used, size);
        write_u8(&w, (uint8_t)run->key.size);
        write_u8(&w, run->deleted);
        write_u32(&w, (uint32_t)run->value.size);
        write_bytes(&w, run->key.data, run->key.size);
        write_bytes(&w, run->value.data, run->value.size);
        used += w.used;
    }
    return err ? err : write_all(run->fd, run->window, used);
}

enum err run_spill(struct run *run, const char *dir)
{
    run->window = malloc(WINDOW);
    if (!run->window)
        return ERR_NOMEM;
    run->capacity = WINDOW;
    run->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (run->fd < 0)
        return ERR_IO;
    enum err err = write_entries(run);
    run->items = NULL;
    if (!err && lseek(run->fd, 0, SEEK_SET) != 0)
        err = ERR_IO;
    return err;
}

/* A heap: the smallest key first, of equal ones the newest run. */
struct merge_runs {
    struct source {
        struct run *run;
        size_t number;
    } * heap;
    size_t count;
    bool started;
    size_t last_size;
    uint8_t last[KEY_MAX];
};

static bool before(const struct source *a, const struct source *b)
{
    int order = overlay_compare(a->run->key, b->run->key);
    return order != 0 ? order < 0 : a->number > b->number;
}

static void sift_down(struct merge_runs *merge, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->count)
            return;
        if (child + 1 < merge->count && before(&merge->heap[child + 1], &merge->heap[child]))
            child++;
        if (!before(&merge->heap[child], &merge->heap[at]))
            return;
        struct source swapped = merge->heap[at];
        merge->heap[at] = merge->heap[child];
        merge->heap[child] = swapped;
        at = child;
    }
}

enum err merge_runs_new(struct run *const *runs, size_t count, struct merge_runs **out)
{
    struct merge_runs *merge = calloc(1, sizeof *merge);
    enum err err = merge ? ERR_OK : ERR_NOMEM;
    if (merge)
        merge->heap = calloc(count + 1, sizeof *merge->heap);
    if (merge && !merge->heap)
        err = ERR_NOMEM;
    for (size_t i = 0; i < count && !err; i++) {
        err = step(runs[i]);
        if (!err && runs[i]->live)
            merge->heap[merge->count++] = (struct source){runs[i], i};
    }
    if (err) {
        merge_runs_free(merge);
        return err;
    }
    for (size_t i = merge->count / 2; i-- > 0;)
        sift_down(merge, i);
    *out = merge;
    return ERR_OK;
}

/* Steps the run whose head was handed out last. */
static enum err step_top(struct merge_runs *merge)
{
    enum err err = step(merge->heap[0].run);
    if (err)
        return err;
    if (!merge->heap[0].run->live)
        merge->heap[0] = merge->heap[--merge->count];
    sift_down(merge, 0);
    return ERR_OK;
}

enum err merge_runs_next(struct merge_runs *merge, struct slice *key, struct slice *value,
                         bool *deleted)
{
    while (merge->count > 0) {
        enum err err = merge->started ? step_top(merge) : ERR_OK;
        merge->started = true;
        if (err)
            return err;
        if (merge->count == 0)
            break;
        const struct run *run = merge->heap[0].run;
        if (run->key.size == merge->last_size &&
            memcmp(run->key.data, merge->last, merge->last_size) == 0)
            continue;
        memcpy(merge->last, run->key.data, run->key.size);
        merge->last_size = run->key.size;
        *key = run->key;
        *value = run->value;
        *deleted = run->deleted;
        return ERR_OK;
    }
    return ERR_NOTFOUND;
}

void merge_runs_free(struct merge_runs *merge)
{
    if (!merge)
        return;
    free(merge->heap);
    free(merge);
}
