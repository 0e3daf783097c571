/* The gate: everything that talks with peers who are known, on one thread with one event base
 * (main's).
 *
 * Open inside this folder: gate.c owns the loop, session.c a connection's life, stream.c its bytes;
 * intake.c turns frames into jobs. greeter.c lets connections in, on a thread of its own. */
#ifndef DAEMON_GATE_H
#define DAEMON_GATE_H

#include <event2/event.h>

#include "daemon/buffer.h"
#include "daemon/config.h"
#include "daemon/greeter.h"
#include "daemon/lane.h"
#include "daemon/load.h"
#include "daemon/region.h"
#include "daemon/replies.h"
#include "daemon/session.h"
#include "daemon/tls.h"

struct gate {
    const struct config *config;
    struct event_base *base;
    struct event *reply_event, *tick_event, *stop_events[2], *reload_event;
    struct tls tls;
    struct greeter greeter;
    int64_t now_mono_ms, now_wall_ms; /* of this turn, taken at its first event */
    bool timed;

    struct region *regions[CONFIG_REGIONS_MAX];
    struct barrier *barriers[CONFIG_REGIONS_MAX];
    struct lane lanes[CONFIG_REGIONS_MAX];
    uint32_t unheard[CONFIG_REGIONS_MAX]; /* jobs given since the settler was woken */
    uint32_t region_count;
    struct replies replies;

    struct session **slots; /* config->connections of them */
    uint32_t *generations;
    uint32_t *free_slots, free_count;
    struct session_list all, dirty, dead, leaving;
    struct loads loads;
    bool shedding; /* the sender being read has waited too long for its turn: answer retry */
    struct budget buffers;
    struct arena *decoding; /* of the frame that is being decoded */
    uint8_t *scratch;       /* STREAM_CHUNK bytes just read, or about to be written */

    struct parcels free_jobs;
    uint32_t free_job_count, in_flight;
    struct budget messages; /* decoded and not yet answered */
    uint64_t answered;
    uint64_t answered_before; /* when answers per second were last reckoned */
    int64_t reckoned_mono_ms;

    int64_t stop_mono_ms; /* 0: serving */
};

/* Opens the listener and makes the loop. Borrows config and regions until gate_close(). */
enum err gate_open(struct gate *gate, const struct config *config, struct region *const regions[],
                   uint32_t count) MUST_CHECK;
/* Serves until SIGTERM or SIGINT, then answers what was accepted. False when that took too long. */
bool gate_run(struct gate *gate) MUST_CHECK;
void gate_close(struct gate *gate);

/* An event has come: the turn's time is now. */
void gate_event(struct gate *gate);
/* The session has, or may have, something to be read: it waits for its sender's turn. */
void gate_readable(struct gate *gate, struct session *session);
/* The same of one whose peer has hung up: those who stay come first. */
void gate_leaving(struct gate *gate, struct session *session);
void gate_unlist(struct gate *gate, struct session *session);
/* The session is to be written in this turn, or in the next when this one has written. */
void gate_dirty(struct gate *gate, struct session *session);
/* The settlers have as much as they should: frames stay where they are. */
bool gate_blocked(struct gate *gate);
/* Hands the job to the region's settler; gate->regions[place]. Takes it. */
void gate_submit(struct gate *gate, uint32_t place, struct job *job);

/* A job from the pool, or NULL; and back. */
struct job *gate_job_take(struct gate *gate) MUST_CHECK;
void gate_job_give(struct gate *gate, struct job *job);

#endif
