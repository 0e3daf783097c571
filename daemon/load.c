/* Loads by sender: a table of short lists. */
#include "daemon/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

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
    TAILQ_INIT(&load->parked);
    LIST_INSERT_HEAD(bucket, load, entry);
    return load;
}

void load_drop(struct load *load)
{
    CHECK(load->uses > 0);
    if (--load->uses > 0)
        return;
    CHECK(load->in_flight == 0 && TAILQ_EMPTY(&load->parked));
    LIST_REMOVE(load, entry);
    free(load);
}
