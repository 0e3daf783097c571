/* The gate's loop.
 *
 * DESIGN. Events come from sockets and from the replies' inbox, which settlers, readers, journals
 * and the greeter wake. A turn: let libevent note what happened; take in replies and let go of
 * those whose records are durable (replies_release(), the only way out); write each connection
 * once; read each sender that has something, in turn, as long as the settlers want more; free what
 * was closed.
 *
 * Fairness is at reading: the rota goes over senders and not over connections, each with the same
 * number of bytes a turn, and no more is read than keeps the settlers busy until the next turn, so
 * that whoever comes next waits behind little. */
#include "daemon/gate.h"

#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "daemon/metrics.h"
#include "daemon/pulse.h"
#include "daemon/stream.h"
#include "daemon/thread.h"
#include "daemon/watchdog.h"

#define TICK_MS 250
/* Jobs kept for reuse; each holds one arena block. */
#define FREE_JOBS_MAX 1024
/* A stop: from here on what is not settled yet is answered retry; and this is its end. */
#define STOP_RETRY_MS 3000
#define STOP_MAX_MS 5000
#define MIB (INT64_C(1) << 20)

/* Bytes taken from one sender before others get their turn. */
#define TURN_BYTES_MAX (64 * 1024)
/* Sessions whose peers have hung up that are read in a turn. Each costs as much as a message or two
 * to close, and a thousand may hang up at once. */
#define TURN_LEAVING_MAX 8
/* A settler that sleeps is woken after so many jobs, and at the end of the turn: it works while
 * the gate reads on. */
#define HEARD_EVERY 16
/* The rota has taken longer than this to come round: more comes in than can be settled. */
#define SHED_AFTER_MS 3000
/* The part of decoded messages' memory that one sender may use. */
#define MESSAGES_SENDER_PART 4

/* ---- jobs ---- */

struct job *gate_job_take(struct gate *gate)
{
    struct job *job = (struct job *)parcels_take(&gate->free_jobs);
    if (!job)
        return job_new();
    gate->free_job_count--;
    return job;
}

void gate_job_give(struct gate *gate, struct job *job)
{
    if (gate->free_job_count >= FREE_JOBS_MAX) {
        job_free(job);
        return;
    }
    job_reset(job);
    /* The last one given is the next one taken: its memory is still in the cache. */
    parcels_prepend(&gate->free_jobs, &job->parcel);
    gate->free_job_count++;
}

/* ---- sessions' lists ---- */

void gate_readable(struct gate *gate, struct session *session)
{
    struct load *load = session->load;
    session->parked = false;
    if (session->leaving)
        gate_unlist(gate, session);
    if (!session->listed) {
        session->listed = true;
        session->listed_mono_ms = gate->now_mono_ms;
        TAILQ_INSERT_TAIL(&load->readable, session, readable_entry);
    }
    load_queue(&gate->loads, load, gate->now_mono_ms);
}

void gate_leaving(struct gate *gate, struct session *session)
{
    if (session->listed || session->leaving)
        return;
    session->leaving = true;
    TAILQ_INSERT_TAIL(&gate->leaving, session, readable_entry);
}

void gate_unlist(struct gate *gate, struct session *session)
{
    struct load *load = session->load;
    if (session->leaving) {
        session->leaving = false;
        TAILQ_REMOVE(&gate->leaving, session, readable_entry);
    }
    if (!session->listed)
        return;
    session->listed = false;
    TAILQ_REMOVE(&load->readable, session, readable_entry);
    if (TAILQ_EMPTY(&load->readable))
        load_unqueue(&gate->loads, load);
}

void gate_dirty(struct gate *gate, struct session *session)
{
    if (session->dirty)
        return;
    session->dirty = true;
    TAILQ_INSERT_TAIL(&gate->dirty, session, dirty_entry);
}

/* ---- reading, in turn ---- */

bool gate_blocked(struct gate *gate)
{
    bool blocked = false;
    for (uint32_t i = 0; i < gate->region_count; i++)
        blocked = lane_full(&gate->lanes[i], gate->now_mono_ms) || blocked;
    return blocked;
}

static void wake_settler(struct gate *gate, uint32_t place)
{
    gate->unheard[place] = 0;
    region_wake(gate->regions[place], THREAD_SETTLER);
}

void gate_submit(struct gate *gate, uint32_t place, struct job *job)
{
    gate->lanes[place].given++;
    inbox_put(&gate->regions[place]->inboxes[THREAD_SETTLER], &job->parcel);
    if (++gate->unheard[place] >= HEARD_EVERY)
        wake_settler(gate, place);
}

