/* The loops. Closed: every slot sends its next message when the last one is answered. Open: the
 * k-th message is due at start + k / rate whatever happened to those before, waits for a free slot
 * of its terminal, and its latency counts from when it was due, so that a daemon that stalls cannot
 * hide the messages that would have come meanwhile. One thread. */
#include "run.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "progress.h"
#include "site.h"

#define OPEN_LIMIT_US INT64_C(15000000)  /* for all connections to open */
#define DRAIN_LIMIT_US INT64_C(15000000) /* for what is in flight at the end */
#define TICK_US 1000

enum phase { PHASE_OPENING, PHASE_WARMUP, PHASE_MEASURED, PHASE_DRAIN, PHASE_OVER };

/* When messages were due that wait for a slot of their terminal: a ring. */
struct backlog {
    int64_t *due_us;
    uint32_t capacity, first, count;
};

struct run {
    const struct run_plan *plan;
    struct run_result *result;
    struct world *world;
    struct bills bills;
    struct traffic traffic;
    struct sites sites;
    struct event_base *base;
    struct event tick, arrival;
    struct lane *lanes;
    struct desk *desks;
    struct backlog *backlogs;
    struct lane_counts counts;
    struct progress progress;
    enum phase phase;
    int64_t begun_us, opened_us, measured_us, ended_us;
    int64_t cpu_begun_us;
    uint64_t begun, arrivals; /* messages begun; due so far */
    uint32_t open;            /* connections opened once */
    bool failed;
};

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static bool going_on(const struct run *run)
{
    return (run->phase == PHASE_WARMUP || run->phase == PHASE_MEASURED) &&
           (run->plan->count == 0 || run->begun < run->plan->count);
}

static void begin_visit(struct run *run, struct lane *lane, int64_t due_us)
{
    struct slot *slot = lane_take(lane);
    CHECK(slot);
    run->begun++;
    desk_next(&run->desks[lane->index], slot);
    lane_send(slot, due_us);
}

static void backlog_push(struct backlog *b, int64_t due_us)
{
    if (b->count == b->capacity) {
        uint32_t capacity = b->capacity ? b->capacity * 2 : 64;
        int64_t *grown = malloc(capacity * sizeof *grown);
        CHECK(grown);
        for (uint32_t i = 0; i < b->count; i++)
            grown[i] = b->due_us[(b->first + i) % b->capacity];
        free(b->due_us);
        *b = (struct backlog){grown, capacity, 0, b->count};
    }
    b->due_us[(b->first + b->count++) % b->capacity] = due_us;
}

static void pump(struct run *run, struct lane *lane)
{
    struct backlog *b = &run->backlogs[lane->index];
    if (lane->connection.phase != CONNECTION_OPEN)
        return;
    if (run->plan->rate == 0) {
        while (lane->in_flight < lane->depth && going_on(run))
            begin_visit(run, lane, clock_mono_us());
        return;
    }
    for (; lane->in_flight < lane->depth && b->count > 0; b->count--) {
        begin_visit(run, lane, b->due_us[b->first]);
        b->first = (b->first + 1) % b->capacity;
    }
}

static uint64_t outstanding(const struct run *run)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < run->plan->connections; i++)
        n += run->lanes[i].in_flight + run->backlogs[i].count;
    return n;
}

/* ---- the schedule ---- */

static void on_arrival(evutil_socket_t fd, short what, void *user)
{
    struct run *run = user;
    (void)fd;
    (void)what;
    int64_t now = clock_mono_us(), rate = run->plan->rate, due;
    while (due = run->opened_us + (int64_t)run->arrivals * 1000000 / rate,
           due <= now && going_on(run)) {
        uint32_t i = (uint32_t)random_below(&run->traffic.random, run->plan->connections);
        run->arrivals++;
        backlog_push(&run->backlogs[i], due);
        pump(run, &run->lanes[i]);
    }
    for (uint32_t i = 0; i < run->plan->connections; i++)
        connection_flush(&run->lanes[i].connection);
    if (!going_on(run))
        return;
    int64_t wait = due - clock_mono_us();
    struct timeval delay = {.tv_usec = wait < 1 ? 1 : wait % 1000000, .tv_sec = 0};
    if (wait > 0)
        delay.tv_sec = wait / 1000000;
    event_add(&run->arrival, &delay);
}

