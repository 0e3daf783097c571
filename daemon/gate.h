/* The gate: everything that talks to the network, on one thread with one event base (main's).
 *
 * Open inside this folder: gate.c owns the loop, listener.c accepts, session.c reads and writes,
 * intake.c turns frames into jobs. */
#ifndef DAEMON_GATE_H
#define DAEMON_GATE_H

#include <event2/event.h>

#include "daemon/buffer.h"
#include "daemon/config.h"
#include "daemon/listener.h"
#include "daemon/load.h"
#include "daemon/region.h"
#include "daemon/replies.h"
#include "daemon/session.h"
#include "daemon/tls.h"

struct gate {
    const struct config *config;
    struct event_base *base;
    struct event *reply_event, *tick_event, *stop_events[2], *reload_event;
    struct listener listener;
    struct tls tls;

    struct region *regions[CONFIG_REGIONS_MAX];
    struct barrier *barriers[CONFIG_REGIONS_MAX];
    uint32_t region_count;
    struct replies replies;

    struct session **slots; /* config->connections of them */
    uint32_t *generations;
    uint32_t *free_slots, free_count;
    struct session_list all, ready, dirty, dead;
    uint32_t ready_count;
    struct loads loads;
    struct budget buffers;

    struct parcels free_jobs;
    uint32_t free_job_count, in_flight;
    struct budget messages; /* decoded and not yet answered */

    int64_t stop_mono_ms; /* 0: serving */
};

/* Opens the listener and makes the loop. Borrows config and regions until gate_close(). */
enum err gate_open(struct gate *gate, const struct config *config, struct region *const regions[],
                   uint32_t count) MUST_CHECK;
/* Serves until SIGTERM or SIGINT, then answers what was accepted. False when that took too long. */
bool gate_run(struct gate *gate) MUST_CHECK;
void gate_close(struct gate *gate);

/* The session is to be read again in the next turn / written at the end of this one. */
void gate_ready(struct gate *gate, struct session *session);
void gate_dirty(struct gate *gate, struct session *session);

/* A job from the pool, or NULL; and back. */
struct job *gate_job_take(struct gate *gate) MUST_CHECK;
void gate_job_give(struct gate *gate, struct job *job);

#endif