/* One sender's share of a turn, over its connections in turn. */
static void read_load(struct gate *gate, struct load *load)
{
    size_t bytes = TURN_BYTES_MAX;
    struct session *session;
    gate->shedding = gate->now_mono_ms - load->waiting_mono_ms > SHED_AFTER_MS;
    load->uses++;
    while (bytes > 0 && !load_full(load) && (session = TAILQ_FIRST(&load->readable))) {
        gate_unlist(gate, session);
        if (stream_read(session, &bytes)) {
            gate_readable(gate, session);
            if (gate_blocked(gate))
                break;
        }
    }
    /* It goes to the end of the rota, its wait begins anew. */
    load_unqueue(&gate->loads, load);
    load_queue(&gate->loads, load, gate->now_mono_ms);
    load_drop(load);
    gate->shedding = false;
}

/* A few of those who have hung up may be read. */
static void let_leave(struct gate *gate)
{
    struct session *session;
    for (int i = 0; i < TURN_LEAVING_MAX && (session = TAILQ_FIRST(&gate->leaving)); i++)
        gate_readable(gate, session);
}

/* Each sender with something to be read once, as long as the settlers want more. */
static void read_senders(struct gate *gate)
{
    for (uint32_t i = 0; i < gate->region_count; i++)
        lane_turn(&gate->lanes[i], gate->now_mono_ms);
    for (uint32_t n = gate->loads.waiting; n > 0 && !gate_blocked(gate); n--) {
        struct load *load = TAILQ_FIRST(&gate->loads.rota);
        if (!load)
            break;
        read_load(gate, load);
    }
    for (uint32_t i = 0; i < gate->region_count; i++) {
        if (gate->unheard[i] > 0)
            wake_settler(gate, i);
    }
}

/* ---- answers ---- */

static void deliver(void *context, struct job *job)
{
    struct gate *gate = context;
    struct load *load = job->load;
    struct session *session = gate->slots[job->peer.slot];
    gate->in_flight--;
    gate->messages.used -= job->weight;
    load->message_bytes -= job->weight;
    load->in_flight--;
    gate->answered++;
    if (job->outcome == OUTCOME_RETRY)
        metrics_retry(job->retry_reason);
    bool connected = session && session->peer.generation == job->peer.generation;
    if (connected)
        session->in_flight--;
    if (connected && job->frame.size > 0) {
        stream_reply(session, job);
    } else {
        if (connected)
            session_close(session, CLOSING_MEMORY);
        gate_job_give(gate, job);
    }
    if (connected && session->parked)
        gate_readable(gate, session);
    load_queue(&gate->loads, load, gate->now_mono_ms);
    load_drop(load);
}

static void write_dirty(struct gate *gate)
{
    struct session *session;
    while ((session = TAILQ_FIRST(&gate->dirty))) {
        TAILQ_REMOVE(&gate->dirty, session, dirty_entry);
        session->dirty = false;
        stream_write(session);
    }
}

static void bury_dead(struct gate *gate)
{
    struct session *session;
    while ((session = TAILQ_FIRST(&gate->dead))) {
        TAILQ_REMOVE(&gate->dead, session, all);
        session_free(session);
    }
}

/* ---- events ---- */

void gate_event(struct gate *gate)
{
    if (gate->timed)
        return;
    gate->timed = true;
    gate->now_mono_ms = clock_mono_ms();
    gate->now_wall_ms = clock_wall_ms();
}

static void on_replies(evutil_socket_t fd, short what, void *context)
{
    /* The turn looks into the inbox; this only ends the wait. */
    struct gate *gate = context;
    (void)fd;
    (void)what;
    inbox_silence(&gate->replies.inbox);
}

/* How many answers leave per second, as of late. */
static void reckon(struct gate *gate)
{
    int64_t ms = gate->now_mono_ms - gate->reckoned_mono_ms;
    if (ms < TICK_MS)
        return;
    uint64_t rate = (gate->answered - gate->answered_before) * 1000 / (uint64_t)ms;
    uint64_t before = atomic_load(&metrics.answers_per_second);
    atomic_store(&metrics.answers_per_second, (3 * before + rate) / 4);
    gate->answered_before = gate->answered;
    gate->reckoned_mono_ms = gate->now_mono_ms;
}

