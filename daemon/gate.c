/* The gate's loop.
 *
 * DESIGN. Events come from sockets and from the replies' inbox, which settlers, readers and
 * journals wake. A turn: let libevent call the sessions that have something; read those that had
 * more than one turn's share; take in replies and let go of those whose records are durable
 * (replies_release(), the only way out); write each connection once; free what was closed. */
#include "daemon/gate.h"

#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/metrics.h"
#include "daemon/stream.h"
#include "daemon/thread.h"

#define TICK_MS 250
/* Jobs kept for reuse; each holds one arena block. */
#define FREE_JOBS_MAX 1024
/* A stop: from here on what is not settled yet is answered retry; and this is its end. */
#define STOP_RETRY_MS 3000
#define STOP_MAX_MS 5000
#define MIB (INT64_C(1) << 20)

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
    parcels_append(&gate->free_jobs, &job->parcel);
    gate->free_job_count++;
}

/* ---- sessions' lists ---- */

void gate_ready(struct gate *gate, struct session *session)
{
    if (session->parked) {
        TAILQ_REMOVE(&session->load->parked, session, parked_entry);
        session->parked = false;
        session->frame_clock_mono_ms = clock_mono_ms();
        (void)event_add(&session->read_event, NULL);
    }
    if (session->ready)
        return;
    session->ready = true;
    TAILQ_INSERT_TAIL(&gate->ready, session, ready_entry);
    gate->ready_count++;
}

void gate_dirty(struct gate *gate, struct session *session)
{
    if (session->dirty)
        return;
    session->dirty = true;
    TAILQ_INSERT_TAIL(&gate->dirty, session, dirty_entry);
}

/* A connection of the sender may be under its cap again; all of them ask, in turn. */
static void unpark(struct gate *gate, struct load *load)
{
    struct session *session;
    while ((session = TAILQ_FIRST(&load->parked)))
        gate_ready(gate, session);
}

static void deliver(void *context, struct job *job)
{
    struct gate *gate = context;
    struct load *load = job->load;
    struct session *session = gate->slots[job->peer.slot];
    gate->in_flight--;
    gate->messages.used -= job->weight;
    load->in_flight--;
    metrics.answered++;
    if (job->outcome == OUTCOME_RETRY)
        metrics.retried++;
    if (session && session->peer.generation == job->peer.generation) {
        session->in_flight--;
        if (job->frame.size > 0)
            stream_reply(session, job->frame);
        else
            session_close(session, "memory");
    }
    unpark(gate, load);
    load_drop(load);
    gate_job_give(gate, job);
}

static void read_ready(struct gate *gate)
{
    for (uint32_t n = gate->ready_count; n > 0 && gate->ready_count > 0; n--) {
        struct session *session = TAILQ_FIRST(&gate->ready);
        TAILQ_REMOVE(&gate->ready, session, ready_entry);
        gate->ready_count--;
        session->ready = false;
        if (session->phase == SESSION_OPEN && !session->parked)
            stream_read(session);
    }
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

static void on_replies(evutil_socket_t fd, short what, void *context)
{
    /* The turn looks into the inbox; this only ends the wait. */
    (void)fd;
    (void)what;
    (void)context;
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    struct gate *gate = context;
    struct session *session, *next;
    int64_t now_ms = clock_mono_ms();
    (void)fd;
    (void)what;
    for (session = TAILQ_FIRST(&gate->all); session; session = next) {
        next = TAILQ_NEXT(session, all);
        session_sweep(session, now_ms);
    }
    if (!gate->stop_mono_ms || now_ms - gate->stop_mono_ms < STOP_RETRY_MS)
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
    listener_close(&gate->listener);
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
    log_event(LOG_INFO, "reloaded", "generation=%u", gate->tls.generation);
    for (session = TAILQ_FIRST(&gate->all); session; session = next) {
        next = TAILQ_NEXT(session, all);
        X509 *certificate = SSL_get0_peer_certificate(session->ssl);
        if (session->phase == SESSION_OPEN &&
            !tls_trusts(&gate->tls, certificate, SSL_get0_verified_chain(session->ssl)))
            session_close(session, "revoked");
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
    if (!gate->slots || !gate->generations || !gate->free_slots)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        gate->free_slots[i] = (uint32_t)(count - 1 - i);
    gate->free_count = (uint32_t)count;
    return ERR_OK;
}

enum err gate_open(struct gate *gate, const struct config *config, struct region *const regions[],
                   uint32_t count)
{
    gate->config = config;
    gate->listener.fd = gate->listener.spare_fd = gate->replies.inbox.fd = -1;
    TAILQ_INIT(&gate->all);
    TAILQ_INIT(&gate->ready);
    TAILQ_INIT(&gate->dirty);
    TAILQ_INIT(&gate->dead);
    gate->buffers.limit = (size_t)(config->buffers_mib * MIB);
    gate->messages.limit = (size_t)(config->messages_mib * MIB);
    gate->region_count = count;
    for (uint32_t i = 0; i < count; i++) {
        gate->regions[i] = regions[i];
        gate->barriers[i] = &regions[i]->barrier;
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
    return err ? err : listener_open(gate);
}

static bool finished(const struct gate *gate)
{
    if (!gate->stop_mono_ms)
        return false;
    bool answered = gate->in_flight == 0 && TAILQ_EMPTY(&gate->all);
    return answered || clock_mono_ms() - gate->stop_mono_ms > STOP_MAX_MS;
}

bool gate_run(struct gate *gate)
{
    while (!finished(gate)) {
        int patience = gate->ready_count > 0 ? EVLOOP_NONBLOCK : 0;
        CHECK(event_base_loop(gate->base, EVLOOP_ONCE | patience) >= 0);
        read_ready(gate);
        enum err err = replies_release(&gate->replies, gate->barriers, gate->region_count);
        if (err) {
            log_event(LOG_ERROR, "writer_deposed", "error=\"%s\"", err_text(err));
            process_end(EXIT_LEDGER);
        }
        write_dirty(gate);
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
        session_close(session, "stopping");
    bury_dead(gate);
    struct parcel *parcel;
    while ((parcel = parcels_take(&gate->free_jobs)))
        job_free((struct job *)parcel);
    listener_close(&gate->listener);
    free_events(gate);
    if (gate->base)
        event_base_free(gate->base);
    tls_close(&gate->tls);
    replies_close(&gate->replies);
    free(gate->slots);
    free(gate->generations);
    free(gate->free_slots);
}