static void start_sending(struct run *run, int64_t now)
{
    run->phase = PHASE_WARMUP;
    run->opened_us = now;
    run->result->handshake_us = now - run->begun_us;
    if (run->plan->rate > 0) {
        on_arrival(-1, 0, run);
        return;
    }
    for (uint32_t i = 0; i < run->plan->connections; i++) {
        pump(run, &run->lanes[i]);
        connection_flush(&run->lanes[i].connection);
    }
}

static void finish_measured(struct run *run, int64_t now)
{
    run->phase = PHASE_DRAIN;
    run->ended_us = now;
    run->result->measured_us = now - run->measured_us;
    run->result->cpu_us = cpu_us() - run->cpu_begun_us;
}

static void advance(struct run *run, int64_t now)
{
    const struct run_plan *plan = run->plan;
    if (run->phase == PHASE_OPENING && run->open == plan->connections)
        start_sending(run, now);
    if (run->phase == PHASE_OPENING && now - run->begun_us > OPEN_LIMIT_US) {
        fprintf(stderr, "copay-replay: %" PRIu32 " of %" PRIu32 " connections opened\n", run->open,
                plan->connections);
        run->failed = true;
        run->phase = PHASE_OVER;
    }
    if (run->phase == PHASE_WARMUP && now - run->opened_us >= plan->warmup * INT64_C(1000000)) {
        run->phase = PHASE_MEASURED;
        run->measured_us = now;
        run->cpu_begun_us = cpu_us();
    }
    if (run->phase == PHASE_MEASURED &&
        (plan->count ? run->begun >= plan->count && outstanding(run) == 0
                     : now - run->measured_us >= plan->seconds * INT64_C(1000000)))
        finish_measured(run, now);
    if (run->phase == PHASE_DRAIN &&
        (outstanding(run) == 0 || now - run->ended_us > DRAIN_LIMIT_US))
        run->phase = PHASE_OVER;
    if (run->phase == PHASE_OVER)
        event_base_loopbreak(run->base);
}

static void on_tick(evutil_socket_t fd, short what, void *user)
{
    struct run *run = user;
    (void)fd;
    (void)what;
    int64_t now = clock_mono_us();
    advance(run, now);
    if (run->plan->progress)
        progress_show(&run->progress, now, run->result, outstanding(run));
}

/* ---- what lanes say ---- */

static void on_idle(struct lane *lane)
{
    struct run *run = lane->user;
    if (lane->connection.opened_count == 1 && lane->in_flight == 0 && run->phase == PHASE_OPENING) {
        run->open++;
        advance(run, clock_mono_us());
        return;
    }
    pump(run, lane);
}

static void on_lost(struct lane *lane)
{
    struct run *run = lane->user;
    run->result->lost++;
}

static void count(struct run *run, const struct slot *slot, const struct answer *answer,
                  int64_t now)
{
    struct run_result *r = run->result;
    const struct visit *visit = slot->user;
    r->kinds[visit->kind]++;
    if (answer->outcome == COPAY__OUTCOME__OUTCOME_DONE)
        r->done++;
    else if (answer->outcome == COPAY__OUTCOME__OUTCOME_REFUSED)
        r->refused++;
    else
        r->retry++;
    if (answer->reason)
        r->reasons[answer->reason % REASONS_MAX]++;
    progress_add(&run->progress, now - slot->begun_us);
    if (run->phase != PHASE_MEASURED && run->phase != PHASE_DRAIN)
        return;
    /* Throughput is what was answered inside; latency belongs to what was due inside. */
    r->measured += run->phase == PHASE_MEASURED;
    if (slot->begun_us >= run->measured_us)
        histogram_add(&r->latency, now - slot->begun_us);
}

static void on_answered(struct lane *lane, struct slot *slot, const struct answer *answer)
{
    struct run *run = lane->user;
    int64_t now = clock_mono_us();
    count(run, slot, answer, now);
    if (desk_follow(&run->desks[lane->index], slot, answer)) {
        run->begun++;
        lane_send(slot, now);
    }
}

/* ---- beginning and end ---- */

static bool resolve(const struct run_plan *plan, struct connection *connection)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list;
    int failed = getaddrinfo(plan->host, plan->port, &hints, &list);
    if (failed) {
        fprintf(stderr, "copay-replay: %s:%s: %s\n", plan->host, plan->port, gai_strerror(failed));
        return false;
    }
    memcpy(&connection->address, list->ai_addr, list->ai_addrlen);
    connection->address_size = list->ai_addrlen;
    freeaddrinfo(list);
    return true;
}