/* What others read of the gate's own counters. */
static void publish(struct gate *gate)
{
    atomic_store_explicit(&metrics.answered, gate->answered, memory_order_relaxed);
    atomic_store_explicit(&metrics.unanswered, gate->in_flight, memory_order_relaxed);
    atomic_store_explicit(&metrics.buffer_bytes, gate->buffers.used, memory_order_relaxed);
    atomic_store_explicit(&metrics.message_bytes, gate->messages.used, memory_order_relaxed);
    for (uint32_t i = 0; i < gate->region_count; i++)
        atomic_store_explicit(&gate->regions[i]->metrics.given, gate->lanes[i].given,
                              memory_order_relaxed);
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    struct gate *gate = context;
    struct session *session, *next;
    (void)fd;
    (void)what;
    gate_event(gate);
    reckon(gate);
    for (session = TAILQ_FIRST(&gate->all); session; session = next) {
        next = TAILQ_NEXT(session, all);
        session_sweep(session);
    }
    if (!gate->stop_mono_ms || gate->now_mono_ms - gate->stop_mono_ms < STOP_RETRY_MS)
        return;
    for (uint32_t i = 0; i < gate->region_count; i++)
        atomic_store(&gate->regions[i]->stopping, true);
}

static void on_stop(evutil_socket_t number, short what, void *context)
{
    struct gate *gate = context;
    struct session *session, *next;
    (void)what;
    if (gate->stop_mono_ms)
        return;
    gate->stop_mono_ms = clock_mono_ms();
    log_event(LOG_INFO, "stopping", "signal=%d in_flight=%u", (int)number, gate->in_flight);
    watchdog_stopping();
    greeter_stop(&gate->greeter);
    gate_event(gate);
    for (session = TAILQ_FIRST(&gate->all); session; session = next) {
        next = TAILQ_NEXT(session, all);
        session_finish(session);
    }
}

static void on_reload(evutil_socket_t number, short what, void *context)
{
    struct gate *gate = context;
    struct session *session, *next;
    (void)number;
    (void)what;
    if (tls_open(&gate->tls, gate->config) != ERR_OK) {
        log_event(LOG_ERROR, "reload_refused", "text=\"the certificates of before stay in use\"");
        return;
    }
    log_event(LOG_INFO, "reloaded", "generation=%u", tls_generation(&gate->tls));
    for (session = TAILQ_FIRST(&gate->all); session; session = next) {
        next = TAILQ_NEXT(session, all);
        X509 *certificate = SSL_get0_peer_certificate(session->ssl);
        if (session->phase == SESSION_OPEN &&
            !tls_trusts(&gate->tls, certificate, SSL_get0_verified_chain(session->ssl)))
            session_close(session, CLOSING_REVOKED);
    }
}

static struct event *signal_event(struct gate *gate, int number, event_callback_fn callback)
{
    struct event *event = evsignal_new(gate->base, number, callback, gate);
    if (event && event_add(event, NULL) != 0) {
        event_free(event);
        event = NULL;
    }
    return event;
}

static enum err open_events(struct gate *gate)
{
    const struct timeval tick = {.tv_usec = TICK_MS * 1000};
    gate->reply_event =
        event_new(gate->base, gate->replies.inbox.fd, EV_READ | EV_PERSIST, on_replies, gate);
    gate->tick_event = event_new(gate->base, -1, EV_PERSIST, on_tick, gate);
    gate->stop_events[0] = signal_event(gate, SIGTERM, on_stop);
    gate->stop_events[1] = signal_event(gate, SIGINT, on_stop);
    gate->reload_event = signal_event(gate, SIGHUP, on_reload);
    bool made = gate->reply_event && gate->tick_event && gate->stop_events[0] &&
                gate->stop_events[1] && gate->reload_event &&
                event_add(gate->reply_event, NULL) == 0 && event_add(gate->tick_event, &tick) == 0;
    return made ? ERR_OK : ERR_NOMEM;
}

/* ---- lifecycle ---- */

static enum err open_slots(struct gate *gate)
{
    size_t count = (size_t)gate->config->connections;
    gate->slots = calloc(count, sizeof *gate->slots);
    gate->generations = calloc(count, sizeof *gate->generations);
    gate->free_slots = calloc(count, sizeof *gate->free_slots);
    gate->scratch = malloc(STREAM_CHUNK);
    gate->decoding = arena_new(REQUEST_ARENA_MAX);
    if (!gate->decoding || !gate->slots || !gate->generations || !gate->free_slots ||
        !gate->scratch)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        gate->free_slots[i] = (uint32_t)(count - 1 - i);
    gate->free_count = (uint32_t)count;
    return ERR_OK;
}

