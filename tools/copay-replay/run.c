/* The loops. Closed: every slot sends its next message when the last one is answered. Open: the
 * k-th message is due at start + k / rate whatever happened to those before, waits for a free slot
 * of its terminal, and its latency counts from when it was due, so that a daemon that stalls cannot
 * hide the messages that would have come meanwhile. One thread. */
#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "book.h"
#include "crew.h"
#include "interrupt.h"
#include "progress.h"
#include "recording.h"

#define OPEN_LIMIT_US INT64_C(15000000)  /* for all connections to open */
#define DRAIN_LIMIT_US INT64_C(15000000) /* for what is in flight at the end */
#define BOOKS_LIMIT_US INT64_C(60000000) /* a daemon may be restarting meanwhile */
#define STALL_LIMIT_US INT64_C(60000000) /* of a run by count, without any answer */
#define WAITING_SAID_US INT64_C(1000000) /* after which one is told what is waited for */
#define BACKLOG_MAX                                                                                \
    (UINT64_C(1) << 22) /* behind this many due messages no schedule is caught up                  \
                         */
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
    struct crew crew;
    struct event tick, arrival;
    struct interrupt interrupt;
    struct backlog *backlogs;
    struct progress progress;
    enum phase phase;
    int64_t begun_us, opened_us, measured_us, ended_us;
    int64_t cpu_begun_us;
    int64_t heard_us;         /* the last answer */
    uint64_t begun, arrivals; /* messages begun; due so far */
    uint64_t behind;          /* due and waiting for a slot, in all backlogs */
    uint32_t open;            /* connections opened once */
    bool failed, waiting_said;
};

int64_t run_cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static bool going_on(const struct run *run)
{
    return (run->phase == PHASE_WARMUP || run->phase == PHASE_MEASURED) &&
           (run->plan->count == 0 ||
            (run->plan->rate ? run->arrivals : run->begun) < run->plan->count);
}

static void dispatch(struct run *run, struct slot *slot, int64_t due_us)
{
    if (run->plan->recording)
        recording_add(run->plan->recording, slot, clock_mono_us());
    lane_send(slot, due_us);
}

static void begin_visit(struct run *run, struct lane *lane, int64_t due_us)
{
    struct slot *slot = lane_take(lane);
    CHECK(slot);
    run->begun++;
    desk_next(&run->crew.desks[lane->index], slot);
    dispatch(run, slot, due_us);
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
    if (lane->connection.phase != CONNECTION_OPEN || run->result->interrupted)
        return;
    if (run->plan->rate == 0) {
        while (lane->in_flight < lane->depth && going_on(run))
            begin_visit(run, lane, clock_mono_us());
        return;
    }
    for (; lane->in_flight < lane->depth && b->count > 0; b->count--, run->behind--) {
        begin_visit(run, lane, b->due_us[b->first]);
        b->first = (b->first + 1) % b->capacity;
    }
}

static uint64_t outstanding(const struct run *run)
{
    uint64_t n = run->behind;
    for (uint32_t i = 0; i < run->plan->connections; i++)
        n += run->crew.lanes[i].in_flight;
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
           due <= now && going_on(run) && run->behind < BACKLOG_MAX) {
        uint32_t i = (uint32_t)random_below(&run->crew.traffic.random, run->plan->connections);
        run->arrivals++;
        run->behind++;
        backlog_push(&run->backlogs[i], due);
        pump(run, &run->crew.lanes[i]);
    }
    crew_flush(&run->crew);
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
    run->opened_us = run->heard_us = now;
    run->result->handshake_us = now - run->begun_us;
    if (run->plan->rate > 0) {
        on_arrival(-1, 0, run);
        return;
    }
    for (uint32_t i = 0; i < run->plan->connections; i++)
        pump(run, &run->crew.lanes[i]);
    crew_flush(&run->crew);
}

static void finish_measured(struct run *run, int64_t now)
{
    run->phase = PHASE_DRAIN;
    run->ended_us = now;
    run->result->measured_us = now - run->measured_us;
    run->result->cpu_us = run_cpu_us() - run->cpu_begun_us;
}