static void set_up_lane(struct run *run, uint32_t i, const struct connection *like, bool pharmacy)
{
    static const struct lane_owner owner = {on_idle, on_answered, on_lost};
    const struct run_plan *plan = run->plan;
    struct lane *lane = &run->lanes[i];
    struct site *site = sites_draw(&run->sites, pharmacy, &run->traffic.random);
    CHECK(site);
    lane->connection = *like;
    lane->connection.context = site->context;
    lane->msgids = &site->msgids;
    lane->owner = &owner;
    lane->counts = &run->counts;
    lane->honour = plan->rate == 0 && !plan->no_retry;
    lane->depth = plan->depth;
    lane->index = i;
    lane->user = run;
    struct terminal *t = &lane->terminal;
    memcpy(t->fixmedins_code, site->place->fixmedins_code, sizeof t->fixmedins_code);
    memcpy(t->region, run->world->code, sizeof t->region);
    snprintf(t->opter, sizeof t->opter, "99001");
    snprintf(t->dev_no, sizeof t->dev_no, "R%08" PRIx64 "%04" PRIu32,
             (uint64_t)clock_wall_ms() / 1000 & 0xffffffff, i % 10000);
    t->patience_ms = plan->patience_ms;
    run->desks[i] = (struct desk){.traffic = &run->traffic, .pharmacy = pharmacy};
}

static bool set_up_lanes(struct run *run)
{
    uint32_t n = run->plan->connections;
    struct connection like = {.base = run->base, .server_name = "localhost"};
    run->lanes = calloc(n, sizeof *run->lanes);
    run->desks = calloc(n, sizeof *run->desks);
    run->backlogs = calloc(n, sizeof *run->backlogs);
    if (!run->lanes || !run->desks || !run->backlogs || !resolve(run->plan, &like))
        return false;
    uint32_t pharmacies = (traffic_pharmacies(&run->traffic) * n + 500) / 1000;
    if (!sites_open(run->world, &run->traffic, pharmacies<n, pharmacies> 0,
                    run->plan->site_exponent, &run->sites))
        return false;
    for (uint32_t i = 0; i < n; i++)
        set_up_lane(run, i, &like,
                    (uint64_t)(i + 1) * pharmacies / n > (uint64_t)i * pharmacies / n);
    for (uint32_t i = 0; i < n; i++)
        lane_start(&run->lanes[i]);
    return true;
}

static bool set_up(struct run *run)
{
    const struct run_plan *plan = run->plan;
    struct bills_plan bills = {plan->bills, plan->lines, plan->names, clock_wall_ms()};
    run->world = world_open(plan->dir);
    if (!run->world || !bills_make(run->world, &bills, &run->bills))
        return false;
    run->traffic = (struct traffic){.world = run->world,
                                    .bills = &run->bills,
                                    .mix = plan->mix,
                                    .member_exponent = plan->member_exponent};
    traffic_begin(&run->traffic);
    struct event_config *config = event_config_new();
    if (config)
        event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    run->base = config ? event_base_new_with_config(config) : NULL;
    if (config)
        event_config_free(config);
    if (!run->base)
        return false;
    struct timeval often = {.tv_usec = TICK_US};
    event_assign(&run->tick, run->base, -1, EV_PERSIST, on_tick, run);
    event_assign(&run->arrival, run->base, -1, 0, on_arrival, run);
    event_add(&run->tick, &often);
    run->begun_us = clock_mono_us();
    return set_up_lanes(run);
}

static void tear_down(struct run *run)
{
    for (uint32_t i = 0; run->lanes && i < run->plan->connections; i++) {
        lane_end(&run->lanes[i]);
        free(run->backlogs[i].due_us);
    }
    free(run->lanes);
    free(run->desks);
    free(run->backlogs);
    sites_close(&run->sites);
    if (run->base) {
        event_del(&run->tick);
        event_del(&run->arrival);
        event_base_free(run->base);
    }
    bills_free(&run->bills);
    world_close(run->world);
}

bool run_plan(const struct run_plan *plan, struct run_result *result)
{
    struct run run = {.plan = plan, .result = result};
    *result = (struct run_result){0};
    bool started = set_up(&run);
    if (started) {
        event_base_dispatch(run.base);
        result->unknown = outstanding(&run);
        result->sent = run.counts.sent;
        result->resent = run.counts.resent;
        result->retried = run.counts.retried;
        result->strays = run.counts.strays;
        if (plan->progress)
            progress_end(&run.progress);
    }
    tear_down(&run);
    return started && !run.failed;
}
