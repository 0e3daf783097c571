/* One connection: handshake, frames in, replies out. Gate thread. */
#ifndef DAEMON_SESSION_H
#define DAEMON_SESSION_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "daemon/buffer.h"
#include "daemon/identity.h"
#include "daemon/job.h"
#include "daemon/load.h"

struct gate;

/* OPEN reads and writes; CLOSING only writes what is left; DEAD waits for the turn's end, because
 * libevent may still report an event of this turn. */
enum session_phase { SESSION_HANDSHAKE, SESSION_OPEN, SESSION_CLOSING, SESSION_DEAD };

struct session {
    struct gate *gate;
    enum session_phase phase;
    struct peer peer;
    int fd;
    SSL *ssl;
    unsigned tls_generation;
    struct event read_event, write_event;
    struct sender sender;
    struct load *load; /* once open */
    struct buffer in, out;
    uint32_t in_flight;
    uint64_t frames;
    int64_t opened_mono_ms;
    int64_t frame_since_mono_ms; /* first byte of the frame that is coming in: patience counts */
    int64_t frame_clock_mono_ms; /* the same, not counting the time we did not read */
    int64_t write_since_mono_ms; /* the peer has taken nothing since; 0: nothing waits */
    int64_t goodbye_mono_ms;     /* our last byte was written; 0: not yet */
    int64_t expires_ms;          /* the certificate's last moment, wall clock */
    bool eof;                    /* the peer will send no more; replies still go out */
    bool read_wants_write;       /* OpenSSL cannot read before it has written */
    bool parked, ready, dirty;   /* on the load's or the gate's list of that name */
    TAILQ_ENTRY(session) all, parked_entry, ready_entry, dirty_entry;
};

/* Takes fd. NULL: no memory or no slot; fd is closed. */
struct session *session_open(struct gate *gate, int fd);
/* No more frames; closes once what is left has gone out. */
void session_finish(struct session *session);
/* A closing one: says goodbye once everything is answered and written. */
void session_goodbye(struct session *session);
/* Closes at once. `reason` is for the log. */
void session_close(struct session *session, const char *reason);
/* Closes it if it has overstayed one of its times, or its certificate is no longer good. */
void session_sweep(struct session *session, int64_t now_ms);
/* Frees a dead one, at the turn's end. */
void session_free(struct session *session);

#endif
