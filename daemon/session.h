/* One connection whose peer is known: frames in, replies out. Gate thread. */
#ifndef DAEMON_SESSION_H
#define DAEMON_SESSION_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "daemon/buffer.h"
#include "daemon/greeter.h"
#include "daemon/identity.h"
#include "daemon/job.h"
#include "daemon/load.h"
#include "daemon/metrics.h"

struct gate;

/* OPEN reads and writes; CLOSING only writes what is left; DEAD waits for the turn's end, because
 * libevent may still report an event of this turn. */
enum session_phase { SESSION_OPEN, SESSION_CLOSING, SESSION_DEAD };

struct session {
    struct gate *gate;
    enum session_phase phase;
    struct peer peer;
    int fd;
    SSL *ssl;
    unsigned tls_generation;
    /* Edge-triggered: one that is not read for a while does not keep the loop awake. */
    struct event read_event, write_event;
    struct sender sender;
    struct load *load;
    struct buffer in, out;  /* from the load's budget; out: what the peer did not take at once */
    struct parcels replies; /* jobs whose frames go out behind that, in this turn */
    uint32_t in_flight;
    uint64_t frames;
    int64_t frame_since_mono_ms;  /* first byte of the frame that is coming in: patience counts */
    int64_t frame_clock_mono_ms;  /* the same, not counting the time we did not read */
    int64_t read_mono_ms;         /* last bytes came */
    int64_t listed_mono_ms;       /* on the load's list since */
    int64_t write_since_mono_ms;  /* the peer has taken nothing since; 0: nothing waits */
    int64_t unread_since_mono_ms; /* it has not taken all since; 0: nothing waits */
    int64_t goodbye_mono_ms;      /* our last byte was written; 0: not yet */
    int64_t expires_ms;           /* the certificate's last moment, wall clock */
    bool eof;                     /* the peer will send no more; replies still go out */
    bool drained;                 /* the socket was empty, and no event has come since */
    bool hung_up;                 /* the peer's end has arrived: to be read up to it */
    bool read_wants_write;        /* OpenSSL cannot read before it has written */
    bool parked;                  /* at its own caps: not read until something was answered */
    bool listed, dirty, leaving;  /* on the load's list `readable`, on the gate's lists */
    TAILQ_ENTRY(session) all, readable_entry, dirty_entry;
};

/* Takes the guest. */
void session_open(struct gate *gate, struct guest *guest);
/* No more frames; closes once what is left has gone out. */
void session_finish(struct session *session);
/* A closing one: says goodbye once everything is answered and written. */
void session_goodbye(struct session *session);
/* Closes at once. */
void session_close(struct session *session, enum closing closing);
/* Closes it if it has overstayed one of its times, or its certificate is no longer good. */
void session_sweep(struct session *session);
/* Frees a dead one, at the turn's end. */
void session_free(struct session *session);

#endif