/* Why one that is not open is not; "" when nobody knows. */
static const char *trouble(const struct run *run)
{
    for (uint32_t i = 0; i < run->plan->connections; i++)
        if (run->crew.lanes[i].connection.opened_count == 0)
            return run->crew.lanes[i].connection.trouble;
    return "";
}

static void open_all(struct run *run, int64_t now)
{
    if (run->open == run->plan->connections) {
        start_sending(run, now);
        return;
    }
    bool over = now - run->begun_us > OPEN_LIMIT_US;
    if (over || (!run->waiting_said && now - run->begun_us > WAITING_SAID_US)) {
        fprintf(stderr, "copay-replay: %" PRIu32 " of %" PRIu32 " connections open%s%s%s\n",
                run->open, run->plan->connections, over ? "" : " so far", *trouble(run) ? ": " : "",
                trouble(run));
        run->waiting_said = true;
    }
    run->failed = over;
    run->phase = over ? PHASE_OVER : PHASE_OPENING;
}

static bool measured_enough(const struct run *run, int64_t now)
{
    const struct run_plan *plan = run->plan;
    if (plan->enough && plan->enough(plan->user))
        return true;
    if (run->behind >= BACKLOG_MAX) {
        fprintf(stderr, "copay-replay: %" PRIu64 " messages behind the schedule; it ends here\n",
                run->behind);
        return true;
    }
    if (plan->count == 0)
        return now - run->measured_us >= plan->seconds * INT64_C(1000000);
    return (run->begun >= plan->count && outstanding(run) == 0) ||
           now - run->heard_us > STALL_LIMIT_US;
}

static void advance(struct run *run, int64_t now)
{
    const struct run_plan *plan = run->plan;
    if (run->phase == PHASE_OPENING)
        open_all(run, now);
    if (run->phase == PHASE_WARMUP && now - run->opened_us >= plan->warmup * INT64_C(1000000)) {
        run->phase = PHASE_MEASURED;
        run->measured_us = now;
        run->cpu_begun_us = run_cpu_us();
        if (plan->measuring)
            plan->measuring(plan->user);
    }
    if (run->phase == PHASE_MEASURED && measured_enough(run, now))
        finish_measured(run, now);
    uint64_t never = run->result->interrupted ? run->behind : 0;
    if (run->phase == PHASE_DRAIN &&
        (outstanding(run) == never || plan->deaf ||
         now - run->ended_us > (plan->books ? BOOKS_LIMIT_US : DRAIN_LIMIT_US)))
        run->phase = PHASE_OVER;
    if (run->phase == PHASE_OVER)
        event_base_loopbreak(run->crew.base);
}

/* The first time nothing new is sent and answers are waited for; the second time they are not. */
static void on_interrupt(evutil_socket_t fd, short what, void *user)
{
    struct run *run = user;
    int64_t now = clock_mono_us();
    (void)fd;
    (void)what;
    run->result->interrupted = true;
    if (run->phase == PHASE_MEASURED) {
        finish_measured(run, now);
    } else if (run->phase == PHASE_WARMUP) {
        run->phase = PHASE_DRAIN;
        run->ended_us = now;
    } else {
        run->phase = PHASE_OVER;
    }
    advance(run, now);
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
    if (run->result->lost++ == 0)
        fprintf(stderr, "copay-replay: a connection was lost: %s\n", lane->connection.trouble);
}

void run_count(struct run_result *r, const struct slot *slot, const struct answer *answer)
{
    const struct visit *visit = slot->user;
    if (visit)
        r->kinds[visit->kind]++;
    if (answer->outcome == COPAY__OUTCOME__OUTCOME_DONE)
        r->done++;
    else if (answer->outcome == COPAY__OUTCOME__OUTCOME_REFUSED)
        r->refused++;
    else
        r->retry++;
    if (answer->reason)
        r->reasons[answer->reason % REASONS_MAX]++;
}

/* Latency belongs to what was due inside the measured time, throughput to what was answered there.
 */
static void count_latency(struct run *run, int64_t begun_us, int64_t now)
{
    if (run->measured_us && begun_us >= run->measured_us)
        histogram_add(&run->result->latency, now - begun_us);
}