enum err gate_open(struct gate *gate, const struct config *config, struct region *const regions[],
                   uint32_t count)
{
    const struct load_share share = {
        .connections = (uint32_t)config->connections_sender,
        .in_flight = (uint32_t)config->in_flight_sender,
        .buffer_bytes = (size_t)(config->buffers_sender_mib * MIB),
        .message_bytes = (size_t)(config->messages_mib * MIB / MESSAGES_SENDER_PART),
    };
    gate->config = config;
    gate->greeter.listener.fd = gate->greeter.listener.spare_fd = -1;
    gate->greeter.guests.fd = gate->greeter.calls.fd = gate->replies.inbox.fd = -1;
    tls_init(&gate->tls);
    TAILQ_INIT(&gate->all);
    TAILQ_INIT(&gate->dirty);
    TAILQ_INIT(&gate->dead);
    TAILQ_INIT(&gate->leaving);
    gate->buffers.limit = (size_t)(config->buffers_mib * MIB);
    gate->messages.limit = (size_t)(config->messages_mib * MIB);
    loads_open(&gate->loads, &share, &gate->buffers);
    gate_event(gate);
    gate->region_count = count;
    for (uint32_t i = 0; i < count; i++) {
        gate->regions[i] = regions[i];
        gate->barriers[i] = &regions[i]->barrier;
        lane_open(&gate->lanes[i], &regions[i]->metrics.taken, &regions[i]->metrics.call);
    }
    enum err err = replies_open(&gate->replies, deliver, gate);
    if (!err)
        err = open_slots(gate);
    if (!err)
        err = (gate->base = event_base_new()) ? ERR_OK : ERR_NOMEM;
    /* SIGHUP is caught from here on, before the files are read. */
    if (!err)
        err = open_events(gate);
    if (!err)
        err = tls_open(&gate->tls, config);
    return err ? err : greeter_open(&gate->greeter, config, &gate->tls, &gate->replies.inbox);
}

static bool finished(const struct gate *gate)
{
    if (!gate->stop_mono_ms)
        return false;
    bool answered = gate->in_flight == 0 && TAILQ_EMPTY(&gate->all);
    return answered || clock_mono_ms() - gate->stop_mono_ms > STOP_MAX_MS;
}

static void welcome(struct gate *gate)
{
    struct parcels guests = {0};
    greeter_take(&gate->greeter, &guests);
    for (struct parcel *p = parcels_take(&guests); p; p = parcels_take(&guests))
        session_open(gate, (struct guest *)p);
}

/* Sleeps only when nothing can be read: nothing is there, or the settlers have enough; they call
 * when they want more. */
static void wait_for_events(struct gate *gate)
{
    struct inbox *inbox = &gate->replies.inbox;
    pulse_rest();
    bool waiting = gate->loads.waiting > 0 || !TAILQ_EMPTY(&gate->leaving);
    bool busy = waiting && !gate_blocked(gate);
    bool sleep = inbox_doze(inbox) && !busy;
    if (sleep && waiting) {
        for (uint32_t i = 0; i < gate->region_count; i++)
            lane_ask_for_call(&gate->lanes[i]);
        sleep = gate_blocked(gate);
    }
    gate->timed = false;
    CHECK(event_base_loop(gate->base, EVLOOP_ONCE | (sleep ? 0 : EVLOOP_NONBLOCK)) >= 0);
    inbox_rise(inbox);
    gate_event(gate);
}

bool gate_run(struct gate *gate)
{
    if (greeter_start(&gate->greeter) != ERR_OK)
        return false;
    while (!finished(gate)) {
        wait_for_events(gate);
        enum err err = replies_release(&gate->replies, gate->barriers, gate->region_count);
        if (err) {
            log_event(LOG_ERROR, "writer_deposed", "error=\"%s\"", err_text(err));
            process_end(EXIT_LEDGER);
        }
        write_dirty(gate);
        welcome(gate);
        let_leave(gate);
        read_senders(gate);
        publish(gate);
        bury_dead(gate);
    }
    return gate->in_flight == 0;
}

static void free_events(struct gate *gate)
{
    struct event *events[] = {gate->reply_event, gate->tick_event, gate->stop_events[0],
                              gate->stop_events[1], gate->reload_event};
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        if (events[i])
            event_free(events[i]);
    }
}

void gate_close(struct gate *gate)
{
    struct session *session;
    while ((session = TAILQ_FIRST(&gate->all)))
        session_close(session, CLOSING_STOPPING);
    bury_dead(gate);
    struct parcel *parcel;
    while ((parcel = parcels_take(&gate->free_jobs)))
        job_free((struct job *)parcel);
    greeter_close(&gate->greeter);
    free_events(gate);
    if (gate->base)
        event_base_free(gate->base);
    tls_close(&gate->tls);
    replies_close(&gate->replies);
    free(gate->slots);
    free(gate->generations);
    free(gate->free_slots);
    free(gate->scratch);
    arena_free(gate->decoding);
}
