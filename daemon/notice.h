/* What the settler says of its state, so that an operator's status asks nothing of a thread that
 * may be waiting for a disk. */
#ifndef DAEMON_NOTICE_H
#define DAEMON_NOTICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "ledger/key.h"

struct region;

struct notice {
    uint64_t sequence, checkpoint_sequence;       /* applied; in LMDB */
    uint64_t overlay_bytes, overlay_frozen_bytes; /* frozen ones are among the others */
    uint64_t map_used_bytes, map_bytes;
    bool clock_suspect;
    bool has_policy, has_key;
    struct hash policy;
    uint32_t objections; /* to the policy */
    uint8_t key[KEY_ID];
};

/* Of a region: under a lock that nobody holds for longer than a copy takes. */
struct notice_board {
    pthread_mutex_t lock;
    struct notice notice;
    bool outdated;       /* settler: the policy, the key or LMDB are others by now */
    uint32_t objections; /* settler, from recovery on: of this release to the active pack */
};

void notice_open(struct notice_board *board);
void notice_close(struct notice_board *board);

/* Settler: before what it applied can become durable, and at the end of a turn. */
void notice_put_up(struct region *region);
/* Any thread. */
struct notice notice_read(struct region *region);

#endif
