/* Messages in flight. One thread. */
#include "lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define RETRY_MIN_MS 10

static void put(struct slot *slot)
{
    struct lane *lane = slot->lane;
    if (lane->connection.phase != CONNECTION_OPEN)
        return;
    if (slot->sent) {
        message_again(&slot->message, clock_wall_ms());
        lane->counts->resent++;
    }
    slot->sent = true;
    connection_put(&lane->connection, slot->message.bytes + slot->message.start,
                   slot->message.size);
}

static void on_timer(evutil_socket_t fd, short what, void *user)
{
    struct slot *slot = user;
    (void)fd;
    (void)what;
    slot->waiting = false;
    put(slot);
    connection_flush(&slot->lane->connection);
}

static void on_opened(struct connection *connection)
{
    struct lane *lane = connection->user;
    for (uint32_t i = 0; i < lane->depth; i++)
        if (lane->slots[i].busy && !lane->slots[i].waiting)
            put(&lane->slots[i]);
    lane->owner->idle(lane);
}

static void on_lost(struct connection *connection)
{
    struct lane *lane = connection->user;
    lane->owner->lost(lane);
}

static struct slot *find(struct lane *lane, struct slice msgid)
{
    if (msgid.size != ID_MSGID)
        return NULL;
    for (uint32_t i = 0; i < lane->depth; i++)
        if (lane->slots[i].busy && memcmp(lane->slots[i].message.msgid, msgid.data, ID_MSGID) == 0)
            return &lane->slots[i];
    return NULL;
}

static void again_after(struct slot *slot, uint32_t ms)
{
    ms = ms > RETRY_MIN_MS ? ms : RETRY_MIN_MS;
    struct timeval delay = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    slot->waiting = true;
    slot->lane->counts->retried++;
    event_add(&slot->timer, &delay);
}

static void release(struct slot *slot)
{
    struct lane *lane = slot->lane;
    slot->busy = false;
    lane->in_flight--;
    lane->free_slots[lane->depth - lane->in_flight - 1] = (uint32_t)(slot - lane->slots);
}

static void on_received(struct connection *connection, struct slice envelope)
{
    struct lane *lane = connection->user;
    struct answer answer;
    struct slot *slot = answer_read(envelope, &answer) ? find(lane, answer.msgid) : NULL;
    if (!slot || slot->waiting) {
        lane->counts->strays++;
        return;
    }
    if (answer.outcome == COPAY__OUTCOME__OUTCOME_RETRY && lane->honour) {
        again_after(slot, answer.retry_after_ms);
        return;
    }
    slot->sent = false;
    lane->owner->answered(lane, slot, &answer);
    if (slot->sent || !slot->busy)
        return; /* something new went out in it */
    release(slot);
    lane->owner->idle(lane);
}

void lane_start(struct lane *lane)
{
    static const struct connection_owner owner = {on_opened, on_received, on_lost};
    lane->slots = calloc(lane->depth, sizeof *lane->slots);
    lane->free_slots = calloc(lane->depth, sizeof *lane->free_slots);
    CHECK(lane->slots && lane->free_slots);
    for (uint32_t i = 0; i < lane->depth; i++) {
        struct slot *slot = &lane->slots[i];
        slot->lane = lane;
        lane->free_slots[i] = i;
        event_assign(&slot->timer, lane->connection.base, -1, 0, on_timer, slot);
    }
    lane->connection.owner = &owner;
    lane->connection.user = lane;
    connection_start(&lane->connection);
}

struct slot *lane_take(struct lane *lane)
{
    if (lane->in_flight == lane->depth)
        return NULL;
    struct slot *slot = &lane->slots[lane->free_slots[lane->depth - lane->in_flight - 1]];
    lane->in_flight++;
    slot->busy = true;
    slot->sent = slot->waiting = false;
    return slot;
}

void lane_send(struct slot *slot, int64_t begun_us)
{
    slot->begun_us = begun_us;
    slot->lane->counts->sent++;
    put(slot);
}

void lane_end(struct lane *lane)
{
    for (uint32_t i = 0; lane->slots && i < lane->depth; i++) {
        event_del(&lane->slots[i].timer);
        message_free(&lane->slots[i].message);
        free(lane->slots[i].user);
    }
    connection_end(&lane->connection);
    free(lane->slots);
    free(lane->free_slots);
}
