/* Loads by sender: a table of short lists, and the rota. */
#include "daemon/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

void loads_open(struct loads *loads, const struct load_share *share, struct budget *buffers)
{
    loads->share = *share;
    loads->buffers = buffers;
    TAILQ_INIT(&loads->rota);
}

struct load *load_use(struct loads *loads, const struct sender *sender)
{
    uint32_t hash = hash_crc32(0, sender->name, strlen(sender->name));
    struct load_list *bucket = &loads->buckets[hash % LOAD_BUCKETS];
    struct load *load;
    LIST_FOREACH(load, bucket, entry)
    {
        if (load->role == sender->role && strcmp(load->name, sender->name) == 0) {
            load->uses++;
            return load;
        }
    }
    load = calloc(1, sizeof *load);
    if (!load)
        return NULL;
    load->role = sender->role;
    memcpy(load->name, sender->name, sizeof load->name);
    load->uses = 1;
    load->share = &loads->share;
    load->buffers = (struct budget){.limit = loads->share.buffer_bytes, .whole = loads->buffers};
    TAILQ_INIT(&load->readable);
    LIST_INSERT_HEAD(bucket, load, entry);
    return load;
}

void load_drop(struct load *load)
{
    CHECK(load->uses > 0);
    if (--load->uses > 0)
        return;
    CHECK(load->in_flight == 0 && load->connections == 0 && load->message_bytes == 0);
    CHECK(load->buffers.used == 0 && !load->waiting && TAILQ_EMPTY(&load->readable));
    LIST_REMOVE(load, entry);
    free(load);
}

bool load_full(const struct load *load)
{
    return load->in_flight >= load->share->in_flight ||
           load->message_bytes >= load->share->message_bytes;
}

void load_queue(struct loads *loads, struct load *load, int64_t mono_ms)
{
    if (load->waiting || TAILQ_EMPTY(&load->readable) || load_full(load))
        return;
    load->waiting = true;
    loads->waiting++;
    load->waiting_mono_ms = mono_ms;
    TAILQ_INSERT_TAIL(&loads->rota, load, rota_entry);
}

void load_unqueue(struct loads *loads, struct load *load)
{
    if (!load->waiting)
        return;
    load->waiting = false;
    loads->waiting--;
    TAILQ_REMOVE(&loads->rota, load, rota_entry);
}
