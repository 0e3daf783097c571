/* The reconnecting terminals. One thread, in a process of its own. */
#include "reconnect.h"

#include <stdio.h>

#include "base/clock.h"
#include "crew.h"

#define ROUND_LIMIT_S 30

struct storming {
    struct crew crew;
    struct event limit;
    uint32_t left; /* terminals not answered in this round */
    uint64_t answered;
};

static void on_idle(struct lane *lane)
{
    struct storming *s = lane->user;
    /* One message for each time it opened. */
    if (lane->connection.phase != CONNECTION_OPEN || lane->in_flight > 0 ||
        s->crew.desks[lane->index].asked == lane->connection.opened_count)
        return;
    s->crew.desks[lane->index].asked = lane->connection.opened_count;
    struct slot *slot = lane_take(lane);
    desk_next(&s->crew.desks[lane->index], slot);
    lane_send(slot, clock_mono_us());
}

static void on_answered(struct lane *lane, struct slot *slot, const struct answer *answer)
{
    struct storming *s = lane->user;
    (void)slot;
    (void)answer;
    s->answered++;
    if (--s->left == 0)
        event_base_loopbreak(s->crew.base);
}

static void on_lost(struct lane *lane)
{
    (void)lane;
}

static void on_limit(evutil_socket_t fd, short what, void *user)
{
    struct storming *s = user;
    (void)fd;
    (void)what;
    event_base_loopbreak(s->crew.base);
}

/* Until every terminal has been answered once more. */
static bool play_round(struct storming *s)
{
    struct timeval limit = {.tv_sec = ROUND_LIMIT_S};
    event_add(&s->limit, &limit);
    event_base_dispatch(s->crew.base);
    event_del(&s->limit);
    return s->left == 0;
}

bool reconnect_all(const struct run_plan *plan, void (*ready)(void *user), void *user,
                   struct reconnect_result *result)
{
    static const struct lane_owner owner = {on_idle, on_answered, on_lost};
    struct storming s = {.left = plan->connections};
    *result = (struct reconnect_result){.served_us = -1};
    bool served = crew_set_up(&s.crew, plan, &owner, &s);
    if (served) {
        event_assign(&s.limit, s.crew.base, -1, 0, on_limit, &s);
        crew_start(&s.crew);
        served = play_round(&s);
    }
    if (served) {
        ready(user);
        s.left = plan->connections;
        int64_t begun = clock_mono_us();
        for (uint32_t i = 0; i < plan->connections; i++)
            connection_drop(&s.crew.lanes[i].connection, 0);
        served = play_round(&s);
        if (served)
            result->served_us = clock_mono_us() - begun;
    }
    if (!served)
        fprintf(stderr, "copay-replay: %u of %u terminals were not answered\n", s.left,
                plan->connections);
    result->answered = s.answered;
    for (uint32_t i = 0; s.crew.lanes && i < plan->connections; i++)
        result->resumed += s.crew.lanes[i].connection.resumed_count;
    crew_tear_down(&s.crew);
    return served;
}
