/* Written by the settler, read by the gate. */
#include "daemon/notice.h"

#include <string.h>

#include "daemon/region.h"

void notice_open(struct notice_board *board)
{
    CHECK(pthread_mutex_init(&board->lock, NULL) == 0);
    board->outdated = true;
}

void notice_close(struct notice_board *board)
{
    pthread_mutex_destroy(&board->lock);
}

/* What takes a look at the store. */
static void look(struct region *region, struct notice *notice)
{
    struct active_pack active;
    struct signer signer;
    notice->has_policy = state_active_pack(region->state, PACK_REGION, &active) == ERR_OK;
    if (notice->has_policy)
        notice->policy = active.digest;
    notice->objections = region->board.objections;
    notice->has_key = state_signer(region->state, &signer) == ERR_OK;
    if (notice->has_key)
        memcpy(notice->key, signer.id, sizeof notice->key);
    store_map_use(region->store, &notice->map_used_bytes, &notice->map_bytes);
}

void notice_put_up(struct region *region)
{
    struct notice_board *board = &region->board;
    /* Nobody else writes it. */
    struct notice notice = board->notice;
    notice.sequence = state_sequence(region->state);
    notice.checkpoint_sequence = store_sequence(region->store);
    notice.overlay_bytes = store_dirty_bytes(region->store);
    notice.overlay_frozen_bytes = store_frozen_bytes(region->store);
    notice.clock_suspect = region->settler.clock.suspect;
    if (board->outdated)
        look(region, &notice);
    board->outdated = false;
    pthread_mutex_lock(&board->lock);
    board->notice = notice;
    pthread_mutex_unlock(&board->lock);
}

struct notice notice_read(struct region *region)
{
    struct notice_board *board = &region->board;
    pthread_mutex_lock(&board->lock);
    struct notice notice = board->notice;
    pthread_mutex_unlock(&board->lock);
    return notice;
}