static void count(struct run *run, const struct slot *slot, const struct answer *answer,
                  int64_t now)
{
    struct run_result *r = run->result;
    run_count(r, slot, answer);
    progress_add(&run->progress, now - slot->begun_us);
    r->measured += run->phase == PHASE_MEASURED;
    count_latency(run, slot->begun_us, now);
}

static void on_answered(struct lane *lane, struct slot *slot, const struct answer *answer)
{
    struct run *run = lane->user;
    int64_t now = clock_mono_us();
    run->heard_us = now;
    count(run, slot, answer, now);
    if (run->plan->book)
        book_note(run->plan->book, slot, answer);
    if (desk_follow(&run->crew.desks[lane->index], slot, answer)) {
        run->begun++;
        dispatch(run, slot, now);
    }
}

/* ---- beginning and end ---- */

static bool set_up(struct run *run)
{
    static const struct lane_owner owner = {on_idle, on_answered, on_lost};
    run->backlogs = calloc(run->plan->connections, sizeof *run->backlogs);
    if (!run->backlogs || !crew_set_up(&run->crew, run->plan, &owner, run))
        return false;
    struct timeval often = {.tv_usec = TICK_US};
    event_assign(&run->tick, run->crew.base, -1, EV_PERSIST, on_tick, run);
    event_assign(&run->arrival, run->crew.base, -1, 0, on_arrival, run);
    event_add(&run->tick, &often);
    interrupt_begin(&run->interrupt, run->crew.base, on_interrupt, run);
    run->begun_us = clock_mono_us();
    crew_start(&run->crew);
    return true;
}

static void take_counts(struct run *run)
{
    struct run_result *r = run->result;
    const struct lane_counts *counts = &run->crew.counts;
    r->unsent = run->behind;
    r->unknown = outstanding(run) - run->behind;
    r->sent = counts->sent;
    r->resent = counts->resent;
    r->retried = counts->retried;
    r->strays = counts->strays;
    for (uint32_t i = 0; i < run->plan->connections; i++)
        r->closed += run->plan->deaf && connection_hung_up(&run->crew.lanes[i].connection);
}

/* What has no answer has waited at least until now: left out, a daemon that stands still would look
 * fast. */
static void take_waiting(struct run *run, int64_t now)
{
    for (uint32_t i = 0; i < run->plan->connections; i++) {
        const struct lane *lane = &run->crew.lanes[i];
        const struct backlog *b = &run->backlogs[i];
        for (uint32_t k = 0; k < lane->depth; k++)
            if (lane->slots[k].busy)
                count_latency(run, lane->slots[k].begun_us, now);
        for (uint32_t k = 0; k < b->count; k++)
            count_latency(run, b->due_us[(b->first + k) % b->capacity], now);
    }
}

/* What was sent and never answered belongs in the book, too. */
static void book_open(struct run *run)
{
    for (uint32_t i = 0; i < run->plan->connections; i++) {
        const struct lane *lane = &run->crew.lanes[i];
        for (uint32_t k = 0; k < lane->depth; k++)
            if (lane->slots[k].busy)
                book_note(run->plan->book, &lane->slots[k], NULL);
    }
}

static void tear_down(struct run *run, bool started)
{
    if (started) {
        event_del(&run->tick);
        event_del(&run->arrival);
        interrupt_end(&run->interrupt);
    }
    for (uint32_t i = 0; run->backlogs && i < run->plan->connections; i++)
        free(run->backlogs[i].due_us);
    free(run->backlogs);
    crew_tear_down(&run->crew);
}

bool run_plan(const struct run_plan *plan, struct run_result *result)
{
    struct run run = {.plan = plan, .result = result};
    *result = (struct run_result){0};
    bool started = set_up(&run);
    if (started) {
        event_base_dispatch(run.crew.base);
        take_counts(&run);
        take_waiting(&run, clock_mono_us());
        if (plan->book)
            book_open(&run);
        if (plan->progress)
            progress_end(&run.progress);
    }
    tear_down(&run, started);
    return started && !run.failed;
}
